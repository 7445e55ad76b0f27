"""Serves videos to those who may see them: one, a person's, a hashtag's; and deletes one."""

from typing import Annotated

import msgspec
from litestar import Router, delete, get
from litestar.types import ControllerRouterHandler

from plainview.accounts.faces import face_of_handle
from plainview.accounts.viewers import JUDGES, Member, Viewer
from plainview.catalog.cards import card_page, cards_of
from plainview.catalog.desk import CatalogDesk
from plainview.catalog.http_studio import studio_routes
from plainview.catalog.items import Item, any_item, items_of_person, items_of_tag, own_item
from plainview.catalog.shapes import CardAnswer, CardPage
from plainview.catalog.wording import with_own_words
from plainview.catalog.words import normal_tag
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import ItemId
from plainview.kernel.wire import WireId, found_id
from plainview.moderation.takedowns import book_takedown
from plainview.ports.database import Transaction

Cursor = Annotated[str | None, msgspec.Meta(max_length=64, description="Where the page begins; from `next`.")]
Handle = Annotated[str, msgspec.Meta(max_length=64)]
Tag = Annotated[str, msgspec.Meta(max_length=120)]


def router(desk: CatalogDesk) -> Router:
    """The catalog's routes."""
    return Router("/api", route_handlers=[*_videos(desk), *_lists(desk), *studio_routes(desk)], tags=["videos"])


def _videos(desk: CatalogDesk) -> list[ControllerRouterHandler]:
    @get("/videos/{item_id:str}")
    async def video(viewer: Viewer, tx: Transaction, item_id: WireId) -> CardAnswer:
        """One video that the viewer may see."""
        found = await cards_of(tx, viewer.person_id, [ItemId(found_id(item_id))], desk.relations)
        if not found:
            raise NotFoundError("This video is not there, or not for you.")
        return CardAnswer((await with_own_words(tx, desk.pen.door, viewer.person_id, found))[0])

    @delete("/videos/{item_id:str}", status_code=204)
    async def video_delete(viewer: Member, item_id: WireId) -> None:
        """Delete a video for good, with all its media."""
        # Its own transaction, so that the gate forgets the item after the commit and before the answer.
        async with desk.database.transaction(viewer.region) as tx:
            item = await _deletable(tx, viewer, ItemId(found_id(item_id)))
            if viewer.person_id != item.person_id:
                await book_takedown(desk.pen.door, ("video", item.item_id), "remove")
            await desk.shredder.delete(tx, item)
        desk.gate.forget(item.item_id)

    return [video, video_delete]


def _lists(desk: CatalogDesk) -> list[ControllerRouterHandler]:
    @get("/people/{handle:str}/videos")
    async def videos_of_person(viewer: Viewer, tx: Transaction, handle: Handle, cursor: Cursor = None) -> CardPage:
        """A person's videos that the viewer may see, newest first."""
        face = await face_of_handle(tx, handle)
        page = await items_of_person(tx, face.person_id, cursor)
        found = await cards_of(tx, viewer.person_id, page.rows, desk.relations)
        return CardPage(await with_own_words(tx, desk.pen.door, viewer.person_id, found), page.next)

    @get("/tags/{tag:str}/videos")
    async def videos_of_tag(viewer: Viewer, tx: Transaction, tag: Tag, cursor: Cursor = None) -> CardPage:
        """The videos with a hashtag that the viewer may see, newest first."""
        if "\x00" in tag:
            raise NotFoundError
        page = await items_of_tag(tx, normal_tag(tag.removeprefix("#")), cursor)
        return await card_page(tx, viewer.person_id, page, desk.relations)

    return [videos_of_person, videos_of_tag]


async def _deletable(tx: Transaction, viewer: Member, item: ItemId) -> Item:
    if viewer.roles & JUDGES:
        return await any_item(tx, item)
    return await own_item(tx, viewer.person_id, item)
