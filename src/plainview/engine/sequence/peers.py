"""Owns the peers that the model is held against, done plainly: popularity, EASE and iALS. None knows any order."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from plainview.engine.sequence.histories import Histories
from plainview.engine.sequence.without_order import PairModel, PairShape, fit_pairs, taken_together

PEOPLE_AT_ONCE = 512


class Popularity:
    """The items that were taken most."""

    def __init__(self, histories: Histories) -> None:
        self.counts = np.bincount(histories.items, minlength=histories.item_count).astype(np.float32)

    def scores(self, known: Histories) -> NDArray[np.float32]:
        """(people, items) float32: the same for everybody."""
        return np.tile(self.counts, (len(known), 1))


def ease(histories: Histories, ridge: float = 500.0) -> PairModel:
    """EASE (Steck, arXiv 1905.03375) with the paper's ridge for MovieLens."""
    gram = taken_together(histories)
    return fit_pairs(gram, None, PairShape(ridge / float(gram.diagonal().mean())))


@dataclass(frozen=True, slots=True)
class FactorShape:
    """The settings of iALS: the defaults of the library `implicit` 0.7."""

    factors: int = 64
    ridge: float = 0.01
    weight: float = 1.0
    sweeps: int = 15


class Ials:
    """iALS (Hu, Koren and Volinsky, ICDM 2008): what was taken counts 1 + weight, everything else 1."""

    def __init__(self, histories: Histories, seed: int, shape: FactorShape | None = None) -> None:
        self.shape = shape or FactorShape()
        lots = torch.Generator().manual_seed(seed)
        self.vectors = torch.randn(histories.item_count, self.shape.factors, generator=lots) * 0.01
        takers = histories.turned()
        for _ in range(self.shape.sweeps):
            self.vectors = self._solved(takers, self._solved(histories, self.vectors))

    def scores(self, known: Histories) -> NDArray[np.float32]:
        """(people, items) float32."""
        return np.asarray((self._solved(known, self.vectors) @ self.vectors.T).numpy())

    def _solved(self, rows: Histories, vectors: Tensor) -> Tensor:
        """For each row the vector whose products come nearest to one with the row's vectors, else to zero."""
        every = vectors.T @ vectors + self.shape.ridge * torch.eye(vectors.shape[1])
        found = torch.zeros(len(rows), vectors.shape[1])
        for start in range(0, len(rows), PEOPLE_AT_ONCE):
            people = range(start, min(start + PEOPLE_AT_ONCE, len(rows)))
            mine = [vectors[torch.from_numpy(rows.of(person))] for person in people]
            left = torch.stack([every + self.shape.weight * (each.T @ each) for each in mine])
            right = torch.stack([(1 + self.shape.weight) * each.sum(0) for each in mine])
            found[start : start + len(mine)] = torch.linalg.solve(left, right)
        return found
