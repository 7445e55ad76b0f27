"""Owns how social tells the house of what happened: the event log, open sockets, other processes."""

from dataclasses import dataclass
from uuid import uuid4

from plainview.kernel.ids import IdMaker, ItemId, PersonId
from plainview.kernel.time import now, to_ms
from plainview.ports.database import Transaction
from plainview.ports.event_log import Event, EventKind, EventSink
from plainview.ports.signals import Signals


@dataclass(frozen=True, slots=True)
class Telling:
    """The parts by which an action becomes known beyond its own rows."""

    ids: IdMaker
    signals: Signals
    sink: EventSink

    async def event(self, person: PersonId, kind: EventKind, item: int = 0, other: PersonId | None = None) -> None:
        """Make an event of the server's own durable, and let the engine see it before the next page."""
        await self.sink([Event(person, uuid4(), kind, item, to_ms(now()), other)])

    async def counted(self, tx: Transaction, item: ItemId, owner: PersonId) -> None:
        """Have the owner's open screens show fresh counts of an item."""
        await self.signals.send(tx, "item.counted", item_id=item, person_id=owner)

    async def relation_changed(self, tx: Transaction, *persons: PersonId) -> None:
        """Have every process forget what it holds about how these people stand to others."""
        for person in persons:
            await self.signals.send(tx, "relation.changed", person_id=person)
