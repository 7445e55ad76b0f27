"""Owns what was handed out lately, and at which positions, so that the engine is told what a page of ours had placed.

It is held in memory only. What was handed out before a start counts, once it is seen, as what somebody found elsewhere.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from itertools import islice

from plainview.alone.limits import HANDED_ITEMS, HANDED_USERS

_NOTHING: Mapping[int, int] = {}


class Handed:
    """Users and items by their numbers; the latest of both, bounded."""

    def __init__(self, users: int = HANDED_USERS, items: int = HANDED_ITEMS) -> None:
        self._users, self._items = users, items
        self._positions: OrderedDict[int, dict[int, int]] = OrderedDict()

    def note(self, user: int, items: Iterable[int], first: int = 0) -> None:
        """These were handed to a user in this order, the first of them at this position; of very many, the top."""
        top = list(islice(items, self._items))
        if not top:
            return
        held = self._positions.setdefault(user, {})
        self._positions.move_to_end(user)
        for position, item in enumerate(top, first):
            held.pop(item, None)
            held[item] = position
        for item in list(islice(held, max(len(held) - self._items, 0))):
            del held[item]
        while len(self._positions) > self._users:
            self._positions.popitem(last=False)

    def to(self, user: int) -> Mapping[int, int]:
        """The position at which each item stood that was handed to a user lately."""
        return self._positions.get(user, _NOTHING)

    def forget(self, user: int) -> None:
        """Erases what was handed to a user."""
        self._positions.pop(user, None)
