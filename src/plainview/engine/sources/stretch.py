"""Owns the choice of the largest products of one vector with the items' vectors, at the same cost for any catalogue.

Of a catalogue that is larger than a stretch, one stretch from a place drawn by lot is compared, so that a page costs
the same whatever the catalogue's size; each page looks elsewhere.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking, Slots

_SAMPLED = 16


def largest(asking: Asking, items: NDArray[np.float32], vector: NDArray[np.float32], wanted: int) -> Slots:
    """About so many unseen items with the largest products; at most twice as many.

    Args:
        asking: whose page it is.
        items: (slots, size).
        vector: (size,).
        wanted: how many.
    """
    return largest_of(asking, lambda stretch: items[stretch] @ vector, wanted)


def largest_of(asking: Asking, worth: Callable[[slice], NDArray[np.float32]], wanted: int) -> Slots:
    """The same by any number.

    Args:
        asking: whose page it is.
        worth: of a part of the catalogue, (n,) by what each is compared.
        wanted: how many.
    """
    limits, count = asking.limits, asking.catalogue.count
    length = min(count, limits.stretch_items)
    start = asking.lots.below(count - length + 1) if count > length else 0
    foretold = worth(slice(start, start + length))
    # What was seen is what fits best; left in, it would take the places of the rest.
    foretold[asking.scratch.mark[start : start + length] >= asking.token] = -np.inf
    if length <= _SAMPLED * wanted:
        return np.arange(start, start + length)
    # The cut is made on a value, which a sixteenth of the stretch tells nearly as well as all of it, and much sooner.
    sample = foretold[::_SAMPLED]
    at = len(sample) - max(wanted // _SAMPLED, 1)
    best = np.flatnonzero(foretold >= np.partition(sample, at)[at])
    return asking.unseen(best + start)[: 2 * wanted]
