"""One contract for all key custodians: files, a PKCS#11 token (SoftHSM2), and a real OpenBao server."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pkcs11
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pkcs11 import Attribute

from plainview.adapters.custodian_file import CustodianFiles
from plainview.adapters.custodian_openbao import CustodianOpenbao
from plainview.adapters.custodian_pkcs11 import CustodianPkcs11
from plainview.kernel.ids import RegionNumber
from plainview.ports.custodian import Bound, Custodian, CustodianUnavailableError, KeyUnreadableError
from plainview.ports.door import DoorBrokenError

REGION, OTHER = RegionNumber(3), RegionNumber(4)
KINDS = ("file", "pkcs11", "openbao")
TOKEN = "root-of-this-test"
Make = Callable[[RegionNumber], Custodian]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def openbao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server in memory: its address and the file with its token."""
    folder, port = tmp_path_factory.mktemp("openbao"), free_port()
    (folder / "token").write_text(TOKEN + "\n")
    url = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).with_name("bao")), "server", "-dev", "-dev-no-store-token"]
    options = [f"-dev-root-token-id={TOKEN}", f"-dev-listen-address=127.0.0.1:{port}"]
    with (folder / "said").open("wb") as said:
        server = subprocess.Popen(
            [*command, *options], stdout=said, stderr=said, env={**os.environ, "HOME": str(folder)}
        )
    try:
        wait_until_unsealed(url)
        told(url, "sys/mounts/transit", b'{"type": "transit"}')
        yield url, folder / "token"
    finally:
        server.kill()
        server.wait()


def wait_until_unsealed(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/v1/sys/health") as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("OpenBao did not start")


def told(url: str, path: str, body: bytes) -> None:
    request = urllib.request.Request(f"{url}/v1/{path}", body, {"X-Vault-Token": TOKEN}, method="POST")
    urllib.request.urlopen(request).close()


@pytest.fixture(params=KINDS)
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """What opens the custodian of a region anew, as a restart does."""
    if request.param == "file":
        folder = tmp_path_factory.mktemp("keys")
        return lambda region: CustodianFiles(folder, region)
    uri, secret = request.getfixturevalue("softhsm" if request.param == "pkcs11" else "openbao")
    kind = CustodianPkcs11 if request.param == "pkcs11" else CustodianOpenbao
    return lambda region: kind(uri, secret, region)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.tuples(st.binary(min_size=1, max_size=200), st.binary(min_size=1, max_size=40)), max_size=5))
def test_what_is_wrapped_unwraps_after_a_restart(make: Make, values: list[tuple[bytes, bytes]]) -> None:
    keys = [Bound(*each) for each in values]
    version = make(REGION).version()
    wrapped = make(REGION).wrap(version, keys)
    assert all(value not in outcome for (value, _), outcome in zip(values, wrapped, strict=True) if len(value) > 3)
    again = [Bound(outcome, each.to) for outcome, each in zip(wrapped, keys, strict=True)]
    assert make(REGION).unwrap(version, again) == [each.value for each in keys]


def test_a_wrapped_key_fits_its_person_its_region_and_its_bytes_only(make: Make) -> None:
    custodian = make(REGION)
    version = custodian.version()
    (wrapped,) = custodian.wrap(version, [Bound(b"k" * 97, b"1|3|1")])
    with pytest.raises(DoorBrokenError):
        custodian.unwrap(version, [Bound(wrapped, b"2|3|1")])
    with pytest.raises(DoorBrokenError):
        custodian.unwrap(version, [Bound(wrapped[:-6] + bytes([wrapped[-6] ^ 1]) + wrapped[-5:], b"1|3|1")])
    with pytest.raises(DoorBrokenError):
        custodian.unwrap(version, [Bound(b"", b"1|3|1")])
    other = make(OTHER)
    other_version = other.version()
    while other_version < version:
        other_version = other.rotate()
    with pytest.raises(DoorBrokenError):
        other.unwrap(version, [Bound(wrapped, b"1|3|1")])


def test_a_newer_version_leaves_the_older_ones_at_work_until_they_are_retired(make: Make) -> None:
    custodian = make(REGION)
    old = custodian.version()
    (before,) = custodian.wrap(old, [Bound(b"key", b"x")])
    new = custodian.rotate()
    assert new == old + 1 == make(REGION).version()
    (after,) = custodian.wrap(new, [Bound(b"key", b"x")])
    assert make(REGION).unwrap(old, [Bound(before, b"x")]) == [b"key"]
    custodian.retire(old)
    for each in (custodian, make(REGION)):
        with pytest.raises((KeyUnreadableError, DoorBrokenError)):
            each.unwrap(old, [Bound(before, b"x")])
        with pytest.raises(KeyUnreadableError):
            each.wrap(old, [Bound(b"key", b"x")])
        assert each.unwrap(new, [Bound(after, b"x")]) == [b"key"]


def test_the_newest_version_is_never_retired(make: Make) -> None:
    custodian = make(REGION)
    version = custodian.version()
    (wrapped,) = custodian.wrap(version, [Bound(b"key", b"x")])
    custodian.retire(version)
    custodian.retire(version + 5)
    assert make(REGION).version() == version
    assert make(REGION).unwrap(version, [Bound(wrapped, b"x")]) == [b"key"]


def test_each_says_what_it_does_and_what_it_does_not(make: Make) -> None:
    assert "key" in make(REGION).fact()


def test_a_key_in_the_token_cannot_be_read_out_of_it(softhsm: tuple[str, Path]) -> None:
    uri, pin = softhsm
    CustodianPkcs11(uri, pin, REGION).version()
    token = pkcs11.lib(uri.split("module-path=")[1]).get_token(token_label="plainview")
    keys = list(token.open().get_objects())  # This process is logged in already, through the custodian.
    assert keys
    for key in keys:
        assert key[Attribute.SENSITIVE]
        assert not key[Attribute.EXTRACTABLE]
        with pytest.raises(pkcs11.exceptions.AttributeSensitive):
            key[Attribute.VALUE]


def test_a_token_or_a_server_that_is_away_is_said_so(softhsm: tuple[str, Path]) -> None:
    uri, pin = softhsm
    with pytest.raises(CustodianUnavailableError):
        CustodianPkcs11(uri.replace("token=plainview", "token=another"), pin, REGION).version()
    with pytest.raises(CustodianUnavailableError):
        CustodianOpenbao(f"http://127.0.0.1:{free_port()}", pin, REGION).version()
