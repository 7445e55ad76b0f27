"""Owns a model of what a person takes next that is renewed by each event, and by nothing else: no fit, ever.

Four views of each item, added up by weights that are learned as well:

- what comes after the person's last items: the closed form of `engine.sequence.linear_next`, kept right by rank one;
- what goes with all that they took: counts of pairs, scaled by how often each is taken (Sarwar et al. 2001);
- how often it was taken, ever and lately.

The weights take one step of softmax regression at each event, before its counts change: it is predicted, then learned.
All is exact for a few thousand items, since the closed form holds a number for each pair.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from plainview.engine.sequence.linear_next import LinearNext, LinearShape

VIEWS: Final = ("next", "together", "often", "lately")
_START: Final = np.array([6.0, 0.9, 0.2, 0.35])
_RATE: Final = 0.1


@dataclass(frozen=True, slots=True)
class TasteShape:
    """The settings of the model."""

    fading: float = 0.9
    """What the item before last counts, in terms of the last."""
    ridge: float = 60.0
    """Events' worth of doubt in the closed form."""
    lately_events: int = 2_000
    """After so many events a taking counts half as lately."""
    history: int = 100
    """How many of a person's last items are looked at."""


class OnlineTaste:
    """The model. A person's state is the list of what they took, oldest first; the caller keeps it."""

    def __init__(self, items: int, shape: TasteShape | None = None) -> None:
        self.shape = shape or TasteShape()
        linear = LinearShape(self.shape.fading, 0.0)
        self.linear = LinearNext(linear, torch.eye(items) / self.shape.ridge, torch.zeros(items, items))
        self.together: NDArray[np.float32] = np.zeros((items, items), np.float32)
        self.often: NDArray[np.float32] = np.zeros(items, np.float32)
        self.lately: NDArray[np.float32] = np.zeros(items, np.float32)
        self.weights = _START.copy()
        self._squares = np.full(len(VIEWS), 1e-8)
        self._kept = np.float32(0.5 ** (1 / self.shape.lately_events))

    def views(self, history: NDArray[np.int64]) -> NDArray[np.float32]:
        """(views, items) float32: what each view says of each item for a person who took these."""
        found = np.zeros((len(VIEWS), len(self.often)), np.float32)
        if len(history):
            recent, held = history[-self.linear.shape.reach :], history[-self.shape.history :]
            faded = self.shape.fading ** np.arange(len(recent) - 1, -1, -1, dtype=np.float32)
            followed = torch.from_numpy(faded) @ self.linear.weights[torch.from_numpy(recent)]
            found[0] = 10 * followed.numpy()
            shares = 1 / np.sqrt(self.often[held] + 1)
            found[1] = shares @ self.together[held] / np.sqrt((self.often + 5) * len(held))
        found[2], found[3] = np.log(self.often + 1), np.log(self.lately + np.float32(0.1))
        return found

    def scores(self, history: NDArray[np.int64]) -> NDArray[np.float64]:
        """(items,) higher for what is likelier to be taken next. What was taken already is not left out."""
        return np.asarray(self.weights @ self.views(history), np.float64)

    def learn(self, history: NDArray[np.int64], item: int) -> None:
        """Takes in one event: after these items, oldest first, a person took this one."""
        self._weigh(history, item)
        if len(history):
            self.linear.learn(history, item)
            held = history[-self.shape.history :]
            self.together[held, item] += 1
            self.together[item, held] += 1
        self.often[item] += 1
        self.lately *= self._kept
        self.lately[item] += 1

    def frozen(self) -> "OnlineTaste":
        """A copy for predicting only, which later events do not change."""
        copy = OnlineTaste.__new__(OnlineTaste)
        copy.__dict__ = dict(self.__dict__)
        copy.linear = LinearNext(self.linear.shape, self.linear.inverse, self.linear.weights.clone())
        copy.together, copy.often, copy.lately = self.together.copy(), self.often.copy(), self.lately.copy()
        copy.weights = self.weights.copy()
        return copy

    def _weigh(self, history: NDArray[np.int64], item: int) -> None:
        views = self.views(history)
        logits = self.weights @ views
        # What was taken already is not offered, unless it is just what was taken again.
        logits[history[history != item]] = -math.inf
        chances = np.exp(logits - logits.max())
        gradient = views @ (chances / chances.sum()) - views[:, item]
        self._squares += gradient * gradient
        self.weights = np.maximum(self.weights - _RATE * gradient / np.sqrt(self._squares), 0)
