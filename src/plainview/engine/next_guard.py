"""Owns the watch over a model that serves: do pages foretell better with it than they would without?

Each showing of a page of ours is foretold before it is answered, twice: as pages do, and with nothing said of what
comes next. What somebody went to by themselves is not judged: that they came is what the model foretells. In windows
of answered showings, the chance that one that was enjoyed had been foretold higher than one that was not (the area
under the ROC curve) is held against the same without the model. Where the model takes away more than a stated
margin, it is taken out, and pages go on without it until the next fit.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.foretelling import ACTIONS, KNOWN, NEW, PARTS, Lines
from plainview.engine.online.guard import area
from plainview.engine.worth import CHANCE_WORTH

WINDOW: Final = 2_000
"""Answered showings that are judged together."""
MARGIN: Final = 0.02
"""So much less of the chance with the model than without is no accident."""
_NEXT: Final = PARTS.index("next")
_PLEASED: Final = [place for place, act in enumerate(ACTIONS) if act != "watch" and CHANCE_WORTH[act] > 0.0]


class NextGuard:
    """What was foretold since one model serves, and what came of it."""

    def __init__(self) -> None:
        self.foretold: NDArray[np.float32] = np.zeros((2, WINDOW), np.float32)
        """With the model, and without."""
        self.enjoyed: NDArray[np.int8] = np.zeros(WINDOW, np.int8)
        self.count = 0

    def has_failed(self, lines: Lines, told: NDArray[np.float32], true: NDArray[np.float32]) -> bool:
        """Takes in answered showings; True when the model must go.

        Args:
            lines: what pages are ranked by.
            told: (n, INPUTS) what was known at each, of a page of ours; see `beforehand.told`.
            true: (n, actions) what came back.
        """
        parts = (told[:, KNOWN] + told[:, NEW]).T
        # Of whom or what the model says nothing, it says nothing wrong.
        spoken = parts[_NEXT] != 0.0
        parts = parts[:, spoken]
        with_it = lines.scores(parts)
        parts[_NEXT] = 0.0
        without = lines.scores(parts)
        enjoyed = true[spoken][:, _PLEASED].max(axis=1, initial=0.0) > 0.0
        failed = False
        for each in zip(with_it, without, enjoyed, strict=True):
            self.foretold[:, self.count], self.enjoyed[self.count] = each[:2], each[2]
            self.count += 1
            if self.count == WINDOW:
                failed |= self._judge()
        return failed

    def _judge(self) -> bool:
        self.count = 0
        enjoyed = self.enjoyed.astype(np.float64)
        with_it, without = (area(each, enjoyed, 1.0 - enjoyed) for each in self.foretold)
        return with_it < without - MARGIN
