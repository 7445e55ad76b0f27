"""Owns the feed's life in a server: built from catalogue and log, kept true by signals, flushed at the end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from plainview.catalog.card_cache import CARDS
from plainview.catalog.item_facts import all_item_facts, item_facts, item_facts_of
from plainview.catalog.items import items_of_person
from plainview.catalog.reading_ahead import read_ahead
from plainview.feed.choices import CHANGED, Choices
from plainview.feed.circles import Circles
from plainview.feed.fits import Fits
from plainview.feed.learner import Learner
from plainview.feed.receipts import Receipts, delete_receipts
from plainview.feed.steering import CHANGED as STEERING_CHANGED
from plainview.feed.steering import Steerings
from plainview.feed.views import Views
from plainview.kernel.ids import ItemId, PersonId, region_of
from plainview.ports.database import Database, Transaction
from plainview.ports.engine import ItemFacts
from plainview.ports.event_log import EventLog
from plainview.ports.signals import Signals

log = logging.getLogger(__name__)
ITEMS_PER_TURN = 1_000


@dataclass(frozen=True, slots=True)
class Living:
    """The parts of the feed that hold something between requests."""

    database: Database
    log: EventLog
    learner: Learner
    circles: Circles
    receipts: Receipts
    views: Views
    is_minor: Callable[[PersonId], Awaitable[bool]]
    choices: Choices
    steerings: Steerings
    fits: Fits | None
    """None where no model is to be fitted."""

    def listen(self, signals: Signals) -> None:
        """Hear of what other requests and processes change."""
        signals.subscribe("relation.changed", self.circles.heard, at_once=True)
        signals.subscribe("item.changed", self._item_changed)
        signals.subscribe("person.changed", self._person_changed)
        signals.subscribe("person.erased", self._person_erased)
        signals.subscribe("person.opened", self._person_opened)
        signals.subscribe(CHANGED, self._profiling_changed)
        signals.subscribe(STEERING_CHANGED, self.steerings.heard, at_once=True)

    @asynccontextmanager
    async def run(self, since_ms: int) -> AsyncIterator[None]:
        """The engine knows the catalogue and what happened since then; views are written until the block ends."""
        await self.learner.ranker.start()
        try:
            await self._build(since_ms)
            async with self._writing():
                yield
        finally:
            await self.learner.ranker.close()

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self.views.run()), asyncio.create_task(read_ahead(self.database))]
        tasks += [asyncio.create_task(self.fits.run())] if self.fits else []
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.views.flush()
            await self.receipts.close()
            await self.log.close()

    async def _build(self, since_ms: int) -> None:
        events = 0
        await self.log.start()
        await self._take_catalogue()
        if self.fits:
            await self.fits.begin()
        for region in self.database.regions.values():
            events += await self.learner.replay(self.log.read(region, since_ms=since_ms))
        await self.learner.ranker.settle()
        log.info("engine_ready", extra={"events": events})

    async def _take_catalogue(self) -> None:
        for region in self.database.regions.values():
            async with self.database.transaction(region) as tx:
                facts = await all_item_facts(tx)
            for start in range(0, len(facts), ITEMS_PER_TURN):
                await self.learner.ranker.add_items(facts[start : start + ITEMS_PER_TURN])
                await asyncio.sleep(0)
            # The newest first: the likeliest to be asked for.
            CARDS.expect(each.item for each in reversed(facts))

    async def _read(self, item: ItemId) -> ItemFacts | None:
        async with self.database.transaction(region_of(item)) as tx:
            return await item_facts(tx, item)

    async def _item_changed(self, facts: dict[str, Any]) -> None:
        if "missed" in facts:
            await self._take_catalogue()
        else:
            await self.learner.follow_item(ItemId(int(facts["item_id"])), self._read)

    async def _person_changed(self, facts: dict[str, Any]) -> None:
        """A person may have become private, or public again: their items go or come with it."""
        if "missed" in facts:
            return
        person = PersonId(int(facts["person_id"]))
        async with self.database.transaction(region_of(person)) as tx:
            shown = await item_facts_of(tx, person)
            gone = await _all_of(tx, person) - {each.item for each in shown}
        for item in gone:
            await self.learner.ranker.remove_item(item)
        await self.learner.ranker.add_items(shown)

    async def _person_opened(self, facts: dict[str, Any]) -> None:
        """A guest who turns out to be a minor: what was learned while nobody knew goes."""
        if "missed" in facts:
            return
        person = PersonId(int(facts["person_id"]))
        if await self.is_minor(person):
            await self._unlearn(person)

    async def _profiling_changed(self, facts: dict[str, Any]) -> None:
        """Somebody turned profiling off, or on again; what was learned until then goes when it is off."""
        self.choices.heard(facts)
        if "missed" not in facts and await self.choices.is_off(person := PersonId(int(facts["person_id"]))):
            await self._unlearn(person)
            await self.receipts.drop(person)
            async with self.database.transaction(region_of(person)) as tx:
                await delete_receipts(tx, person)

    async def _unlearn(self, person: PersonId) -> None:
        await self.learner.forget(person)
        await self.log.forget(region_of(person), person)

    async def _person_erased(self, facts: dict[str, Any]) -> None:
        if "missed" in facts:
            return
        person = PersonId(int(facts["person_id"]))
        await self.learner.forget(person)
        self.receipts.forget(person)
        self.circles.drop(person)
        await self.steerings.heard(facts)
        # Where the log is not the database, the erasure of its rows has not reached it.
        await self.log.forget(region_of(person), person)


async def _all_of(tx: Transaction, person: PersonId) -> set[ItemId]:
    found: set[ItemId] = set()
    cursor: str | None = None
    while True:
        page = await items_of_person(tx, person, cursor)
        found.update(page.rows)
        cursor = page.next
        if cursor is None:
            return found
