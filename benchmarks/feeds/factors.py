"""Owns implicit alternating least squares, refitted every hour, as the recommender that most people host does it.

Source: Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets" (ICDM 2008).
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from benchmarks.feeds.feed import best_unseen, enjoyed
from benchmarks.feeds.plain import Popularity
from benchmarks.simulator.sessions import View

SIZE = 24
_CONFIDENCE, _RIDGE = 12.0, 4.0
_FIRST_SWEEPS, _SWEEPS = 8, 1

Floats = NDArray[np.float64]


class Factors:
    """A vector for each person and each video; new ones every hour, from the last ones on."""

    name = "ials_hourly"

    def __init__(self, videos: int, seed: int) -> None:
        self.videos = np.random.default_rng((seed, 8)).standard_normal((videos, SIZE)) * 0.05
        self.popular = Popularity(videos)
        self.enjoyed: dict[int, list[int]] = defaultdict(list)
        self._persons: dict[int, Floats] = {}
        self._fitted = False
        self.seen: dict[int, list[int]] = defaultdict(list)

    def learn(self, view: View) -> None:
        """Keeps it for the next refit."""
        self.popular.learn(view)
        self.seen[view.person].append(view.video)
        if enjoyed(view):
            self.enjoyed[view.person].append(view.video)

    def hour(self) -> None:
        """All vectors anew."""
        names = list(self.enjoyed)
        rows = np.repeat(np.arange(len(names)), [len(self.enjoyed[name]) for name in names])
        columns = np.array([video for name in names for video in self.enjoyed[name]], np.intp)
        persons = np.zeros((len(names), SIZE))
        for _ in range(_SWEEPS if self._fitted else _FIRST_SWEEPS):
            persons = solved(self.videos, rows, columns, len(names))
            self.videos = solved(persons, columns, rows, len(self.videos))
        self._persons = dict(zip(names, persons, strict=True))
        self._fitted = True

    def page(self, person: int, _at_ms: int) -> list[int]:
        """The nearest to the person's vector; what is popular for one who came after the last refit."""
        vector = self._persons.get(person)
        scores = self.popular.scores() if vector is None else self.videos @ vector
        return best_unseen(scores, self.seen[person])


class FoldedFactors(Factors):
    """The same, but a person's vector is solved anew for every page: more than the recommender above does."""

    name = "ials_folded_in"

    def page(self, person: int, _at_ms: int) -> list[int]:
        """The nearest to what the person enjoyed up to now."""
        mine = np.array(self.enjoyed[person], np.intp)
        if not len(mine):
            return best_unseen(self.popular.scores(), self.seen[person])
        vector = solved(self.videos, np.zeros(len(mine), np.intp), mine, 1)[0]
        return best_unseen(self.videos @ vector, self.seen[person])


def solved(others: Floats, rows: NDArray[np.intp], columns: NDArray[np.intp], count: int) -> Floats:
    """(count, size): for each row the vector that answers best to the vectors of its columns.

    Args:
        others: (columns, size), the vectors of the other side.
        rows, columns: (n,) each: which row goes with which column.
    """
    order = np.argsort(rows, kind="stable")
    rows, mine = rows[order], others[columns[order]]
    starts = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
    size = others.shape[1]
    outer = (mine[:, :, None] * mine[:, None, :]).reshape(len(mine), size * size)
    left = _CONFIDENCE * np.add.reduceat(outer, starts, axis=0).reshape(-1, size, size)
    left += others.T @ others + _RIDGE * np.eye(size)
    right = (1.0 + _CONFIDENCE) * np.add.reduceat(mine, starts, axis=0)
    found = np.zeros((count, size))
    found[rows[starts]] = np.linalg.solve(left, right[:, :, None])[:, :, 0]
    return found
