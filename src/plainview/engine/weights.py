"""Owns by how much the person's own sliders move the weights that one page is ranked by."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.worth import PART_WEIGHTS, SLIDER_STEPS, SLIDERS
from plainview.ports.engine import Sliders

# Luck and language are never a reason to show something.
_NEVER_A_REASON = frozenset({"language", "luck"})


class Weights(NamedTuple):
    """What the person's hand multiplies. In the middle of all sliders, everything by one."""

    factor: NDArray[np.float32]
    """(parts,): by what the person's hand multiplies each."""
    named: NDArray[np.bool_]
    """(parts,): what may be a reason."""
    variety: float
    """What likeness to the page so far is multiplied by, beside VARIETY."""
    depth: int
    """How many times as many of the best candidates take part in the choice for variety; at least 1."""


@cache
def weights_by(sliders: Sliders) -> Weights:
    """The weights for these sliders. Kept: there are 5 to the 5th settings, of some 300 bytes each."""
    factor = {name: SLIDER_STEPS[getattr(sliders, name)] for name in SLIDERS}
    of_part = {part: factor[name] for name, parts in SLIDERS.items() for part in parts}
    by_hand = np.array([of_part.get(part, 1.0) for part in PART_WEIGHTS], np.float32)
    named = np.array([part not in _NEVER_A_REASON for part in PART_WEIGHTS])
    variety = factor["varied"]
    return Weights(by_hand, named, variety, max(1, round(variety)))
