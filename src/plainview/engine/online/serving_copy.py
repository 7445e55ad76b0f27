"""Owns the model as a serving process holds it: vectors and network, renewed by deltas while pages are made."""

import numpy as np

from plainview.engine.online.deltas import Checkpoint, Delta, check_follows
from plainview.engine.online.keymap import Ids, KeyMap, Rows
from plainview.engine.online.network import Floats, Network


class ServingCopy:
    """Vectors and network, without what only learning needs.

    A delta is taken without a pause and without a torn row. New values are written into rows that nobody reads; then
    the map is led to them in one assignment; the old rows are given to others two deltas later, when no page that began
    before can still be reading them. So the copy costs one row more for each row touched in two ticks, not double.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        trainer, table = checkpoint.trainer, checkpoint.trainer.table
        held = np.flatnonzero(table.ids).astype(np.int32)
        self.version = checkpoint.version
        self.vectors: Floats = np.zeros((2 * len(table.ids), table.config.embedding_dim), np.float32)
        self._ids_by_row: Ids = np.zeros(len(table.ids), np.uint64)
        """What the trainer's rows hold: its deltas speak in its rows."""
        self._map = KeyMap(len(held))
        self._next = 1
        self._free: Rows = np.zeros(0, np.int32)
        self._retired: list[Rows] = [self._free, self._free]
        self.network = Network(trainer.config.fields, table.config.embedding_dim, trainer.config.features,
                               trainer.config.hidden, trainer.config.seed)  # fmt: skip
        self._take(held, table.ids[held], table.vectors[held])
        self.network.replace(trainer.network.arrays())

    def __len__(self) -> int:
        return len(self._map)

    def predict(self, ids: Ids, features: Floats) -> Floats:
        """(n, ACTIONS) the chance of each action, as the trainer of this version would say."""
        return self.network.forward(self.vectors[self.places(ids)], features).chances

    def places(self, ids: Ids) -> Rows:
        """(…) the row of `vectors` that holds each id now; good until the second delta after this one."""
        return self._map.rows(ids.reshape(-1)).reshape(ids.shape)

    def apply(self, delta: Delta) -> None:
        """Takes a delta.

        Raises:
            VersionGapError: it follows another version. Nothing is changed; begin again from a snapshot.
        """
        check_follows(delta, self.version)
        self._take(delta.changes.rows, delta.changes.ids, delta.changes.vectors)
        self.network.replace(delta.dense)
        self.version = delta.version

    def _take(self, rows: Rows, ids: Ids, vectors: Floats) -> None:
        before = self._ids_by_row[rows]
        self._ids_by_row[rows] = ids
        left = before[(before != ids) & (before != 0)]
        # An id that left one row and came to another in the same delta has not gone.
        gone = np.setdiff1d(left, ids)
        given = ids != 0
        ids, vectors = ids[given], vectors[given]
        homes = self._take_rows(len(ids))
        self.vectors[homes] = vectors
        old = self._map.rows(ids)
        retired = np.concatenate((old[old != 0], self._map.rows(gone)))
        self._map.move(ids[old != 0], homes[old != 0])
        self._map.add(ids[old == 0], homes[old == 0])
        self._map.remove(gone)
        self._free = np.concatenate((self._free, self._retired.pop(0)))
        self._retired.append(retired)

    def _take_rows(self, wanted: int) -> Rows:
        again, self._free = self._free[:wanted], self._free[wanted:]
        end = self._next + wanted - len(again)
        if end > len(self.vectors):
            # Lazily given memory: only what is written is there, and only this rare growth copies.
            larger: Floats = np.zeros((2 * end, self.vectors.shape[1]), np.float32)
            larger[: self._next] = self.vectors[: self._next]
            self.vectors = larger
        rows = np.concatenate((again, np.arange(self._next, end, dtype=np.int32)))
        self._next = end
        return rows
