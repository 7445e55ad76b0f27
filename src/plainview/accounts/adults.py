"""Owns who is let in to what a verdict keeps for adults: people whose sealed age band says so, and who judges it.

The band is opened only when such an item is asked for, by the purpose of protecting minors; only the answer is held.
"""

from collections import OrderedDict
from typing import Any

from plainview.accounts.ages import AgeBand
from plainview.accounts.persons import band_of, person_of
from plainview.accounts.viewers import JUDGES
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.ports.door import Door
from plainview.privacy.personal import Purpose

PEOPLE_MAX = 50_000


class Adults:
    """Answers from memory where it can; forgets a person when a signal says that they changed."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._held: OrderedDict[PersonId, bool] = OrderedDict()
        self._changes = 0

    async def of_age(self, tx: Transaction, person: PersonId) -> bool:
        """Whether this person may see what is for adults only. A guest, whose age nobody knows, may not."""
        held = self._held.get(person)
        if held is not None:
            self._held.move_to_end(person)
            return held
        changes = self._changes
        try:
            found = await self._read(tx, person)
        except NotFoundError:
            # Not remembered: a guest may open an account at any moment, and keeps the id.
            return False
        if changes == self._changes:
            self._hold(person, found)
        return found

    async def on_person_changed(self, facts: dict[str, Any]) -> None:
        """Take in the signals `person.changed` and `person.erased`."""
        self._changes += 1
        if facts.get("missed"):
            self._held.clear()
        else:
            self._held.pop(PersonId(int(facts["person_id"])), None)

    async def _read(self, tx: Transaction, person: PersonId) -> bool:
        if JUDGES & set((await person_of(tx, person)).roles):
            return True
        return await band_of(tx, self._door, person, Purpose.MINORS) is AgeBand.ADULT

    def _hold(self, person: PersonId, found: bool) -> None:
        self._held[person] = found
        if len(self._held) > PEOPLE_MAX:
            self._held.popitem(last=False)
