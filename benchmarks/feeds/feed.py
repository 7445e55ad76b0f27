"""Owns what a recommender is here: it learns from views and gives pages. It never sees what the simulator hides."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulator.marginals import CLICK, HATE, LONG
from benchmarks.simulator.sessions import View

PAGE = 8


class Feed(Protocol):
    """One recommender."""

    name: str

    def learn(self, view: View) -> None:
        """Takes note of a view, as soon as it has ended."""
        ...

    def hour(self) -> None:
        """A full hour has struck since the last call, and something was learned."""
        ...

    def page(self, person: int, at_ms: int, /) -> list[int]:
        """The next PAGE videos for a person, none of which they have seen."""
        ...


def enjoyed(view: View) -> bool:
    """Whether a view counts as a success: watched long, or answered with anything but a refusal."""
    return view.given[LONG] or (any(view.given[CLICK + 2 : HATE]) and not view.given[HATE])


def best_unseen(scores: NDArray[np.float64], seen: list[int]) -> list[int]:
    """The PAGE videos with the highest scores that are not among those seen, the best first."""
    scores = scores.copy()
    scores[seen] = -np.inf
    best = np.argpartition(-scores, PAGE)[:PAGE]
    found: list[int] = best[np.argsort(-scores[best], kind="stable")].tolist()
    return found
