"""Owns the source "learned": what people who answered to the same videos in the same way answered to."""

from plainview.engine.asking import NO_SLOTS, Asking, Slots
from plainview.engine.sources.stretch import largest


def learned(asking: Asking) -> Slots:
    """The unseen items with the largest products with the person's vector; none for a person without one."""
    if asking.line is None:
        return NO_SLOTS
    return largest(asking, asking.vectors.items, asking.line.vector, asking.limits.learned_items)
