"""Owns the linear next-item model: B = (XᵀX + λI)⁻¹ XᵀY, in closed form, with no training loop.

X holds a row for each event that has one before it: the person's earlier items, faded by how many events ago they were.
Y holds the item that came. EASE (arXiv 1905.03375) with order; close to SLIST (arXiv 2103.11160).

Both products are sums over pairs of events of one person, so neither X nor Y is ever built. A new event changes both by
one rank, so B is kept right by `learn` alone: recursive least squares (Plackett, 1950).
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from plainview.engine.sequence.histories import Histories

FORGOTTEN = 0.01
"""What weighs less than this is left out of a history."""
SPARSE = 0.05
"""Below this share of pairs seen, the product with XᵀY goes by the pairs."""


@dataclass(frozen=True, slots=True)
class LinearShape:
    """How a history fades, and how strongly weights are held back."""

    fading: float = 0.8
    ridge: float = 0.7
    """As a share of the mean of XᵀX's diagonal."""
    content: float = 1.0
    """How many times two items of all the same traits count as if one had come right after the other."""

    @property
    def reach(self) -> int:
        """How many of the last items count."""
        return math.ceil(math.log(FORGOTTEN) / math.log(self.fading))


class LinearNext:
    """The fitted model."""

    def __init__(self, shape: LinearShape, inverse: Tensor, weights: Tensor) -> None:
        self.shape, self.inverse, self.weights = shape, inverse, weights

    def scores(self, known: Histories) -> NDArray[np.float32]:
        """(people, items) float32: the expected next item, as least squares sees it."""
        owners, items, faded = faded_histories(known, self.shape)
        starts = np.searchsorted(owners, np.arange(len(known)))
        summed = torch.nn.functional.embedding_bag(
            torch.from_numpy(items),
            self.weights,
            torch.from_numpy(starts),
            mode="sum",
            per_sample_weights=torch.from_numpy(faded),
        )
        return np.asarray(summed.numpy(), np.float32)

    def learn(self, before: NDArray[np.int64], item: int) -> None:
        """Takes in one event: after these items, oldest first, came this one. Two products of items² numbers.

        The ridge stays what it was at the fit.
        """
        recent = torch.from_numpy(before[-self.shape.reach :])
        faded = torch.tensor([self.shape.fading**ago for ago in range(len(recent) - 1, -1, -1)])
        carried = faded @ self.inverse[recent]
        gain = carried / (1 + float(faded @ carried[recent]))
        missed = -(faded @ self.weights[recent])
        missed[item] += 1
        self.inverse.addr_(carried, gain, alpha=-1)
        self.weights.addr_(gain, missed)


def fit_linear(histories: Histories, shape: LinearShape, traits: Tensor | None = None) -> LinearNext:
    """The model of these histories. Needs 12 bytes for each pair of items while it is made, 8 afterwards.

    Args:
        histories: what is learned from.
        shape: how it fades and what holds it back.
        traits: (items, traits) float32, rows of length one or zero. Items of like traits count as following each other.
    """
    gram, followed = pair_sums(histories, shape)
    ridge = shape.ridge * float(gram.diagonal().mean()) + 1e-6
    gram.diagonal().add_(ridge)
    factor, failed = torch.linalg.cholesky_ex(gram)
    assert not failed, "the sums of pairs are positive definite once the ridge is added"
    del gram
    # It comes column after column; it is symmetric, so turning it lays its rows out whole: many times faster below.
    inverse = torch.cholesky_inverse(factor).T
    del factor
    weights = _product(inverse, followed)
    if traits is not None:
        # An item does not follow itself: what its own traits would add is taken off again.
        weights += shape.content * ((inverse @ traits) @ traits.T - inverse * traits.square().sum(1))
    return LinearNext(shape, inverse, weights)


def pair_sums(histories: Histories, shape: LinearShape) -> tuple[Tensor, Tensor]:
    """XᵀX and XᵀY, each (items, items) float32.

    An event that n others of its person follow is in n rows of X, with weights 1, f, f², …; so two events k apart meet
    in the later one's n rows, and their product there sums to fᵏ (1 − f²ⁿ) / (1 − f²).
    """
    count, fading = histories.item_count, shape.fading
    gram, followed = np.zeros(count * count, np.float32), np.zeros(count * count, np.float32)
    items, places = histories.items, histories.places
    left = np.repeat(histories.lengths, histories.lengths) - places - 1
    rows = ((1 - fading ** (2.0 * left)) / (1 - fading**2)).astype(np.float32)
    np.add.at(gram, items * (count + 1), rows)
    for apart in range(1, shape.reach + 1):
        later = np.flatnonzero(places >= apart)
        if not len(later):
            break
        first, second = items[later - apart], items[later]
        met = np.float32(fading**apart) * rows[later]
        np.add.at(gram, first * count + second, met)
        np.add.at(gram, second * count + first, met)
        np.add.at(followed, first * count + second, np.float32(fading ** (apart - 1)))
    return torch.from_numpy(gram.reshape(count, count)), torch.from_numpy(followed.reshape(count, count))


def faded_histories(
    known: Histories, shape: LinearShape
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Of each of the last `reach` items of everybody: whose it is, which it is, and how much is left of it."""
    owners = np.repeat(np.arange(len(known)), known.lengths)
    ago = known.lengths[owners] - known.places - 1
    recent = np.flatnonzero(ago < shape.reach)
    return owners[recent], known.items[recent], (shape.fading ** ago[recent].astype(np.float64)).astype(np.float32)


def _product(inverse: Tensor, followed: Tensor) -> Tensor:
    if float((followed != 0).float().mean()) > SPARSE:
        return inverse @ followed
    product: Tensor = torch.sparse.mm(followed.T.to_sparse(), inverse)
    return product.T.contiguous()
