"""Owns a fit in a process of its own: what it is told comes in frames by one pipe, its verdict leaves by another.

`serving` is the first frame, a model or nothing; each `lesson` is a slice of the engine's state; then the pipe ends.
Nothing is written to a disk. While too little has happened, torch is not even loaded.
"""

from typing import BinaryIO, Final

import msgspec

from plainview.engine.sequence.serving import read_model
from plainview.engine.sequence.told import gathered_up
from plainview.kernel.frames import OK, framed, taken_out
from plainview.ports.fitter import Fitted

ENJOYED_MIN: Final = 2_000
"""Fewer videos enjoyed, all people together, and nothing is fitted."""
_PIECE: Final = 1 << 18


def attend(told_by: BinaryIO, tell: BinaryIO) -> None:
    """Take everything in, fit, say what became of it."""
    held, pieces = bytearray(), list[bytes]()
    while piece := told_by.read(_PIECE):
        held += piece
        pieces += [msgspec.msgpack.decode(frame.payload, type=bytes) for frame in taken_out(held)]
    tell.write(framed(0, OK, fit(pieces[0], pieces[1:])))
    tell.flush()


def fit(serving: bytes, lessons: list[bytes]) -> Fitted:
    """The model of these lessons, judged."""
    told = gathered_up(lessons)
    if told.enjoyed < ENJOYED_MIN:
        return Fitted(b"", "too_little", {"people": len(told.people), "enjoyed": told.enjoyed})
    from plainview.engine.sequence.nightly import NightlyShape
    from plainview.engine.sequence.nightly import fit as fit_and_judge

    outcome = fit_and_judge(told, read_model(serving) if serving else None, NightlyShape())
    return Fitted(outcome.model.to_bytes() if outcome.model else b"", outcome.verdict, outcome.figures)
