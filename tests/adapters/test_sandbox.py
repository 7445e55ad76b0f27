"""A child may do what its plan says, and is ended when it does more."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import imageio_ffmpeg
import pytest

from plainview.adapters import sandbox
from plainview.adapters.sandbox import Confinement

FFMPEG = Path(imageio_ffmpeg.get_ffmpeg_exe())
ENDLESS = ["-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-f", "null", "-"]

pytestmark = pytest.mark.anyio


async def test_each_layer_holds_when_a_child_tries_the_forbidden() -> None:
    defences = {defence.name: defence for defence in await sandbox.defences(FFMPEG)}
    assert [name for name, defence in defences.items() if not defence.holds] == []
    assert {"namespace", "landlock", "seccomp", "tried socket", "tried read", "tried write"} <= set(defences)


async def test_a_child_cannot_open_a_file_that_is_not_in_its_plan(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x")
    arguments = ["-f", "data", "-i", f"file:{tmp_path}/secret.txt", "-map", "0", "-c", "copy", "-f", "data", "pipe:1"]
    closed = await sandbox.run(FFMPEG, arguments, Confinement())
    opened = await sandbox.run(FFMPEG, arguments, Confinement(read=(tmp_path / "secret.txt",)))
    assert not closed.succeeded
    assert "Permission denied" in closed.stderr
    assert opened.stdout == b"x"


async def test_a_child_cannot_write_beside_its_folder(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    picture = ["-nostdin", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1", "-y"]
    beside = await sandbox.run(FFMPEG, [*picture, f"{tmp_path}/beside.png"], Confinement(write=(inside,)))
    within = await sandbox.run(FFMPEG, [*picture, f"{inside}/within.png"], Confinement(write=(inside,)))
    assert not beside.succeeded
    assert within.succeeded
    assert names(tmp_path) == ["inside", "within.png"]


async def test_a_child_cannot_call_the_network() -> None:
    outcome = await sandbox.run(FFMPEG, ["-nostdin", "-i", "http://127.0.0.1:9/x"], Confinement())
    assert not outcome.succeeded
    assert "Operation not permitted" in outcome.stderr


async def test_a_child_that_outlives_its_time_is_ended() -> None:
    outcome = await sandbox.run(FFMPEG, ENDLESS, Confinement(wall_s=0.5))
    assert outcome.overran == "time"
    assert outcome.wall_s < 5


async def test_a_child_that_uses_up_its_processor_seconds_is_ended() -> None:
    busy = ["-nostdin", "-f", "lavfi", "-i", "testsrc2=s=1280x720", "-f", "null", "-"]
    outcome = await sandbox.run(FFMPEG, busy, Confinement(cpu_s=1))
    assert outcome.overran == "time"


async def test_a_child_that_writes_a_file_too_large_is_ended(tmp_path: Path) -> None:
    flood = ["-nostdin", "-f", "lavfi", "-i", "testsrc2=s=640x360", "-c:v", "rawvideo", "-y", f"{tmp_path}/flood.avi"]
    outcome = await sandbox.run(FFMPEG, flood, Confinement(write=(tmp_path,), file_bytes=1_000_000, wall_s=20))
    assert not outcome.succeeded
    assert 0 < largest(tmp_path) <= 1_000_000


async def test_a_child_that_fills_its_folder_with_small_files_is_ended(tmp_path: Path) -> None:
    flood = ["-nostdin", "-f", "lavfi", "-i", "testsrc2=s=320x180", "-y", f"{tmp_path}/%08d.bmp"]
    outcome = await sandbox.run(FFMPEG, flood, Confinement(write=(tmp_path,), folder_bytes=1_000_000, wall_s=20))
    assert outcome.overran == "output"


async def test_a_child_that_says_too_much_is_ended() -> None:
    flood = ["-nostdin", "-f", "lavfi", "-i", "testsrc2=s=640x360", "-f", "rawvideo", "pipe:1"]
    outcome = await sandbox.run(FFMPEG, flood, Confinement(stdout_bytes=1_000_000))
    assert outcome.overran == "output"


async def test_a_child_that_wants_too_much_memory_gets_none() -> None:
    vast = ["-nostdin", "-f", "lavfi", "-i", "color=s=16384x16384", "-frames:v", "2", "-f", "null", "-"]
    outcome = await sandbox.run(FFMPEG, vast, Confinement(memory_bytes=600_000_000))
    assert not outcome.succeeded


async def test_a_cancelled_call_leaves_no_child_behind() -> None:
    before = _ffmpegs_below(os.getpid())
    running = asyncio.create_task(sandbox.run(FFMPEG, ENDLESS, Confinement()))
    await asyncio.sleep(0.5)
    during = _ffmpegs_below(os.getpid()) - before
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert during
    assert not _ffmpegs_below(os.getpid()) & during


def test_a_child_dies_with_a_parent_that_was_killed() -> None:
    script = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom plainview.adapters import sandbox\n"
        "asyncio.run(sandbox.run(Path(sys.argv[1]), sys.argv[2:], sandbox.Confinement()))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(FFMPEG), *ENDLESS])
    children: set[int] = set()
    deadline = time.monotonic() + 20
    while not children and time.monotonic() < deadline:
        time.sleep(0.05)
        children = _ffmpegs_below(parent.pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while any(_alive(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert children
    assert not any(_alive(child) for child in children)


def names(folder: Path) -> list[str]:
    """The names of all that lies in a folder and below it."""
    return sorted(path.name for path in folder.rglob("*"))


def largest(folder: Path) -> int:
    """The bytes of the largest file in a folder."""
    return max(path.stat().st_size for path in folder.iterdir())


def _ffmpegs_below(parent: int) -> set[int]:
    """The ids of the FFmpeg processes that this process started."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and b"ffmpeg" in Path(entry / "comm").read_bytes():
                words = (entry / "stat").read_text().rpartition(")")[2].split()
                found |= {int(entry.name)} if int(words[1]) == parent and words[0] != "Z" else set()
        except OSError:
            continue
    return found


def _alive(process: int) -> bool:
    """True while the process runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
