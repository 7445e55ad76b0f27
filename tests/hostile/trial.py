"""Owns one trial: a hostile file goes through every step, while the canaries are watched."""

import asyncio
import contextlib
import ctypes
import os
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plainview.adapters.transcoder_ffmpeg import TranscoderFfmpeg
from plainview.kernel.errors import PlainviewError
from plainview.ports.transcoder import Work
from tests.hostile.corpus import ACCEPTED, Case, Kit

IN_ACCESS, IN_MODIFY, IN_OPEN, IN_CREATE, IN_DELETE = 0x1, 0x2, 0x20, 0x100, 0x200


@dataclass(frozen=True, slots=True)
class Result:
    """What a case got, how long that took, and what it left behind."""

    verdict: str
    words: str
    seconds: float
    files: tuple[Path, ...]


class Canaries:
    """A file that nobody may open, and a port that nobody may call."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "canary.txt"
        self.file.write_text("SECRET-CANARY")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        libc = ctypes.CDLL(None, use_errno=True)
        self._watch = libc.inotify_init1(os.O_NONBLOCK)
        watched = libc.inotify_add_watch(
            self._watch, str(folder).encode(), IN_ACCESS | IN_MODIFY | IN_OPEN | IN_CREATE | IN_DELETE
        )
        assert watched >= 0

    def touched(self) -> tuple[str, ...]:
        """What happened to the canaries since the last question."""
        found = []
        with contextlib.suppress(BlockingIOError):
            held = os.read(self._watch, 65_536)
            found.append(f"file: mask {struct.unpack_from('=iI', held)[1]:#x}")
        with contextlib.suppress(BlockingIOError):
            self._listener.accept()[0].close()
            found.append("port called")
        return tuple(found)

    def close(self) -> None:
        """Let go of the watch and the port."""
        os.close(self._watch)
        self._listener.close()


@contextlib.contextmanager
def canaries(folder: Path) -> Iterator[Canaries]:
    """Canaries in a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    held = Canaries(folder)
    try:
        yield held
    finally:
        held.close()


async def tried(case: Case, kit: Kit, transcoder: TranscoderFfmpeg, folder: Path) -> Result:
    """Run one case through every step that an upload goes through; its verdict."""
    source, out = folder / "source", folder / "out"
    await asyncio.to_thread(out.mkdir, parents=True)
    await asyncio.to_thread(source.write_bytes, case.make(kit))
    started = time.monotonic()
    verdict, words = ACCEPTED, ""
    try:
        await through_all_steps(transcoder, source, out)
    except PlainviewError as error:
        verdict, words = error.code, error.detail
    seconds = time.monotonic() - started
    return Result(verdict, words, seconds, tuple(path for path in out.rglob("*") if path.is_file()))


async def through_all_steps(transcoder: TranscoderFfmpeg, source: Path, out: Path) -> Work:
    """An upload's way: looked at, measured, made playable, then the whole ladder and its stills."""
    probe = await transcoder.probe(source)
    work = Work(source, out, probe)
    work = Work(source, out, probe, await transcoder.measure(work))
    await transcoder.poster(work)
    await (transcoder.remux if probe.conforms else transcoder.first)(work)
    with contextlib.suppress(PlainviewError):
        # One that cannot be described is posted all the same.
        await transcoder.content(work)
    await transcoder.ladder(work)
    await transcoder.strip(work)
    return work
