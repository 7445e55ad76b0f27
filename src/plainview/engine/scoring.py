"""Owns the score: the parts of each candidate's place, each within about -1 to 1, and the worth that they foretell.

`tests/engine/test_scoring.py` says the same slowly, one item at a time; the two are held against each other.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking, Slots
from plainview.engine.catalogue import CREATOR_AT, DURATION_AT, HEAT_AT, LANGUAGE_AT, PUBLISHED_AT, SCALE_AT, days
from plainview.engine.covisits import Following
from plainview.engine.foretelling import PARTS
from plainview.engine.looked_up import agreement as looked_up_in
from plainview.engine.terms import length_numbers
from plainview.engine.worth import (
    FRESH_HALF_LIFE_DAYS,
    LANGUAGE_UNDERSTOOD_FROM,
    LOOKED_FOR_WORTH,
    RISING_HALF_WORTH,
    TASTE_HALF_VIEWERS,
    TASTE_STEEPNESS,
)

_ONES = np.ones(256, np.float32)
_LEARNED_LEAST, _LEARNED_MOST = np.float32(-2.0), np.float32(2.0)
_LUCK = np.random.default_rng(20260101).random(4096, np.float32) * np.float32(2.0) - np.float32(1.0)
TASTE, LEARNED, NEXT, CO_WATCHED, KIND, TIRED, QUALITY, FOLLOWED, RISING, FRESH, LANGUAGE, LUCK = range(len(PARTS))


class Scored(NamedTuple):
    """Items with what their score was made from, so that later stages need not fetch it again."""

    slots: Slots
    traits: NDArray[np.int32]
    """(n, traits)"""
    facts: NDArray[np.int32]
    """(n, 4), see `Catalogue.facts`."""
    parts: NDArray[np.float32]
    """(parts, n), in the order of PARTS, before their weights."""
    scores: NDArray[np.float32]
    """(n,): worth × chance, summed over the actions, beyond a video of which no part says anything; see `Lines`."""

    def of(self, places: list[int]) -> "Scored":
        """The same for some of the items."""
        traits, facts = self.traits[places], self.facts[places]
        return Scored(self.slots[places], traits, facts, self.parts[:, places], self.scores[places])


def scored(asking: Asking, slots: Slots) -> Scored:
    """The items with their parts and scores for this person."""
    catalogue = asking.catalogue
    traits, facts, record = catalogue.parted(catalogue.table.take(slots, axis=0))
    parts = np.zeros((len(PARTS), len(slots)), np.float32)
    if len(asking.held):
        agreement = asking.scratch.taste.take(traits) @ _ONES[: traits.shape[1]]
        agreement *= record[:, SCALE_AT]
        np.tanh(agreement * np.float32(TASTE_STEEPNESS), out=parts[TASTE])
        newcomer = np.float32(asking.newcomer)
        parts[TASTE] *= newcomer + (np.float32(1.0) - newcomer) * asking.vectors.unknown_share(
            slots, TASTE_HALF_VIEWERS
        )
    if asking.habit is not None:
        parts[TASTE] += asking.habit[length_numbers(facts[:, DURATION_AT])]
    if asking.looked:
        parts[TASTE] += np.float32(LOOKED_FOR_WORTH) * looked_up_in(asking.scratch.looked, traits)
    if asking.line is not None:
        learned = parts[LEARNED]
        np.matmul(asking.vectors.items.take(slots, axis=0), asking.line.vector, out=learned)
        np.minimum(np.maximum(learned, _LEARNED_LEAST, out=learned), _LEARNED_MOST, out=learned)
        learned *= np.float32(asking.vectors.trust)
        if len(asking.line.leaning):
            learned += asking.vectors.leaned(asking.line.leaning, slots, catalogue)
    if asking.state is not None:
        parts[NEXT] = asking.upcoming.parts(asking.state, slots)
    if asking.following is not None:
        parts[CO_WATCHED] = _co_watched(asking, asking.following, slots)
    if asking.kinds.next_at and len(asking.liked):
        kinds = asking.kinds.items.take(slots, axis=0).astype(np.float32)
        np.matmul(kinds, asking.liked, out=parts[KIND])
        np.negative(kinds @ asking.met, out=parts[TIRED])
    parts[QUALITY] = asking.vectors.standing(slots)
    if len(asking.followed):
        parts[FOLLOWED] = asking.scratch.creator_followed[facts[:, CREATOR_AT]] == asking.token
    heat = np.maximum(record[:, HEAT_AT] * np.float32(asking.rising_now), np.float32(0.0))
    np.divide(heat, heat + np.float32(RISING_HALF_WORTH), out=parts[RISING])
    age_days = np.maximum(np.float32(days(asking.now_ms)) - record[:, PUBLISHED_AT], np.float32(0.0))
    np.exp2(age_days * np.float32(-1.0 / FRESH_HALF_LIFE_DAYS), out=parts[FRESH])
    if asking.request.languages:
        parts[LANGUAGE] = _foreign(asking)[facts[:, LANGUAGE_AT]]
    salt = asking.lots.below(4096)
    parts[LUCK] = _LUCK[(slots * 2654435 + salt) & 4095]
    return Scored(slots, traits, facts, parts, asking.lines.scores(parts))


def _co_watched(asking: Asking, following: Following, slots: Slots) -> NDArray[np.float32]:
    """The shares of the last enjoyed items' followers, the nearest counting most, at most 1."""
    after = asking.scratch.after
    np.add.at(after, following.slots, following.strength)
    found: NDArray[np.float32] = np.minimum(np.float32(2.0) * after[slots], np.float32(1.0))
    after[following.slots] = 0.0
    return found


def _foreign(asking: Asking) -> NDArray[np.float32]:
    """(languages,) float32: 1 for those that the person neither lists nor enjoyed lately; 0 for an item without one."""
    codes = asking.catalogue.languages
    foreign = np.ones(len(codes), np.float32)
    foreign[0] = 0.0
    for language in asking.request.languages:
        code = codes.get(language.casefold().split("-")[0])
        if code is not None:
            foreign[code] = 0.0
    if asking.anchors:
        enjoyed = np.bincount(asking.catalogue.facts[asking.anchors, LANGUAGE_AT], minlength=len(foreign))
        foreign -= enjoyed.astype(np.float32) * np.float32(1.0 / LANGUAGE_UNDERSTOOD_FROM)
        np.maximum(foreign, np.float32(0.0), out=foreign)
    return foreign
