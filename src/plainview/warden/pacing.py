"""Owns the manners of work in the background: it stops for a moment now and then, so that others get a turn."""

import time
from typing import Final

WORK_S: Final = 0.001
REST_S: Final = 0.001


class Pace:
    """Rests after each stretch of work. Python lets go of a busy thread only every few milliseconds otherwise."""

    def __init__(self, work_s: float = WORK_S, rest_s: float = REST_S) -> None:
        self._work_s, self._rest_s = work_s, rest_s
        self._since = time.perf_counter()

    def breathe(self) -> None:
        """Rest, if the stretch of work is over."""
        if time.perf_counter() - self._since >= self._work_s:
            time.sleep(self._rest_s)
            self._since = time.perf_counter()


NO_PACE: Final = Pace(work_s=float("inf"))
