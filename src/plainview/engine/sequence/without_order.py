"""Owns the linear model for people whose order is not known: co-taking and content in one closed form.

EASE (arXiv 1905.03375) on the people's rows with the content's rows below them: two items are near when the same people
took them or when they look and sound alike, so that a new item has neighbours before anybody took it (Jeunen, Van Balen
and Goethals, RecSys 2020, "Closed-form models for collaborative filtering with side-information").
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from plainview.engine.sequence.histories import Histories

PEOPLE_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class PairShape:
    """How strongly weights are held back and how much content counts, as shares of the mean of XᵀX's diagonal."""

    ridge: float = 3.0
    content: float = 0.0


class PairModel:
    """Item-to-item weights with an empty diagonal."""

    def __init__(self, weights: Tensor) -> None:
        self.weights = weights

    def scores(self, known: Histories) -> NDArray[np.float32]:
        """(people, items) float32."""
        return np.asarray((taken_matrix(known.distinct()) @ self.weights).numpy())


def fit_pairs(gram: Tensor, likeness: Tensor | None, shape: PairShape) -> PairModel:
    """The model in closed form.

    Args:
        gram: (items, items) float32, how many people took both; see `taken_together`.
        likeness: (items, items) float32, positive semidefinite with a diagonal of one; see `likeness_of`.
        shape: what counts how much.
    """
    mean = float(gram.diagonal().mean())
    held = gram + shape.ridge * mean * torch.eye(len(gram))
    if likeness is not None:
        held += shape.content * mean * likeness
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(held))
    # Its rows are laid out whole, since people's scores are sums of some of them.
    return PairModel((inverse / -inverse.diagonal()).fill_diagonal_(0).contiguous())


def likeness_of(features: NDArray[np.float32]) -> Tensor:
    """(items, items) float32: cosines between the items' features, each feature brought to mean zero."""
    centred = torch.nn.functional.normalize(torch.from_numpy(features - features.mean(0)), dim=1)
    return centred @ centred.T


def taken_together(histories: Histories) -> Tensor:
    """(items, items) float32: how many people took both; on the diagonal, how many took it."""
    gram = torch.zeros(histories.item_count, histories.item_count)
    for start in range(0, len(histories), PEOPLE_AT_ONCE):
        people = np.arange(start, min(start + PEOPLE_AT_ONCE, len(histories)))
        taken = histories.some(people).distinct()
        gram += taken_matrix(taken.turned()) @ taken_matrix(taken).to_dense()
    return gram


def taken_matrix(taken: Histories) -> Tensor:
    """(people, items) float32, sparse: one where a person has taken an item; `taken` has each item once, in order."""
    owners = np.repeat(np.arange(len(taken)), taken.lengths)
    where, ones = torch.from_numpy(np.stack([owners, taken.items])), torch.ones(len(owners))
    size = len(taken), taken.item_count
    return torch.sparse_coo_tensor(where, ones, size, check_invariants=True, is_coalesced=True)
