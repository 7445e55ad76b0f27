"""Owns how learned kinds begin: items whose vectors point the same way are of one kind, and all is counted by that.

Spherical k-means (Dhillon and Modha, "Concept decompositions for large sparse text data using clustering", Machine
Learning 2001) on a sample; what is learned from then on is the mixture's own (kinds.py).
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plainview.engine.catalogue import Catalogue
from plainview.engine.vectors import ANSWER_STEPS, USUAL_PATIENCE, Vectors

if TYPE_CHECKING:
    from plainview.engine.kinds import Kinds

Floats = NDArray[np.float32]
_SAMPLE, _ROUNDS = 4_096, 12
_SURE = 0.7


def found(kinds: "Kinds", dice: np.random.Generator, vectors: Vectors, catalogue: Catalogue) -> None:
    """Gives every item that somebody answered to one kind for the most part, and counts people and traits by it."""
    count, size = catalogue.count, kinds.size
    units = _pointing(vectors.items[:count])
    seen = vectors.viewed[:count] > 0
    label = (units @ _centres(units[seen], size, dice).T).argmax(axis=1)
    kinds.items[:count] = np.float16(1.0 / size)
    kinds.items[:count][seen] = np.float16((1.0 - _SURE) / size)
    kinds.items[np.flatnonzero(seen), label[seen]] += np.float16(_SURE)
    kinds.counted[:count] = seen
    kinds.head(np.arange(count))
    kinds.traits[:] = 0.0
    traits = catalogue.traits[:count][seen]
    item, at = traits.nonzero()
    terms = len(catalogue.terms)
    kinds.traits[:terms] = _spread(traits[item, at].astype(np.intp) * size + label[seen][item], None, (terms, size))
    _count_people(kinds, label, vectors, count)


def _count_people(kinds: "Kinds", label: NDArray[np.intp], vectors: Vectors, count: int) -> None:
    item, at = np.nonzero(vectors.viewers[:count] >= 0)
    rows, people = vectors.viewers[item, at].astype(np.intp), vectors.people_count
    worths = vectors.answers[item, at].astype(np.float64) / ANSWER_STEPS
    answers = np.bincount(rows, minlength=people)
    usual: NDArray[np.float64] = np.bincount(rows, worths, people) / (answers + USUAL_PATIENCE)
    kinds.people[:], kinds.usual[:, :2] = 0.0, 0.0
    kinds.usual[:people, :2] = np.stack((answers, usual), axis=1)
    cells = rows * kinds.size + label[item]
    kinds.people[:people, 0] = _spread(cells, None, (people, kinds.size))
    kinds.people[:people, 1] = _spread(cells, worths - usual[rows], (people, kinds.size))
    kinds.all = kinds.people[:people, 0].sum(axis=0, dtype=np.float64)


def _centres(units: Floats, size: int, dice: np.random.Generator) -> Floats:
    """(size, numbers) of length 1: the directions around which these lie."""
    sample = units[np.linspace(0, len(units) - 1, min(len(units), _SAMPLE)).astype(np.intp)]
    centres = sample[dice.choice(len(sample), size, replace=len(sample) < size)]
    for _ in range(_ROUNDS):
        label = (sample @ centres.T).argmax(axis=1)
        sums = np.eye(size, dtype=np.float32)[label].T @ sample
        centres = np.where(sums.any(axis=1, keepdims=True), _pointing(sums), centres)
    return centres


def _pointing(vectors: Floats) -> Floats:
    """(n, numbers) of length 1, or of none where there is none."""
    units: Floats = vectors / (np.sqrt(np.einsum("ij,ij->i", vectors, vectors)) + np.float32(1e-6))[:, None]
    return units


def _spread(cells: NDArray[np.intp], weights: NDArray[np.float64] | None, shape: tuple[int, int]) -> Floats:
    """(rows, size) the sums by cell, each for the most part of its own kind and else of all alike."""
    sums = np.bincount(cells, weights, shape[0] * shape[1]).reshape(shape)
    even = sums.sum(axis=1, keepdims=True) * ((1.0 - _SURE) / shape[1])
    spread: Floats = (_SURE * sums + even).astype(np.float32)
    return spread
