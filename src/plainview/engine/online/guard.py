"""Owns the watch over a model that learns by itself: how well it foretells what is new, and the way back if it fails.

Each example is foretold before it is learned, so the loss of a window of examples is that of fresh data (progressive
validation, Blum et al. 1999). It is divided by the loss of always saying the window's own rates (normalized entropy, He
et al. 2014), so that an hour in which people like more is not taken for a better model. If it rises by more than the
stated share over the windows before, the model goes back to the end of the last window but one, since the last one may
have been spoiled before it showed; then it only foretells until its loss is as before, or until it is clear that it is
the world that has changed and not the model.

The way back is a note of each row's numbers before it was first changed: memory by what changed, not by the table.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.events import Action, Examples
from plainview.engine.online.keymap import Ids, KeyMap
from plainview.engine.online.network import Floats
from plainview.engine.online.table import EmbeddingTable, initial
from plainview.engine.online.trainer import Trainer

_LEARNED_FROM: Final = np.float32(0.2)


@dataclass(frozen=True, slots=True)
class GuardConfig:
    """When a guard steps in."""

    window: int = 5_000
    """Examples that are judged together."""
    fall: float = 0.1
    """It steps in when the loss is larger by this share than in the windows before."""
    wait_windows: int = 5
    """So long it waits for the loss to be as before; then it takes the world for changed, and learns on."""


class Judged(NamedTuple):
    """How well one window was foretold."""

    loss: float
    """Log loss over that of the window's own rates; 1 says nothing, 0 knows all."""
    auc: NDArray[np.float32]
    """(ACTIONS,) the chance that one who did it was foretold higher than one who did not; NaN without both."""
    rolled_back: bool
    learning: bool


class Undo:
    """What rows and network were before they were changed, since this was made."""

    def __init__(self, trainer: Trainer) -> None:
        self._dense = trainer.network.arrays()
        self._known = KeyMap()
        self._ids: list[Ids] = []
        self._vectors: list[Floats] = []
        self._squares: list[NDArray[np.float32]] = []

    def note(self, table: EmbeddingTable, ids: Ids) -> None:
        """Notes what these ids' rows are now, unless it is noted already. One without a row is as rows begin."""
        ids = np.unique(ids)
        ids = ids[ids != 0]
        ids = ids[self._known.rows(ids) == 0]
        rows = table.remap(ids)
        self._known.add(ids, np.ones(len(ids), np.int32))
        self._ids.append(ids)
        self._vectors.append(np.where((rows != 0)[:, None], table.vectors[rows], initial(ids, table.config)))
        self._squares.append(table.squares[rows])

    def undo(self, trainer: Trainer) -> None:
        """Brings the rows of all noted ids that still have one, and the network, back."""
        table = trainer.table
        for ids, vectors, squares in zip(self._ids, self._vectors, self._squares, strict=True):
            rows = table.remap(ids)
            held = rows != 0
            table.put(rows[held], vectors[held], squares[held])
        trainer.network.replace(self._dense)


class Guard:
    """A trainer that is watched. Give it the examples in place of the trainer."""

    def __init__(self, trainer: Trainer, config: GuardConfig | None = None) -> None:
        self.trainer, self.config = trainer, config or GuardConfig()
        self.judged: list[Judged] = []
        """The last hundred windows."""
        self._reference: float | None = None
        self._waited = 0
        self._undos = [Undo(trainer), Undo(trainer)]
        self._chances: list[Floats] = []
        self._examples: list[tuple[Floats, Floats]] = []
        self._count = 0

    @property
    def learning(self) -> bool:
        """False while it only foretells."""
        return not self._waited

    def learn(self, examples: Examples, now_s: int) -> Floats:
        """(n, ACTIONS) the chances of these examples before they were learned; learns them unless it waits."""
        if self.learning:
            self._undos[1].note(self.trainer.table, examples.ids.reshape(-1))
            chances = self.trainer.learn(examples, now_s)
        else:
            chances = self.trainer.predict(examples.ids, examples.features)
        # A correction says what should have been foretold earlier; it is no test of now.
        first = examples.first
        self._chances.append(chances[first])
        self._examples.append((examples.positive[first], examples.negative[first]))
        self._count += int(first.sum())
        if self._count >= self.config.window:
            self._judge()
        return chances

    def _judge(self) -> None:
        chances = np.concatenate(self._chances)
        positive, negative = (np.concatenate(columns) for columns in zip(*self._examples, strict=True))
        self._chances, self._examples, self._count = [], [], 0
        loss = normalized_loss(chances, positive, negative)
        fallen = self._reference is not None and loss > self._reference * (1 + self.config.fall)
        rolled_back = fallen and self.learning
        if rolled_back:
            for undo in reversed(self._undos):
                undo.undo(self.trainer)
        self._go_on(loss, fallen)
        areas = np.array([area(chances[:, each], positive[:, each], negative[:, each]) for each in Action], np.float32)
        self.judged = [*self.judged[-99:], Judged(loss, areas, rolled_back, self.learning)]

    def _go_on(self, loss: float, fallen: bool) -> None:
        if fallen and self._waited < self.config.wait_windows:
            self._waited += 1
            self._undos = [Undo(self.trainer), Undo(self.trainer)]
            return
        if fallen or self._reference is None:
            self._reference = loss
        else:
            self._reference += float(_LEARNED_FROM) * (loss - self._reference)
        self._waited = 0
        self._undos = [self._undos[1], Undo(self.trainer)]


def normalized_loss(chances: Floats, positive: Floats, negative: Floats) -> float:
    """The log loss over that of always saying the rates of these examples; actions that nobody did are left out."""
    sure = np.clip(chances.astype(np.float64), 1e-6, 1 - 1e-6)
    loss = -(positive * np.log(sure) + negative * np.log(1 - sure)).sum(axis=0)
    did, not_did = positive.sum(axis=0, dtype=np.float64), negative.sum(axis=0, dtype=np.float64)
    both = (did > 0) & (not_did > 0)
    rates = did[both] / (did + not_did)[both]
    entropy = -(did[both] * np.log(rates) + not_did[both] * np.log(1 - rates))
    return float(loss[both].sum() / entropy.sum()) if both.any() else 1.0


def area(chances: NDArray[Any], positive: NDArray[Any], negative: NDArray[Any]) -> float:
    """The area under the ROC curve, each example counted for and against by its weights; ties count half."""
    order = np.argsort(chances, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], np.diff(chances[order]) > 0))[: len(order)])
    did, not_did = (
        np.add.reduceat(column[order].astype(np.float64), starts) if len(starts) else np.zeros(0)
        for column in (positive, negative)
    )
    below = not_did.cumsum() - not_did / 2
    pairs = did.sum() * not_did.sum()
    return float((did * below).sum() / pairs) if pairs > 0 else float("nan")
