"""Owns sums that fade with time, at no cost per item: instead of shrinking the old, what comes later weighs more.

Source: forward decay (Cormode et al., ICDE 2009). Every so often all are brought down by a power of two, exactly.
"""

import numpy as np
from numpy.typing import NDArray

_EXPONENT_MAX = 40.0


class Fading:
    """The weight of now, for sums with one half-life."""

    def __init__(self, half_life_ms: float) -> None:
        self._half_life_ms = half_life_ms
        self.origin_ms: float | None = None

    def weight(self, at_ms: int, sums: NDArray[np.float32]) -> float:
        """What to multiply an addition with at this time; `sums` are brought down first when it has grown large.

        Ask for it before `sums[i] += …`: such a statement reads sums[i] before it looks at its right side.
        """
        if self.origin_ms is None:
            self.origin_ms = float(at_ms)
        exponent = (at_ms - self.origin_ms) / self._half_life_ms
        if exponent > _EXPONENT_MAX:
            steps = int(exponent)
            sums *= np.float32(2.0 ** -min(steps, 1000))
            self.origin_ms += steps * self._half_life_ms
            exponent -= steps
        return float(2.0 ** max(exponent, -1000.0))

    def weight_at(self, now_ms: int) -> float:
        """What a sum stands for at this time, as a divisor; 1 before anything was added. Changes nothing."""
        if self.origin_ms is None:
            return 1.0
        return float(2.0 ** min(max((now_ms - self.origin_ms) / self._half_life_ms, -60.0), 60.0))
