"""Owns uploads: what a person is sending, from its first byte to the moment when an asset waits for processing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from anyio.to_thread import run_sync
from psycopg.rows import class_row

from plainview.kernel.errors import InvalidInputError, NotFoundError, PlainviewError
from plainview.kernel.ids import AssetId, ItemId, PersonId, UploadId
from plainview.kernel.time import now
from plainview.media.assets import add_asset, original_key
from plainview.media.spool import Spool
from plainview.ports.database import Transaction
from plainview.ports.jobs import Jobs
from plainview.ports.objects import Objects
from plainview.ports.signals import Signals

FILENAME_CHARS_MAX = 255


class TooManyUploadsError(PlainviewError):
    """The person has as many unfinished uploads as one may have."""

    code, status, title = "too_many_uploads", 429, "Finish or remove one of your open uploads first"


class UploadTooLargeError(PlainviewError):
    """The file is larger than a video may be."""

    code: ClassVar[str] = "upload_too_large"
    status, title = 413, "This file is too large"


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload. How much of it has arrived is told by its file in the spool."""

    person_id: PersonId
    upload_id: UploadId
    asset_id: AssetId
    item_id: ItemId
    length: int
    complete: bool
    expires_at: datetime


_COLUMNS = "person_id, upload_id, asset_id, item_id, length, complete, expires_at"
_COUNT = "SELECT count(*) FROM uploads WHERE person_id = %s AND NOT complete"
_ADD = f"INSERT INTO uploads ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, false, %s)"
_FIND = f"SELECT {_COLUMNS} FROM uploads WHERE person_id = %s AND upload_id = %s"
_OPEN = f"SELECT {_COLUMNS} FROM uploads WHERE item_id = ANY(%s) AND NOT complete"
_OF_ITEM = f"SELECT {_COLUMNS} FROM uploads WHERE item_id = %s"
_UNFINISHED = f"SELECT {_COLUMNS} FROM uploads WHERE NOT complete"
_EXPIRED = f"SELECT {_COLUMNS} FROM uploads WHERE expires_at < now() LIMIT 100"
_COMPLETE = "UPDATE uploads SET complete = true WHERE person_id = %s AND upload_id = %s"
_DELETE = "DELETE FROM uploads WHERE person_id = %s AND upload_id = %s"


async def open_upload(tx: Transaction, upload: Upload, open_max: int) -> None:
    """Write down a new upload.

    Raises:
        TooManyUploadsError: the person has too many already.
    """
    row = await (await tx.execute(_COUNT, (upload.person_id,))).fetchone()
    if row is not None and row[0] >= open_max:
        raise TooManyUploadsError(f"You have {row[0]} open uploads, which is as many as one may have.")
    place = (upload.person_id, upload.upload_id, upload.asset_id, upload.item_id)
    await tx.execute(_ADD, (*place, upload.length, upload.expires_at))


async def find_upload(tx: Transaction, person: PersonId, upload: UploadId) -> Upload:
    """A person's own upload.

    Raises:
        NotFoundError: they have none under this id.
    """
    async with tx.cursor(row_factory=class_row(Upload)) as cursor:
        found = await (await cursor.execute(_FIND, (person, upload))).fetchone()
    if found is None:
        raise NotFoundError("This upload is not there any more; start it again.")
    return found


async def open_uploads_of_items(tx: Transaction, items: Sequence[ItemId]) -> dict[ItemId, Upload]:
    """The uploads that are still being sent to these items."""
    async with tx.cursor(row_factory=class_row(Upload)) as cursor:
        return {each.item_id: each async for each in await cursor.execute(_OPEN, (list(items),))}


async def _uploads(tx: Transaction, statement: str, *values: int) -> list[Upload]:
    async with tx.cursor(row_factory=class_row(Upload)) as cursor:
        return await (await cursor.execute(statement.encode(), values)).fetchall()


async def expired_uploads(tx: Transaction) -> list[Upload]:
    """Some uploads whose time is over."""
    return await _uploads(tx, _EXPIRED)


async def unfinished_uploads(tx: Transaction) -> list[Upload]:
    """All uploads that are not complete."""
    return await _uploads(tx, _UNFINISHED)


async def uploads_of_item(tx: Transaction, item: ItemId) -> list[Upload]:
    """The uploads of one item, complete ones too."""
    return await _uploads(tx, _OF_ITEM, item)


async def delete_upload(tx: Transaction, upload: Upload) -> None:
    """Delete an upload's row; its file is the spool's."""
    await tx.execute(_DELETE, (upload.person_id, upload.upload_id))


def expiry(hours: int) -> datetime:
    """When an upload that is touched now is given up."""
    return now() + timedelta(hours=hours)


def checked_length(length: int, bytes_max: int) -> int:
    """The length of a new upload.

    Raises:
        InvalidInputError: there is nothing in the file.
        UploadTooLargeError: there is more than may be.
    """
    if length <= 0:
        raise InvalidInputError("This file is empty. Choose another one.", fields={"Upload-Length": "must be above 0"})
    if length > bytes_max:
        raise UploadTooLargeError(f"This file is too large: a video may have {bytes_max // 1024**2} MiB.")
    return length


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes a finished upload from the spool to the object store and has it processed."""

    spool: Spool
    objects: Objects
    jobs: Jobs
    signals: Signals

    async def take_in(self, tx: Transaction, upload: Upload) -> None:
        """Hand an upload, all of whose bytes are durable, on to processing. May be called again after any crash in it.

        The file goes to the object store first and is removed only by `clear`, after the commit: a crash leaves at
        worst a second name for the same bytes, never an asset without an original.
        """
        if not upload.complete and await run_sync(self.spool.length, upload.upload_id) == upload.length:
            await self.objects.put_file(original_key(upload.asset_id), self.spool.path(upload.upload_id))
            await tx.execute(_COMPLETE, (upload.person_id, upload.upload_id))
            if await add_asset(tx, upload.asset_id, upload.person_id, upload.item_id, upload.length):
                await enqueue_processing(tx, self.jobs, upload.asset_id)
            facts = {"asset_id": upload.asset_id, "item_id": upload.item_id, "person_id": upload.person_id}
            await self.signals.send(tx, "asset.moved", **facts)

    async def clear(self, upload: Upload) -> None:
        """Remove the file of an upload that was taken in."""
        await run_sync(self.spool.remove, upload.upload_id)


async def enqueue_processing(tx: Transaction, jobs: Jobs, asset: AssetId) -> None:
    """Have an asset processed once the transaction commits; one job at a time for one asset."""
    await jobs.enqueue(tx, "media.process", queue="media", lock=f"asset-{asset}", asset_id=str(asset))


async def enqueue_rest(tx: Transaction, jobs: Jobs, asset: AssetId) -> None:
    """Have the rest of an asset made that plays already, after whatever waits for its first stream."""
    await jobs.enqueue(tx, "media.finish", queue="media", priority=-5, lock=f"asset-{asset}", asset_id=str(asset))


async def enqueue_second_wave(tx: Transaction, jobs: Jobs, asset: AssetId) -> None:
    """Have AV1 and Opus made when nothing else waits."""
    await jobs.enqueue(tx, "media.second_wave", queue="media", priority=-10, lock=f"asset-{asset}", asset_id=str(asset))
