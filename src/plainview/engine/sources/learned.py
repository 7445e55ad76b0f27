"""Owns the source "learned": what people who answered to the same videos in the same way answered to.

Of a catalogue that is larger than a stretch, one stretch from a place drawn by lot is compared with the person's
vector, so that a page costs the same whatever the catalogue's size; each page looks elsewhere.
"""

import numpy as np

from plainview.engine.asking import NO_SLOTS, Asking, Slots

_SAMPLED = 16


def learned(asking: Asking) -> Slots:
    """The unseen items with the largest products with the person's vector; none for a person without one."""
    line, limits, count = asking.line, asking.limits, asking.catalogue.count
    if line is None:
        return NO_SLOTS
    length = min(count, limits.stretch_items)
    start = asking.lots.below(count - length + 1) if count > length else 0
    foretold = asking.vectors.items[start : start + length] @ line.vector
    # What was seen is what fits best; left in, it would take the places of the rest.
    foretold[asking.scratch.mark[start : start + length] >= asking.token] = -np.inf
    wanted = limits.learned_items
    if length <= _SAMPLED * wanted:
        return np.arange(start, start + length)
    # The cut is made on a value, which a sixteenth of the stretch tells nearly as well as all of it, and much sooner.
    sample = foretold[::_SAMPLED]
    at = len(sample) - max(wanted // _SAMPLED, 1)
    best = np.flatnonzero(foretold >= np.partition(sample, at)[at])
    return asking.unseen(best + start)[: 2 * wanted]
