"""Owns what each foretold action is worth, and the sum that follows: worth × chance, action by action.

It is written to be read by people who do not program. The model foretells how likely each of the actions below is, if
this person is shown this video now. What each is worth is published here; where the engine already says what an action
is worth once it has happened (engine/worth.py), the same number is used, so that there is one opinion and not two.

Source: the weighted sum of xai-org/x-algorithm.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.worth import ACTION_WORTH, WATCH_WORTH
from plainview.kernel.errors import PlainviewError
from plainview.ports.engine import EventKind

CHANCE_WORTH: Final[dict[str, float]] = {
    # The interest behind the time watched, compared with other views of videos of any length: 0 the least, 1 the most.
    "watch": 2.0 * WATCH_WORTH,
    "finish": ACTION_WORTH[EventKind.FINISHED],
    "replay": 1.0,
    "like": ACTION_WORTH[EventKind.LIKE],
    "share": ACTION_WORTH[EventKind.SHARE],
    "comment": ACTION_WORTH[EventKind.COMMENT],
    "follow": ACTION_WORTH[EventKind.FOLLOW],
    "save": ACTION_WORTH[EventKind.SAVE],
    "not_interested": ACTION_WORTH[EventKind.NOT_INTERESTED],
    "report": ACTION_WORTH[EventKind.REPORT],
}
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
