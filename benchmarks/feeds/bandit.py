"""Owns LinUCB: a line for each person through what is known of the videos, and more for what is uncertain.

Source: Li, Chu, Langford and Schapire, "A contextual-bandit approach to personalized news article recommendation" (WWW
2010). What is known of a video: its tags, its length, its popularity, the vector of an hourly matrix factorisation
and, where there is one, its content vector. The line starts from the one that fits everybody.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from benchmarks.feeds.factors import Factors
from benchmarks.feeds.feed import best_unseen, enjoyed
from benchmarks.simulator.sessions import View
from benchmarks.simulator.videos import Videos

_RIDGE = 1.0
_KEPT_VIEWS = 20_000

Floats = NDArray[np.float64]


class LinUcb:
    """One ridge regression a person, learned at every view; `width` is how much uncertainty is worth."""

    name = "linucb"

    def __init__(self, videos: Videos, seed: int, content: NDArray[np.float32] | None, width: float = 0.3) -> None:
        self._known = _known(videos, content)
        self._factors = Factors(len(videos), seed)
        self._width = width
        self._features = np.zeros((0, 0))
        self._start = np.zeros(0)
        self._views: list[tuple[int, bool]] = []
        self._mine: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        self._lines: dict[int, tuple[Floats, Floats]] = {}
        self._seen: dict[int, list[int]] = defaultdict(list)

    def learn(self, view: View) -> None:
        """Moves the person's line at once."""
        self._factors.learn(view)
        self._seen[view.person].append(view.video)
        self._views.append((view.video, enjoyed(view)))
        self._mine[view.person].append(self._views[-1])
        if view.person in self._lines:
            inverse, weighted = self._lines[view.person]
            _note(inverse, weighted, self._features[view.video], enjoyed(view) - self._expected(view.video))

    def hour(self) -> None:
        """New factors, so new features: the lines are laid anew through all that each person saw."""
        self._factors.hour()
        factors = self._factors.videos
        factors = factors / (np.sqrt((factors**2).sum(axis=1).mean()) + 1e-9)
        popular = self._factors.popular.scores()[:, None]
        self._features = np.concatenate((self._known, popular, factors), axis=1)
        rows, answers = zip(*self._views[-_KEPT_VIEWS:], strict=True)
        laid = self._features[list(rows)]
        self._start = np.linalg.solve(laid.T @ laid + _RIDGE * np.eye(laid.shape[1]), laid.T @ np.array(answers, float))
        self._lines = {}

    def page(self, person: int, _at_ms: int) -> list[int]:
        """The highest upper bounds."""
        inverse, weighted = self._line(person)
        spread = np.sqrt(np.einsum("ij,ij->i", self._features @ inverse, self._features))
        scores = self._features @ (self._start + inverse @ weighted) + self._width * spread
        return best_unseen(scores, self._seen[person])

    def _line(self, person: int) -> tuple[Floats, Floats]:
        if person not in self._lines:
            size = self._features.shape[1]
            line = self._lines[person] = (np.eye(size) / _RIDGE, np.zeros(size))
            for video, liked in self._mine[person]:
                _note(*line, self._features[video], liked - self._expected(video))
        return self._lines[person]

    def _expected(self, video: int) -> float:
        return float(self._features[video] @ self._start)


def _note(inverse: Floats, weighted: Floats, features: Floats, answer: float) -> None:
    """One more view, in place, by Sherman and Morrison's formula."""
    along = inverse @ features
    inverse -= np.outer(along, along) / (1.0 + features @ along)
    weighted += answer * features


def _known(videos: Videos, content: NDArray[np.float32] | None) -> Floats:
    """(videos, n): a one, the tags, the length and the content vector."""
    names = {name: place for place, name in enumerate(sorted({tag for tags in videos.tags for tag in tags}))}
    tags = np.zeros((len(videos), len(names)))
    for row, mine in enumerate(videos.tags):
        tags[row, [names[tag] for tag in mine]] = 1.0 / max(len(mine), 1) ** 0.5
    length = np.log(videos.duration_ms / 60_000.0)[:, None] * 0.3
    parts = [np.ones((len(videos), 1)), tags, length]
    return np.concatenate(parts if content is None else [*parts, content.astype(np.float64)], axis=1)
