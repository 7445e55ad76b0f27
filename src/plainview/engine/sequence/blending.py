"""Owns how several scorers become one: each is brought to mean 0 and deviation 1 over a person's items, then weighed.

The weights are found on some people's last known items, never on what is asked in the end.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plainview.engine.sequence.evaluating import Quality, Scorer, ranks
from plainview.engine.sequence.histories import HeldOut, Histories

TENTHS = 10


@dataclass(frozen=True)
class Blend:
    """Scorers and what each counts."""

    scorers: Sequence[Scorer]
    weights: Sequence[float]

    def scores(self, known: Histories) -> NDArray[np.float32]:
        """(people, items) float32: the weighed sum of the standardized scores."""
        total = np.zeros((len(known), known.item_count), np.float32)
        for scorer, weight in zip(self.scorers, self.weights, strict=True):
            if weight:
                total += np.float32(weight) * standardized(scorer.scores(known))
        return total


def standardized(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each person's scores with mean 0 and deviation 1; zeros where all are equal."""
    centred = scores - scores.mean(1, keepdims=True)
    return np.asarray(centred / np.maximum(centred.std(1, keepdims=True), 1e-12), np.float32)


def best_weights(scorers: Sequence[Scorer], held_out: HeldOut) -> tuple[float, ...]:
    """The weights, in tenths that sum to one, with the highest NDCG@10; of equals the most even. Holds all scores."""
    known, targets = held_out.known, held_out.targets
    each = [standardized(scorer.scores(known)) for scorer in scorers]

    def worth(weights: tuple[float, ...]) -> tuple[float, float]:
        total = sum((np.float32(weight) * scores for weight, scores in zip(weights, each, strict=True)), np.float32(0))
        return Quality(ranks(np.asarray(total), known, targets)).ndcg10, -sum(weight**2 for weight in weights)

    return max(shares(len(scorers)), key=worth)


def shares(count: int) -> list[tuple[float, ...]]:
    """All ways to part one whole among so many, in tenths."""
    ways = itertools.product(range(TENTHS + 1), repeat=count)
    return [tuple(part / TENTHS for part in way) for way in ways if sum(way) == TENTHS]
