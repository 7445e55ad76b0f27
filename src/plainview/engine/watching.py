"""Owns the question how long is long: a watch is compared with other watches of videos of about the same length.

The share of a video that is usually watched falls with its length, and the time rises; neither alone is fair. The
answer here is a rank: which part of the watches of videos of that length were shorter. Source: D2Q (Zhan et al., KDD
2022), with running histograms in place of a nightly grouping.
"""

import math

import numpy as np
from numpy.typing import NDArray

LENGTH_GROUPS = 20
SHARE_STEPS = 40
_STEPS_UP_TO_ONCE = 24
_LOOPS_MAX = 5.0
_FORGET_AT = 8192.0
# What each step up to the whole is credited with before anything was watched: six watches in all.
_BEGINNING = 0.25


def length_group(duration_ms: int) -> int:
    """The group of a length: two to each doubling, from below one second to above ten minutes."""
    return min(max(round(2.0 * math.log2(max(duration_ms, 1) / 1000.0)), 0), LENGTH_GROUPS - 1)


def share_step(watched_ms: int, duration_ms: int) -> int:
    """The step of a watched share: 24 equal ones up to the whole, then 16 up to five times over."""
    share = max(watched_ms, 0) / max(duration_ms, 1)
    if share < 1.0:
        return int(share * _STEPS_UP_TO_ONCE)
    beyond = min((share - 1.0) / (_LOOPS_MAX - 1.0), 1.0)
    return min(_STEPS_UP_TO_ONCE + int(beyond * (SHARE_STEPS - _STEPS_UP_TO_ONCE)), SHARE_STEPS - 1)


class WatchRanks:
    """Running histograms of watched shares, (groups, steps) float32. They begin as if shares were spread evenly."""

    def __init__(self) -> None:
        self.seen: NDArray[np.float32] = np.zeros((LENGTH_GROUPS, SHARE_STEPS), np.float32)
        self.seen[:, : _STEPS_UP_TO_ONCE + 1] = _BEGINNING

    def rank(self, watched_ms: int, duration_ms: int) -> float:
        """In (0, 1): the part of the watches of such videos, this one included, that were shorter; ties half."""
        row = self.seen[length_group(duration_ms)].tolist()
        step = share_step(watched_ms, duration_ms)
        return float((sum(row[:step]) + 0.5 * (row[step] + 1.0)) / (sum(row) + 1.0))

    def add(self, watched_ms: int, duration_ms: int) -> None:
        """Takes a watch into account. Old watches fade: a full group is halved."""
        row = self.seen[length_group(duration_ms)]
        row[share_step(watched_ms, duration_ms)] += 1.0
        if row.sum() > _FORGET_AT:
            row *= 0.5
