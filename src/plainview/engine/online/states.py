"""Owns what is held of each person while they swipe: where their taste lies now and of late, and what they have seen.

All persons in a few arrays; an event changes one row in place, so that the person's next page knows of it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.network import Floats
from plainview.engine.worth import FAST_KEPT, FAST_SHARE, SLOW_KEPT, SLOW_SHARE

_NOBODY: Final = -1


class PersonStates:
    """The states of persons 0 … n − 1."""

    def __init__(self, persons: int, dim: int, seen_max: int = 512, recent: int = 8) -> None:
        self.fast: Floats = np.zeros((persons, dim), np.float32)
        self.slow: Floats = np.zeros((persons, dim), np.float32)
        self.seen: NDArray[np.int32] = np.full((persons, seen_max), _NOBODY, np.int32)
        self.events: NDArray[np.int64] = np.zeros(persons, np.int64)
        self.enjoyed: NDArray[np.int32] = np.full((persons, recent), _NOBODY, np.int32)
        """The last items that were worth something, newest first."""

    def observe(self, person: int, item: int, vector: Floats, worth: float) -> None:
        """Takes in one event: the person leans towards the item's vector by its worth, or away from it."""
        self.fast[person] *= np.float32(FAST_KEPT)
        self.fast[person] += np.float32(worth) * vector
        self.slow[person] *= np.float32(SLOW_KEPT)
        self.slow[person] += np.float32(worth) * vector
        self.seen[person, self.events[person] % self.seen.shape[1]] = item
        self.events[person] += 1
        if worth > 0:
            self.enjoyed[person, 1:] = self.enjoyed[person, :-1].copy()
            self.enjoyed[person, 0] = item

    def forget(self, person: int) -> None:
        """Erases all that is held of a person."""
        self.fast[person], self.slow[person], self.events[person] = 0.0, 0.0, 0
        self.seen[person], self.enjoyed[person] = _NOBODY, _NOBODY

    def wish(self, person: int) -> Floats:
        """(dim,) the direction in which the person leans; zero for one of whom nothing is known."""
        lean: Floats = np.float32(FAST_SHARE) * self.fast[person] + np.float32(SLOW_SHARE) * self.slow[person]
        length = float(np.sqrt(lean @ lean))
        return lean / np.float32(length) if length else lean
