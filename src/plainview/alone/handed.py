"""Owns what was handed out lately: at which places, so that an event of it tells the engine that a page had placed it.

It is held in memory only. What was handed out before a start counts, once it is seen, as what somebody found elsewhere.
"""

from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice

from plainview.alone.limits import HANDED_ITEMS, HANDED_USERS


class Handed:
    """Users and items by their numbers; the latest of both, bounded."""

    def __init__(self, users: int = HANDED_USERS, items: int = HANDED_ITEMS) -> None:
        self._users, self._items = users, items
        self._places: OrderedDict[int, dict[int, int]] = OrderedDict()

    def note(self, user: int, items: Iterable[int], first: int = 0) -> None:
        """These were handed to a user in this order, the first of them at this place; of very many, the first."""
        items = list(items)
        if not items:
            return
        held = self._places.setdefault(user, {})
        self._places.move_to_end(user)
        for place, item in enumerate(islice(items, self._items), first):
            held.pop(item, None)
            held[item] = place
        for item in list(islice(held, max(len(held) - self._items, 0))):
            del held[item]
        while len(self._places) > self._users:
            self._places.popitem(last=False)

    def place(self, user: int, item: int) -> int:
        """Where an item stood that was handed to a user lately; -1 where it was not."""
        return self._places.get(user, {}).get(item, -1)

    def forget(self, user: int) -> None:
        """Erases what was handed to a user."""
        self._places.pop(user, None)
