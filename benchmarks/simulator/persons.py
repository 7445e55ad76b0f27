"""Owns what goes on in a person: several interests, what they are in the mood for, what they have had enough of.

Interests wander: from time to time one gives way to a related one. Within a session one or two of them are to the
fore. Each further video on one subject pleases less for a while, and a video that was seen pleases little.
"""

import random

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulator.truth import SUBJECTS, Truth

_DAY_MS = 86_400_000
_SATIATION_KEPT = 0.93
_DRIFTS_A_DAY = 0.15
_PLEASURE = (-2.0, 4.2, 0.4)
"""In the logit of a person's pleasure: what a video on an indifferent subject starts from, what a full match adds, and
what one standard deviation of quality adds."""


class Person:
    """One person. `pleasure` is the truth that no recommender is ever given."""

    def __init__(self, truth: Truth, seed: tuple[int, ...]) -> None:
        dice = np.random.default_rng(seed)
        self._truth = truth
        self._lots = random.Random(repr(seed))
        often = truth.about.mean(axis=0)
        count = int(dice.integers(3, 7))
        self.interest = np.zeros(SUBJECTS)
        disliked = dice.choice(SUBJECTS, 6, replace=False)
        self.interest[disliked] = -dice.uniform(0.2, 0.6, 6)
        liked = dice.choice(SUBJECTS, count, replace=False, p=often / often.sum())
        self.interest[liked] = dice.uniform(0.5, 1.1, count)
        self.ease = float(dice.normal(0.0, 0.35))
        """How easily this person is pleased at all."""
        self.bored_by = float(dice.uniform(0.05, 0.2))
        """How much each further video on one subject takes away."""
        self.against_repeats = float(dice.uniform(1.0, 3.0))
        self.mood = np.ones(SUBJECTS)
        self._tired = np.zeros(SUBJECTS)
        self.seen: set[int] = set()
        self._last_ms: int | None = None
        self._liking: NDArray[np.float64] | None = None

    def arrive(self, at_ms: int) -> None:
        """Begins a session: rested by the time away, with another mood; perhaps an interest has wandered."""
        away_days = 0.0 if self._last_ms is None else max(at_ms - self._last_ms, 0) / _DAY_MS
        self._tired *= 0.5 ** (away_days * 8.0)
        if self._lots.random() < 1.0 - (1.0 - _DRIFTS_A_DAY) ** away_days:
            self._wander()
        liked = np.flatnonzero(self.interest > 0.0).tolist()
        self.mood = np.ones(SUBJECTS)
        self.mood[liked] = 0.7
        self.mood[self._lots.sample(liked, min(2, len(liked)))] = 1.1
        self._liking = None

    def _wander(self) -> None:
        liked = np.flatnonzero(self.interest > 0.0).tolist()
        leaves = self._lots.choice(liked)
        weights = self._truth.related[leaves].tolist()
        comes = self._lots.choices(range(SUBJECTS), weights)[0]
        self.interest[comes] = max(self.interest[leaves], self.interest[comes])
        if comes != leaves:
            self.interest[leaves] *= 0.3

    def liking(self) -> NDArray[np.float64]:
        """(videos,) float64: the logit of the pleasure that each video would give, if nothing had tired the person."""
        if self._liking is None:
            start, match, quality = _PLEASURE
            wanted = self._truth.about @ (self.interest * self.mood)
            self._liking = start + self.ease + match * wanted + quality * self._truth.quality
        return self._liking

    def logits(self, videos: NDArray[np.intp]) -> NDArray[np.float64]:
        """(n,) float64: the logit of the pleasure that each of these would give just now."""
        tired = self.bored_by * self._tired[self._truth.main[videos]]
        repeats = np.array([video in self.seen for video in videos.tolist()], np.float64)
        return self.liking()[videos] - tired - self.against_repeats * repeats

    def pleasure(self, video: int) -> float:
        """In (0, 1): how much the person would like to see this video now. The truth."""
        return float(1.0 / (1.0 + np.exp(-self.logits(np.array([video], np.intp))[0])))

    def saw(self, video: int, at_ms: int) -> None:
        """Takes note that a video was shown."""
        self._tired *= _SATIATION_KEPT
        self._tired[self._truth.main[video]] += 1.0
        self.seen.add(video)
        self._last_ms = at_ms
