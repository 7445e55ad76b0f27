"""Owns the source "trending": what has been liked, watched and shared much in the last hours."""

from plainview.engine.asking import Asking, Slots
from plainview.engine.catalogue import HEAT_AT

_HEAT_MIN = 0.5


def trending(asking: Asking) -> Slots:
    """Unseen items of the rising list whose heat has not faded away."""
    found = asking.first_unseen(asking.pools.rising, asking.limits.source_items)
    hot: Slots = found[asking.catalogue.record[found, HEAT_AT] * asking.rising_now > _HEAT_MIN]
    return hot
