"""Owns the answer to "why was I shown this": computed from the numbers that placed the item, never made up."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking, Slots
from plainview.engine.catalogue import CREATOR_AT, DURATION_AT
from plainview.engine.covisits import Following
from plainview.engine.looked_up import agreement
from plainview.engine.scoring import CO_WATCHED, FOLLOWED, FRESH, KIND, LEARNED, NEXT, QUALITY, RISING, TASTE, Scored
from plainview.engine.terms import KINDS, LENGTH_NAMES, length_numbers
from plainview.engine.worth import LOOKED_FOR_WORTH, REASON_WEIGHT_MIN
from plainview.ports.engine import Reason

_REASONS_MAX = 3
_SIMILAR_FROM = 0.45
_ALIKE_ANCHORS = 3
_NOTHING_SPECIAL = (Reason("unseen", "", 0.0),)
_NAMED = {LEARNED: "similar", NEXT: "next", KIND: "similar"}
_PLAIN = {QUALITY: "popular", RISING: "rising", FRESH: "fresh"}


def reasons_of(asking: Asking, page: Scored) -> list[tuple[Reason, ...]]:
    """For each of a page's items the few parts that moved it up most, strongest first; at least one each."""
    shared = asking.lines.shares(page.parts) * asking.weights.named[:, None]
    answered = _answered(asking, page.slots, shared[LEARNED] >= REASON_WEIGHT_MIN)
    named = {
        LEARNED: answered,
        NEXT: _after(asking, page.slots, shared[NEXT] >= REASON_WEIGHT_MIN),
        KIND: _of_a_kind(asking, page.slots, shared[KIND] >= REASON_WEIGHT_MIN),
    }
    tastes = _Tastes(asking, page, answered) if (shared[TASTE] >= REASON_WEIGHT_MIN).any() else None
    found = []
    for row, shares in enumerate(shared.T.tolist()):
        strong = [
            (share, part)
            for part, share in enumerate(shares)
            if share >= REASON_WEIGHT_MIN and (part not in named or named[part][row])
        ]
        strong.sort(reverse=True)
        reasons = [
            Reason(_NAMED[part], named[part][row], share)
            if part in named
            else _reason(asking, page, row, part, share, tastes)
            for share, part in strong[:_REASONS_MAX]
        ]
        # Two parts may name the same video; it is told once, by the stronger one.
        once: dict[tuple[str, str], Reason] = {}
        for reason in reasons:
            once.setdefault((reason.code, reason.fact), reason)
        found.append(tuple(once.values()) or _NOTHING_SPECIAL)
    return found


def _reason(asking: Asking, page: Scored, row: int, part: int, share: float, tastes: "_Tastes | None") -> Reason:
    plain = _PLAIN.get(part)
    if plain is not None:
        return Reason(plain, "", share)
    catalogue = asking.catalogue
    if part == FOLLOWED:
        return Reason("followed", str(catalogue.terms.names[int(page.facts[row, CREATOR_AT])]), share)
    if part == CO_WATCHED and asking.following is not None:
        return Reason(
            "co_watched", str(int(catalogue.ids[_came_after(asking, asking.following, int(page.slots[row]))])), share
        )
    return Reason(*(tastes.of(row) if tastes is not None else ("unseen", "")), share)


def _answered(asking: Asking, slots: Slots, told: NDArray[np.bool_]) -> list[str]:
    """For each of these items, the one answered well that most of its learned part comes from; "" where that is none,
    or the part is not told of.
    """
    if asking.line is None or not told.any():
        return [""] * len(slots)
    shares = asking.vectors.because(asking.line, slots, asking.catalogue)
    shares[asking.line.wished <= 0.0] = -np.inf
    items = asking.catalogue.ids[asking.line.slots[shares.argmax(axis=0)]].tolist()
    named = told & (shares.max(axis=0) > 0.0)
    return [str(item) if is_named else "" for item, is_named in zip(items, named.tolist(), strict=True)]


def _of_a_kind(asking: Asking, slots: Slots, told: NDArray[np.bool_]) -> list[str]:
    """For each of these items, the one answered well that most of its kind's part comes from; "" as above."""
    if asking.person is None or not told.any():
        return [""] * len(slots)
    answered, worths, shares = asking.kinds.because(asking.person, asking.vectors, asking.catalogue, slots)
    shares[worths <= 0.0] = -np.inf
    items = asking.catalogue.ids[answered[shares.argmax(axis=0)]].tolist()
    named = told & (shares.max(axis=0) > 0.0)
    return [str(item) if is_named else "" for item, is_named in zip(items, named.tolist(), strict=True)]


