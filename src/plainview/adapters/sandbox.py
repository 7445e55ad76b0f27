"""Owns how a program that parses hostile files is run: confined, fed, heard, bounded in time and output, and ended.

The layers themselves are in `sandbox_child`, which the new process runs before it becomes the program.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from plainview.ports.transcoder import Defence

LAUNCHER = Path(__file__).with_name("sandbox_child.py")
# What the dynamic loader itself must run and read to start a program; a path that is missing is left out.
LOADERS = (
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/ld-linux-aarch64.so.1",
    "/lib/ld-musl-x86_64.so.1",
    "/lib/ld-musl-aarch64.so.1",
)
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom")
STDERR_KEPT_BYTES = 256 * 1024
CHUNK_BYTES = 64 * 1024
DEFENCE_WORDS = {
    "parent": "A child ends when the worker does",
    "namespace": "A child has a network of its own, with nothing on it",
    "limits": "CPU seconds, memory, file size, open files and threads are bounded",
    "privileges": "A child cannot gain privileges",
    "landlock": "A child opens its input and its own folder, nothing else",
    "seccomp": "The kernel refuses sockets, new processes, tracing and mounts",
}
TRIAL_WORDS = {
    "socket": "Tried: opening a socket is refused",
    "process": "Tried: starting a process is refused",
    "read": "Tried: reading another file is refused",
    "write": "Tried: writing elsewhere is refused",
    "program": "Tried: running another program is refused",
}


@dataclass(frozen=True, slots=True)
class Confinement:
    """What one child may touch and use. Everything not named here is closed to it."""

    read: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    cpu_s: int = 60
    wall_s: float = 60.0
    memory_bytes: int = 4 << 30
    file_bytes: int = 1 << 30
    folder_bytes: int = 4 << 30
    stdout_bytes: int = 32 << 20
    open_files: int = 128
    threads: int = 1_024
    nice: int = 0

    def plan(self, program: Path, elsewhere: str = "") -> str:
        """The plan that the launcher reads, as JSON."""
        limits = {
            "RLIMIT_CPU": self.cpu_s,
            "RLIMIT_AS": self.memory_bytes,
            "RLIMIT_FSIZE": self.file_bytes,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_NPROC": self.threads,
            "RLIMIT_CORE": 0,
        }
        return json.dumps(
            {
                "parent": os.getpid(),
                "nice": self.nice,
                "limits": limits,
                "run": [str(program), *LOADERS],
                "read": [*(str(path) for path in self.read), *LIBRARIES],
                "write": [str(path) for path in self.write],
                "elsewhere": elsewhere,
            }
        )


@dataclass(slots=True)
class Outcome:
    """How a child ended. `overran` names the limit that ended it, or is empty."""

    returncode: int
    stdout: bytes
    stderr: str
    wall_s: float
    overran: str = ""

    @property
    def crashed(self) -> bool:
        """True when the program died of a signal of its own making."""
        return self.returncode < 0 and not self.overran

    @property
    def succeeded(self) -> bool:
        """True when the program said that it did what it was asked."""
        return self.returncode == 0 and not self.overran


@dataclass(slots=True)
class _Watch:
    """What is heard from a child while it runs."""

    on_line: Callable[[str], None] | None
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    overran: str = ""


async def run(
    program: Path,
    arguments: list[str],
    confinement: Confinement,
    *,
    stdin: bytes | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Outcome:
    """Run the program to its end inside the confinement; what it said and how it ended.

    `on_line` gets each line of its standard output as it comes; without it the output is kept and returned.
    A cancelled call leaves no child behind.
    """
    started = time.monotonic()
    command = [sys.executable, "-I", "-S", str(LAUNCHER), confinement.plan(program), "--", str(program), *arguments]
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        env={"LC_ALL": "C"},
    )
    watch = _Watch(on_line)
    try:
        async with asyncio.timeout(confinement.wall_s):
            await _attend(child, confinement, watch, stdin)
    except TimeoutError:
        watch.overran = "time"
    finally:
        await _end(child)
    returncode = child.returncode if child.returncode is not None else -signal.SIGKILL
    return Outcome(
        returncode,
        bytes(watch.stdout),
        watch.stderr.decode("utf-8", "replace"),
        time.monotonic() - started,
        watch.overran or _limit_that_killed(returncode),
    )


async def _attend(
    child: asyncio.subprocess.Process, confinement: Confinement, watch: _Watch, stdin: bytes | None
) -> None:
    """Feed, hear and weigh the child until it ends."""
    weigher = asyncio.create_task(_weigh(child, confinement, watch))
    try:
        await asyncio.gather(
            _feed(child, stdin), _hear_output(child, confinement, watch), _hear_errors(child, watch), child.wait()
        )
    finally:
        weigher.cancel()


async def _feed(child: asyncio.subprocess.Process, stdin: bytes | None) -> None:
    """Write the input; a child that stops reading is no error here, its exit code will say."""
    if stdin is None or child.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(stdin)
        await child.stdin.drain()
    child.stdin.close()


async def _hear_output(child: asyncio.subprocess.Process, confinement: Confinement, watch: _Watch) -> None:
    """Keep the output, or hand it on by lines; more than allowed ends the child."""
    total = 0
    line = b""
    while child.stdout is not None and (chunk := await child.stdout.read(CHUNK_BYTES)):
        total += len(chunk)
        if total > confinement.stdout_bytes:
            watch.overran = "output"
            _kill(child)
            return
        if watch.on_line is None:
            watch.stdout += chunk
            continue
        *lines, line = (line + chunk).split(b"\n")
        for whole in lines:
            watch.on_line(whole.decode("ascii", "replace"))


async def _hear_errors(child: asyncio.subprocess.Process, watch: _Watch) -> None:
    """Keep the first half and the last half of what the child complains, and drop what lies between."""
    half = STDERR_KEPT_BYTES // 2
    tail = b""
    while child.stderr is not None and (chunk := await child.stderr.read(CHUNK_BYTES)):
        room = half - len(watch.stderr)
        watch.stderr += chunk[:room] if room > 0 else b""
        tail = (tail + chunk[max(room, 0) :])[-half:]
    watch.stderr += tail


async def _weigh(child: asyncio.subprocess.Process, confinement: Confinement, watch: _Watch) -> None:
    """End the child when its folders together outgrow their limit; one file's limit the kernel holds."""
    while True:
        await asyncio.sleep(1.0)
        if await asyncio.to_thread(_bytes_in, confinement.write) > confinement.folder_bytes:
            watch.overran = "output"
            _kill(child)
            return


