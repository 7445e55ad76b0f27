"""Owns how the time from one event to the next is told to the encoder: as one of a few numbers, even in its logarithm.

Somebody who comes back after a month takes another item than after a minute. How long it has been is known whenever
a page is asked for. Of an event that nothing came after yet, and where times are not known, the number is 0.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

WAITS: Final = 48
"""How many numbers there are; the last stands for half a century."""
_TO_A_DOUBLING: Final = 1.5


def waits(seconds: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) the numbers, from 1 on, that stand for waits of so many seconds; what is below nothing counts as nothing."""
    steps = np.rint(_TO_A_DOUBLING * np.log2(1.0 + np.maximum(seconds, 0.0)))
    return 1 + np.minimum(steps, WAITS - 2).astype(np.int64)


def until_next(times_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) the number for the wait after each of one person's events, oldest first; 0 after the last."""
    return np.append(waits(np.diff(times_s)), 0)[: len(times_s)]
