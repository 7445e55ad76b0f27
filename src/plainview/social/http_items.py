"""Serves what people do with an item: like, save, share, and the lists of what they kept."""

from typing import Any, Literal

import msgspec
from litestar import delete, get, post, put

from plainview.accounts.viewers import Member, Viewer
from plainview.catalog.cards import CardPage, cards_of
from plainview.catalog.counts import count_item
from plainview.catalog.visibility import seen_item
from plainview.catalog.wording import with_own_words
from plainview.kernel.ids import ItemId
from plainview.kernel.pages import Page
from plainview.kernel.wire import WireId, found_id
from plainview.ports.database import Transaction
from plainview.ports.event_log import EventKind
from plainview.social import likes, saves
from plainview.social.dealings import SHARES, Dealings
from plainview.social.kept import kept
from plainview.social.lists import Cursor
from plainview.social.shapes import Liked, Saved, Shared


class ShareWish(msgspec.Struct, forbid_unknown_fields=True):
    """How an item was passed on."""

    via: Literal["link", "system", "embed"]


@put("/videos/{item_id:str}/like", status_code=200)
async def like(viewer: Member, tx: Transaction, dealings: Dealings, item_id: WireId) -> Liked:
    """Like a video."""
    item = await seen_item(tx, dealings.relations, viewer.person_id, ItemId(found_id(item_id)))
    count = await likes.like(tx, dealings.telling, dealings.notices, viewer.person_id, item.item_id, item.person_id)
    return Liked(liked=True, likes=count)


@delete("/videos/{item_id:str}/like", status_code=200)
async def unlike(viewer: Member, tx: Transaction, dealings: Dealings, item_id: WireId) -> Liked:
    """Take a like back."""
    item = await seen_item(tx, dealings.relations, viewer.person_id, ItemId(found_id(item_id)))
    count = await likes.unlike(tx, dealings.telling, dealings.notices, viewer.person_id, item.item_id, item.person_id)
    return Liked(liked=False, likes=count)


@put("/videos/{item_id:str}/save", status_code=200)
async def save(viewer: Member, tx: Transaction, dealings: Dealings, item_id: WireId) -> Saved:
    """Keep a video for later."""
    item = await seen_item(tx, dealings.relations, viewer.person_id, ItemId(found_id(item_id)))
    return Saved(saved=True, saves=await saves.save(tx, dealings.telling, viewer.person_id, item.item_id))


@delete("/videos/{item_id:str}/save", status_code=200)
async def unsave(viewer: Member, tx: Transaction, dealings: Dealings, item_id: WireId) -> Saved:
    """Let a kept video go."""
    item = await seen_item(tx, dealings.relations, viewer.person_id, ItemId(found_id(item_id)))
    return Saved(saved=False, saves=await saves.unsave(tx, dealings.telling, viewer.person_id, item.item_id))


@post("/videos/{item_id:str}/share", status_code=200)
async def share(
    viewer: Viewer,
    tx: Transaction,
    dealings: Dealings,
    item_id: WireId,
    data: ShareWish,  # noqa: ARG001 - Checked, not kept.
) -> Shared:
    """Count that a video was passed on. How, is not kept."""
    item = await seen_item(tx, dealings.relations, viewer.person_id, ItemId(found_id(item_id)))
    dealings.limits.take(SHARES, viewer.person_id)
    await dealings.telling.event(viewer.person_id, EventKind.SHARED, item.item_id)
    return Shared(await count_item(tx, item.item_id, "shares", 1))


@get("/me/liked")
async def liked(viewer: Member, tx: Transaction, dealings: Dealings, cursor: Cursor = None) -> CardPage:
    """The videos that the member liked."""
    return await _cards(tx, dealings, viewer, await kept(tx, viewer.person_id, "likes", cursor))


@get("/me/saved")
async def saved(viewer: Member, tx: Transaction, dealings: Dealings, cursor: Cursor = None) -> CardPage:
    """The videos that the member saved."""
    return await _cards(tx, dealings, viewer, await kept(tx, viewer.person_id, "saves", cursor))


async def _cards(tx: Transaction, dealings: Dealings, viewer: Member, page: Page[ItemId]) -> CardPage:
    found = await cards_of(tx, viewer.person_id, page.rows, dealings.relations)
    return CardPage(await with_own_words(tx, dealings.door, viewer.person_id, found), page.next)


HANDLERS: list[Any] = [like, unlike, save, unsave, share, liked, saved]
