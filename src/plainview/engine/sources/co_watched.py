"""Owns the source "co_watched": what others went on to enjoy after what the person enjoyed last."""

from plainview.engine.asking import NO_SLOTS, Asking, Slots


def co_watched(asking: Asking) -> Slots:
    """The followers of the last enjoyed items."""
    return NO_SLOTS if asking.following is None else asking.following.slots
