"""Owns an engine that hears of things late: at the next full interval, as one does that refits by the clock."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import ItemFacts, Observation, PageRequest, RankedPage


class Ranker(Protocol):
    """What of the engine's port a feed uses."""

    def add_items(self, items: Sequence[ItemFacts]) -> None:
        """Lets these be shown."""
        ...

    def observe(self, events: Sequence[Observation]) -> None:
        """Learns from these."""
        ...

    def page(self, request: PageRequest) -> RankedPage:
        """The next items."""
        ...


class Delayed:
    """The same engine, `seconds` stale at worst. What somebody has just seen does not come again all the same."""

    def __init__(self, engine: Ranker, seconds: int) -> None:
        self._engine, self._interval_ms = engine, seconds * 1000
        self._waiting: list[Observation] = []
        self._seen: dict[PersonId, dict[ItemId, None]] = defaultdict(dict)
        self._interval = 0

    def add_items(self, items: Sequence[ItemFacts]) -> None:
        """Lets these be shown, at once."""
        self._engine.add_items(items)

    def observe(self, events: Sequence[Observation]) -> None:
        """Keeps these until their interval is over."""
        for event in events:
            self._turn(event.at_ms)
            self._waiting.append(event)
            if event.item is not None:
                self._seen[event.person][event.item] = None

    def page(self, request: PageRequest) -> RankedPage:
        """The page of an engine that knows what was known when this interval began, but for what may not come again.

        They are not told as `in_session`: from that it would know at once what somebody has had enough of.
        """
        self._turn(request.now_ms)
        seen = () if request.person is None else tuple(self._seen[request.person])
        return self._engine.page(replace(request, excluded_items=seen))

    def _turn(self, now_ms: int) -> None:
        if now_ms // self._interval_ms > self._interval:
            self._interval = now_ms // self._interval_ms
            self._engine.observe(self._waiting)
            self._waiting.clear()
            self._seen.clear()
