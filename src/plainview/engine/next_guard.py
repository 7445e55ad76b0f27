"""Owns the watch over a model that serves: is what it expected what people enjoy, on showings that it has not learned?

Each showing is foretold before it is answered. In windows of answered showings, the chance that one that was enjoyed
had been foretold higher than one that was not (the area under the ROC curve) is compared with the first window's; the
idea is that of `online/guard.py`. Where it falls by more than a stated margin, or below what a lot would reach, the
model is taken out, and pages go on without it until the next fit.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.foretelling import ACTIONS, PARTS
from plainview.engine.online.guard import area
from plainview.engine.worth import CHANCE_WORTH

WINDOW: Final = 2_000
"""Answered showings that are judged together."""
FALL: Final = 0.05
"""So much of the chance may be lost, for good or for ill, before it is no accident: four times its deviation."""
_BY_LOT: Final = 0.5
_NEXT: Final = PARTS.index("next")
_PLEASED: Final = [place for place, act in enumerate(ACTIONS) if act != "watch" and CHANCE_WORTH[act] > 0.0]


class NextGuard:
    """What one model foretold since it serves, and what came of it."""

    def __init__(self) -> None:
        self.foretold: NDArray[np.float32] = np.zeros(WINDOW, np.float32)
        self.enjoyed: NDArray[np.int8] = np.zeros(WINDOW, np.int8)
        self.count = 0
        self.first = 0.0
        """The first whole window's chance; 0 until there is one."""

    def has_failed(self, told: NDArray[np.float32], true: NDArray[np.float32]) -> bool:
        """Takes in answered showings; True when the model must go.

        Args:
            told: (n, INPUTS) what was known at each; see `beforehand.told`.
            true: (n, actions) what came back.
        """
        foretold = told[:, _NEXT] + told[:, len(PARTS) + _NEXT]
        failed = False
        # Of whom or what the model says nothing, it says nothing wrong.
        for part, enjoyed in zip(foretold, true[:, _PLEASED].max(axis=1) > 0.0, strict=True):
            if part:
                self.foretold[self.count], self.enjoyed[self.count] = part, enjoyed
                self.count += 1
            if self.count == WINDOW:
                failed |= self._judge()
        return failed

    def _judge(self) -> bool:
        self.count = 0
        enjoyed = self.enjoyed.astype(np.float64)
        found = area(self.foretold, enjoyed, 1.0 - enjoyed)
        self.first = self.first or found
        return found < max(self.first - FALL, _BY_LOT - FALL)
