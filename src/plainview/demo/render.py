"""Making the sample clips: owns how one is drawn into a file and how many are made side by side."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

from plainview.demo.encode import Target, encode
from plainview.demo.kinds import KINDS
from plainview.demo.shot import Shot
from plainview.kernel.errors import PlainviewError


class CalledOffError(PlainviewError):
    """Clips are not drawn to the end."""

    code, status, title = "demo.called_off", 503, "Stopped"


@dataclass(frozen=True)
class Recipe:
    """All that decides one clip: the same recipe gives the same clip."""

    kind: str
    seed: int
    palette: str
    variant: str = ""
    seconds: float = 8.0
    width: int = 720
    height: int = 1280
    silent: bool = False

    def shot(self) -> Shot:
        """The shot that the kind draws, at the kind's own fineness."""
        detail = KINDS[self.kind].detail * 720 / min(self.width, self.height)
        width, height = (round(side * detail / 2) * 2 for side in (self.width, self.height))
        return Shot(width, height, self.seconds, self.seed, self.palette, self.variant)


def render(recipe: Recipe, path: Path) -> Path:
    """Draw, sound and encode one clip into `path`, which appears only when it is whole.

    Raises:
        ClipNotEncodedError: FFmpeg failed.
    """
    kind, shot = KINDS[recipe.kind], recipe.shot()
    unfinished = path.with_suffix(".part")
    tape = None if recipe.silent else kind.sound(shot)
    try:
        encode(kind.picture(shot), tape, Target(unfinished, recipe.width, recipe.height, shot.fps))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def render_many(jobs: Sequence[tuple[Recipe, Path]], workers: int = 2) -> Generator[tuple[int, Path], None, None]:
    """Yield (place in `jobs`, path) as clips are finished; one that is there already is not made again.

    Closing the iterator, or `call_off`, ends what is being drawn at once; nothing is left of an unfinished clip. The
    work is done in processes of low priority, so that whoever watches the first clips is not disturbed by the making
    of the next.

    Raises:
        CalledOffError: a process that draws has ended.
        ClipNotEncodedError: FFmpeg failed.
    """
    missing = [index for index, (_, path) in enumerate(jobs) if not path.exists()]
    yield from ((index, path) for index, (_, path) in enumerate(jobs) if index not in set(missing))
    if not missing:
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    try:
        futures = {pool.submit(_draw, *jobs[index]): index for index in missing}
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BrokenProcessPool as error:
        call_off()
        raise CalledOffError("The drawing of clips ended. `plainview demo` goes on where it stopped.") from error
    except BaseException:
        call_off()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def call_off() -> None:
    """End the processes in which clips are drawn for this one, and with each its FFmpeg."""
    for child in multiprocessing.active_children():
        child.terminate()


def _begin() -> None:
    """Make a process that draws step back, and end with what it began when it is told to, or left alone."""
    os.nice(10)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def _draw(recipe: Recipe, path: Path) -> Path:
    try:
        return render(recipe, path)
    except SystemExit:
        # The pool would take this for an answer, and wait for the next clip. Ours are all cleared away by now.
        os._exit(1)
