"""Owns what stands between a person and what they may be recommended: follows, blocks, hidden people and items."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.social.relations import CIRCLE_COLUMNS

PEOPLE_MAX = 50_000
HIDDEN_ITEMS_MAX = 2_000

_CIRCLE = f"""
SELECT {CIRCLE_COLUMNS},
  ARRAY(SELECT subject_id FROM hidden WHERE person_id = %(me)s AND kind = 'person'),
  ARRAY(SELECT subject_id FROM hidden WHERE person_id = %(me)s AND kind = 'item'
        ORDER BY created_at DESC LIMIT {HIDDEN_ITEMS_MAX})
"""


@dataclass(frozen=True, slots=True)
class Circle:
    """Whom a person follows, who is never shown to them, and which items are not."""

    followed: tuple[PersonId, ...]
    excluded: tuple[PersonId, ...]
    hidden_items: tuple[ItemId, ...]


class Circles:
    """The circles of those who watch just now, read once and dropped when a relation changes."""

    def __init__(self) -> None:
        self._held: OrderedDict[PersonId, Circle] = OrderedDict()
        self._changes = 0

    def held(self, person: PersonId) -> Circle | None:
        """A person's circle where it is known already."""
        found = self._held.get(person)
        if found is not None:
            self._held.move_to_end(person)
        return found

    async def read(self, tx: Transaction, person: PersonId) -> Circle:
        """A person's circle from the database, held from now on. One statement."""
        changes = self._changes
        row = await (await tx.execute(_CIRCLE, {"me": person})).fetchone()
        assert row is not None
        circle = Circle(tuple(row[0]), (*row[1], *row[2]), tuple(row[3]))
        # A relation that changed while we read may not be in what we read.
        if changes == self._changes:
            self._held[person] = circle
            if len(self._held) > PEOPLE_MAX:
                self._held.popitem(last=False)
        return circle

    def drop(self, person: PersonId) -> None:
        """Forget one person's circle, since it changed."""
        self._changes += 1
        self._held.pop(person, None)

    async def heard(self, facts: dict[str, Any]) -> None:
        """A relation changed in some process; or signals were missed, then all may have."""
        if "missed" in facts:
            self._changes += 1
            self._held.clear()
        else:
            self.drop(PersonId(facts["person_id"]))
