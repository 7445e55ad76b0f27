"""Owns what a child's end means: which error fits what FFmpeg said, and how far along its progress lines say it is."""

import re
import time
from collections.abc import Callable

from plainview.adapters.sandbox import Outcome
from plainview.kernel.errors import PlainviewError
from plainview.ports.transcoder import (
    BrokenVideoError,
    OnProgress,
    Progress,
    TookTooMuchError,
    TooManyPixelsError,
    TranscodeFailedError,
)

NO_ROOM = re.compile(r"No space left on device|Disk quota exceeded")
NO_MEMORY = re.compile(r"Cannot allocate memory|malloc of size|Error reinitializing filters.*memory", re.IGNORECASE)
OUT_OF_BOUNDS = re.compile(r"Picture size \d+x\d+ is invalid|picture size is out of bounds", re.IGNORECASE)


def error_of(outcome: Outcome, step: str) -> PlainviewError:
    """The error for a child that did not succeed. Full disks may pass; damage and limits will not."""
    if outcome.overran:
        return TookTooMuchError()
    if NO_ROOM.search(outcome.stderr):
        return TranscodeFailedError("There is no room left on this machine's disk. Processing goes on when there is.")
    if NO_MEMORY.search(outcome.stderr):
        return TookTooMuchError()
    if OUT_OF_BOUNDS.search(outcome.stderr):
        return TooManyPixelsError()
    if outcome.crashed or outcome.returncode != 0:
        return BrokenVideoError(fields={"step": step, "said": last_words(outcome.stderr)})
    return TranscodeFailedError(f"The step {step} ended without its result.")


def last_words(stderr: str, limit: int = 400) -> str:
    """The last complaints of a child in one line, without paths, for logs."""
    lines = [line for line in stderr.splitlines() if line.startswith(("[error]", "[fatal]"))][-3:]
    return re.sub(r"(?:file:)?/[^\s':]+", "…", " | ".join(lines))[-limit:]


def progress_hearer(
    duration_ms: int, on_progress: OnProgress | None, playable: Callable[[], bool]
) -> Callable[[str], None]:
    """A hearer of FFmpeg's `-progress` lines that tells the fraction done and the seconds left."""
    started = time.monotonic()

    def hear(line: str) -> None:
        name, _, value = line.partition("=")
        if name != "out_time_us" or on_progress is None or not value.strip().lstrip("-").isdigit():
            return
        fraction = min(max(int(value) / 1000 / max(duration_ms, 1), 0.0), 1.0)
        spent = time.monotonic() - started
        eta = spent * (1 - fraction) / fraction if fraction > 0.02 else None
        on_progress(Progress(fraction, eta, playable()))

    return hear
