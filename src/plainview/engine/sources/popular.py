"""Owns the source "popular": what is well liked by all; the ground on which a newcomer's first page stands."""

from plainview.engine.asking import Asking, Slots


def popular(asking: Asking) -> Slots:
    """The first unseen items of the popular list."""
    return asking.first_unseen(asking.pools.popular, asking.limits.source_items)
