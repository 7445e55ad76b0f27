"""Owns the order of a page: the best first, but not much of the same, and never two in a row of one creator or sound.

Source: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) over the candidates' shared traits.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking
from plainview.engine.catalogue import CREATOR_AT, SOUND_AT
from plainview.engine.scoring import Scored
from plainview.engine.worth import NEWCOMER_VARIETY, VARIETY

_BUCKETS = 128
# More than any difference between two scores: what clashes is taken only when there is nothing else.
_CLASH = np.float32(100.0)
_TAKEN = np.float32(-1e9)


class Explored(NamedTuple):
    """The place on the page that goes to a new item, which one of the candidates that is, and the chance of its lot."""

    place: int
    candidate: int
    propensity: float


def best_of(asking: Asking, scored: Scored) -> NDArray[np.intp]:
    """(m,) the places of the candidates that take part in the choice: the best ones, in order of place."""
    depth = max(asking.limits.variety_depth * asking.weights.depth, asking.size)
    if len(scored.scores) <= depth:
        return np.arange(len(scored.scores))
    best = np.argpartition(-scored.scores, depth)[:depth]
    best.sort()
    return best


def too_alike(asking: Asking, scored: Scored, best: NDArray[np.intp]) -> bool:
    """Whether so few creators or sounds are among the best that a page of them would have two in a row."""
    facts = scored.facts[best]
    sounds = set(facts[:, SOUND_AT].tolist())
    return len(set(facts[:, CREATOR_AT].tolist())) < asking.size or (len(sounds) < asking.size and 0 not in sounds)


def with_others(asking: Asking, scored: Scored, best: NDArray[np.intp]) -> NDArray[np.intp]:
    """The best, and as many as fill a page of the best by other creators with other sounds."""
    facts, among = scored.facts, scored.facts[best]
    heard = np.isin(facts[:, SOUND_AT], among[:, SOUND_AT]) & (facts[:, SOUND_AT] > 0)
    others = np.flatnonzero(~np.isin(facts[:, CREATOR_AT], among[:, CREATOR_AT]) & ~heard)
    others = others[np.argsort(-scored.scores[others], kind="stable")[: asking.size]]
    return np.sort(np.concatenate((best, others)))


def order(asking: Asking, scored: Scored, best: NDArray[np.intp], explored: Explored | None) -> list[int]:
    """At most the wished number of different candidates, by their place among all, in the order of the page."""
    if explored is not None and not (best == explored.candidate).any():
        best = np.append(best, explored.candidate)
    place_drawn = -1 if explored is None else explored.place
    drawn = -1 if explored is None else int((best == explored.candidate).argmax())
    sameness, clash = _compare(asking, scored, best)
    worth = scored.scores[best]
    if drawn >= 0:
        worth[drawn] = _TAKEN
    price: NDArray[np.float32] | float = _clashes_with(asking, scored.facts[best], asking.last_seen)
    nearest = np.zeros(len(best), np.float32)
    chosen: list[int] = []
    for place in range(min(asking.size, len(best))):
        if place == place_drawn:
            pick = drawn
        else:
            value = worth - nearest
            value -= price
            if place + 1 == place_drawn:
                value -= clash[drawn]
            pick = int(value.argmax())
        worth[pick] = _TAKEN
        price = clash[pick]
        np.maximum(nearest, sameness[pick], out=nearest)
        chosen.append(pick)
    places: list[int] = best[chosen].tolist()
    return places


def _compare(asking: Asking, scored: Scored, best: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(m, m) float32 twice: what an item loses after another by likeness, and the price of placing both in a row."""
    count = len(best)
    traits = scored.traits[best]
    profile = np.zeros(count * _BUCKETS, np.float32)
    profile[(traits & (_BUCKETS - 1)) + _row_starts(count)] = asking.catalogue.gains[traits]
    rows = profile.reshape(count, _BUCKETS)
    alike = rows @ rows.T
    norm = np.sqrt(alike.diagonal()) + np.float32(1e-6)
    alike *= np.float32(asking.weights.variety * (VARIETY + NEWCOMER_VARIETY * asking.newcomer)) / norm
    alike /= norm[:, None]
    facts = scored.facts[best]
    creator, sound = facts[:, CREATOR_AT], facts[:, SOUND_AT]
    same = creator[:, None] == creator
    same |= (sound[:, None] == sound) & (sound > 0)
    return alike, same * _CLASH


@cache
def _row_starts(count: int) -> NDArray[np.intp]:
    return np.arange(0, count * _BUCKETS, _BUCKETS)[:, None]


def _clashes_with(asking: Asking, facts: NDArray[np.int32], before: int) -> NDArray[np.float32] | float:
    """The price of placing each of these right after an item; 0 when there was none."""
    if before < 0:
        return 0.0
    creator, sound, _, _ = asking.catalogue.facts[before].tolist()
    same = facts[:, CREATOR_AT] == creator
    if sound > 0:
        same |= facts[:, SOUND_AT] == sound
    price: NDArray[np.float32] = same * _CLASH
    return price
