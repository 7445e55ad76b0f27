"""Owns a page of the feed: ranked by the engine, checked for what may be seen, and kept as a receipt."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from plainview.accounts.viewers import Viewer
from plainview.catalog.cards import Card, cards_held, cards_of
from plainview.feed.circles import Circle, Circles
from plainview.feed.fits import Fits
from plainview.feed.following import MODEL, FollowingWish, following
from plainview.feed.learner import Learner
from plainview.feed.profiles import Profiles
from plainview.feed.receipts import Receipt, Receipts
from plainview.feed.sentences import reason_shapes
from plainview.feed.shapes import FeedEntry, FeedPage, PageMode
from plainview.feed.steering import LEFT_ALONE, Steering, Steerings
from plainview.kernel.ids import IdMaker, ItemId, PageId, PersonId, region_of
from plainview.kernel.time import now, to_ms
from plainview.kernel.wishes import languages_asked
from plainview.ports.database import Database
from plainview.ports.engine import Mode, PageRequest, RankedItem
from plainview.ports.relations import NOTHING, Relations

FeedMode = Literal["for_you", "following"]


@dataclass(frozen=True, slots=True)
class PageWish:
    """What a screen asks for.

    `held`: what it has already, oldest first. `looked_for`: the tags whose pages were opened in this visit, the newest
    first; kept by the screen alone.
    """

    mode: FeedMode
    size: int
    held: tuple[ItemId, ...] = ()
    looked_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is on a page, how it was made, and the cards of what may be seen of it."""

    mode: PageMode
    model: str
    places: Sequence[RankedItem]
    cards: dict[ItemId, Card]
    steering: Steering = LEFT_ALONE


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
    steerings: Steerings
    fits: Fits | None

    async def page(self, viewer: Viewer, wish: PageWish) -> FeedPage:
        """The next items for this viewer: mostly without a statement, but for a share in the receipts' one.

        Whom the process does not know yet costs one each for circle, choice, steering and age band; an unknown
        card one more.
        """
        circle = self.circles.held(viewer.person_id)
        if circle is None:
            async with self.database.statements(viewer.region) as tx:
                circle = await self.circles.read(tx, viewer.person_id)
        chosen = await self._chosen(viewer, wish, circle)
        page_id = PageId(self.ids.next())
        # What the rules above took out is not in the receipt: it was not shown.
        shown = [place for place in chosen.places if place.item in chosen.cards]
        if not await self.profiles.declines(viewer.person_id):
            receipt = Receipt(viewer.person_id, page_id, chosen.mode, chosen.model, shown, chosen.steering)
            self.receipts.keep(viewer.region, receipt)
        entries = [
            FeedEntry(chosen.cards[place.item], position, list(place.sources), reason_shapes(place.reasons))
            for position, place in enumerate(shown)
        ]
        return FeedPage(str(page_id), chosen.model, chosen.mode, entries)

    async def _chosen(self, viewer: Viewer, wish: PageWish, circle: Circle) -> _Chosen:
        if wish.mode == "following":
            return await self._following(viewer, wish, circle)
        steering = await self.steerings.of(viewer.person_id)
        request = _request(viewer.person_id, wish, circle, steering)
        if await self.profiles.is_unprofiled(viewer.person_id):
            return await self._ranked(viewer, _for_nobody(request), circle, steering)
        # Logged while the page is made: none that was made by a profile leaves before its entry is on the disk.
        asking = asyncio.create_task(self.profiles.may_rank(viewer.person_id))
        try:
            chosen = await self._ranked(viewer, request, circle, steering)
        finally:
            allowed = await asking
        if allowed:
            return chosen
        return await self._ranked(viewer, _for_nobody(request), circle, steering)

    async def _following(self, viewer: Viewer, wish: PageWish, circle: Circle) -> _Chosen:
        not_these = {*wish.held, *circle.hidden_items}
        followed = FollowingWish(viewer.person_id, circle.followed, not_these, wish.size)
        async with self.database.statements(viewer.region) as tx:
            places = await following(tx, self.relations, followed)
        return _Chosen(wish.mode, MODEL, places, await self._cards(viewer, places, circle))

    async def _ranked(self, viewer: Viewer, request: PageRequest, circle: Circle, steering: Steering) -> _Chosen:
        for _ in range(2):
            page = await self.learner.ranker.page(request)
            if self.fits:
                await self.fits.notice(page.model_version)
            cards = await self._cards(viewer, page.items, circle)
            if len(cards) * 2 >= len(page.items):
                break
            # The catalogue moved on before the engine heard: ask once more, without what may not be seen.
            dropped = tuple(place.item for place in page.items if place.item not in cards)
            request = replace(request, excluded_items=(*request.excluded_items, *dropped))
        return _Chosen(page.mode.value, page.model_version, page.items, cards, steering)

    async def _cards(self, viewer: Viewer, places: Sequence[RankedItem], circle: Circle) -> dict[ItemId, Card]:
        reader, marks = (viewer.person_id, circle.marks) if viewer.is_member else (None, NOTHING)
        # What is held of another region's items comes without the blocks that are kept there.
        ids = [place.item for place in places if region_of(place.item) == viewer.region]
        found = None if marks is None else cards_held(reader, ids, marks)
        if found is None:
            async with self.database.statements(viewer.region) as tx:
                found = await cards_of(tx, reader, ids, self.relations, marks)
        return {item.item_id: card for item, card in found}


def _request(person: PersonId, wish: PageWish, circle: Circle, steering: Steering) -> PageRequest:
    return PageRequest(
        now_ms=to_ms(now()),
        size=wish.size,
        person=person,
        in_session=wish.held,
        excluded_items=circle.hidden_items,
        followed=circle.followed,
        excluded_creators=(*circle.excluded, person),
        sliders=steering.sliders,
        without_sources=steering.off,
        looked_for=wish.looked_for,
        languages=languages_asked(),
    )


def _for_nobody(request: PageRequest) -> PageRequest:
    """A page of what is liked, rising or new for everybody, without what this person chose not to see."""
    return replace(request, person=None, mode=Mode.UNPROFILED, followed=(), looked_for=())
