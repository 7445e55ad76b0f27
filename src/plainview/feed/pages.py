"""Owns a page of the feed: ranked by the engine, checked for what may be seen, and kept as a receipt."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from plainview.accounts.viewers import Viewer
from plainview.catalog.cards import Card, cards_of
from plainview.feed.circles import Circle, Circles
from plainview.feed.following import MODEL, FollowingWish, following
from plainview.feed.learner import Learner
from plainview.feed.receipts import Receipt, Receipts
from plainview.feed.sentences import reason_shapes
from plainview.feed.shapes import FeedEntry, FeedPage
from plainview.kernel.ids import IdMaker, ItemId, PageId, PersonId
from plainview.kernel.purposes import Purpose
from plainview.kernel.time import now, to_ms
from plainview.ports.database import Database, Transaction
from plainview.ports.door import FEED, Door
from plainview.ports.engine import PageRequest, RankedItem
from plainview.ports.relations import Relations

FeedMode = Literal["for_you", "following"]
# What the engine was taught by; it holds no more of a person than follows from these.
PROFILE = ("event_segments.body",)


@dataclass(frozen=True, slots=True)
class PageWish:
    """What a screen asks for. `held`: what it has already, oldest first."""

    mode: FeedMode
    size: int
    held: tuple[ItemId, ...] = ()


@dataclass(frozen=True, slots=True)
class Pages:
    """Makes pages."""

    database: Database
    ids: IdMaker
    learner: Learner
    circles: Circles
    receipts: Receipts
    relations: Relations
    door: Door

    async def page(self, viewer: Viewer, wish: PageWish) -> FeedPage:
        """The next items for this viewer: at most three statements, and a share in the receipts' one."""
        async with self.database.statements(viewer.region) as tx:
            circle = self.circles.held(viewer.person_id) or await self.circles.read(tx, viewer.person_id)
            # Told to the disk while the page is made: none made of what a person did leaves before its entry is there.
            telling = asyncio.create_task(self._told(viewer, wish))
            try:
                model, places, cards = await self._chosen(tx, viewer, wish, circle)
            finally:
                await telling
        page_id = PageId(self.ids.next())
        # What the rules above took out is not in the receipt: it was not shown.
        shown = [place for place in places if place.item in cards]
        self.receipts.keep(viewer.region, Receipt(viewer.person_id, page_id, wish.mode, model, shown))
        entries = [
            FeedEntry(cards[place.item], position, list(place.sources), reason_shapes(place.reasons))
            for position, place in enumerate(shown)
        ]
        return FeedPage(str(page_id), model, entries)

    async def _told(self, viewer: Viewer, wish: PageWish) -> None:
        if wish.mode == "for_you":
            await self.door.use([viewer.person_id], PROFILE, Purpose.FEED_RANK, FEED)

    async def _chosen(
        self, tx: Transaction, viewer: Viewer, wish: PageWish, circle: Circle
    ) -> tuple[str, Sequence[RankedItem], dict[ItemId, Card]]:
        reader = viewer.person_id if viewer.is_member else None
        if wish.mode == "following":
            not_these = {*wish.held, *circle.hidden_items}
            followed = FollowingWish(viewer.person_id, circle.followed, not_these, wish.size)
            places = await following(tx, self.relations, followed)
            return MODEL, places, await self._cards(tx, reader, places)
        dropped: tuple[ItemId, ...] = ()
        for _ in range(2):
            page = self.learner.engine.page(_request(viewer.person_id, wish, circle, dropped))
            cards = await self._cards(tx, reader, page.items)
            if len(cards) * 2 >= len(page.items):
                break
            # The catalogue moved on before the engine heard: ask once more, without what may not be seen.
            dropped = tuple(place.item for place in page.items if place.item not in cards)
        return page.model_version, page.items, cards

    async def _cards(
        self, tx: Transaction, reader: PersonId | None, places: Sequence[RankedItem]
    ) -> dict[ItemId, Card]:
        found = await cards_of(tx, reader, [place.item for place in places], self.relations)
        return {item.item_id: card for item, card in found}


def _request(person: PersonId, wish: PageWish, circle: Circle, dropped: tuple[ItemId, ...]) -> PageRequest:
    return PageRequest(
        now_ms=to_ms(now()),
        size=wish.size,
        person=person,
        in_session=wish.held,
        excluded_items=circle.hidden_items + dropped,
        followed=circle.followed,
        excluded_creators=(*circle.excluded, person),
    )
