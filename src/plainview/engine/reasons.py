"""Owns the answer to "why was I shown this": computed from the numbers that placed the item, never made up."""

from functools import cached_property

import numpy as np

from plainview.engine.asking import Asking
from plainview.engine.catalogue import CREATOR_AT
from plainview.engine.covisits import Following
from plainview.engine.scoring import CO_WATCHED, FOLLOWED, FRESH, LEARNED, QUALITY, RISING, Scored
from plainview.engine.terms import KINDS
from plainview.engine.worth import REASON_WEIGHT_MIN
from plainview.ports.engine import Reason

_REASONS_MAX = 3
_SIMILAR_FROM = 0.45
_ALIKE_ANCHORS = 3
_NOTHING_SPECIAL = (Reason("popular", "", 0.0),)
_PLAIN = {QUALITY: "popular", RISING: "rising", FRESH: "fresh"}


def reasons_of(asking: Asking, page: Scored) -> list[tuple[Reason, ...]]:
    """For each of a page's items the few parts that moved it up most, strongest first; at least one each."""
    tastes = _Tastes(asking, page) if len(asking.held) else None
    answered = _answered(asking, page)
    found = []
    for row, shares in enumerate((asking.weights.named[:, None] * page.parts).T.tolist()):
        strong = [(share, part) for part, share in enumerate(shares) if share >= REASON_WEIGHT_MIN]
        strong.sort(reverse=True)
        if tastes is not None:
            tastes.names_traits_only = any(part == LEARNED for _, part in strong[:_REASONS_MAX])
        reasons = [
            Reason("similar", answered[row], share)
            if part == LEARNED and answered[row]
            else _reason(asking, page, row, part, share, tastes)
            for share, part in strong[:_REASONS_MAX]
        ]
        found.append(tuple(reasons) or _NOTHING_SPECIAL)
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
    return Reason(*(tastes.of(row) if tastes is not None else ("popular", "")), share)


def _answered(asking: Asking, page: Scored) -> list[str]:
    """For each of a page's items, the one answered well that most of its learned part comes from; "" for none."""
    if asking.line is None:
        return []
    shares = asking.vectors.because(asking.line, page.slots)
    shares[asking.line.wished <= 0.0] = -np.inf
    items = asking.catalogue.ids[asking.line.slots[shares.argmax(axis=0)]].tolist()
    return [str(item) if most > 0.0 else "" for item, most in zip(items, shares.max(axis=0).tolist(), strict=True)]


def _came_after(asking: Asking, following: Following, slot: int) -> int:
    """The enjoyed item that this one is most often watched after, the nearest counting most."""
    strength = np.where(following.followers == slot, following.shares, np.float32(0.0)).sum(axis=1)
    return asking.anchors[int((strength / np.arange(1, len(asking.anchors) + 1)).argmax())]


class _Tastes:
    """What in an item agrees with the person's tastes, for a page's items together."""

    def __init__(self, asking: Asking, page: Scored) -> None:
        self._asking = asking
        self.names_traits_only = False
        best = asking.scratch.taste[page.traits].argmax(axis=1)
        self._best: list[int] = page.traits[np.arange(len(page.slots)), best].tolist()
        self._traits = page.traits

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
        """(code, fact): the enjoyed item that it is like, when much is shared; else the one trait that counts most."""
        terms, catalogue = self._asking.catalogue.terms, self._asking.catalogue
        if self._asking.anchors and not self.names_traits_only:
            alike, anchor = self._nearest
            if alike[row] >= _SIMILAR_FROM:
                return "similar", str(int(catalogue.ids[self._asking.anchors[anchor[row]]]))
        best = self._best[row]
        return KINDS[int(terms.kind[best])], str(terms.names[best])
