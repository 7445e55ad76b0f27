"""Owns the score: the parts of each candidate's place, each within about -1 to 1, and their weighted sum.

`tests/engine/test_scoring.py` says the same slowly, one item at a time; the two are held against each other.
"""

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking, Slots
from plainview.engine.worth import (
    FRESH_HALF_LIFE_DAYS,
    PART_WEIGHTS,
    QUALITY_SPREAD,
    RISING_HALF_WORTH,
)

PARTS = tuple(PART_WEIGHTS)
WEIGHTS = np.array(list(PART_WEIGHTS.values()), np.float32)
_DAY_MS = 86_400_000.0
_LUCK = np.random.default_rng(20260101).random(4096, np.float32) * np.float32(2.0) - np.float32(1.0)
TASTE, CO_WATCHED, QUALITY, FOLLOWED, RISING, FRESH, LANGUAGE, LUCK = range(len(PARTS))


def parts_of(asking: Asking, slots: Slots) -> NDArray[np.float32]:
    """(parts, n) float32, in the order of PARTS, before their weights."""
    parts = np.zeros((len(PARTS), len(slots)), np.float32)
    if len(asking.held):
        parts[TASTE] = _taste(asking, slots)
    if asking.anchors:
        parts[CO_WATCHED] = _co_watched(asking, slots)
    catalogue = asking.catalogue
    parts[QUALITY] = np.tanh((catalogue.quality(slots) - np.float32(catalogue.average_worth)) / np.float32(QUALITY_SPREAD))
    if len(asking.followed):
        parts[FOLLOWED] = asking.scratch.creator_followed[catalogue.creator[slots]] == asking.token
    heat = np.maximum(catalogue.heat[slots], np.float32(0.0)) * np.float32(asking.rising_now)
    parts[RISING] = heat / (heat + np.float32(RISING_HALF_WORTH))
    age_days = np.maximum(asking.now_ms - catalogue.published_ms[slots], 0).astype(np.float32) / np.float32(_DAY_MS)
    parts[FRESH] = np.exp2(age_days / np.float32(-FRESH_HALF_LIFE_DAYS))
    if asking.request.languages:
        parts[LANGUAGE] = _foreign(asking)[catalogue.language[slots]]
    salt = asking.lots.below(4096)
    parts[LUCK] = _LUCK[(slots * np.int32(2654435) + np.int32(salt)) & 4095]
    return parts


def scores_of(parts: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) float32: the weighted sum of the parts; higher is better. Not a probability."""
    return WEIGHTS @ parts


def _taste(asking: Asking, slots: Slots) -> NDArray[np.float32]:
    catalogue = asking.catalogue
    agreement = asking.scratch.taste[catalogue.traits[slots]].sum(axis=1)
    return np.tanh(np.float32(0.5) * catalogue.scale[slots] * agreement)


def _co_watched(asking: Asking, slots: Slots) -> NDArray[np.float32]:
    """The shares of the last enjoyed items' followers, the nearest counting most, at most 1."""
    after = asking.scratch.after
    followers, shares = asking.co_watched.after(asking.anchors)
    nearness = np.float32(1.0) / np.arange(1, len(asking.anchors) + 1, dtype=np.float32)
    held = shares > 0.0
    np.add.at(after, followers[held], (shares * nearness[:, None])[held])
    found = np.minimum(np.float32(2.0) * after[slots], np.float32(1.0))
    after[followers[held]] = 0.0
    return found


def _foreign(asking: Asking) -> NDArray[np.float32]:
    """(languages,) float32: 1 for those that the person does not list; 0 for an item without one."""
    codes = asking.catalogue.languages
    foreign = np.ones(len(codes), np.float32)
    foreign[0] = 0.0
    for language in asking.request.languages:
        code = codes.get(language.casefold().split("-")[0])
        if code is not None:
            foreign[code] = 0.0
    return foreign