def _bytes_in(folders: tuple[Path, ...]) -> int:
    """The bytes of all files in these folders, those in their folders included."""
    total = 0
    for folder in folders:
        for path in folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                total += path.lstat().st_size
    return total


def _kill(child: asyncio.subprocess.Process) -> None:
    """End the child and whatever it could have started."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


async def _end(child: asyncio.subprocess.Process) -> None:
    """Leave no child behind, however this call ends."""
    _kill(child)
    await asyncio.shield(child.wait())


def _limit_that_killed(returncode: int) -> str:
    """The limit behind a signal: only the kernel's limits send these."""
    limits = {-signal.SIGXCPU: "time", -signal.SIGXFSZ: "output", -signal.SIGKILL: "time"}
    return limits.get(returncode, "")


async def report(program: Path) -> dict[str, str]:
    """Each layer and trial with an empty text when it holds, as found by a real child (see `sandbox_child.report`)."""
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = str(Path(folder) / "outside")
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(LAUNCHER), Confinement().plan(program, elsewhere)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(20):
                output, _ = await child.communicate()
        finally:
            await _end(child)
    found = json.loads(output)
    return {str(name): str(reason) for name, reason in found.items()}


async def defences(program: Path) -> tuple[Defence, ...]:
    """The layers and the trials in words: what holds, or why it does not."""
    found = await report(program)
    layers = [
        Defence(name, f"layer:{name}" not in found, found.get(f"layer:{name}") or words)
        for name, words in DEFENCE_WORDS.items()
    ]
    trials = [
        Defence(f"tried {name}", not found[f"trial:{name}"], found[f"trial:{name}"] or words)
        for name, words in TRIAL_WORDS.items()
    ]
    return (*layers, *trials)
