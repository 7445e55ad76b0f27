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
    targets: Tensor
    """(pieces, places) int64: the item that came after each place, from 0 on, or NO_TARGET."""


def endless(histories: Histories, recent: int, places: int, lots: np.random.Generator) -> Iterator[Batch]:
    """Batches of at most so many places, epoch after epoch; each epoch is cut and ordered anew."""
    assert int(histories.lengths.max(initial=0)) > 1, "there is a pair of events to learn from"
    while True:
        cut = pieces(histories, recent, lots)
        groups = grouped(cut, places, lots)
        for number in lots.permutation(len(groups)):
            yield batch([cut[piece] for piece in groups[number]])


def pieces(histories: Histories, recent: int, lots: np.random.Generator) -> list[NDArray[np.int64]]:
    """Every history in pieces of at most recent + 1 items, each beginning with the last item of the one before."""
    found = []
    for person in np.flatnonzero(histories.lengths > 1).tolist():
        items = histories.of(person)
        last = len(items) - 1
        first = int(lots.integers(1, recent + 1)) if last > recent else last
        ends = [first, *range(first + recent, last, recent), last]
        begin = 0
        for end in dict.fromkeys(ends):
            found.append(items[begin : end + 1])
            begin = end
    return found


def grouped(cut: list[NDArray[np.int64]], places: int, lots: np.random.Generator) -> list[list[int]]:
    """Pieces of nearly equal length together, so that little is padded; no group has more places than allowed."""
    lengths = np.array([len(piece) - 1 for piece in cut])
    groups: list[list[int]] = [[]]
    for piece in np.argsort(lengths * lots.uniform(1.0, 1.15, len(cut)), kind="stable"):
        longest = max([lengths[piece], *(lengths[groups[-1]] if groups[-1] else [])])
        if groups[-1] and longest * (len(groups[-1]) + 1) > places:
            groups.append([])
        groups[-1].append(int(piece))
    return groups


def batch(rows: list[NDArray[np.int64]]) -> Batch:
    """One batch of these pieces."""
    longest = max(len(row) for row in rows) - 1
    recent, targets = np.full((len(rows), longest), PADDING), np.full((len(rows), longest), NO_TARGET)
    for place, row in enumerate(rows):
        recent[place, : len(row) - 1] = row[:-1] + 1
        targets[place, : len(row) - 1] = row[1:]
    return Batch(torch.from_numpy(recent), torch.from_numpy(targets))
