"""Owns the sum of worth × chance, action by action. What each action is worth is published in engine/worth.py.

Source: the weighted sum of xai-org/x-algorithm.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.worth import CHANCE_WORTH
from plainview.kernel.errors import PlainviewError

ACTIONS: Final = tuple(CHANCE_WORTH)
HARMS: Final = frozenset(action for action, worth in CHANCE_WORTH.items() if worth < 0.0)


class ShapeError(PlainviewError):
    """The arrays do not fit together; give one column of chances for each action, in the order of ACTIONS."""

    code, status, title = "shape", 500, "The chances do not fit the actions"


def blend(chances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fold the chance of each action into one score per item.

    Args:
        chances: (…, actions) float32, each in [0, 1], in the order of ACTIONS.

    Returns:
        (…) float32; higher is better. Not a probability.

    Raises:
        ShapeError: there is not one column for each action.
    """
    if chances.shape[-1:] != (len(ACTIONS),):
        raise ShapeError(f"There are {len(ACTIONS)} actions; the chances have the shape {chances.shape}.")
    worth = np.array(list(CHANCE_WORTH.values()), np.float32)
    score: NDArray[np.float32] = chances @ worth
    return score


def shares(chances: NDArray[np.float32]) -> dict[str, float]:
    """What each action adds to one item's score, the largest first: the sum in words."""
    parts = {
        action: float(chance) * CHANCE_WORTH[action] for action, chance in zip(ACTIONS, chances.tolist(), strict=True)
    }
    return dict(sorted(parts.items(), key=lambda part: -abs(part[1])))
