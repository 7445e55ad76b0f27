"""Owns the source "fresh": new items that have had few exposures. Exploration draws from these and no others."""

from plainview.engine.asking import Asking, Slots
from plainview.engine.catalogue import EXPOSURES_AT
from plainview.engine.worth import FRESH_EXPOSURES


def fresh(asking: Asking) -> Slots:
    """All unseen items of the fresh list that have not had their exposures."""
    found = asking.unseen(asking.pools.fresh)
    few: Slots = found[asking.catalogue.record[found, EXPOSURES_AT] < FRESH_EXPOSURES]
    return few
