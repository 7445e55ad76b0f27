"""Owns the source "kind": the best of the kinds that the person answers to, or may, and has not just had much of."""

import numpy as np

from plainview.engine.asking import NO_SLOTS, Asking, Slots
from plainview.engine.sources.stretch import largest_of
from plainview.engine.vectors import Floats
from plainview.engine.worth import PART_WEIGHTS

_KIND, _TIRED, _QUALITY = (np.float32(PART_WEIGHTS[part]) for part in ("kind", "tired", "quality"))
_SURE = np.float32(1.0 / 255.0)


def kind(asking: Asking) -> Slots:
    """The unseen items that their likeliest kind, and what everybody answers to them, place highest for this person."""
    kinds, vectors = asking.kinds, asking.vectors
    if not kinds.next_at or not len(asking.liked):
        return NO_SLOTS
    wished = (_KIND * asking.liked - _TIRED * asking.met) * _SURE

    def worth(stretch: slice) -> Floats:
        found: Floats = wished[kinds.main[stretch]] * kinds.sure[stretch]
        found += _QUALITY * vectors.standing(stretch)
        return found

    return largest_of(asking, worth, asking.limits.kind_items)
