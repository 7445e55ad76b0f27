"""Serves uploads by the tus 1.0 protocol. Bytes stream to the spool; no transaction is open while they do.

No ASGI library of tus is kept for our framework (tuspyserver is FastAPI's, with files of its own and no database beside
them), so the protocol's few headers are read here and in tus.py, and a real client holds us to them in the tests.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync
from litestar import Request, Response, Router, delete, head, patch, post, route
from litestar.exceptions import InternalServerException
from litestar.handlers import HTTPRouteHandler

from plainview.accounts.viewers import Member, Public
from plainview.kernel.errors import NotFoundError, PlainviewError
from plainview.kernel.ids import AssetId, IdMaker, ItemId, RegionNumber, UploadId
from plainview.kernel.wire import WireId, found_id
from plainview.media import tus
from plainview.media.drafts import Drafts
from plainview.media.limits import MediaLimits
from plainview.media.spool import Checksum
from plainview.media.uploads import Desk, Upload, checked_length, delete_upload, expiry, find_upload, open_upload
from plainview.ports.database import Database

PATH = "/api/uploads"
IDLE_SECONDS_MAX = 60
AnyRequest = Request[Any, Any, Any]
Empty = Response[None]


class UploadCutError(PlainviewError):
    """The connection broke, or stood still for too long. What arrived is kept."""

    code, status, title = "upload_cut", 408, "The connection broke; ask for the offset and go on from there"


@dataclass(frozen=True, slots=True)
class UploadParts:
    """What taking uploads needs."""

    database: Database
    makers: Mapping[RegionNumber, IdMaker]
    desk: Desk
    drafts: Drafts
    limits: MediaLimits


@dataclass(frozen=True, slots=True)
class _Piece:
    """One piece on its way: where it begins, and what it must add up to."""

    offset: int
    checksum: Checksum | None
    body: AsyncIterator[bytes]


def router(parts: UploadParts) -> Router:
    """The routes of tus."""
    handlers = [_options(parts), _create(parts), _tell(parts), _append(parts), _terminate(parts)]
    return Router(PATH, route_handlers=handlers, tags=["uploads"], request_max_body_size=parts.limits.upload_bytes_max)


def _options(parts: UploadParts) -> HTTPRouteHandler:
    async def upload_options(viewer: Public) -> Empty:  # noqa: ARG001 - A route says who may call it.
        """What this server speaks of tus, and how large an upload may be."""
        return _empty(204, tus.capabilities(parts.limits.upload_bytes_max))

    return route(["/", "/{upload_id:str}"], http_method="OPTIONS", status_code=204, include_in_schema=False)(
        upload_options
    )


def _create(parts: UploadParts) -> HTTPRouteHandler:
    @post("/", status_code=201)
    async def upload_create(viewer: Member, request: AnyRequest) -> Empty:
        """A new upload and the draft of its item; with a first piece when the body is one."""
        tus.check_version(request.headers)
        wish = tus.creation_of(request.headers)
        length = checked_length(wish.length, parts.limits.upload_bytes_max)
        await run_sync(parts.desk.spool.make_room, length)
        new = parts.makers[viewer.region].next
        upload = Upload(
            viewer.person_id,
            UploadId(new()),
            AssetId(new()),
            ItemId(new()),
            length,
            complete=False,
            expires_at=expiry(parts.limits.upload_keep_hours),
        )
        async with parts.database.transaction(viewer.region) as tx:
            await open_upload(tx, upload, parts.limits.uploads_open_max)
            await parts.drafts.open(tx, viewer.person_id, upload.item_id, upload.asset_id)
            await run_sync(parts.desk.spool.create, upload.upload_id)
        offset = 0
        if request.headers.get("content-type", "").startswith(tus.PIECE_TYPE):
            piece = _Piece(0, tus.checksum_of(request.headers), _body(request))
            offset = await _take(parts, viewer, upload, piece)
        place = {"Location": f"{PATH}/{upload.upload_id}", "Plainview-Item": str(upload.item_id)}
        return _empty(201, {**tus.standing(upload, offset), **place})

    return upload_create


def _tell(parts: UploadParts) -> HTTPRouteHandler:
    @head("/{upload_id:str}", status_code=200)
    async def upload_tell(viewer: Member, upload_id: WireId, request: AnyRequest) -> Empty:
        """Where an upload stands. One that was cut between its last byte and its end is finished here."""
        tus.check_version(request.headers)
        upload = await _find(parts, viewer, upload_id)
        offset = await _offset(parts, upload)
        if offset == upload.length and not upload.complete:
            await _finish(parts, viewer, upload)
        headers = {"Upload-Length": str(upload.length), "Plainview-Item": str(upload.item_id)}
        return _empty(200, {**tus.standing(upload, offset), **headers})

    return upload_tell


def _append(parts: UploadParts) -> HTTPRouteHandler:
    @patch("/{upload_id:str}", status_code=204)
    async def upload_append(viewer: Member, upload_id: WireId, request: AnyRequest) -> Empty:
        """Take a piece; answered when it is durable, and after the last one when processing is in the queue."""
        tus.check_version(request.headers)
        tus.check_piece_type(request.headers)
        begins, checksum = tus.number_of(request.headers, "Upload-Offset"), tus.checksum_of(request.headers)
        upload = await _find(parts, viewer, upload_id)
        if upload.complete:
            raise NotFoundError("This upload is complete; there is nothing to add.")
        await run_sync(parts.desk.spool.make_room, request.content_length or 0)
        offset = await _take(parts, viewer, upload, _Piece(begins, checksum, _body(request)))
        return _empty(204, {**tus.standing(upload, offset), "Plainview-Item": str(upload.item_id)})

    return upload_append


def _terminate(parts: UploadParts) -> HTTPRouteHandler:
    @delete("/{upload_id:str}", status_code=204)
    async def upload_terminate(viewer: Member, upload_id: WireId, request: AnyRequest) -> Empty:
        """Give an upload up: its bytes and its draft are gone. A complete one keeps its video."""
        tus.check_version(request.headers)
        upload = await _find(parts, viewer, upload_id)
        async with parts.database.transaction(viewer.region) as tx:
            await delete_upload(tx, upload)
            if not upload.complete:
                await parts.drafts.abandon(tx, upload.item_id)
        await parts.desk.clear(upload)
        return _empty(204, {"Tus-Resumable": tus.VERSION})

    return upload_terminate


def _empty(status: int, headers: dict[str, str]) -> Empty:
    return Response(None, status_code=status, headers=headers)


async def _body(request: AnyRequest) -> AsyncIterator[bytes]:
    """The request's bytes as they come; a connection that breaks or stands still ends in UploadCutError."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS_MAX):
                content = await anext(stream)
        except StopAsyncIteration:
            return
        except (InternalServerException, TimeoutError) as error:
            raise UploadCutError from error
        yield content


async def _find(parts: UploadParts, viewer: Member, upload_id: str) -> Upload:
    async with parts.database.transaction(viewer.region) as tx:
        return await find_upload(tx, viewer.person_id, UploadId(found_id(upload_id)))


async def _offset(parts: UploadParts, upload: Upload) -> int:
    if upload.complete:
        return upload.length
    length = await run_sync(parts.desk.spool.length, upload.upload_id)
    if length is None:
        raise NotFoundError("This upload is not there any more; start it again.")
    return length


async def _take(parts: UploadParts, viewer: Member, upload: Upload, piece: _Piece) -> int:
    """Write a piece; after the last one, hand the upload on. The new offset."""
    spool = parts.desk.spool
    offset = await spool.append(upload.upload_id, piece.offset, upload.length, piece.body, piece.checksum)
    if offset == upload.length:
        await _finish(parts, viewer, upload)
    return offset


async def _finish(parts: UploadParts, viewer: Member, upload: Upload) -> None:
    async with parts.database.transaction(viewer.region) as tx:
        await parts.desk.take_in(tx, upload)
    await parts.desk.clear(upload)
