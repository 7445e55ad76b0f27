"""Owns the embedding table: one row of numbers for each id that is seen often enough, and never one row for two ids.

The idea is Monolith's (Liu et al. 2022, arXiv 2209.07663): a table without collisions, with admission by frequency and
expiry by age, that learns while it serves. The names are TorchRec's (`profile`, `remap`, `evict` of its managed
collision modules, `num_embeddings` as the ceiling of a table), so that a table too large for one machine is moved to
`torchrec.modules.mc_embedding_modules` on a cluster without another vocabulary; TorchRec's own needs CUDA to be quick.

Memory: arrays are reserved up to `num_embeddings` and the system gives their pages when they are first written, in
order of row. So the table grows without copying a row, and costs what it holds. A row costs its vector and about 36
bytes (key and row number, id, sum of squared gradients, time last seen); the filter of sightings has a fixed size.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, BinaryIO, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online import archive
from plainview.engine.online.keymap import Ids, KeyMap, Rows, mixed
from plainview.engine.online.sightings import Sightings
from plainview.ports.engine import SnapshotUnreadableError

Vectors = NDArray[np.float32]

_EPSILON: Final = np.float32(1e-8)


@dataclass(frozen=True, slots=True)
class TableConfig:
    """What a table is made with. All of it is written into snapshots."""

    name: str
    num_embeddings: int
    """The most rows that are ever held; ids beyond are refused until others expire."""
    embedding_dim: int
    admit_after: int = 2
    """An id gets a row when it was seen so often."""
    sightings_bytes: int = 1 << 24
    init_scale: float = 0.1
    """A new row's numbers lie in ± this, drawn from the id: the same on every machine and in every replay."""
    learning_rate: float = 0.1


class Changes(NamedTuple):
    """What changed in a table since this was last asked: rows in ascending order, one entry each."""

    rows: Rows
    ids: Ids
    """0 where the row was freed."""
    vectors: Vectors
    squares: NDArray[np.float32]
    seen_s: NDArray[np.uint32]
    buckets: NDArray[np.int64]
    sightings: NDArray[np.uint16]
    """The cells of these buckets of the filter."""
    facts: NDArray[np.int64]
    """(3,) the counters `_next`, `_cursor`, `refused`."""


