"""Owns the public parts of cards that this process holds, encoded: what makes a page of the feed cheap.

Entries carry what the rule of visibility needs, so that a cached card is judged anew for each viewer. They are dropped
when a signal says that their item or creator changed; counters are replaced in place.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from plainview.catalog.visibility import SeenItem
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.signals import Signals

ENTRIES_MAX = 100_000  # About 1.5 kB each.
SECONDS_MAX = 300.0
"""What is older is shown once more and read again behind it: so long may counters lag that other processes moved."""
COUNTERS = ("views", "likes", "comments", "shares", "saves")


@dataclass(slots=True)
class CachedCard:
    """A card's public part: all of its JSON before the counters, the counters, and whom it is for."""

    item: SeenItem
    head: bytes
    poster: str
    counts: list[int]
    until: float = 0.0


class CardCache:
    """The latest used cards, at most so many."""

    def __init__(self, entries_max: int = ENTRIES_MAX, clock: Callable[[], float] = time.monotonic) -> None:
        self._cards: OrderedDict[ItemId, CachedCard] = OrderedDict()
        self._due: dict[ItemId, None] = {}
        self._entries_max = entries_max
        self._clock = clock
        self.generation = 0
        """Rises whenever something is dropped: what was read before is not kept after."""

    def get(self, item: ItemId) -> CachedCard | None:
        """The card's public part; None when it is not held."""
        found = self._cards.get(item)
        if found is None:
            return None
        if found.until < self._clock():
            self._due[item] = None
        self._cards.move_to_end(item)
        return found

    def expect(self, items: Iterable[ItemId]) -> None:
        """Have the first of these read ahead, as many as can be held."""
        self._due.update(dict.fromkeys(islice(items, max(0, self._entries_max - len(self._due)))))

    def take_due(self, count: int) -> list[ItemId]:
        """At most so many that are to be read (again), and are not held to be due any more."""
        due = list(islice(self._due, count))
        for item in due:
            del self._due[item]
        return due

    def put(self, cards: Iterable[CachedCard], generation: int) -> None:
        """Hold these, unless something was dropped since they were read."""
        if generation != self.generation:
            return
        until = self._clock() + SECONDS_MAX
        for card in cards:
            card.until = until
            self._cards[card.item.item_id] = card
        while len(self._cards) > self._entries_max:
            self._cards.popitem(last=False)

    def recount(self, item: ItemId, counter: str, value: int) -> None:
        """Show this count from now on."""
        found = self._cards.get(item)
        if found is not None:
            found.counts[COUNTERS.index(counter)] = value

    def forget(self, item: ItemId) -> None:
        """Drop one card."""
        self.generation += 1
        self._cards.pop(item, None)

    def forget_person(self, person: PersonId) -> None:
        """Drop all cards of one creator."""
        self.generation += 1
        for item in [item for item, card in self._cards.items() if card.item.person_id == person]:
            del self._cards[item]

    def clear(self) -> None:
        """Drop everything."""
        self.generation += 1
        self._cards.clear()
        self._due.clear()

    async def on_item_changed(self, facts: dict[str, Any]) -> None:
        """Take in the signal `item.changed`."""
        self.clear() if facts.get("missed") else self.forget(ItemId(int(facts["item_id"])))

    async def on_person_changed(self, facts: dict[str, Any]) -> None:
        """Take in the signals `person.changed` and `person.erased`."""
        self.clear() if facts.get("missed") else self.forget_person(PersonId(int(facts["person_id"])))


CARDS = CardCache()
"""This process's cards. Ids are unique over all regions, so one cache serves them all."""


def listen(signals: Signals, cache: CardCache = CARDS) -> None:
    """Keep the cache true to what this process and others do."""
    signals.subscribe("item.changed", cache.on_item_changed, at_once=True)
    signals.subscribe("person.changed", cache.on_person_changed, at_once=True)
    signals.subscribe("person.erased", cache.on_person_changed, at_once=True)
