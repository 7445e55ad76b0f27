"""Owns short lists over the whole catalogue: what is well liked, in each language too, what rises, what is new.

They are made anew after a number of changes that grows with the catalogue. Looked at are then what they hold, what has
changed, what came last and one part of the catalogue in turn, so that a million items hold nobody up; a small catalogue
is one part. They depend on the changes alone, so a replay of the log makes the same lists.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plainview.engine.catalogue import EXPOSURES_AT, HEAT_AT, LANGUAGE_AT, Catalogue
from plainview.engine.limits import Limits
from plainview.engine.worth import FRESH_EXPOSURES

_CHANGES_MAX = 2048
_PART, _NEWEST = 16_384, 2_048
_SMALL = 2_048
"""With no more items than this the lists are made anew for each that is added."""

Slots = NDArray[np.intp]


class Pools:
    """(n,) slots each, best first. Removed items may linger in them until they are made anew."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.popular: Slots = np.zeros(0, np.intp)
        self.rising: Slots = np.zeros(0, np.intp)
        self.fresh: Slots = np.zeros(0, np.intp)
        self.near: NDArray[np.int32] = np.zeros((0, limits.near_pool_items), np.int32)
        """(languages, n) what is well liked in each, best first; -1 for an empty place."""
        self.changed: list[int] = []
        """The slot of each change since the lists were made."""
        self.cursor = 0
        """Where the part begins that is looked at next."""

    def note(self, slot: int, catalogue: Catalogue) -> None:
        """Counts one change; makes the lists anew when it is time."""
        self.changed.append(slot)
        if self._is_time(catalogue):
            self.renew(catalogue)

    def add(self, slots: Sequence[int], catalogue: Catalogue) -> None:
        """Counts new and changed items; they are among the new ones at once, in the other lists when it is time."""
        self.changed.extend(slots)
        if catalogue.count <= _SMALL or self._is_time(catalogue):
            self.renew(catalogue)
        else:
            among: Slots = np.unique(np.concatenate((self.fresh, np.array(slots, np.intp))))
            self.fresh = self._newest(catalogue, among)

    def _is_time(self, catalogue: Catalogue) -> bool:
        return len(self.changed) >= min(catalogue.count // 32 + 1, _CHANGES_MAX)

    def renew(self, catalogue: Catalogue) -> None:
        """Makes the lists from the catalogue as it is."""
        slots = self._looked_at(catalogue)
        self.changed = []
        alive = catalogue.alive[slots]
        record = catalogue.record[slots]
        quality, heat = catalogue.quality(record), record[:, HEAT_AT]
        published = catalogue.published_ms[slots].astype(np.float64)
        newest = published.max(initial=0.0)
        # Equals are put in order of publishing; a week apart weighs as much as a hundredth of an average showing.
        liked = np.where(alive, quality + (published - newest) * (0.01 / 604_800_000.0), -np.inf)
        self.popular = slots[_best(liked, self._limits.pool_items)]
        self.near = self._in_languages(catalogue, slots, liked)
        self.rising = slots[_best(np.where(alive & (heat > 0.0), heat, -np.inf), self._limits.pool_items)]
        self.fresh = self._newest(catalogue, slots)

    def _newest(self, catalogue: Catalogue, slots: Slots) -> Slots:
        unproven = catalogue.alive[slots] & (catalogue.record[slots, EXPOSURES_AT] < FRESH_EXPOSURES)
        published = np.where(unproven, catalogue.published_ms[slots].astype(np.float64), -np.inf)
        newest: Slots = slots[_best(published, self._limits.fresh_pool_items)]
        return newest

    def _looked_at(self, catalogue: Catalogue) -> Slots:
        """(n,) the slots that may come into the lists, each once, in order."""
        count = catalogue.count
        if count <= _PART:
            return np.arange(count)
        start = self.cursor if self.cursor < count else 0
        self.cursor = start + _PART
        near = self.near[self.near >= 0]
        last, part = np.arange(count - _NEWEST, count), np.arange(start, min(self.cursor, count))
        changed = np.array(self.changed, np.intp)
        slots: Slots = np.concatenate((part, last, self.popular, self.rising, self.fresh, near, changed))
        slots.sort(kind="stable")
        return slots[np.diff(slots, prepend=-1) > 0]

    def _in_languages(self, catalogue: Catalogue, slots: Slots, liked: NDArray[np.float64]) -> NDArray[np.int32]:
        languages = min(len(catalogue.languages), self._limits.languages)
        found = np.full((languages, self._limits.near_pool_items), -1, np.int32)
        spoken = catalogue.facts[slots, LANGUAGE_AT]
        for code in range(1, languages):
            places = np.flatnonzero(spoken == code)
            best = slots[places[_best(liked[places], found.shape[1])]]
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
