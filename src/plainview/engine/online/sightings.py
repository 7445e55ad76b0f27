"""Owns how often an id that has no row yet was seen: a filter of fixed size that counts by fingerprint.

A cell is 16 bits: 12 of the id's fingerprint, 4 of its count; a bucket is 32 cells, one cache line. Two ids of one
fingerprint are counted together, so that one may be admitted early (about one in 200 when the filter is full); a full
bucket forgets one of those it has seen least, so that a rare id may be admitted late. Neither makes two ids share a
row.
The cell is that of Monolith's hash filter (bytedance/monolith, runtime/hash_filter); the forgetting is ours.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.keymap import Ids, mixed

CELLS: Final = 32
COUNT_MAX: Final = 15
_COUNT: Final = np.uint16(COUNT_MAX)


class Sightings:
    """Counts of ids, up to 15 each."""

    def __init__(self, nbytes: int) -> None:
        self.cells: NDArray[np.uint16] = np.zeros((max(1, nbytes // 64), CELLS), np.uint16)
        self._touched: list[NDArray[np.int64]] = []

    def count(self, ids: Ids, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,) how often each id was seen by now, these times included.

        Args:
            ids: (n,) all different.
            times: (n,) at least 1, how often each was seen just now.
        """
        bucket, print_ = self._places(ids)
        totals = np.empty(len(ids), np.int64)
        order = np.argsort(bucket, kind="stable")
        waiting = order
        # One id of each bucket at a time: the order in a batch is the order of counting.
        while len(waiting):
            first = np.concatenate(([True], bucket[waiting[1:]] != bucket[waiting[:-1]]))
            turn, waiting = waiting[first], waiting[~first]
            totals[turn] = self._count(bucket[turn], print_[turn], times[turn])
        self._touched.append(bucket)
        return totals

    def forget(self, ids: Ids) -> None:
        """Frees the cells of ids that need no counting any more."""
        bucket, print_ = self._places(ids)
        held = self.cells[bucket] >> np.uint16(4) == print_[:, None]
        row, at = np.nonzero(held)
        self.cells[bucket[row], at] = 0
        self._touched.append(bucket)

    def take_touched(self) -> NDArray[np.int64]:
        """The buckets that changed since this was last asked, in order."""
        touched = np.unique(np.concatenate(self._touched)) if self._touched else np.zeros(0, np.int64)
        self._touched.clear()
        return touched

    def _places(self, ids: Ids) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        keys = mixed(ids)
        bucket = ((keys >> np.uint64(32)) * np.uint64(len(self.cells))) >> np.uint64(32)
        # 0 would be the print of an empty cell.
        print_ = np.maximum(keys & np.uint64(0xFFF), np.uint64(1))
        return bucket.astype(np.int64), print_.astype(np.uint16)

    def _count(
        self, bucket: NDArray[np.int64], print_: NDArray[np.uint16], times: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        held = self.cells[bucket]
        hits = held >> np.uint16(4) == print_[:, None]
        # Its own cell; else an empty one; else the least seen, beginning the search where the print says.
        turned = (np.arange(CELLS) - print_[:, None].astype(np.int64)) % CELLS
        at = np.where(hits, -1, (held & _COUNT).astype(np.int64) * CELLS + turned).argmin(axis=1)
        lines = np.arange(len(bucket))
        before = np.where(hits[lines, at], held[lines, at] & _COUNT, 0).astype(np.int64)
        total = before + times
        self.cells[bucket, at] = print_ << np.uint16(4) | np.minimum(total, COUNT_MAX).astype(np.uint16)
        return total
