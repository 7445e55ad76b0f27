"""Gives social's tests people, an item, and parts that remember what they were told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from plainview.accounts.faces import Face
from plainview.kernel.ids import IdMaker, ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.ports.event_log import Event
from plainview.ports.signals import Handler
from plainview.social.notices import Notices
from plainview.social.telling import Telling


@dataclass
class SignalsHere:
    """The signals port within one process: it keeps what was sent."""

    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def send(self, tx: Transaction, name: str, **facts: str | int | bool | None) -> None:
        self.sent.append((name, facts))

    async def hear(self, name: str, **facts: str | int | bool | None) -> None:
        raise NotImplementedError

    def subscribe(self, name: str, handler: Handler) -> None:
        raise NotImplementedError

    async def start(self) -> None: ...

    async def close(self) -> None: ...


@dataclass
class World:
    """People and items by name, in one transaction or database."""

    ids: IdMaker
    signals: SignalsHere = field(default_factory=SignalsHere)
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
