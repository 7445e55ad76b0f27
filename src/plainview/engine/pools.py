"""Owns short lists over the whole catalogue: what is well liked, in each language too, what rises, what is new.

They are made anew after a number of changes that grows with the catalogue, so that keeping them costs the same per
event whatever its size. They depend on the changes alone, so a replay of the log makes the same lists.
"""

import numpy as np
from numpy.typing import NDArray

from plainview.engine.catalogue import EXPOSURES_AT, HEAT_AT, LANGUAGE_AT, Catalogue
from plainview.engine.limits import Limits
from plainview.engine.worth import FRESH_EXPOSURES

_CHANGES_MAX = 2048


class Pools:
    """(n,) slots each, best first. Removed items may linger in them until they are made anew."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.popular: NDArray[np.intp] = np.zeros(0, np.intp)
        self.rising: NDArray[np.intp] = np.zeros(0, np.intp)
        self.fresh: NDArray[np.intp] = np.zeros(0, np.intp)
        self.near: NDArray[np.int32] = np.zeros((0, limits.near_pool_items), np.int32)
        """(languages, n) what is well liked in each, best first; -1 for an empty place."""
        self.changes = 0

    def note(self, catalogue: Catalogue) -> None:
        """Counts one change; makes the lists anew when it is time."""
        self.changes += 1
        if self.changes >= min(catalogue.count // 32 + 1, _CHANGES_MAX):
            self.renew(catalogue)

    def renew(self, catalogue: Catalogue) -> None:
        """Makes the lists from the catalogue as it is."""
        self.changes = 0
        used = slice(0, catalogue.count)
        alive = catalogue.alive[used]
        record = catalogue.record[used]
        quality, heat = catalogue.quality(record), record[:, HEAT_AT]
        published = catalogue.published_ms[used].astype(np.float64)
        newest = published.max(initial=0.0)
        # Equals are put in order of publishing; a week apart weighs as much as a hundredth of an average showing.
        liked = quality + (published - newest) * (0.01 / 604_800_000.0)
        self.popular = _best(np.where(alive, liked, -np.inf), self._limits.pool_items)
        self.near = self._in_languages(catalogue, np.where(alive, liked, -np.inf))
        self.rising = _best(np.where(alive & (heat > 0.0), heat, -np.inf), self._limits.pool_items)
        unproven = alive & (record[:, EXPOSURES_AT] < FRESH_EXPOSURES)
        self.fresh = _best(np.where(unproven, published, -np.inf), self._limits.fresh_pool_items)

    def _in_languages(self, catalogue: Catalogue, liked: NDArray[np.float64]) -> NDArray[np.int32]:
        languages = min(len(catalogue.languages), self._limits.languages)
        found = np.full((languages, self._limits.near_pool_items), -1, np.int32)
        spoken = np.ascontiguousarray(catalogue.facts[: catalogue.count, LANGUAGE_AT])
        for code in range(1, languages):
            slots = np.flatnonzero(spoken == code)
            best = slots[_best(liked[slots], found.shape[1])]
            found[code, : len(best)] = best
        return found


def _best(values: NDArray[np.generic], at_most: int) -> NDArray[np.intp]:
    """(≤ at_most,) the places of the largest finite values, largest first, ties by place."""
    count = len(values)
    if count > at_most:
        # The cut is made on the value, so that which of several equals is in does not hang on the partition's order.
        threshold = np.partition(values, count - at_most)[count - at_most]
        places = np.flatnonzero(values >= threshold)
    else:
        places = np.arange(count)
    kept = values[places]
    order = np.argsort(-kept.astype(np.float64), kind="stable")
    finite = np.isfinite(kept[order].astype(np.float64))
    return places[order][finite][:at_most].astype(np.intp)
