"""Owns the source "learned": what people who answered to the same videos in the same way answered to.

Of a catalogue that is larger than a stretch, one stretch from a place drawn by lot is compared with the person's
vector: the best of sixteen thousand are nearly as good as the best of all, and each page looks elsewhere.
"""

import numpy as np

from plainview.engine.asking import NO_SLOTS, Asking, Slots


def learned(asking: Asking) -> Slots:
    """The unseen items with the largest products with the person's vector; none for a person without one."""
    line, limits, count = asking.line, asking.limits, asking.catalogue.count
    if line is None:
        return NO_SLOTS
    length = min(count, limits.stretch_items)
    start = asking.lots.below(count - length + 1) if count > length else 0
    foretold = asking.vectors.items[start : start + length] @ line.vector
    foretold[asking.scratch.mark[start : start + length] >= asking.token] = -np.inf
    if length > limits.learned_items:
        # The cut is made on the value, so that which of several equals is in does not hang on the partition's order.
        threshold = np.partition(foretold, length - limits.learned_items)[length - limits.learned_items]
        best = np.flatnonzero(foretold >= threshold)
        return best[: 2 * limits.learned_items] + start
    return np.arange(start, start + length)
