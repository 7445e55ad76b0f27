"""Limits in this process's memory: one number per key (the generic cell rate algorithm, ITU-T I.371)."""

import math
import time
from collections.abc import Callable

from plainview.kernel.errors import TooManyRequestsError
from plainview.ports.limits import Rule

KEYS_MAX = 200_000


class LimitsMemory:
    """Remembers for each key the moment at which its bucket is empty again."""

    def __init__(self, factor: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._factor = factor
        self._clock = clock
        self._empty_at: dict[tuple[str, str | int], float] = {}

    def take(self, rule: Rule, key: str | int, cost: int = 1) -> None:
        """Count one more by this key (see the port)."""
        now = self._clock()
        place = (rule.name, key)
        each = rule.seconds / (rule.count * self._factor)
        empty_at = max(now, self._empty_at.get(place, now)) + each * cost
        if (over := empty_at - now - rule.seconds) > 1e-9:
            raise TooManyRequestsError(max(1, math.ceil(over)))
        self._empty_at[place] = empty_at
        if len(self._empty_at) > KEYS_MAX:
            self._make_room(now)

    def _make_room(self, now: float) -> None:
        self._empty_at = {place: at for place, at in self._empty_at.items() if at > now}
        # Only a flood of keys leaves it full; then the oldest half go, which frees them early and nobody else.
        for place in list(self._empty_at)[: max(0, len(self._empty_at) - KEYS_MAX // 2)]:
            del self._empty_at[place]
