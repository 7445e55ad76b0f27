"""Owns the order of a page: the best first, but not much of the same, and never two in a row of one creator or sound.

Source: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) over the candidates' shared traits.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking, Slots
from plainview.engine.worth import NEWCOMER_VARIETY, VARIETY

_BUCKETS = 128
# More than any difference between two scores: what clashes is taken only when there is nothing else.
_CLASH = np.float32(100.0)
_TAKEN = np.float32(-1e9)


@dataclass(frozen=True, slots=True)
class Explored:
    """The place on the page that goes to a new item, which one of the candidates that is, and the chance of its lot."""

    place: int
    candidate: int
    propensity: float


def order(asking: Asking, slots: Slots, scores: NDArray[np.float32], explored: Explored | None) -> list[int]:
    """At most the wished number of different candidates, by their place among the candidates, in the order of the page."""
    drawn = -1 if explored is None else explored.candidate
    considered = _considered(asking, slots, scores, drawn)
    at_drawn = int(np.flatnonzero(considered == drawn)[0]) if explored is not None else -1
    sameness, clash = _compare(asking, slots[considered])
    last = asking.last_seen
    worth = scores[considered] - _clashes_with(asking, slots[considered], last)
    if at_drawn >= 0:
        worth[at_drawn] = _TAKEN
    weight = np.float32(VARIETY + NEWCOMER_VARIETY * asking.newcomer)
    nearest = np.zeros(len(considered), np.float32)
    chosen: list[int] = []
    for place in range(min(asking.size, len(considered))):
        if explored is not None and place == explored.place:
            pick = at_drawn
        else:
            value = worth - weight * nearest
            if chosen:
                value -= clash[chosen[-1]]
            if explored is not None and place + 1 == explored.place:
                value -= clash[at_drawn]
            pick = int(value.argmax())
        if not chosen:
            # What was before the first place matters to the first place only.
            worth = scores[considered].copy()
            if at_drawn >= 0:
                worth[at_drawn] = _TAKEN
        worth[pick] = _TAKEN
        np.maximum(nearest, sameness[pick], out=nearest)
        chosen.append(pick)
    return considered[chosen].tolist() if chosen else []


def _considered(asking: Asking, slots: Slots, scores: NDArray[np.float32], drawn: int) -> NDArray[np.intp]:
    """The places of the best candidates, in order of place: the drawn one among them, and enough different creators."""
    depth = asking.limits.variety_depth
    if len(scores) <= depth:
        return np.arange(len(scores))
    best = np.argpartition(-scores, depth)[:depth]
    creators, sounds = asking.catalogue.creator[slots], asking.catalogue.sound[slots]
    own_creators, own_sounds = set(creators[best].tolist()), set(sounds[best].tolist())
    if len(own_creators) < asking.size or (len(own_sounds) < asking.size and 0 not in own_sounds):
        others = ~np.isin(creators, list(own_creators)) & ~np.isin(sounds, list(own_sounds - {0}))
        further = np.flatnonzero(others)
        best = np.concatenate((best, further[np.argsort(-scores[further], kind="stable")[: asking.size]]))
    if drawn >= 0 and not (best == drawn).any():
        best = np.append(best, drawn)
    best.sort()
    return best


def _compare(asking: Asking, slots: Slots) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(n, n) float32 twice: how much two items are the same, in [0, 1], and the price of placing them in a row."""
    catalogue = asking.catalogue
    traits = catalogue.traits[slots]
    profile = np.zeros((len(slots), _BUCKETS), np.float32)
    np.put_along_axis(profile, traits & (_BUCKETS - 1), catalogue.gains[traits], axis=1)
    profile /= np.sqrt(np.einsum("ij,ij->i", profile, profile))[:, None] + np.float32(1e-6)
    creator, sound = catalogue.creator[slots], catalogue.sound[slots]
    same = creator[:, None] == creator
    same |= (sound[:, None] == sound) & (sound > 0)
    return profile @ profile.T, same * _CLASH


def _clashes_with(asking: Asking, slots: Slots, before: int) -> NDArray[np.float32] | float:
    """The price of placing each of these right after an item; 0 when there was none."""
    if before < 0:
        return 0.0
    catalogue = asking.catalogue
    same = catalogue.creator[slots] == catalogue.creator[before]
    sound = catalogue.sound[before]
    if sound > 0:
        same |= catalogue.sound[slots] == sound
    return same * _CLASH