class EmbeddingTable:
    """Rows by id. One owner at a time: it is not safe to call from two threads at once.

    Row 0 stands for every id that has no row: its vector is zero and stays so. Id 0 is no id.
    """

    def __init__(self, config: TableConfig) -> None:
        rows = config.num_embeddings + 1
        self.config = config
        self.vectors: Vectors = np.zeros((rows, config.embedding_dim), np.float32)
        self.squares: NDArray[np.float32] = np.zeros(rows, np.float32)
        """Row-wise Adagrad: the sum over steps of the mean squared gradient of a row."""
        self.seen_s: NDArray[np.uint32] = np.zeros(rows, np.uint32)
        self.ids: Ids = np.zeros(rows, np.uint64)
        self.refused = 0
        """How many ids found no room."""
        self._next = 1
        self._cursor = 1
        self._free: Rows = np.zeros(0, np.int32)
        self._map = KeyMap()
        self._sightings = Sightings(config.sightings_bytes)
        self._touched: list[Rows] = []

    def __len__(self) -> int:
        return len(self._map)

    @property
    def nbytes(self) -> int:
        """Bytes in use: rows up to the highest that was ever given, the map, and the filter of sightings."""
        row = self.vectors.strides[0] + self.squares.itemsize + self.seen_s.itemsize + self.ids.itemsize
        return row * self._next + self._map.nbytes + self._sightings.cells.nbytes

    def remap(self, ids: Ids) -> Rows:
        """(n,) int32 the row of each id, 0 where it has none. Changes nothing."""
        return self._map.rows(ids)

    def profile(self, ids: Ids, now_s: int) -> Rows:
        """The same for ids that are learned from: each is counted, and gets a row when it was seen often enough.

        Args:
            ids: (n,), in any order, an id any number of times.
            now_s: seconds since 1970; what is not seen for long can be told by it.
        """
        unique, places, times = np.unique(ids, return_inverse=True, return_counts=True)
        rows = self._map.rows(unique)
        rows[rows == 0] = self._admit(unique[rows == 0], times[rows == 0])
        held = rows[rows != 0]
        self.seen_s[held] = now_s
        self._touched.append(held)
        return rows[places]

    def step(self, rows: Rows, gradients: Vectors) -> None:
        """Moves these rows against their gradients by row-wise Adagrad.

        Args:
            rows: (n,) all different, none of them 0.
            gradients: (n, embedding_dim).
        """
        assert gradients.shape == (len(rows), self.config.embedding_dim)
        squares = self.squares[rows] + np.einsum("nd,nd->n", gradients, gradients) / np.float32(gradients.shape[1])
        self.squares[rows] = squares
        rate = np.float32(self.config.learning_rate) / np.sqrt(squares + _EPSILON)
        self.vectors[rows] -= rate[:, None] * gradients
        self._touched.append(rows)

    def put(self, rows: Rows, vectors: Vectors, squares: NDArray[np.float32]) -> None:
        """Sets the numbers of these rows, none of them 0, to what they once were."""
        self.vectors[rows], self.squares[rows] = vectors, squares
        self._touched.append(rows)

    def evict(self, before_s: int, rows_max: int) -> int:
        """How many rows were freed among the next `rows_max` because their ids were last seen before a time.

        It goes on where it last stopped, so that calling it now and then with a small number forgets without a pause.
        """
        end = min(self._cursor + rows_max, self._next)
        looked = np.arange(self._cursor, end, dtype=np.int32)
        old = looked[(self.ids[looked] != 0) & (self.seen_s[looked] < before_s)]
        self._cursor = end if end < self._next else 1
        self._drop(old)
        return len(old)

    def forget(self, ids: Ids) -> None:
        """Erases all that is held of these ids: row, time last seen, and, as far as nobody shares it, the count."""
        ids = np.unique(ids)
        rows = self._map.rows(ids)
        self._drop(np.sort(rows[rows != 0]))
        self._sightings.forget(ids)

    def take_changes(self) -> Changes:
        """What changed since this was last asked."""
        rows = np.unique(np.concatenate(self._touched)) if self._touched else np.zeros(0, np.int32)
        self._touched.clear()
        buckets = self._sightings.take_touched()
        facts = np.array([self._next, self._cursor, self.refused], np.int64)
        cells = self._sightings.cells[buckets]
        return Changes(
            rows, self.ids[rows], self.vectors[rows], self.squares[rows], self.seen_s[rows], buckets, cells, facts
        )

    def apply(self, changes: Changes) -> None:
        """Brings a table that was equal before the changes to what it was equal to after them, bit for bit."""
        before, rows = self.ids[changes.rows], changes.rows
        differ = before != changes.ids
        self._map.remove(before[differ & (before != 0)])
        fresh = differ & (changes.ids != 0)
        self._map.add(changes.ids[fresh], rows[fresh])
        self.ids[rows], self.vectors[rows] = changes.ids, changes.vectors
        self.squares[rows], self.seen_s[rows] = changes.squares, changes.seen_s
        self._sightings.cells[changes.buckets] = changes.sightings
        self._next, self._cursor, self.refused = changes.facts.tolist()
        self._free = self._free_rows() if differ.any() else self._free

    def write(self, file: BinaryIO) -> None:
        """Writes the whole state, bit for bit; equal states give equal bytes."""
        facts = {"config": asdict(self.config), "next": self._next, "cursor": self._cursor, "refused": self.refused}
        held = slice(0, self._next)
        arrays: dict[str, NDArray[Any]] = {
            "ids": self.ids[held],
            "vectors": self.vectors[held],
            "squares": self.squares[held],
            "seen_s": self.seen_s[held],
            "sightings": self._sightings.cells,
        }
        archive.write(file, facts, arrays)

    @classmethod
    def read(cls, file: BinaryIO, num_embeddings: int | None = None) -> "EmbeddingTable":
        """The table that was written; with room for more rows if a larger number is given.

        Raises:
            SnapshotUnreadableError: torn or of another kind; or its ids are not all different, so that it cannot be
                the state of a table.
        """
        facts, arrays = archive.read(file)
        try:
            return cls._restored(facts, arrays, num_embeddings)
        except (KeyError, TypeError, ValueError) as error:
            raise SnapshotUnreadableError("This is no snapshot of a table.") from error

    @classmethod
    def _restored(cls, facts: dict[str, Any], arrays: archive.Arrays, rows: int | None) -> "EmbeddingTable":
        config = TableConfig(**facts["config"])
        table = cls(replace(config, num_embeddings=max(rows or 0, config.num_embeddings)))
        held = slice(0, facts["next"])
        for name in ("ids", "vectors", "squares", "seen_s"):
            getattr(table, name)[held] = arrays[name]
        table._sightings.cells[:] = arrays["sightings"]
        table._next, table._cursor, table.refused = facts["next"], facts["cursor"], facts["refused"]
        table._free = table._free_rows()
        given = np.flatnonzero(table.ids[held]).astype(np.int32)
        if len(np.unique(table.ids[given])) != len(given):
            raise SnapshotUnreadableError("Two rows of this table have one id; take an older snapshot.")
        table._map = KeyMap(len(given))
        for part in np.array_split(given, len(given) // 1_000_000 + 1):
            table._map.add(table.ids[part], part)
        return table

    def _admit(self, ids: Ids, times: NDArray[np.int64]) -> Rows:
        rows = np.zeros(len(ids), np.int32)
        enough = np.flatnonzero((self._counted(ids, times) >= self.config.admit_after) & (ids != 0))
        taken = self._take_rows(len(enough))
        self.refused += len(enough) - len(taken)
        admitted = ids[enough[: len(taken)]]
        rows[enough[: len(taken)]] = taken
        self._map.add(admitted, taken)
        self.ids[taken] = admitted
        self.vectors[taken] = initial(admitted, self.config)
        if self.config.admit_after > 1:
            self._sightings.forget(admitted)
        return rows

    def _counted(self, ids: Ids, times: NDArray[np.int64]) -> NDArray[np.int64]:
        return times if self.config.admit_after <= 1 else self._sightings.count(ids, times)

    def _take_rows(self, wanted: int) -> Rows:
        """The lowest free rows, at most so many."""
        again, self._free = self._free[:wanted], self._free[wanted:]
        end = min(self._next + wanted - len(again), self.config.num_embeddings + 1)
        rows = np.concatenate((again, np.arange(self._next, end, dtype=np.int32)))
        self._next = end
        return rows

    def _free_rows(self) -> Rows:
        return (np.flatnonzero(self.ids[1 : self._next] == 0) + 1).astype(np.int32)

    def _drop(self, rows: Rows) -> None:
        if len(rows):
            self._map.remove(self.ids[rows])
            self.ids[rows], self.vectors[rows], self.squares[rows], self.seen_s[rows] = 0, 0.0, 0.0, 0
            self._free = np.sort(np.concatenate((self._free, rows)))
            self._touched.append(rows)


def initial(ids: Ids, config: TableConfig) -> Vectors:
    """(n, embedding_dim) the numbers that rows begin with: uniform in ± init_scale, a function of the id alone."""
    columns = np.arange(1, config.embedding_dim + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    drawn = mixed(ids[:, None] ^ columns) >> np.uint64(40)
    unit = drawn.astype(np.float32) / np.float32(1 << 24)
    return (unit * np.float32(2) - np.float32(1)) * np.float32(config.init_scale)
