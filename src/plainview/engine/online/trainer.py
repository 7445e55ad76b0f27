"""Owns learning: small steps on the rows that a batch touches and on the dense network, each example predicted first.

Predicting before learning is progressive validation: the chances that `learn` returns were made by a model that had
not seen these examples, so their loss is that of fresh data. One thread, batches cut by the log: the same log gives the
same parameters, bit for bit.
"""

from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online import archive
from plainview.engine.online.events import ACTIONS, Examples
from plainview.engine.online.keymap import Ids, Rows
from plainview.engine.online.network import Floats, Network
from plainview.engine.online.table import EmbeddingTable, TableConfig
from plainview.ports.engine import SnapshotUnreadableError


@dataclass(frozen=True, slots=True)
class TrainerConfig:
    """What a trainer is made with; written into its snapshots."""

    fields: int
    features: int
    hidden: int = 32
    examples_a_step: int = 256
    importance_max: float = 4.0
    """What was drawn with a chance p weighs 1 / p, at most this much."""
    expire_s: int = 90 * 86_400
    """A row whose id was not seen for so long is freed."""
    rows_looked_at: int = 4096
    """How many rows each batch looks at for expired ones."""
    seed: int = 0


class Trainer:
    """The model that learns: a table and a network. One owner at a time."""

    def __init__(self, config: TrainerConfig, table: EmbeddingTable) -> None:
        self.config = config
        self.table = table
        self.network = Network(config.fields, table.config.embedding_dim, config.features, config.hidden, config.seed)

    @classmethod
    def fresh(cls, config: TrainerConfig, table: TableConfig) -> "Trainer":
        """One that has learned nothing."""
        return cls(config, EmbeddingTable(table))

    def predict(self, ids: Ids, features: Floats) -> Floats:
        """(n, ACTIONS) float32 the chance of each action. Changes nothing.

        Args:
            ids: (n, fields) uint64.
            features: (n, features) float32.
        """
        rows = self.table.remap(ids.reshape(-1)).reshape(ids.shape)
        return self.network.forward(self.table.vectors[rows], features).chances

    def learn(self, examples: Examples, now_s: int) -> Floats:
        """(n, ACTIONS) the chances of each example before it was learned; learns them, in order."""
        chances = np.empty((len(examples.ids), ACTIONS), np.float32)
        size = self.config.examples_a_step
        for start in range(0, len(chances), size):
            chances[start : start + size] = self._step(examples.part(slice(start, start + size)), now_s)
        self.table.evict(now_s - self.config.expire_s, self.config.rows_looked_at)
        return chances

    def write(self, file: BinaryIO) -> None:
        """Writes the whole state; equal states give equal bytes."""
        archive.write(file, {"trainer": asdict(self.config)}, self.network.arrays())
        self.table.write(file)

    @classmethod
    def read(cls, file: BinaryIO) -> "Trainer":
        """The trainer that was written.

        Raises:
            SnapshotUnreadableError: torn or of another kind.
        """
        facts, arrays = archive.read(file)
        try:
            config = TrainerConfig(**facts["trainer"])
        except (KeyError, TypeError) as error:
            raise SnapshotUnreadableError("This is no snapshot of a trainer.") from error
        trainer = cls(config, EmbeddingTable.read(file))
        trainer.network.replace(arrays)
        return trainer

    def _step(self, examples: Examples, now_s: int) -> Floats:
        ids = examples.ids
        rows = self.table.profile(ids.reshape(-1), now_s)
        passed = self.network.forward(self.table.vectors[rows].reshape(*ids.shape, -1), examples.features)
        weight = np.minimum(1 / np.maximum(examples.propensity, 1e-6), self.config.importance_max).astype(np.float32)
        errors = examples.positive * (passed.chances - 1) + examples.negative * passed.chances
        errors *= weight[:, None]
        gradients, by_place = self.network.backward(passed, errors)
        self.network.step(gradients)
        self.table.step(*_summed(rows, by_place.reshape(len(rows), -1)))
        return passed.chances


def _summed(rows: Rows, gradients: Floats) -> tuple[Rows, NDArray[Any]]:
    """Each row once, with the sum of its gradients in the order of the batch; without row 0."""
    order = np.argsort(rows, kind="stable")
    order = order[np.searchsorted(rows, 1, sorter=order) :]
    held = rows[order]
    starts = np.flatnonzero(np.concatenate(([True], held[1:] != held[:-1]))[: len(held)])
    sums = np.add.reduceat(gradients[order], starts, axis=0) if len(held) else gradients[:0]
    return held[starts], sums
