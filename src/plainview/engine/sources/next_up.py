"""Owns the source "next": what a model of the order in which people took videos expects after those enjoyed last."""

from plainview.engine.asking import NO_SLOTS, Asking, Slots
from plainview.engine.sources.stretch import largest


def next_up(asking: Asking) -> Slots:
    """The unseen items that are likeliest to come next; none without a model or where nothing was enjoyed."""
    if asking.state is None:
        return NO_SLOTS
    return largest(asking, asking.upcoming.items, asking.state.vector, asking.limits.next_items)
