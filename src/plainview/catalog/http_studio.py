"""Serves a person's own videos: the list, details, publishing, captions, another try."""

from dataclasses import replace
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.types import ControllerRouterHandler

from plainview.accounts.viewers import Member
from plainview.catalog.desk import CatalogDesk
from plainview.catalog.items import Item, own_item, own_items, publish
from plainview.catalog.shapes import Details, Draft, DraftPage
from plainview.catalog.wording import Worded, Wording, checked_wording, item_changed, mentioned
from plainview.kernel.errors import InvalidInputError, NotFoundError
from plainview.kernel.ids import ItemId
from plainview.kernel.wire import WireId, found_id
from plainview.media.assets import Asset, assets_of_items
from plainview.media.captions import put_captions, remove_captions
from plainview.media.processing import retry
from plainview.ports.database import Transaction

Cursor = Annotated[str | None, msgspec.Meta(max_length=64, description="Where the page begins; from `next`.")]


async def _own(tx: Transaction, viewer: Member, item_id: str, *, lock: bool = False) -> Item:
    return await own_item(tx, viewer.person_id, ItemId(found_id(item_id)), lock=lock)


async def _asset(tx: Transaction, item: Item) -> Asset:
    asset = (await assets_of_items(tx, [item.item_id])).get(item.item_id)
    if asset is None:
        raise NotFoundError("The file of this video has not arrived yet.")
    return asset


def studio_routes(desk: CatalogDesk) -> list[ControllerRouterHandler]:
    """The routes of the studio."""
    own = Router("/studio", route_handlers=[*_reading(desk), *_writing(desk)], tags=["studio"])
    captions = Router("/videos/{item_id:str}/captions", route_handlers=_captions(desk), tags=["studio"])
    return [own, captions]


def _reading(desk: CatalogDesk) -> list[ControllerRouterHandler]:
    @get("/")
    async def studio_list(viewer: Member, tx: Transaction, cursor: Cursor = None) -> DraftPage:
        """The member's own videos, newest first, drafts and published ones."""
        page = await own_items(tx, viewer.person_id, cursor)
        return DraftPage(await desk.studio.drafts(tx, viewer.person_id, page.rows), page.next)

    @get("/{item_id:str}")
    async def studio_one(viewer: Member, tx: Transaction, item_id: WireId) -> Draft:
        """One of the member's own videos."""
        return await desk.studio.draft(tx, viewer.person_id, await _own(tx, viewer, item_id))

    return [studio_list, studio_one]


def _writing(desk: CatalogDesk) -> list[ControllerRouterHandler]:
    @put("/{item_id:str}")
    async def studio_save(viewer: Member, tx: Transaction, item_id: WireId, data: Details) -> Draft:
        """Save what the owner says about a draft, or edit it on a published video."""
        item = await _own(tx, viewer, item_id, lock=True)
        return await _saved(desk, tx, item.worded(), data)

    @post("/{item_id:str}/publish", status_code=200)
    async def studio_publish(viewer: Member, tx: Transaction, item_id: WireId, data: Details) -> Draft:
        """Publish a draft. It may still be processed: feeds show it as soon as it can be played."""
        item = await _own(tx, viewer, item_id, lock=True)
        await publish(tx, desk.signals, item)
        return await _saved(desk, tx, replace(item.worded(), published=True), data)

    @post("/{item_id:str}/retry", status_code=200)
    async def studio_retry(viewer: Member, tx: Transaction, item_id: WireId) -> Draft:
        """Process a failed or quarantined video again."""
        item = await _own(tx, viewer, item_id)
        await retry(tx, desk.jobs, item.item_id)
        return await desk.studio.draft(tx, viewer.person_id, item)

    return [studio_save, studio_publish, studio_retry]


async def _saved(desk: CatalogDesk, tx: Transaction, own: Worded, details: Details) -> Draft:
    """Save the words as a draft's or as a published video's, whichever it is by now; who is named anew is told."""
    wording = Wording(
        details.caption, details.visibility, details.allow_comments, details.allow_reuse, details.language
    )
    told = set(await mentioned(tx, own.item_id))
    await desk.pen.save(tx, own, checked_wording(wording, desk.caption_chars_max))
    for person in await mentioned(tx, own.item_id):
        if person not in told and person != own.person_id:
            await desk.tell_mentioned(tx, person, own.person_id, own.item_id)
    return await desk.studio.draft(tx, own.person_id, await own_item(tx, own.person_id, own.item_id))


def _captions(desk: CatalogDesk) -> list[ControllerRouterHandler]:
    Language = Annotated[str, msgspec.Meta(max_length=35)]  # noqa: N806 - A type.

    @put("/{language:str}", request_max_body_size=desk.captions_bytes_max)
    async def captions_put(
        viewer: Member, tx: Transaction, item_id: WireId, language: Language, request: Request[Any, Any, Any]
    ) -> Draft:
        """Give a video captions in one language: a WebVTT file as the body."""
        item = await _own(tx, viewer, item_id)
        content = await request.body()
        await put_captions(tx, desk.objects, await _asset(tx, item), _checked_language(language), content)
        await item_changed(tx, desk.signals, item.item_id)
        return await desk.studio.draft(tx, viewer.person_id, item)

    @delete("/{language:str}", status_code=200)
    async def captions_delete(viewer: Member, tx: Transaction, item_id: WireId, language: Language) -> Draft:
        """Take a video's captions in one language away."""
        item = await _own(tx, viewer, item_id)
        await remove_captions(tx, desk.objects, await _asset(tx, item), _checked_language(language))
        await item_changed(tx, desk.signals, item.item_id)
        return await desk.studio.draft(tx, viewer.person_id, item)

    return [captions_put, captions_delete]


class LanguageUnknownError(InvalidInputError):
    """What was given is not the code of a language."""

    code = "language_unknown"


def _checked_language(language: str) -> str:
    parts = language.split("-")
    if not all(2 <= len(each) <= 8 and each.isascii() and each.isalnum() for each in parts) or not parts[0].isalpha():
        raise LanguageUnknownError(
            "Name the language by its code, as in en or pt-BR.", fields={"language": "not a code"}
        )
    return language
