"""Owns a place: its catalogue, what is hidden of it, its people, and the recommender whose log is the real one.

That recommender is a plain one with a fault that real ones have: it favours what is watched for long, so that in its
log length and interest are mixed up.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulator.marginals import Marginals, read_marginals, stand_in
from benchmarks.simulator.persons import Person
from benchmarks.simulator.truth import Truth, truth_of
from benchmarks.simulator.videos import Videos, made_up_videos, read_videos
from benchmarks.simulator.watching import Habits, Views, answered, draw_lots, fitted

START_MS = 1_760_000_000_000
_DAY_MS = 86_400_000
_NEW_SHARE = 0.25
_SLATE = 24
_FAVOURS_LONG = 0.3
_ATTENTION_HALF_LIFE_DAYS = 4.0
_FIT_PERSONS, _FIT_SWIPES = 300, 60


@dataclass(frozen=True, slots=True)
class World:
    """Made by `make_world`."""

    seed: int
    videos: Videos
    truth: Truth
    marginals: Marginals
    habits: Habits
    uploaded_ms: NDArray[np.int64]
    """(videos,): a quarter comes during the first four days, the others came in the four weeks before."""

    def person(self, number: int) -> Person:
        """A person; the same one for the same number."""
        return Person(self.truth, (self.seed, 2, number))

    def swipe(self, person: Person, number: int, video: int, at_ms: int) -> tuple[Views, float]:
        """What one showing leaves behind, and the pleasure it gave. The same lots for the same person and video."""
        logits = person.logits(np.array([video], np.intp))
        dice = np.random.default_rng((self.seed, 3, number, video))
        views = answered(self.habits, logits, self.videos.duration_ms[[video]], draw_lots(dice, 1))
        person.saw(video, at_ms)
        return views, float(1.0 / (1.0 + np.exp(-logits[0])))

    def attention(self, now_ms: int) -> NDArray[np.float64]:
        """(videos,): how often the place's recommender considers each video at this time; sums to 1."""
        return _attention(self.truth, self.uploaded_ms, now_ms)

    def serve(self, person: Person, slate: NDArray[np.intp], lot: float) -> int:
        """The video that the place's recommender shows, of those that it considers."""
        return _served(self.videos, person, slate, lot)


def make_world(seed: int, folder: Path | None = None) -> World:
    """A place with KuaiRand's videos and marginals from a folder, or with made-up ones."""
    if folder is None:
        videos, marginals = made_up_videos(), stand_in()
    else:
        videos = read_videos(folder / "kuairand-pure-features" / "video_features_basic_pure.csv")
        marginals = read_marginals(folder / "kuairand_calibration.json")
    return world_of(seed, videos, marginals)


def world_of(seed: int, videos: Videos, marginals: Marginals) -> World:
    """A place with these videos, whose people give feedback at these rates when its recommender serves them."""
    truth = truth_of(videos, seed)
    dice = np.random.default_rng((seed, 4))
    age_days = np.where(dice.random(len(videos)) < _NEW_SHARE, -4.0, 28.0) * dice.random(len(videos))
    uploaded_ms = (START_MS - age_days * _DAY_MS).astype(np.int64)
    logits, shown = served_views(videos, truth, uploaded_ms, seed)
    habits = fitted(marginals, logits, videos.duration_ms[shown], draw_lots(dice, len(shown)))
    return World(seed, videos, truth, marginals, habits, uploaded_ms)


def served_views(
    videos: Videos, truth: Truth, uploaded_ms: NDArray[np.int64], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """The logits of pleasure and the videos of views as the place's recommender serves them."""
    dice = np.random.default_rng((seed, 5))
    logits, shown = list[float](), list[int]()
    attention = _attention(truth, uploaded_ms, START_MS + 2 * _DAY_MS)
    for number in range(_FIT_PERSONS):
        person = Person(truth, (seed, 6, number))
        slates = dice.choice(len(videos), (_FIT_SWIPES, _SLATE), p=attention)
        for turn, (slate, lot) in enumerate(zip(slates, dice.random(_FIT_SWIPES).tolist(), strict=True)):
            if turn % 20 == 0:
                person.arrive(START_MS + turn * _DAY_MS // 20)
            video = _served(videos, person, slate, lot)
            logits.append(float(person.logits(np.array([video], np.intp))[0]))
            shown.append(video)
            person.saw(video, START_MS + turn * _DAY_MS // 20)
    return np.array(logits), np.array(shown, np.intp)


def _attention(truth: Truth, uploaded_ms: NDArray[np.int64], now_ms: int) -> NDArray[np.float64]:
    age_days = (now_ms - uploaded_ms) / _DAY_MS
    fresh = np.exp2(-np.maximum(age_days, 0.0) / _ATTENTION_HALF_LIFE_DAYS)
    weight = np.where(age_days >= 0.0, np.exp(0.6 * truth.quality) * (fresh + 0.1), 0.0)
    share: NDArray[np.float64] = weight / weight.sum()
    return share


def _served(videos: Videos, person: Person, slate: NDArray[np.intp], lot: float) -> int:
    wish = 0.8 * person.logits(slate) + _FAVOURS_LONG * np.log(videos.duration_ms[slate] / 60_000.0)
    chance = np.exp(wish - wish.max())
    place = int(np.searchsorted(chance.cumsum(), lot * chance.sum()))
    return int(slate[min(place, len(slate) - 1)])
