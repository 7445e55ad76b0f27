"""Owns what people went on to watch: for each item, the few items most often enjoyed soon after it.

Memory is bounded: each item keeps its strongest followers; a new one takes the weakest's place and, as in Space-Saving
(Metwally et al., ICDT 2005), a part of its weight is taken away first, so that a list of strangers gives way in time.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.fading import Fading
from plainview.engine.growing import grown
from plainview.engine.worth import CO_WATCHED_HALF_LIFE_DAYS

_DAY_MS = 86_400_000.0
_GIVE_WAY = np.float32(0.5)


class CoWatched:
    """(items, k) followers and their fading weights. A follower of -1 is an empty place."""

    def __init__(self, per_item: int) -> None:
        self.per_item = per_item
        self.followers: NDArray[np.int32] = np.zeros((0, per_item), np.int32)
        self.weights: NDArray[np.float32] = np.zeros((0, per_item), np.float32)
        self.fading = Fading(CO_WATCHED_HALF_LIFE_DAYS * _DAY_MS)

    def reserve(self, count: int) -> None:
        """Makes room for this many items."""
        before = len(self.followers)
        self.followers, self.weights = grown(self.followers, count), grown(self.weights, count)
        self.followers[before:] = -1

    def add(self, earlier: list[int], follower: int, at_ms: int) -> None:
        """Notes that the follower was enjoyed after each of these items, nearest first, the nearer counting more."""
        weight = self.fading.weight(at_ms, self.weights)
        for distance, item in enumerate(earlier):
            followers, weights = self.followers[item], self.weights[item]
            row: list[int] = followers.tolist()
            amount = weight / (1.0 + distance)
            if follower in row:
                weights[row.index(follower)] += amount
                continue
            place = int(weights.argmin())
            weights[place] *= _GIVE_WAY
            if weights[place] <= amount:
                followers[place], weights[place] = follower, amount

    def share_of(self, item: int, anchors: list[int]) -> float:
        """How much of what comes after these, nearest first and counting most, is this item: `after` for one, to 1."""
        found = 0.0
        for distance, anchor in enumerate(anchors):
            row: list[int] = self.followers[anchor].tolist()
            if item in row:
                weights = self.weights[anchor]
                found += float(weights[row.index(item)]) / (float(weights.sum()) + 1e-30) / (1 + distance)
        return min(2.0 * found, 1.0)

    def after(self, items: list[int]) -> "Following":
        """Those who come after these items, nearest first."""
        followers, weights = self.followers[items], self.weights[items]
        shares = weights / (weights.sum(axis=1, keepdims=True) + np.float32(1e-30))
        held = followers >= 0
        strength = (shares * _nearness(len(items)))[held]
        return Following(followers, shares, followers[held].astype(np.intp), strength)


@cache
def _nearness(count: int) -> NDArray[np.float32]:
    """(count, 1): what each of so many items counts, the nearest in full."""
    return np.float32(1.0) / np.arange(1, count + 1, dtype=np.float32)[:, None]


class Following(NamedTuple):
    """What comes after a few items."""

    followers: NDArray[np.int32]
    """(items, k); -1 for an empty place."""
    shares: NDArray[np.float32]
    """(items, k): the part of all that comes after an item, in [0, 1]."""
    slots: NDArray[np.intp]
    """(n,) every follower there is; one may come twice."""
    strength: NDArray[np.float32]
    """(n,) their shares, the nearest item's counting most."""
