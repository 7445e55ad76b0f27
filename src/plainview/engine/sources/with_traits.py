"""Owns the way from traits to items, which several sources take."""

from collections.abc import Sequence

import numpy as np

from plainview.engine.asking import NO_SLOTS, Asking, Slots


def with_traits(asking: Asking, traits: Sequence[int], newest: int) -> Slots:
    """The newest items of each, so many, and a window at a place drawn anew for each page: so old ones come up too."""
    # One lot for all traits: each takes its own remainder of it.
    lot, found = asking.lots.next(), []
    items, window = asking.catalogue.terms.items, asking.limits.window_per_term
    for trait in traits:
        held = items[trait]
        count = held.count
        if count <= newest + window:
            found.append(held.room[:count])
        else:
            start = lot % (count - newest - window + 1)
            found += [held.room[count - newest : count], held.room[start : start + window]]
    return np.concatenate(found, dtype=np.intp) if found else NO_SLOTS
