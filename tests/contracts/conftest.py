"""Gives the contracts a PKCS#11 token. Its module reads its configuration once in a process, so there is one token."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

SOFTHSM_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
    "/usr/lib/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A token in a folder of its own: its URI and the file with its PIN."""
    module = next((place for place in SOFTHSM_PLACES if Path(place).exists()), None)
    assert module, "the PKCS#11 tests need SoftHSM2: install it (Debian: sudo apt-get install softhsm2)"
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    (folder / "pin").write_text("918273\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")  # The module reads it once, when it is loaded.
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "plainview", "--pin", "918273", "--so-pin", "445566"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    yield f"token=plainview?module-path={module}", folder / "pin"
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before
