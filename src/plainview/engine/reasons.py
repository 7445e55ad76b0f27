"""Owns the answer to "why was I shown this": computed from the very numbers that placed the item, never made up after."""

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking, Slots
from plainview.engine.scoring import CO_WATCHED, FOLLOWED, FRESH, QUALITY, RISING, TASTE, WEIGHTS
from plainview.engine.terms import KINDS
from plainview.engine.worth import REASON_WEIGHT_MIN
from plainview.ports.engine import Reason

_REASONS_MAX = 3
_SIMILAR_FROM = 0.45
_ALIKE_ANCHORS = 3
_PLAIN = {QUALITY: "popular", RISING: "rising", FRESH: "fresh"}


def reasons_of(asking: Asking, slots: Slots, parts: NDArray[np.float32]) -> list[tuple[Reason, ...]]:
    """For each of a page's items the few parts that moved it up most, strongest first; at least one each.

    Args:
        slots: (n,) int32, the page's items.
        parts: (parts, n) float32, before their weights.
    """
    weighed = (WEIGHTS[:, None] * parts).T
    strongest = np.argsort(-weighed, axis=1, kind="stable")[:, :_REASONS_MAX].tolist()
    numbers = weighed.tolist()
    tastes = _Tastes(asking, slots) if len(asking.held) else None
    found = []
    for row, order in enumerate(strongest):
        reasons = [
            _reason(asking, int(slots[row]), part, numbers[row][part], tastes.of(row) if tastes else ("popular", ""))
            for part in order
            if part in _NAMED and numbers[row][part] >= REASON_WEIGHT_MIN
        ]
        found.append(tuple(reasons) or (Reason("popular", "", 0.0),))
    return found


_NAMED = {TASTE, CO_WATCHED, FOLLOWED, *_PLAIN}


def _reason(asking: Asking, slot: int, part: int, weight: float, taste: tuple[str, str]) -> Reason:
    if part in _PLAIN:
        return Reason(_PLAIN[part], "", weight)
    catalogue = asking.catalogue
    if part == FOLLOWED:
        return Reason("followed", str(catalogue.terms.names[int(catalogue.creator[slot])]), weight)
    if part == CO_WATCHED:
        return Reason("co_watched", str(int(catalogue.ids[_came_after(asking, slot)])), weight)
    return Reason(*taste, weight)


def _came_after(asking: Asking, slot: int) -> int:
    """The enjoyed item that this one is most often watched after."""
    followers, shares = asking.co_watched.after(asking.anchors)
    nearness = 1.0 / np.arange(1, len(asking.anchors) + 1)
    strength = np.where(followers == slot, shares, np.float32(0.0)).sum(axis=1) * nearness
    return asking.anchors[int(strength.argmax())]


class _Tastes:
    """What in an item agrees with the person's tastes, for a page's items together."""

    def __init__(self, asking: Asking, slots: Slots) -> None:
        self._asking = asking
        traits = asking.catalogue.traits[slots]
        agreement = asking.scratch.taste[traits]
        best = agreement.argmax(axis=1)
        self._best: list[int] = traits[np.arange(len(slots)), best].tolist()
        self._alike, self._anchor = self._nearest(traits)

    def _nearest(self, traits: NDArray[np.int32]) -> tuple[list[float], list[int]]:
        """How much of each item's traits its most similar enjoyed item shares, by weight, and which that is."""
        asking = self._asking
        if not asking.anchors:
            return [0.0] * len(traits), [-1] * len(traits)
        gains = asking.catalogue.gains[traits]
        enjoyed = asking.catalogue.traits[asking.anchors[:_ALIKE_ANCHORS]]
        shared = (traits[:, None, :, None] == enjoyed[None, :, None, :]).any(axis=3)
        alike = (shared * gains[:, None, :]).sum(axis=2) / np.maximum(gains.sum(axis=1, keepdims=True), np.float32(1e-6))
        return alike.max(axis=1).tolist(), alike.argmax(axis=1).tolist()

    def of(self, row: int) -> tuple[str, str]:
        """(code, fact): the enjoyed item that it is like, when much is shared; else the one trait that counts most."""
        terms, catalogue = self._asking.catalogue.terms, self._asking.catalogue
        if self._alike[row] >= _SIMILAR_FROM:
            return "similar", str(int(catalogue.ids[self._asking.anchors[self._anchor[row]]]))
        best = self._best[row]
        return KINDS[int(terms.kind[best])], str(terms.names[best])
