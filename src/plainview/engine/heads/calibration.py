"""Owns calibration: of what is foretold with a chance of 0.3, three in ten come true.

Sources: isotonic regression by pool-adjacent-violators (Barlow et al., 1972), Platt's logistic line (1999, with his
smoothed targets). Both are fitted on views that the model was not trained on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_SURE = 1e-6
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Platt:
    """A line through the logit: for heads with few positives, where steps would be guesses."""

    slope: float
    offset: float

    @classmethod
    def fit(cls, chances: Floats, happened: NDArray[np.bool_]) -> "Platt":
        """The line that makes what happened likeliest, by Newton's method.

        Args:
            chances: (n,) in [0, 1], as the model gives them.
            happened: (n,).
        """
        good, bad = int(happened.sum()), int((~happened).sum())
        wanted = np.where(happened, (good + 1.0) / (good + 2.0), 1.0 / (bad + 2.0))
        design = np.stack((_logit(chances), np.ones(len(chances))), axis=1)
        line = np.array([1.0, 0.0])
        for _ in range(_STEPS):
            now = 1.0 / (1.0 + np.exp(-design @ line))
            bend = (design * (now * (1.0 - now))[:, None]).T @ design + 1e-9 * np.eye(2)
            step = np.linalg.solve(bend, design.T @ (now - wanted))
            line = line - np.clip(step, -2.0, 2.0)
            if np.abs(step).max() < 1e-9:
                break
        return cls(float(line[0]), float(line[1]))

    def __call__(self, chances: Floats) -> Floats:
        """(n,) calibrated chances."""
        found: Floats = 1.0 / (1.0 + np.exp(-(self.slope * _logit(chances) + self.offset)))
        return found


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Rising steps, joined by lines: for heads with many positives."""

    at: Floats
    chance: Floats

    @classmethod
    def fit(cls, chances: Floats, happened: NDArray[np.bool_]) -> "Isotonic":
        """The rising steps nearest to what happened."""
        order = np.argsort(chances, kind="stable")
        # A block is (sum of what happened, number of views, sum of chances); a lower one never stands after a higher.
        blocks: list[tuple[float, float, float]] = []
        for chance, came in zip(chances[order].tolist(), happened[order].astype(np.float64).tolist(), strict=True):
            block = (came, 1.0, chance)
            while blocks and blocks[-1][0] * block[1] >= block[0] * blocks[-1][1]:
                block = (block[0] + blocks[-1][0], block[1] + blocks[-1][1], block[2] + blocks[-1][2])
                blocks.pop()
            blocks.append(block)
        came, count, total = np.array(blocks).T
        return cls(total / count, came / count)

    def __call__(self, chances: Floats) -> Floats:
        """(n,) calibrated chances."""
        return np.interp(chances, self.at, self.chance)


def miscalibration(chances: Floats, happened: NDArray[np.bool_], bins: int = 20) -> float:
    """How far chances are from what happens: the mean distance over bins of equally many views (ECE)."""
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    off = sum(len(part) * abs(float(chances[part].mean()) - float(happened[part].mean())) for part in parts)
    return float(off / len(chances))


def _logit(chances: Floats) -> Floats:
    sure = np.clip(chances, _SURE, 1.0 - _SURE)
    found: Floats = np.log(sure / (1.0 - sure))
    return found
