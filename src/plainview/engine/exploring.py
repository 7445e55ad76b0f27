"""Owns exploration: one place of a page goes by lot to a new item, and the chance of the lot is known exactly.

Half of the chance is spread evenly over all new items that the person may see and has not seen, so that none is left
out; the rest follows the score, so that new items meet people who are likely to enjoy them. Knowing the chance is what
lets a later model learn from these showings without bias (inverse propensity; Bottou et al., JMLR 2013).
"""

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking, Slots
from plainview.engine.variety import Explored
from plainview.engine.worth import EXPLORE_EVEN_SHARE, EXPLORE_PAGE_SIZE_MIN, EXPLORE_TEMPERATURE, FRESH_HOURS

_HOUR_MS = 3_600_000.0


def draw(asking: Asking, is_fresh: NDArray[np.bool_], scores: NDArray[np.float32]) -> Explored | None:
    """Which fresh candidate gets which place, and by what chance; None when the page is too short or nothing is fresh.

    Args:
        is_fresh: (n,) bool, the candidates that the fresh source named.
        scores: (n,) float32.
    """
    places = min(asking.size, len(scores))
    fresh = np.flatnonzero(is_fresh)
    if places < EXPLORE_PAGE_SIZE_MIN or not len(fresh):
        return None
    chances = chances_of(scores[fresh])
    at = min(int(chances.cumsum().searchsorted(asking.lots.share(), side="right")), len(fresh) - 1)
    place = 1 + asking.lots.below(places - 1)
    return Explored(place, int(fresh[at]), float(chances[at]))


def is_new(asking: Asking, slots: Slots) -> NDArray[np.bool_]:
    """(n,) bool: which of these were published so lately that they take part in the lot."""
    found: NDArray[np.bool_] = asking.catalogue.published_ms[slots] > asking.now_ms - FRESH_HOURS * _HOUR_MS
    return found


def chances_of(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n,) float64 that sum to 1: the chance of each in the lot; none is below its even share."""
    lift = np.exp((scores - scores.max()).astype(np.float64) / EXPLORE_TEMPERATURE)
    chances: NDArray[np.float64] = EXPLORE_EVEN_SHARE / len(scores) + (1.0 - EXPLORE_EVEN_SHARE) * lift / lift.sum()
    return chances
