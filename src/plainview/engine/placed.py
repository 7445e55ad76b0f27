"""Owns one fitted model in the catalogue's slots: a vector for each, and how one gets it that the fit has not seen.

It is made in slices: the words of so many traits are looked up, so many videos are placed, and so on until all are.
What was added or changed meanwhile is placed by whoever changes the catalogue, so that the order makes no difference.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.catalogue import Catalogue
from plainview.engine.growing import grown
from plainview.engine.sequence.serving import NextModel, trait_name

_TERMS_AT_ONCE: Final = 1_000
_ITEMS_AT_ONCE: Final = 500


class Placed:
    """The vectors of a model by slot; whole when `step` has said so."""

    def __init__(self, model: NextModel) -> None:
        self.model = model
        self.items: NDArray[np.float32] = np.zeros((0, model.width), np.float32)
        """(slots, width) less their mean."""
        self._count = 0
        self._terms: NDArray[np.intp] = np.zeros(0, np.intp)
        """(terms,) where each stands among the model's traits; -1 for nowhere."""
        self._named = 0

    def step(self, catalogue: Catalogue) -> bool:
        """Does a few milliseconds of what is left to do; True when nothing is."""
        if self._named < len(catalogue.terms):
            self._name(catalogue, _TERMS_AT_ONCE)
        elif self._count < catalogue.count:
            # Room for all at once: growing would copy what is there.
            self.items = grown(self.items, catalogue.count)
            start, self._count = self._count, min(self._count + _ITEMS_AT_ONCE, catalogue.count)
            self._put(np.arange(start, self._count), catalogue)
        return self._named >= len(catalogue.terms) and self._count >= catalogue.count

    def place(self, slot: int, catalogue: Catalogue) -> None:
        """Gives a video that is new or was changed its place; one whose turn has not come waits for it."""
        if slot > self._count:
            return
        self._name(catalogue, len(catalogue.terms))
        self._count = max(self._count, slot + 1)
        self.items = grown(self.items, self._count)
        self._put(np.array([slot]), catalogue)

    def _name(self, catalogue: Catalogue, most: int) -> None:
        terms, start = catalogue.terms, self._named
        end = min(start + most, len(terms))
        if start == end:
            return
        kinds = terms.kind[start:end].tolist()
        names = [trait_name(kind, name) for kind, name in zip(kinds, terms.names[start:end], strict=True)]
        self._terms = grown(self._terms, end)
        self._terms[start:end] = self.model.traits_of(np.array(names, np.uint64))
        self._terms[0] = -1
        self._named = end

    def _put(self, slots: NDArray[np.intp], catalogue: Catalogue) -> None:
        model = self.model
        at = model.places_of(catalogue.ids[slots])
        seen = at >= 0
        self.items[slots[seen]] = model.items[at[seen]]
        unseen = slots[~seen]
        if len(unseen):
            content = catalogue.content.rows[unseen]
            self.items[unseen] = model.placed(self._terms[catalogue.traits[unseen]], content)
