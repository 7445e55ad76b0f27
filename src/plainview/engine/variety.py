"""Owns the order of a page: the best first, but not much of the same, and never two in a row of one creator or sound.

A page is the greedy mode of a determinantal point process: a video's chance grows with its score and with the part of
it, in the space of traits, that those already on the page do not span. Two in a row of one topic are dear, not barred.

Source: Chen, Zhang and Zhou, "Fast Greedy MAP Inference for Determinantal Point Process" (NeurIPS 2018). Theirs keeps
the rows of a Cholesky factor; for the few dozen candidates here the whole matrix is swept, which says the same.
"""

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking
from plainview.engine.catalogue import CREATOR_AT, SOUND_AT
from plainview.engine.scoring import Scored
from plainview.engine.worth import KIND_SHARED, NEWCOMER_VARIETY, TOPIC_IN_A_ROW, VARIETY

_COLUMNS = 512
# Less than any quotient of two chances: what clashes is taken only when there is nothing else.
_CLASH = math.exp(-250.0)
_BEHIND_MOST = np.float32(-100.0)
# So much of every video is its own: of two with the same traits the second still counts for something.
_OWN, _LEAST = 0.05, 1e-6
# A video's traits begin with creator and length, then its sound, if it has one, then its tags.
_TOPIC_AT = 2


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
    best = (-scored.scores).argpartition(depth)[:depth]
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
    size = min(asking.size, len(best))
    if not size:
        return []
    place_drawn = -1 if explored is None else explored.place
    drawn = -1 if explored is None else int((best == explored.candidate).argmax())
    chances, after, now = _process(asking, scored, best)
    if drawn >= 0:
        near = after[drawn].copy()
        now[drawn] = after[:, drawn] = 0.0
    left, swept = chances.diagonal(), np.empty_like(chances)
    chosen: list[int] = []
    for place in range(size):
        gain = left * now
        if place + 1 == place_drawn:
            gain *= near
        pick = drawn if place == place_drawn else int(gain.argmax())
        chosen.append(pick)
        # What the others have in common with this one is taken from them: the Schur complement.
        now, row = after[pick], chances[pick]
        np.dot((row / row[pick])[:, None], row[None], swept)
        chances -= swept
        chances[pick, pick] = 0.0
    places: list[int] = best[chosen].tolist()
    return places


class Process(NamedTuple):
    """What a page is drawn from: the chance of several videos together is a determinant of `chances`."""

    chances: NDArray[np.float64]
    """(m, m): on its diagonal the chance of each alone, beside it what two have in common."""
    after: NDArray[np.float64]
    """(m, m): the part that is left of each chance right after each."""
    now: NDArray[np.float64]
    """(m,): the same right after what is before the person's eyes."""


def _process(asking: Asking, scored: Scored, best: NDArray[np.intp]) -> Process:
    variety = asking.weights.variety
    # The stronger variety is, the less a difference between two scores counts.
    scale = 0.5 / (variety * (VARIETY + NEWCOMER_VARIETY * asking.newcomer))
    traits, facts, scores = scored.traits[best], scored.facts[best], scored.scores[best]
    chances = _shared(asking, traits)
    if asking.kinds.next_at and len(asking.liked):
        own = asking.kinds.items.take(scored.slots[best], axis=0).astype(np.float64)
        chances += KIND_SHARED * KIND_SHARED * (own @ own.T)
    behind = np.maximum((scores - scores[scores.argmax()]) * np.float32(scale), _BEHIND_MOST)
    root = np.exp(behind, dtype=np.float64) / np.sqrt(chances.diagonal())
    chances *= root
    chances *= root[:, None]
    dear = math.exp(-2.0 * scale * variety * TOPIC_IN_A_ROW)
    creators, sounds = facts[:, CREATOR_AT], facts[:, SOUND_AT]
    heard = sounds > 0
    topics = np.where(heard, traits[:, _TOPIC_AT + 1], traits[:, _TOPIC_AT])
    same = (sounds[:, None] == sounds) & heard
    same |= creators[:, None] == creators
    after = np.where(same, _CLASH, np.where(topics[:, None] == topics, dear, 1.0))
    before = asking.last_seen
    if before < 0:
        return Process(chances, after, np.ones(len(best)))
    creator, sound, _, _ = asking.catalogue.facts[before].tolist()
    topic = asking.catalogue.traits[before, _TOPIC_AT + (sound > 0)]
    same = ((sounds == sound) & heard) | (creators == creator)
    return Process(chances, after, np.where(same, _CLASH, np.where(topics == topic, dear, 1.0)))


def _shared(asking: Asking, traits: NDArray[np.int32]) -> NDArray[np.float64]:
    """(m, m): how much the traits say that two share; on the diagonal all that one has, and something of its own."""
    count, terms, places = len(traits), traits.ravel(), _places(traits.size)
    # Each trait's column is the last place where it stands, so that no two traits share one on a page of usual depth.
    column = asking.scratch.column
    column[terms] = places
    profile = np.zeros(count * _COLUMNS, np.float32)
    profile[(column[terms] & (_COLUMNS - 1)) + _row_starts(*traits.shape)] = asking.catalogue.gains[terms]
    rows = profile.reshape(count, _COLUMNS)
    shared = (rows @ rows.T).astype(np.float64)
    diagonal = shared.ravel()[:: count + 1]
    diagonal *= 1.0 + _OWN
    diagonal += _LEAST
    return shared


@cache
def _places(count: int) -> NDArray[np.int32]:
    return np.arange(count, dtype=np.int32)


@cache
def _row_starts(count: int, traits: int) -> NDArray[np.intp]:
    return np.repeat(np.arange(0, count * _COLUMNS, _COLUMNS), traits)
