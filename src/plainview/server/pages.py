"""Serves the web client: its pages with heads of their own, its files, link previews, the player for other sites."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Request, Response, Router, get, route
from litestar.di import Provide
from litestar.params import QueryParameter
from litestar.types import Method

from plainview.accounts.faces import face_of_handle
from plainview.accounts.viewers import Public, Viewer
from plainview.catalog.cards import cards_of
from plainview.catalog.shapes import Card
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import ItemId, PersonId, RegionNumber, parse_id, region_of
from plainview.ports.database import Database, Transaction
from plainview.ports.relations import Relations
from plainview.server.previews import OEmbed, oembed_of, person_head, video_head, video_of_url
from plainview.server.shell import Head, Shell, WebFile
from plainview.server.source import source_archive

_TITLES = {
    "": "",
    "following": "Following",
    "upload": "Upload",
    "studio": "Studio",
    "saved": "Saved",
    "inbox": "Inbox",
    "settings": "Settings",
    "sign-in": "Sign in",
    "sign-up": "Sign up",
    "topics": "What would you like to see?",
    "moderation": "Moderation",
    "staff": "Access requests",
    "about": "About",
    "transparency": "Transparency",
}
_LOOKS: list[Method] = ["GET", "HEAD"]
_DEEPER = frozenset({"studio", "settings", "staff", "transparency"})
_NOT_PAGES = ("api/", "media/", "pictures/", "assets/", "embed/", "oembed", "source")
_BUILT = "built/"
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_FRESH = {"Cache-Control": "no-cache"}
_OWN = {"Cache-Control": "private, no-cache"}


@dataclass(frozen=True, slots=True)
class PageDesk:
    """What pages are given."""

    shell: Shell
    database: Database
    relations: Relations
    realm: str
    address: str

    async def card(self, tx: Transaction, viewer: PersonId | None, text: str) -> Card:
        """The card of a video that this viewer may see.

        Raises:
            NotFoundError: there is none.
        """
        try:
            item = ItemId(parse_id(text))
        except ValueError as error:
            raise NotFoundError from error
        found = await cards_of(tx, viewer, [item], self.relations)
        if not found:
            raise NotFoundError("This video is not there, or not for you.")
        return msgspec.json.decode(msgspec.json.encode(found[0][1]), type=Card)


@route(["/", "/{path:path}"], http_method=_LOOKS, include_in_schema=False)
async def page(viewer: Viewer, tx: Transaction, page_desk: PageDesk, path: str = "") -> Response[bytes]:
    """Any page of the client. What is not there is 404, and the client says so."""
    parts = path.strip("/")
    if parts.startswith(_NOT_PAGES):
        raise NotFoundError
    try:
        head, status = await _head(tx, page_desk, viewer, parts), 200
    except NotFoundError:
        head, status = Head(f"Not found · {page_desk.realm}", metas=(("robots", "noindex"),)), 404
    if not page_desk.shell.is_built():
        status = 503
    return Response(page_desk.shell.page(head), status_code=status, media_type=MediaType.HTML, headers=_OWN)


@route("/embed/{item_id:str}", http_method=_LOOKS, include_in_schema=False)
async def embed(viewer: Public, page_desk: PageDesk, item_id: str) -> Response[bytes]:
    """The small player for other sites: public videos only."""
    try:
        async with page_desk.database.transaction(_region(item_id, viewer)) as tx:
            card = await page_desk.card(tx, None, item_id)
    except NotFoundError:
        head = Head(f"Not found · {page_desk.realm}", metas=(("robots", "noindex"),))
        return Response(page_desk.shell.page(head), status_code=404, media_type=MediaType.HTML, headers=_FRESH)
    head = video_head(card, page_desk.realm, page_desk.address)
    return Response(page_desk.shell.page(head), media_type=MediaType.HTML, headers=_FRESH)


@get("/oembed", tags=["pages"])
async def oembed(
    viewer: Public,
    page_desk: PageDesk,
    url: Annotated[str, QueryParameter(max_length=2_000)],
    maxwidth: Annotated[int | None, QueryParameter(ge=1, le=10_000)] = None,
    maxheight: Annotated[int | None, QueryParameter(ge=1, le=10_000)] = None,
) -> OEmbed:
    """A public video for other sites (oembed.com)."""
    try:
        text = video_of_url(url, page_desk.address)
    except ValueError as error:
        raise NotFoundError("That is not an address of a video here.") from error
    if text is None:
        raise NotFoundError("That is not an address of a video here.")
    async with page_desk.database.transaction(_region(text, viewer)) as tx:
        card = await page_desk.card(tx, None, text)
    return oembed_of(card, page_desk.realm, page_desk.address, maxwidth, maxheight)


@route("/source", http_method=_LOOKS, include_in_schema=False)
async def source(viewer: Public) -> Response[bytes]:  # noqa: ARG001 - A route says who may call it.
    """The source of what runs here."""
    headers = {"Content-Disposition": 'attachment; filename="plainview-source.tar.gz"'}
    return Response(await asyncio.to_thread(source_archive), media_type="application/gzip", headers=headers)


@route("/assets/{path:path}", http_method=_LOOKS, include_in_schema=False)
async def asset(viewer: Public, request: Request[Any, Any, Any], page_desk: PageDesk, path: str) -> Response[bytes]:  # noqa: ARG001 - As above.
    """A file of the client. What the build named by its content never changes; all else is asked for anew."""
    name = path.lstrip("/")
    return _sent(request, page_desk.shell.file(f"assets/{name}"), _FOREVER if name.startswith(_BUILT) else _FRESH)


@route(["/sw.js", "/manifest.webmanifest", "/manifest.sha256", "/offline"], http_method=_LOOKS, include_in_schema=False)
async def root_file(viewer: Public, request: Request[Any, Any, Any], page_desk: PageDesk) -> Response[bytes]:  # noqa: ARG001 - As above.
    """A file of the client that keeps its name: asked for anew each time."""
    name = request.url.path.strip("/")
    return _sent(request, page_desk.shell.file("offline.html" if name == "offline" else name), _FRESH)


@get("/.well-known/gpc.json", include_in_schema=False, sync_to_thread=False)
def privacy_control(viewer: Public) -> dict[str, bool | str]:  # noqa: ARG001 - As above.
    """That Global Privacy Control is honoured, by the client and by us, and since when."""
    return {"gpc": True, "lastUpdate": "2026-11-22"}


async def _head(tx: Transaction, desk: PageDesk, viewer: Viewer, path: str) -> Head:
    parts = path.split("/")
    first = parts[0]
    reader = viewer.person_id if viewer.is_member else None
    if first.startswith("@") and len(parts) == 1:
        return person_head(await face_of_handle(tx, first[1:]), desk.realm, desk.address)
    if first.startswith("@") and len(parts) == 3 and parts[1] == "video":
        return video_head(await desk.card(tx, reader, parts[2]), desk.realm, desk.address)
    if first == "t" and len(parts) == 2 and parts[1]:
        return Head(f"#{parts[1][:60]} · {desk.realm}", f"Videos tagged #{parts[1][:60]}")
    if first not in _TITLES or (len(parts) > 1 and first not in _DEEPER):
        raise NotFoundError
    if not first:
        about = "Short videos, in plain view: see why each was shown, and who reads what about you."
        return Head(desk.realm, about, _front(desk, about), f"{desk.address}/")
    return Head(f"{_TITLES[first]} · {desk.realm}")


def _front(desk: PageDesk, about: str) -> tuple[tuple[str, str], ...]:
    return (
        ("og:type", "website"),
        ("og:site_name", desk.realm),
        ("og:title", desk.realm),
        ("og:description", about),
        ("og:url", f"{desk.address}/"),
    )


def _region(text: str, viewer: Public) -> RegionNumber:
    try:
        return region_of(parse_id(text))
    except ValueError:
        return viewer.region


def _sent(request: Request[Any, Any, Any], file: WebFile, headers: dict[str, str]) -> Response[bytes]:
    if file.squeezed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        squeezed = {**headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(file.squeezed, media_type=file.media_type, headers=squeezed)
    return Response(file.content, media_type=file.media_type, headers={**headers, "Vary": "Accept-Encoding"})


def page_router(page_desk: PageDesk) -> Router:
    """All pages."""
    return Router(
        "/",
        route_handlers=[page, embed, oembed, source, asset, root_file, privacy_control],
        dependencies={"page_desk": Provide(lambda: page_desk, sync_to_thread=False)},
    )
