"""Owns what stands between a person and what they may be recommended, and what they marked: follows, likes, saves,
blocks, hidden people and items. Held in memory, so that a page asks the database for none of it.

A change takes a person's circle out at once: in this process as soon as it is committed, in every other by a signal.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.ports.relations import Marks
from plainview.social.relations import KEPT_MAX, WHOLE_MARKS, marks_of

PEOPLE_MAX = 50_000
IDS_MAX = 500_000
"""About 100 bytes each, over all circles."""
HIDDEN_ITEMS_MAX = 2_000
SECONDS_MAX = 300.0
"""A circle is read again after this long, whatever signals said."""

_CIRCLE = f"""
SELECT {WHOLE_MARKS},
  ARRAY(SELECT subject_id FROM hidden WHERE person_id = %(me)s AND kind = 'person'),
  ARRAY(SELECT subject_id FROM hidden WHERE person_id = %(me)s AND kind = 'item'
        ORDER BY created_at DESC LIMIT {HIDDEN_ITEMS_MAX})
"""


@dataclass(frozen=True, slots=True)
class Circle:
    """Whom a person follows, who is never shown to them, which items are not, and how they stand to all others."""

    followed: tuple[PersonId, ...]
    excluded: tuple[PersonId, ...]
    hidden_items: tuple[ItemId, ...]
    marks: Marks | None
    """None of somebody who marked more than is held: then each page asks for those of its own items."""

    @property
    def ids(self) -> int:
        """How many ids are held."""
        marked = 0 if self.marks is None else len(self.marks.liked) + len(self.marks.saved) + len(self.marks.follows)
        return marked + len(self.followed) + len(self.excluded) + len(self.hidden_items)


@dataclass(frozen=True, slots=True)
class _Held:
    circle: Circle
    until: float


class Circles:
    """The circles of those who watch just now."""

    def __init__(self, ids_max: int = IDS_MAX, clock: Callable[[], float] = time.monotonic) -> None:
        self._held: OrderedDict[PersonId, _Held] = OrderedDict()
        self._ids_max = ids_max
        self._ids = 0
        self._clock = clock
        self._changes = 0

    def held(self, person: PersonId) -> Circle | None:
        """A person's circle where it is known already."""
        found = self._held.get(person)
        if found is None or found.until < self._clock():
            return None
        self._held.move_to_end(person)
        return found.circle

    async def read(self, tx: Transaction, person: PersonId) -> Circle:
        """A person's circle from the database, held from now on. One statement."""
        changes = self._changes
        row = await (await tx.execute(_CIRCLE, {"me": person})).fetchone()
        assert row is not None
        marks = marks_of(row)
        kept = max(len(marks.liked), len(marks.saved))
        circle = Circle(
            followed=tuple(row[2]),
            excluded=(*row[4], *row[5]),
            hidden_items=tuple(row[6]),
            marks=marks if kept <= KEPT_MAX else None,
        )
        # A relation that changed while we read may not be in what we read.
        if changes == self._changes:
            self._hold(person, circle)
        return circle

    def drop(self, person: PersonId) -> None:
        """Forget one person's circle, since it changed."""
        self._changes += 1
        self._forget(person)

    async def heard(self, facts: dict[str, Any]) -> None:
        """A relation changed in some process; or signals were missed, then all may have."""
        if "missed" in facts:
            self._changes += 1
            self._held.clear()
            self._ids = 0
        else:
            self.drop(PersonId(facts["person_id"]))

    def _hold(self, person: PersonId, circle: Circle) -> None:
        self._forget(person)
        self._held[person] = _Held(circle, self._clock() + SECONDS_MAX)
        self._ids += circle.ids
        while len(self._held) > PEOPLE_MAX or self._ids > self._ids_max:
            self._forget(next(iter(self._held)))

    def _forget(self, person: PersonId) -> None:
        found = self._held.pop(person, None)
        if found is not None:
            self._ids -= found.circle.ids
