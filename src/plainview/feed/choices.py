"""Owns who turned profiling off for their account: obeyed on every page and at every event, on all their devices.

The choice lies open, as a row that says nothing else: so obeying it reads nothing of anybody.
"""

from collections import OrderedDict
from typing import Any

from plainview.kernel.ids import PersonId, region_of
from plainview.ports.database import Database, Transaction

PEOPLE_MAX = 100_000
CHANGED = "profiling.changed"
_IS_OFF = "SELECT EXISTS (SELECT FROM unprofiled WHERE person_id = %s)"
_OFF = "INSERT INTO unprofiled (person_id) VALUES (%s) ON CONFLICT DO NOTHING"
_ON = "DELETE FROM unprofiled WHERE person_id = %s"


class Choices:
    """Answers from memory where it can; forgets a person when a signal says that they chose anew."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: OrderedDict[PersonId, bool] = OrderedDict()
        self._changes = 0

    async def is_off(self, person: PersonId) -> bool:
        """Whether this person turned profiling off."""
        held = self._held.get(person)
        if held is not None:
            self._held.move_to_end(person)
            return held
        changes = self._changes
        async with self._database.statements(region_of(person)) as tx:
            row = await (await tx.execute(_IS_OFF, (person,))).fetchone()
        found = row is not None and bool(row[0])
        if changes == self._changes:
            self._held[person] = found
            if len(self._held) > PEOPLE_MAX:
                self._held.popitem(last=False)
        return found

    def heard(self, facts: dict[str, Any]) -> None:
        """Take in the signal `profiling.changed`."""
        self._changes += 1
        if facts.get("missed"):
            self._held.clear()
        else:
            self._held.pop(PersonId(int(facts["person_id"])), None)


async def choose(tx: Transaction, person: PersonId, *, profiling: bool) -> None:
    """Set whether a person is profiled from now on."""
    await tx.execute(_ON if profiling else _OFF, (person,))
