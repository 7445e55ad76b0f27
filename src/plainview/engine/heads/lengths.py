"""Owns how a video's length is placed between a few typical lengths, so that what hangs on length changes smoothly."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_SHORTEST_MS = 500.0


class Placed(NamedTuple):
    """(n,) each: the typical length below, and how far towards the next one, in [0, 1]."""

    below: NDArray[np.int64]
    share: NDArray[np.float32]


class Lengths:
    """A few typical lengths, the same number of views between each two of them."""

    def __init__(self, knots: NDArray[np.float64]) -> None:
        """Takes (n ≥ 2,) rising logarithms of milliseconds."""
        assert len(knots) >= 2
        assert (np.diff(knots) > 0).all()
        self.knots = knots

    @classmethod
    def of(cls, duration_ms: NDArray[np.int64], count: int = 12) -> "Lengths":
        """The typical lengths of these views; fewer where many have one length."""
        knots = np.unique(np.quantile(_logarithm(duration_ms), np.linspace(0.0, 1.0, count)))
        return cls(knots if len(knots) > 1 else np.array([knots[0], knots[0] + 1.0]))

    def __len__(self) -> int:
        return len(self.knots)

    def place(self, duration_ms: NDArray[np.int64]) -> Placed:
        """Where each of (n,) lengths lies; beyond the ends it is at the end."""
        at = np.clip(_logarithm(duration_ms), self.knots[0], self.knots[-1])
        below = np.clip(np.searchsorted(self.knots, at, side="right") - 1, 0, len(self.knots) - 2)
        share = (at - self.knots[below]) / (self.knots[below + 1] - self.knots[below])
        return Placed(below.astype(np.int64), share.astype(np.float32))


def _logarithm(duration_ms: NDArray[np.int64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.log(np.maximum(duration_ms.astype(np.float64), _SHORTEST_MS))
    return found
