"""Serves streams and stills under /media/<asset>/…, with ranges and tags, only to who may see the video."""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from litestar import Request, Response, Router, route
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from plainview.accounts.viewers import Viewer
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import AssetId
from plainview.kernel.wire import WireId, found_id
from plainview.media.access import Audience, Gate
from plainview.media.assets import media_prefix
from plainview.media.publishing import is_safe_name
from plainview.media.ranges import RangeNotSatisfiableError, range_of
from plainview.ports.objects import ObjectFacts, Objects

WHOLE_BYTES_MAX = 4 * 1024 * 1024
"""Larger answers are streamed, so that a slow reader holds no more than a piece of them in memory."""
FACTS_MAX = 50_000
IMMUTABLE = "max-age=31536000, immutable"
TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".webp": "image/webp",
    ".vtt": "text/vtt; charset=utf-8",
}


@dataclass(slots=True)
class _Shelf:
    """Remembers the size and tag of what never changes, so that a segment costs one read."""

    objects: Objects
    facts: OrderedDict[str, ObjectFacts]

    async def look(self, key: str, *, changes: bool) -> tuple[ObjectFacts, bytes | None]:
        """The facts of an object; of one that changes its bytes too, since its next size may come before they are read.

        Raises:
            NotFoundError: there is no such object.
        """
        if changes:
            whole = await self.objects.whole(key)
            if whole is None:
                raise NotFoundError
            return whole
        if (found := self.facts.get(key)) is not None:
            return found, None
        head = await self.objects.head(key)
        if head is None:
            raise NotFoundError
        self.facts[key] = head
        if len(self.facts) > FACTS_MAX:
            self.facts.popitem(last=False)
        return head, None


def router(objects: Objects, gate: Gate) -> Router:
    """The routes of streams and stills."""
    return Router("/", route_handlers=[_media(_Shelf(objects, OrderedDict()), gate)], tags=["media"])


def _media(shelf: _Shelf, gate: Gate) -> ControllerRouterHandler:
    @route("/media/{asset_id:str}/{name:path}", http_method=["GET", "HEAD"], include_in_schema=False)
    async def media(viewer: Viewer, request: Request[Any, Any, Any], asset_id: WireId, name: str) -> Response[Any]:
        """One playlist, segment or still."""
        asset, name = AssetId(found_id(asset_id)), name.lstrip("/")
        kind = TYPES.get(PurePosixPath(name).suffix)
        if kind is None or not is_safe_name(name):
            raise NotFoundError
        audience = await gate(viewer, asset)
        key, changes = f"{media_prefix(asset)}/{name}", name.endswith(".m3u8")
        facts, content = await shelf.look(key, changes=changes)
        headers = _headers(facts, kind, audience, changes=changes)
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(None, status_code=304, headers=headers)
        try:
            part = _part(request, facts, headers["ETag"])
        except RangeNotSatisfiableError:
            return Response(None, status_code=416, headers={"Content-Range": f"bytes */{facts.bytes}"})
        start, end = part or (0, facts.bytes)
        status = 200
        if part is not None:
            status = 206
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{facts.bytes}"
        if content is not None:
            return _whole(content[start:end], status, headers)
        return await _answer(shelf.objects, key, (start, end), status, headers)

    return media


def _part(request: Request[Any, Any, Any], facts: ObjectFacts, etag: str) -> tuple[int, int] | None:
    condition = request.headers.get("if-range")
    if condition is not None and condition != etag:
        return None
    return range_of(request.headers.get("range"), facts.bytes)


def _headers(facts: ObjectFacts, kind: str, audience: Audience, *, changes: bool) -> dict[str, str]:
    # A playlist grows while the video is processed; all else is made once under its name.
    caching = "no-cache" if changes else IMMUTABLE
    return {
        "Content-Type": kind,
        "ETag": f'"{facts.etag}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": f"{audience.value}, {caching}",
    }


async def _answer(
    objects: Objects, key: str, part: tuple[int, int], status: int, headers: dict[str, str]
) -> Response[Any]:
    start, end = part
    if end - start > WHOLE_BYTES_MAX:
        headers["Content-Length"] = str(end - start)
        return Stream(objects.stream(key, start, end), status_code=status, headers=headers)
    content = await objects.get(key, start, end) if end > start else b""
    if content is None:
        raise NotFoundError
    return _whole(content, status, headers)


def _whole(content: bytes, status: int, headers: dict[str, str]) -> Response[Any]:
    return Response(content, status_code=status, headers=headers, media_type=headers.pop("Content-Type"))
