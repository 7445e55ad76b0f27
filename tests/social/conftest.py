"""Gives social's tests people and items, and remembers the events that they recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from plainview.accounts.faces import Face
from plainview.adapters.signals_postgres import SignalsPostgres
from plainview.kernel.ids import IdMaker, ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.ports.event_log import Event
from plainview.social.notices import Notices
from plainview.social.telling import Telling


@dataclass
class World:
    """People and items by name, in one transaction or database."""

    ids: IdMaker
    # It sends within the transaction at hand; nobody listens here, so it needs no address.
    signals: SignalsPostgres = field(default_factory=lambda: SignalsPostgres([]))
    events: list[Event] = field(default_factory=list)

    async def record(self, events: Sequence[Event]) -> None:
        self.events += events

    @property
    def telling(self) -> Telling:
        return Telling(self.ids, self.signals, self.record)

    @property
    def notices(self) -> Notices:
        return Notices(self.ids, self.signals)

    async def person(self, tx: Transaction, handle: str, *, private: bool = False) -> Face:
        person = PersonId(self.ids.next())
        await tx.execute(
            "INSERT INTO persons (person_id, handle, name, is_private, age_band) VALUES (%s, %s, %s, %s, '')",
            (person, handle, handle.title(), private),
        )
        return Face(person, handle, handle.title(), None, private, sample=False)

    async def item(self, tx: Transaction, owner: PersonId, visibility: str = "public") -> ItemId:
        item, asset = ItemId(self.ids.next()), self.ids.next()
        await tx.execute(
            "INSERT INTO items (item_id, person_id, asset_id, sound_id, state, visibility, published_at)"
            " VALUES (%s, %s, %s, %s, 'published', %s, now())",
            (item, owner, asset, asset, visibility),
        )
        await tx.execute(
            "INSERT INTO assets (asset_id, person_id, item_id, state, playable, duration_ms, width, height)"
            " VALUES (%s, %s, %s, 'ready', true, 9000, 1080, 1920)",
            (asset, owner, item),
        )
        return item


async def nobody(_: Transaction, __: PersonId) -> bool:
    """Nobody is known to be of age."""
    return False


@pytest.fixture
def world(ids: IdMaker) -> World:
    return World(ids)