def _after(asking: Asking, slots: Slots, told: NDArray[np.bool_]) -> list[str]:
    """For each of these items, the enjoyed one after which it is expected most; "" where the part is not told of."""
    found = [""] * len(slots)
    rows = np.flatnonzero(told)
    if asking.state is not None and len(rows):
        after = asking.catalogue.ids[asking.upcoming.because(asking.state, slots[rows])]
        for row, item in zip(rows.tolist(), after.tolist(), strict=True):
            found[row] = str(item)
    return found


def _came_after(asking: Asking, following: Following, slot: int) -> int:
    """The enjoyed item that this one is most often watched after, the nearest counting most."""
    strength = np.where(following.followers == slot, following.shares, np.float32(0.0)).sum(axis=1)
    return asking.anchors[int((strength / np.arange(1, len(asking.anchors) + 1)).argmax())]


def _looked_for(asking: Asking, page: Scored) -> list[int]:
    """For each item the trait looked for that it has, where most of its taste comes from that; else 0."""
    if not asking.looked:
        return [0] * len(page.slots)
    says = asking.scratch.looked
    mostly = 2.0 * LOOKED_FOR_WORTH * agreement(says, page.traits) > page.parts[TASTE]
    best = page.traits[np.arange(len(page.slots)), says[page.traits].argmax(axis=1)]
    return np.where(mostly & (says[best] > 0.0), best, 0).tolist()  # type: ignore[no-any-return]


def _by_habit(asking: Asking, page: Scored) -> list[str]:
    """For each item the name of its length, where most of its taste is that this length is liked now; else ""."""
    if asking.habit is None:
        return [""] * len(page.slots)
    lengths = length_numbers(page.facts[:, DURATION_AT])
    mostly = 2.0 * asking.habit[lengths] > np.maximum(page.parts[TASTE], np.float32(0.0))
    return [LENGTH_NAMES[length] if so else "" for length, so in zip(lengths.tolist(), mostly.tolist(), strict=True)]


class _Tastes:
    """What in an item agrees with the person's tastes, for a page's items together.

    Args:
        answered: what the learned part names for each; where it names one, a taste is told by its trait.
    """

    def __init__(self, asking: Asking, page: Scored, answered: list[str]) -> None:
        self._asking = asking
        self._answered = answered
        best = asking.scratch.taste[page.traits].argmax(axis=1)
        self._best: list[int] = page.traits[np.arange(len(page.slots)), best].tolist()
        self._traits = page.traits
        self._looked = _looked_for(asking, page)
        self._habit = _by_habit(asking, page)

    @cached_property
    def _nearest(self) -> tuple[list[float], list[int]]:
        """How much of each item's traits its most similar enjoyed item shares, by weight, and which that is."""
        traits = self._traits
        catalogue = self._asking.catalogue
        gains = catalogue.gains[traits]
        enjoyed = catalogue.traits[self._asking.anchors[:_ALIKE_ANCHORS]]
        is_shared, alike = self._asking.scratch.shared, np.zeros((len(enjoyed), len(traits)), np.float32)
        for row, of_one in enumerate(enjoyed):
            is_shared[of_one] = 1.0
            np.einsum("it,it->i", is_shared[traits], gains, out=alike[row])
            is_shared[of_one] = 0.0
        alike /= gains.sum(axis=1) + np.float32(1e-6)
        return alike.max(axis=0).tolist(), alike.argmax(axis=0).tolist()

    def of(self, row: int) -> tuple[str, str]:
        """(code, fact): what was looked for, or is liked at this time of day, when most is of that; the enjoyed item
        that it is like, when much is shared; else the one trait that counts most.
        """
        terms, catalogue = self._asking.catalogue.terms, self._asking.catalogue
        if self._looked[row]:
            return "looked_for", str(terms.names[self._looked[row]])
        if self._habit[row]:
            return "time_of_day", self._habit[row]
        if self._asking.anchors and not self._answered[row]:
            alike, anchor = self._nearest
            if alike[row] >= _SIMILAR_FROM:
                return "similar", str(int(catalogue.ids[self._asking.anchors[anchor[row]]]))
        best = self._best[row]
        return KINDS[int(terms.kind[best])], str(terms.names[best])
