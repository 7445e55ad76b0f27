"""Owns the source "looked_for": what bears the words or tags that the person looked for lately by themselves."""

from plainview.engine.asking import NO_SLOTS, Asking, Slots
from plainview.engine.sources.with_traits import with_traits


def looked_for(asking: Asking) -> Slots:
    """Items along these traits; none for a person who looked for nothing."""
    if not asking.looked:
        return NO_SLOTS
    return with_traits(asking, list(asking.looked), asking.limits.newest_per_looked)
