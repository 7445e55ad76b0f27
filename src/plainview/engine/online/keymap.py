"""Owns the map from 64-bit ids to row numbers: exact, batched, growing and forgetting without a pause.

Open addressing in buckets of one cache line (eight keys), so that most look-ups touch one line for the key and one for
the row; all probing is done for a whole batch at once. The map grows by being copied, a few buckets at each change,
into a larger generation: look-ups ask the new one first and then the old. Buckets of a cache line are NVIDIA's
HierarchicalKV; exact keys, so that two ids never share a row, are ByteDance's Monolith (arXiv 2209.07663, section 2.1).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint64]
Rows = NDArray[np.int32]

CELLS: Final = 8
LOAD_MAX: Final = 0.8
_GROWTH: Final = 1.6
# Buckets that are copied for each id that is added. A generation ends when a sixth as many ids have been added as it
# has buckets, long before the next one is full.
_COPIED_PER_ID: Final = 6
_BLOCK: Final = 8192
_EMPTY: Final = np.uint64(0)
_GONE: Final = np.uint64(2**64 - 1)


def mixed(ids: Ids) -> Ids:
    """The ids, stirred: one to one, 0 to 0, every bit of the result hanging on every bit of the id.

    Source: the finalizer of MurmurHash3 (Appleby), which is a bijection; so no two ids are ever taken for one.
    """
    stirred = ids ^ (ids >> np.uint64(33))
    stirred *= np.uint64(0xFF51AFD7ED558CCD)
    stirred ^= stirred >> np.uint64(33)
    stirred *= np.uint64(0xC4CEB9FE1A85EC53)
    stirred ^= stirred >> np.uint64(33)
    return stirred


class Generation:
    """One array of buckets of a fixed number."""

    def __init__(self, buckets: int) -> None:
        self.keys: Ids = np.zeros((buckets, CELLS), np.uint64)
        self.rows: Rows = np.zeros(buckets * CELLS, np.int32)
        self.used = 0
        """Cells that are not empty; those whose key is gone count too."""

    @property
    def nbytes(self) -> int:
        """Bytes of keys and rows."""
        return self.keys.nbytes + self.rows.nbytes

    @property
    def room(self) -> int:
        """How many cells may be used before it is too full."""
        return int(self.keys.size * LOAD_MAX)

    def buckets_of(self, keys: Ids) -> NDArray[np.int64]:
        """(n,) the home bucket of each key: its upper half, scaled."""
        return (((keys >> np.uint64(32)) * np.uint64(len(self.keys))) >> np.uint64(32)).astype(np.int64)

    def cells_of(self, keys: Ids) -> NDArray[np.int64]:
        """(n,) int64 the cell that holds each key; -1 where none does."""
        found = np.full(len(keys), -1, np.int64)
        for start in range(0, len(keys), _BLOCK):
            block = slice(start, start + _BLOCK)
            self._find(keys[block], found[block])
        return found

    def _find(self, keys: Ids, found: NDArray[np.int64]) -> None:
        bucket, waiting = self.buckets_of(keys), np.arange(len(keys))
        while len(waiting):
            held = self.keys.take(bucket, axis=0)
            line, at = np.divmod(np.flatnonzero(held == keys[waiting, None]), CELLS)
            found[waiting[line]] = bucket[line] * CELLS + at
            # Only a full bucket can have sent a key on to the next one.
            onward = np.ones(len(waiting), np.bool_)
            onward[line] = False
            onward &= held[:, -1] != _EMPTY
            waiting, bucket = waiting[onward], (bucket[onward] + 1) % len(self.keys)

    def put(self, keys: Ids, rows: Rows) -> None:
        """Adds keys that are all different and not held yet."""
        bucket = self.buckets_of(keys)
        self.used += len(keys)
        while len(keys):
            order = np.argsort(bucket, kind="stable")
            keys, rows, bucket = keys[order], rows[order], bucket[order]
            rank = _rank_in_run(bucket)
            free = self.keys[bucket] == _EMPTY
            mine = free & (free.cumsum(axis=1) == rank[:, None] + 1)
            at = mine.argmax(axis=1)
            placed = mine[np.arange(len(at)), at]
            self.keys[bucket[placed], at[placed]] = keys[placed]
            self.rows[bucket[placed] * CELLS + at[placed]] = rows[placed]
            keys, rows, bucket = keys[~placed], rows[~placed], (bucket[~placed] + 1) % len(self.keys)


class KeyMap:
    """Which row holds which id. Row 0 is nobody's, and means that an id has none; id 0 is no id."""

    def __init__(self, expected: int = 0) -> None:
        self._new = Generation(max(64, int(expected / LOAD_MAX / CELLS) + 1))
        self._old: Generation | None = None
        self._cursor = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Bytes of all generations."""
        return self._new.nbytes + (self._old.nbytes if self._old else 0)

    def rows(self, ids: Ids) -> Rows:
        """(n,) int32 the row of each id, 0 where it has none."""
        keys = mixed(ids)
        rows = _rows_in(self._new, keys)
        if self._old is not None:
            missing = np.flatnonzero(rows == 0)
            rows[missing] = _rows_in(self._old, keys[missing])
        return rows

    def add(self, ids: Ids, rows: Rows) -> None:
        """Gives each of these ids a row; they are all different, not 0, and have none yet."""
        self._make_room(len(ids))
        self._new.put(mixed(ids), rows)
        self._count += len(ids)

    def move(self, ids: Ids, rows: Rows) -> None:
        """Gives ids that have rows other ones, all in one assignment for each generation."""
        keys = mixed(ids)
        for generation in filter(None, (self._new, self._old)):
            cells = generation.cells_of(keys)
            generation.rows[cells[cells >= 0]] = rows[cells >= 0]

    def remove(self, ids: Ids) -> None:
        """Takes these ids out; all of them have rows. Their cells are free again in the next generation."""
        keys = mixed(ids)
        for generation in filter(None, (self._new, self._old)):
            cells = generation.cells_of(keys)
            cells = cells[cells >= 0]
            generation.keys.reshape(-1)[cells] = _GONE
            generation.rows[cells] = 0
        self._count -= len(ids)

    def _make_room(self, wanted: int) -> None:
        while True:
            self._copy_on(max(256, wanted * _COPIED_PER_ID))
            if self._new.used + wanted <= self._new.room:
                return
            self._copy_on(None)
            buckets = int((self._count + wanted) * _GROWTH / LOAD_MAX / CELLS) + 64
            self._old, self._new, self._cursor = self._new, Generation(buckets), 0

    def _copy_on(self, buckets: int | None) -> None:
        """Brings so many buckets of the old generation into the new one; None brings all the rest."""
        old = self._old
        if old is None:
            return
        end = len(old.keys) if buckets is None else min(self._cursor + buckets, len(old.keys))
        keys = old.keys[self._cursor : end].reshape(-1)
        held = np.flatnonzero((keys != _EMPTY) & (keys != _GONE))
        rows = old.rows[self._cursor * CELLS : end * CELLS]
        self._new.put(keys[held], rows[held])
        # What is copied is gone from the old one, so that each id is in one generation only.
        keys[held] = _GONE
        self._cursor = end
        if end == len(old.keys):
            self._old = None


def _rows_in(generation: Generation, keys: Ids) -> Rows:
    cells = generation.cells_of(keys)
    return np.where(cells >= 0, generation.rows[cells], np.int32(0))


def _rank_in_run(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) how many equal values stand directly before each, in sorted values."""
    place = np.arange(len(values))
    starts = np.concatenate(([True], values[1:] != values[:-1])) if len(values) else np.zeros(0, bool)
    return place - np.maximum.accumulate(np.where(starts, place, 0))
