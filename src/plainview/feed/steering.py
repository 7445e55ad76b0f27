"""Owns how a person steers their own feed: how far each slider is moved, and which sources of videos are switched off.

Sealed, in one row; none of who left all as published. It is opened once, which stands in their access log, and held:
a page that is made by it then costs neither a statement nor an entry, as with the age band.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import msgspec

from plainview.kernel.ids import PersonId, region_of
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Database, Transaction
from plainview.ports.door import FEED, By, Door, Plain, Sealed
from plainview.ports.engine import AS_PUBLISHED, Sliders

PEOPLE_MAX = 100_000
CHANGED = "steering.changed"
FIELD = "steering.body"
_READ = "SELECT body FROM steering WHERE person_id = %s"
_KEEP = """
INSERT INTO steering (person_id, body) VALUES (%s, %s) ON CONFLICT (person_id) DO UPDATE SET body = excluded.body
"""
_DROP = "DELETE FROM steering WHERE person_id = %s"


@dataclass(frozen=True, slots=True)
class Steering:
    """What one person chose. `off`: the names of sources; one that the engine no longer has is passed over."""

    sliders: Sliders = AS_PUBLISHED
    off: tuple[str, ...] = ()

    def body(self) -> bytes:
        """What is kept of it, before it is sealed."""
        return _encoder.encode(self)


LEFT_ALONE = Steering()
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Steering)


class Steerings:
    """What those who watch just now chose; forgets a person when a signal says that they chose anew."""

    def __init__(self, database: Database, door: Door) -> None:
        self._database = database
        self._door = door
        self._held: OrderedDict[PersonId, Steering] = OrderedDict()
        self._changes = 0

    async def of(self, person: PersonId) -> Steering:
        """What this person chose: from memory where it is held, else by one statement and, if there is a row, one read.

        Raises:
            UnavailableError: their warden is away.
        """
        held = self._held.get(person)
        if held is not None:
            self._held.move_to_end(person)
            return held
        changes = self._changes
        async with self._database.statements(region_of(person)) as tx:
            found = await steering_of(tx, self._door, person, Purpose.FEED_RANK, FEED)
        # What was chosen while we read may not be what we read.
        if changes == self._changes:
            self._held[person] = found
            if len(self._held) > PEOPLE_MAX:
                self._held.popitem(last=False)
        return found

    async def heard(self, facts: dict[str, Any]) -> None:
        """Take in the signals `steering.changed` and `person.erased`."""
        self._changes += 1
        if "missed" in facts:
            self._held.clear()
        else:
            self._held.pop(PersonId(int(facts["person_id"])), None)


async def steering_of(tx: Transaction, door: Door, person: PersonId, purpose: str, by: By) -> Steering:
    """What a person chose, opened for a purpose. Of who left all as published nothing is kept, nor read."""
    row = await (await tx.execute(_READ, (person,))).fetchone()
    if row is None:
        return LEFT_ALONE
    (body,) = await door.open([Sealed(person, FIELD, row[0])], purpose, by)
    return LEFT_ALONE if body is None else _decoder.decode(body)


async def steer(tx: Transaction, door: Door, person: PersonId, steering: Steering) -> None:
    """Have a person's next page made so. Whoever calls this sends CHANGED in the same transaction."""
    if steering == LEFT_ALONE:
        await tx.execute(_DROP, (person,))
        return
    (sealed,) = await door.seal([Plain(person, FIELD, steering.body())])
    await tx.execute(_KEEP, (person, sealed))
