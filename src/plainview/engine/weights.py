"""Owns the weights that one page is ranked by: those of worth.py, moved by the person's own sliders."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.worth import PART_WEIGHTS, SLIDER_STEPS, SLIDERS
from plainview.ports.engine import Sliders

# Luck and language are never a reason to show something.
_NEVER_A_REASON = frozenset({"language", "luck"})


class Weights(NamedTuple):
    """What the parts of a score are multiplied by. In the middle of all sliders, exactly what is published."""

    parts: NDArray[np.float32]
    """(parts,), in the order of PART_WEIGHTS."""
    named: NDArray[np.float32]
    """(parts,): the same, with 0 for what is never a reason."""
    variety: float
    """What likeness to the page so far is multiplied by, beside VARIETY."""
    depth: int
    """How many times as many of the best candidates take part in the choice for variety; at least 1."""


@cache
def weights_by(sliders: Sliders) -> Weights:
    """The weights for these sliders. Kept: there are 5 to the 5th settings, of some 300 bytes each."""
    factor = {name: SLIDER_STEPS[getattr(sliders, name)] for name in SLIDERS}
    of_part = {part: factor[name] for name, parts in SLIDERS.items() for part in parts}
    weights = {part: weight * of_part.get(part, 1.0) for part, weight in PART_WEIGHTS.items()}
    named = [0.0 if part in _NEVER_A_REASON else weight for part, weight in weights.items()]
    variety = factor["varied"]
    parts = np.array(list(weights.values()), np.float32)
    return Weights(parts, np.array(named, np.float32), variety, max(1, round(variety)))
