"""Owns a page of the feed: ranked by the engine, checked for what may be seen, and kept as a receipt."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from plainview.accounts.viewers import Viewer
from plainview.catalog.cards import Card, cards_of
from plainview.feed.circles import Circle, Circles
from plainview.feed.following import MODEL, FollowingWish, following
from plainview.feed.learner import Learner
from plainview.feed.profiles import Profiles
from plainview.feed.receipts import Receipt, Receipts
from plainview.feed.sentences import reason_shapes
from plainview.feed.shapes import FeedEntry, FeedPage
from plainview.kernel.ids import IdMaker, ItemId, PageId, PersonId
from plainview.kernel.time import now, to_ms
from plainview.ports.database import Database, Transaction
from plainview.ports.engine import Mode, PageRequest, RankedItem
from plainview.ports.relations import Relations

FeedMode = Literal["for_you", "following"]


@dataclass(frozen=True, slots=True)
class PageWish:
    """What a screen asks for. `held`: what it has already, oldest first."""

    mode: FeedMode
    size: int
    held: tuple[ItemId, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is on a page, how it was made, and the cards of what may be seen of it."""

    mode: str
    model: str
    places: Sequence[RankedItem]
    cards: dict[ItemId, Card]


@dataclass(frozen=True, slots=True)
class Pages:
    """Makes pages."""

    database: Database
    ids: IdMaker
    learner: Learner
    circles: Circles
    receipts: Receipts
    relations: Relations
    profiles: Profiles

    async def page(self, viewer: Viewer, wish: PageWish) -> FeedPage:
        """The next items for this viewer: at most three statements, and a share in the receipts' one."""
        async with self.database.statements(viewer.region) as tx:
            circle = self.circles.held(viewer.person_id) or await self.circles.read(tx, viewer.person_id)
            chosen = await self._chosen(tx, viewer, wish, circle)
        page_id = PageId(self.ids.next())
        # What the rules above took out is not in the receipt: it was not shown.
        shown = [place for place in chosen.places if place.item in chosen.cards]
        self.receipts.keep(viewer.region, Receipt(viewer.person_id, page_id, chosen.mode, chosen.model, shown))
        entries = [
            FeedEntry(chosen.cards[place.item], position, list(place.sources), reason_shapes(place.reasons))
            for position, place in enumerate(shown)
        ]
        return FeedPage(str(page_id), chosen.model, entries)

    async def _chosen(self, tx: Transaction, viewer: Viewer, wish: PageWish, circle: Circle) -> _Chosen:
        reader = viewer.person_id if viewer.is_member else None
        if wish.mode == "following":
            not_these = {*wish.held, *circle.hidden_items}
            followed = FollowingWish(viewer.person_id, circle.followed, not_these, wish.size)
            places = await following(tx, self.relations, followed)
            return _Chosen(wish.mode, MODEL, places, await self._cards(tx, reader, places))
        if await self.profiles.is_minor(viewer.person_id):
            return await self._ranked(tx, reader, _for_nobody(viewer.person_id, wish, circle))
        # Logged while the page is made: none that was made by a profile leaves before its entry is on the disk.
        asking = asyncio.create_task(self.profiles.may_rank(viewer.person_id))
        try:
            chosen = await self._ranked(tx, reader, _request(viewer.person_id, wish, circle))
        finally:
            allowed = await asking
        return chosen if allowed else await self._ranked(tx, reader, _for_nobody(viewer.person_id, wish, circle))

    async def _ranked(self, tx: Transaction, reader: PersonId | None, request: PageRequest) -> _Chosen:
        for _ in range(2):
            page = self.learner.engine.page(request)
            cards = await self._cards(tx, reader, page.items)
            if len(cards) * 2 >= len(page.items):
                break
            # The catalogue moved on before the engine heard: ask once more, without what may not be seen.
            dropped = tuple(place.item for place in page.items if place.item not in cards)
            request = replace(request, excluded_items=(*request.excluded_items, *dropped))
        return _Chosen(page.mode, page.model_version, page.items, cards)

    async def _cards(
        self, tx: Transaction, reader: PersonId | None, places: Sequence[RankedItem]
    ) -> dict[ItemId, Card]:
        found = await cards_of(tx, reader, [place.item for place in places], self.relations)
        return {item.item_id: card for item, card in found}


def _request(person: PersonId, wish: PageWish, circle: Circle) -> PageRequest:
    return PageRequest(
        now_ms=to_ms(now()),
        size=wish.size,
        person=person,
        in_session=wish.held,
        excluded_items=circle.hidden_items,
        followed=circle.followed,
        excluded_creators=(*circle.excluded, person),
    )


def _for_nobody(person: PersonId, wish: PageWish, circle: Circle) -> PageRequest:
    """A page of what is liked, rising or new for everybody, without what this person chose not to see."""
    return replace(_request(person, wish, circle), person=None, mode=Mode.UNPROFILED, followed=())
