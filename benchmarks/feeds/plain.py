"""Owns the two oldest recommenders: what most people enjoyed, and what was enjoyed together with it."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from benchmarks.feeds.feed import best_unseen, enjoyed
from benchmarks.simulator.sessions import View

_PRIOR_VIEWS = 8.0
_LAST_ENJOYED = 30


class Popularity:
    """The videos that were enjoyed by the largest share of those who were shown them, few showings counting less."""

    name = "popularity"

    def __init__(self, videos: int) -> None:
        self._shown, self._enjoyed = np.zeros(videos), np.zeros(videos)
        self._seen: dict[int, list[int]] = defaultdict(list)

    def learn(self, view: View) -> None:
        """Counts at once."""
        self._shown[view.video] += 1.0
        self._enjoyed[view.video] += enjoyed(view)
        self._seen[view.person].append(view.video)

    def hour(self) -> None:
        """Nothing waits for the hour."""

    def scores(self) -> NDArray[np.float64]:
        """(videos,) float64: the share of showings that were enjoyed, near the average while there are few."""
        average = self._enjoyed.sum() / max(self._shown.sum(), 1.0)
        rates: NDArray[np.float64] = (self._enjoyed + _PRIOR_VIEWS * average) / (self._shown + _PRIOR_VIEWS)
        return rates

    def page(self, person: int, _at_ms: int) -> list[int]:
        """The most enjoyed that are new to the person."""
        return best_unseen(self.scores(), self._seen[person])


class ItemToItem:
    """Cosine of who enjoyed what, summed over what the person enjoyed last; what is popular where that says nothing."""

    name = "item_to_item"

    def __init__(self, videos: int) -> None:
        self._popular = Popularity(videos)
        self._fans: dict[int, list[int]] = defaultdict(list)
        self._enjoyed: dict[int, list[int]] = defaultdict(list)
        self._seen: dict[int, list[int]] = defaultdict(list)
        self._counts = np.zeros(videos)

    def learn(self, view: View) -> None:
        """Counts at once."""
        self._popular.learn(view)
        self._seen[view.person].append(view.video)
        if enjoyed(view) and view.video not in self._enjoyed[view.person]:
            self._enjoyed[view.person].append(view.video)
            self._fans[view.video].append(view.person)
            self._counts[view.video] += 1.0

    def hour(self) -> None:
        """Nothing waits for the hour."""

    def page(self, person: int, _at_ms: int) -> list[int]:
        """What those who enjoyed the same enjoyed besides."""
        scores = 1e-3 * self._popular.scores()
        for video in self._enjoyed[person][-_LAST_ENJOYED:]:
            together = np.zeros(len(scores))
            for fan in self._fans[video]:
                if fan != person:
                    together[self._enjoyed[fan]] += 1.0
            scores += together / np.sqrt(self._counts[video] * np.maximum(self._counts, 1.0) + 10.0)
        return best_unseen(scores, self._seen[person])
