"""Owns how rankings are judged: whole catalogue, leave-one-out by order, seen items removed, ties counted against us.

Sampled candidates are not used: they turn the order of models round (Krichene and Rendle, KDD 2020).
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from plainview.engine.sequence.histories import HeldOut, Histories

PEOPLE_AT_ONCE = 512


class Scorer(Protocol):
    """Anything that gives each item a number for each person."""

    def scores(self, known: Histories) -> NDArray[np.float32]:
        """(people, items) float32; higher comes first. Not a probability."""
        ...


@dataclass(frozen=True)
class Quality:
    """How well the item that came next was placed, person by person."""

    ranks: NDArray[np.int64]
    """(people,) how many items stood before it, or level with it."""

    @property
    def hr10(self) -> float:
        """The share of people who had it among the first ten."""
        return float((self.ranks < 10).mean())

    @property
    def ndcg10(self) -> float:
        """The mean of 1 / log2(place + 1), where the place is within ten."""
        return float(self.gains.mean())

    @property
    def gains(self) -> NDArray[np.float64]:
        """(people,) each one's part in ndcg10."""
        return np.where(self.ranks < 10, 1 / np.log2(self.ranks + 2.0), 0.0)


def evaluate(scorer: Scorer, held_out: HeldOut) -> Quality:
    """Where the scorer places what each person took next."""
    known, found = held_out.known, []
    for start in range(0, len(known), PEOPLE_AT_ONCE):
        people = np.arange(start, min(start + PEOPLE_AT_ONCE, len(known)))
        part = known.some(people)
        found.append(ranks(scorer.scores(part), part, held_out.targets[people]))
    return Quality(np.concatenate(found))


def ranks(scores: NDArray[np.float32], known: Histories, targets: NDArray[np.int64]) -> NDArray[np.int64]:
    """(people,) how many unseen items stand before the target or level with it; a target seen before is last.

    Args:
        scores: (people, items) float32, finite; is overwritten.
        known: what each person has seen.
        targets: (people,) item numbers.
    """
    assert scores.shape == (len(known), known.item_count)
    assert np.isfinite(scores).all()
    people = np.arange(len(known))
    reached = scores[people, targets].copy()
    scores[people, targets] = -np.inf
    owners = np.repeat(people, known.lengths)
    scores[owners, known.items] = -np.inf
    before = (scores >= reached[:, None]).sum(1)
    again = np.bincount(owners, known.items == targets[owners], len(known)) > 0
    return np.where(again, known.item_count, before).astype(np.int64)


def set_quality(scorer: Scorer, known: Histories, asked: Histories, first: int = 20) -> NDArray[np.float64]:
    """(people, 2): recall and NDCG among the first so many, where several items are asked for at once.

    Each asked item is ranked by itself among all items not known; other asked items stand before it as any other would.
    """
    found = []
    for start in range(0, len(known), PEOPLE_AT_ONCE):
        people = np.arange(start, min(start + PEOPLE_AT_ONCE, len(known)))
        part, wanted = known.some(people), asked.some(people)
        owners = np.repeat(np.arange(len(part)), wanted.lengths)
        each = ranks(scorer.scores(part)[owners], part.some(owners), wanted.items)
        gains = np.where(each < first, 1 / np.log2(each + 2.0), 0.0)
        best = np.cumsum(1 / np.log2(np.arange(first) + 2.0))[np.minimum(wanted.lengths, first) - 1]
        hits = np.bincount(owners, each < first, len(part))
        found.append(np.stack([hits / wanted.lengths, np.bincount(owners, gains, len(part)) / best], 1))
    return np.concatenate(found)


def paired_chance(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """The two-sided chance of so large a mean difference in gain if there were none; the same people, paired.

    The normal distribution stands for Student's: with a thousand people they agree to three digits.
    """
    differences = ours - theirs
    deviation = float(differences.std(ddof=1))
    if deviation == 0:
        return 1.0
    return math.erfc(abs(float(differences.mean())) / deviation * math.sqrt(len(differences)) / math.sqrt(2))
