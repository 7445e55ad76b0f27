"""The process that holds the keys, started as an operator starts it: what it gave up, tried from inside and outside."""

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plainview.adapters.confinement_linux import reachable
from plainview.warden.protocol import Status, socket_of
from tests.warden.living import Caller

ROOT = Path(__file__).parents[2]
LAYERS = ["account", "dumps", "memory", "privileges", "files", "calls"]
# Run in a child after `confine`: each thing that must not be possible, tried.
TRIALS = """
import os, socket, sys
from pathlib import Path
from plainview.adapters.confinement_linux import Ground, confine
own = Path(sys.argv[1])
ground = Ground(os.geteuid(), (own,), (), (), (), own / "store")
held = {each.name: each.holds for each in confine(ground)}
def tried(what):
    try:
        what()
    except OSError:
        return "refused"
    return "went through"
said = [
    tried(lambda: (own / "file").write_text("x")),
    tried(lambda: open(sys.argv[2]).read()) if held["files"] else "refused",
    tried(lambda: open(sys.argv[2] + ".new", "w")) if held["files"] else "refused",
    tried(lambda: os.execv("/bin/true", ["true"])) if held["calls"] else "refused",
    tried(os.fork) if held["calls"] else "refused",
    tried(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])))) if held["files"] else "refused",
]
print(*said, sep=";")
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that other accounts can walk to, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="plainview-warden-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def served(data: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`plainview warden`, once it answers."""
    command = [sys.executable, "-m", "plainview", "--data", str(data), "warden", "--region", "home"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1_200):
            if socket_of(data, "home").is_socket() or process.poll() is not None:
                break
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def test_the_warden_says_what_it_gave_up_and_the_kernel_says_the_same(
    served: "subprocess.Popen[bytes]", data: Path
) -> None:
    with Caller(socket_of(data, "home")) as caller:
        status = caller.ask("status", None, Status)
        caller.ask("publish")
    held = {each.name: each.holds for each in status.confinement}
    assert list(held) == LAYERS
    assert held["dumps"]
    assert held["privileges"]
    assert all(each.fact for each in status.confinement)
    told = Path(f"/proc/{served.pid}/status").read_text()
    assert "NoNewPrivs:\t1" in told
    assert ("Seccomp:\t2" in told) == held["calls"]
    assert f"Uid:\t{status.account}\t{status.account}\t{status.account}" in told
    assert held["account"] == (os.geteuid() == 0)
    if held["account"]:
        assert status.account == 64_201
        assert {path.stat().st_uid for path in (data / "warden-home").rglob("*")} == {64_201}
    assert stat.S_IMODE((data / "warden-home").stat().st_mode) == 0o700
    assert (data / "log" / "home" / "checkpoint").stat().st_mode & stat.S_IROTH
    served.send_signal(signal.SIGTERM)
    assert served.wait(timeout=30) == 0
    assert not socket_of(data, "home").exists()


def test_no_other_account_opens_the_store_or_the_keys(served: "subprocess.Popen[bytes]", data: Path) -> None:
    assert served.poll() is None
    if os.geteuid() != 0:
        assert stat.S_IMODE((data / "warden-home").stat().st_mode) == 0o700
        return
    tried = (
        "import os, sys; os.setgid(64_300); os.setuid(64_300)\nfor path in sys.argv[1:]:\n try:\n  open(path, 'rb')\n"
    )
    tried += " except PermissionError: print('refused')\n"
    paths = [str(path) for path in (data / "warden-home").rglob("*") if path.is_file()]
    assert len(paths) >= 3
    done = subprocess.run(
        [sys.executable, "-c", tried, *paths, f"/proc/{served.pid}/mem"], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["refused"] * (len(paths) + 1)


def test_what_is_closed_is_tried_and_refused(data: Path, tmp_path: Path) -> None:

    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("somebody else's")
    listener = socket.create_server(("127.0.0.1", 0))
    own = data / "own"
    own.mkdir()
    command = [sys.executable, "-c", TRIALS, str(own), str(elsewhere), str(listener.getsockname()[1])]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    listener.close()
    assert done.stdout.strip() == ";".join(["went through", *["refused"] * 5]), done.stderr


def test_a_folder_that_the_account_cannot_walk_to_is_said_so(data: Path) -> None:
    if os.geteuid() == 0:
        hidden = data / "hidden"
        hidden.mkdir(mode=0o700)
        (hidden / "own").mkdir()
        assert not reachable(hidden / "own", 64_201)
    assert reachable(data / "own", 64_201)
