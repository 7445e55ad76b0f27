"""Owns what a sealed age band decides: who is let in to what is for adults only, and whom the feed leaves alone.

The band is opened by the purpose of protecting minors, when something depends on it; only the answers are held. Its own
person sees it at each page, so what was opened for their own view is held too, and stands once in their access log.
"""

from collections import OrderedDict
from typing import Any, TypeVar

from plainview.accounts.ages import AgeBand
from plainview.accounts.persons import band_of, person_of
from plainview.accounts.viewers import JUDGES
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId, region_of
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Database, Transaction
from plainview.ports.door import Door

PEOPLE_MAX = 50_000
Known = TypeVar("Known")


class Adults:
    """Answers from memory where it can; forgets a person when a signal says that they changed."""

    def __init__(self, door: Door, database: Database) -> None:
        self._door = door
        self._database = database
        self._held: OrderedDict[PersonId, bool] = OrderedDict()
        self._minors: OrderedDict[PersonId, bool] = OrderedDict()
        self._own: OrderedDict[PersonId, AgeBand] = OrderedDict()
        self._changes = 0

    async def of_age(self, tx: Transaction, person: PersonId) -> bool:
        """Whether this person may see what is for adults only. A guest, whose age nobody knows, may not."""
        held = self._held.get(person)
        if held is not None:
            self._held.move_to_end(person)
            return held
        changes = self._changes
        try:
            found = await self._may_see(tx, person)
        except NotFoundError:
            # Not remembered: a guest may open an account at any moment, and keeps the id.
            return False
        if changes == self._changes:
            _hold(self._held, person, found)
        return found

    async def is_minor(self, person: PersonId) -> bool:
        """Whether this person is known to be under 18. Of a guest nobody knows."""
        held = self._minors.get(person)
        if held is not None:
            self._minors.move_to_end(person)
            return held
        changes = self._changes
        async with self._database.statements(region_of(person)) as tx:
            try:
                found = await band_of(tx, self._door, person, Purpose.MINORS) is not AgeBand.ADULT
            except NotFoundError:
                found = False
        if changes == self._changes:
            _hold(self._minors, person, found)
        return found

    async def own_band(self, tx: Transaction, person: PersonId) -> AgeBand:
        """A person's band, for nobody but themselves: opened once, and held apart from what other purposes concluded.

        Raises:
            NotFoundError: there is no such account, or its key was destroyed.
        """
        held = self._own.get(person)
        if held is not None:
            self._own.move_to_end(person)
            return held
        changes = self._changes
        found = await band_of(tx, self._door, person, Purpose.OWN_VIEW)
        if changes == self._changes:
            _hold(self._own, person, found)
        return found

    async def on_person_changed(self, facts: dict[str, Any]) -> None:
        """Take in the signals `person.opened`, `person.changed` and `person.erased`."""
        self._changes += 1
        person = None if facts.get("missed") else PersonId(int(facts["person_id"]))
        _forget(self._held, person)
        _forget(self._minors, person)
        _forget(self._own, person)

    async def _may_see(self, tx: Transaction, person: PersonId) -> bool:
        if JUDGES & set((await person_of(tx, person)).roles):
            return True
        return await band_of(tx, self._door, person, Purpose.MINORS) is AgeBand.ADULT


def _forget(held: OrderedDict[PersonId, Any], person: PersonId | None) -> None:
    if person is None:
        held.clear()
    else:
        held.pop(person, None)


def _hold(held: OrderedDict[PersonId, Known], person: PersonId, found: Known) -> None:
    held[person] = found
    if len(held) > PEOPLE_MAX:
        held.popitem(last=False)
