"""Owns how histories become batches: pieces of bounded length, those of about the same length together.

Each epoch cuts long histories at other places, so that every event is a target once an epoch, each time after another
length of history.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from plainview.engine.sequence.encoder import PADDING
from plainview.engine.sequence.histories import Histories

NO_TARGET = -1


@dataclass(frozen=True, slots=True)
class Batch:
    """Pieces of histories, padded at the end."""

    recent: Tensor
    """(pieces, places) int64: item numbers from 1 on, or PADDING."""
    waits: Tensor | None
    """(pieces, places) int64: how long after each the next came; None where no times are known."""
    targets: Tensor
    """(pieces, places) int64: the item that came after each place, from 0 on, or NO_TARGET."""


def endless(histories: Histories, recent: int, places: int, lots: np.random.Generator) -> Iterator[Batch]:
    """Batches of at most so many places, epoch after epoch; each epoch is cut and ordered anew."""
    assert int(histories.lengths.max(initial=0)) > 1, "there is a pair of events to learn from"
    while True:
        cut = pieces(histories, recent, lots)
        groups = grouped(cut, places, lots)
        for number in lots.permutation(len(groups)):
            yield batch(histories, [cut[piece] for piece in groups[number]])


def pieces(histories: Histories, recent: int, lots: np.random.Generator) -> list[slice]:
    """Every history in pieces of at most recent + 1 events, each beginning with the last event of the one before."""
    found = []
    for person in np.flatnonzero(histories.lengths > 1).tolist():
        start, last = int(histories.starts[person]), int(histories.lengths[person]) - 1
        first = int(lots.integers(1, recent + 1)) if last > recent else last
        ends = [first, *range(first + recent, last, recent), last]
        begin = 0
        for end in dict.fromkeys(ends):
            found.append(slice(start + begin, start + end + 1))
            begin = end
    return found


def grouped(cut: list[slice], places: int, lots: np.random.Generator) -> list[list[int]]:
    """Pieces of nearly equal length together, so that little is padded; no group has more places than allowed."""
    lengths = np.array([piece.stop - piece.start - 1 for piece in cut])
    groups: list[list[int]] = [[]]
    for piece in np.argsort(lengths * lots.uniform(1.0, 1.15, len(cut)), kind="stable"):
        longest = max([lengths[piece], *(lengths[groups[-1]] if groups[-1] else [])])
        if groups[-1] and longest * (len(groups[-1]) + 1) > places:
            groups.append([])
        groups[-1].append(int(piece))
    return groups


def batch(histories: Histories, cut: list[slice]) -> Batch:
    """One batch of these pieces."""
    rows = [histories.items[piece] for piece in cut]
    places = max(len(row) for row in rows) - 1
    waits = None
    if histories.waits is not None:
        waits = _padded([histories.waits[piece][:-1] for piece in cut], places, 0)
    recent, targets = (
        _padded([row[:-1] + 1 for row in rows], places, PADDING),
        _padded([row[1:] for row in rows], places, NO_TARGET),
    )
    return Batch(recent, waits, targets)


def lasting(histories: Histories, recent: int) -> tuple[Tensor, Tensor | None]:
    """(persons, places) the last events of each as the encoder reads them, and the waits after them where known."""
    kept = [
        slice(max(start, end - recent), end) for start, end in zip(histories.starts, histories.starts[1:], strict=False)
    ]
    places = max(piece.stop - piece.start for piece in kept)
    waits = None if histories.waits is None else _padded([histories.waits[piece] for piece in kept], places, 0)
    return _padded([histories.items[piece] + 1 for piece in kept], places, PADDING), waits


def _padded(rows: list[NDArray[np.int64]], places: int, empty: int) -> Tensor:
    """(rows, places) with what stands for an empty place at the end."""
    found = np.full((len(rows), places), empty, np.int64)
    for place, row in enumerate(rows):
        found[place, : len(row)] = row
    return torch.from_numpy(found)
