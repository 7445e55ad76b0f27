"""Owns what a person is told of an upload and its processing: its state, how far, how long, and why it failed."""

from collections.abc import Sequence
from typing import Literal

import msgspec
from anyio.to_thread import run_sync

from plainview.kernel.errors import ErrorCode, InvalidInputError, PlainviewError
from plainview.kernel.ids import ItemId
from plainview.media.assets import Asset, assets_of_items, change_asset
from plainview.media.spool import Spool
from plainview.media.uploads import Upload, enqueue_processing, open_uploads_of_items
from plainview.ports.database import Transaction
from plainview.ports.jobs import Jobs

State = Literal["uploading", "waiting", "probing", "first", "encoding", "ready", "failed", "quarantined"]


class Processing(msgspec.Struct, frozen=True):
    """How far an upload and its processing are (contract: Processing)."""

    state: State
    percent: int
    eta_s: int | None
    playable: bool
    cause: str | None
    code: ErrorCode | None
    attempts: int


class NotRetryableError(InvalidInputError):
    """Nothing failed, so there is nothing to try again."""

    code = "not_retryable"


class OriginalGoneError(InvalidInputError):
    """The file that would be processed again is not kept any more."""

    code = "original_gone"


class UploadLostError(PlainviewError):
    """An upload was given up half way. Told of the draft that it left; never raised."""

    code, status = "upload_lost", 410
    title = "The upload was never finished. Delete this draft and send the file again."


LOST = Processing("failed", 0, None, False, UploadLostError.title, UploadLostError.code, 0)


def processing_of(asset: Asset) -> Processing:
    """What is told of an asset. Pure."""
    return msgspec.convert(asset, Processing, from_attributes=True)


def uploading(upload: Upload, arrived: int) -> Processing:
    """What is told of an upload of which so many bytes have arrived. Pure."""
    return Processing("uploading", int(100 * arrived / upload.length), None, False, None, None, 0)


async def processing_of_items(tx: Transaction, spool: Spool, items: Sequence[ItemId]) -> dict[ItemId, Processing]:
    """What is told of each of these items; every one gets an answer."""
    found = {item: processing_of(asset) for item, asset in (await assets_of_items(tx, list(items))).items()}
    missing = [item for item in items if item not in found]
    if missing:
        for item, upload in (await open_uploads_of_items(tx, missing)).items():
            arrived: int | None = await run_sync(spool.length, upload.upload_id)
            found[item] = uploading(upload, arrived or 0)
    return {item: found.get(item, LOST) for item in items}


async def retry(tx: Transaction, jobs: Jobs, item: ItemId) -> None:
    """Process a failed or quarantined asset again, with all its tries.

    Raises:
        InvalidInputError: it did not fail, or its file is not kept any more.
    """
    asset = (await assets_of_items(tx, [item])).get(item)
    if asset is None or asset.state not in {"failed", "quarantined"}:
        raise NotRetryableError("Only what failed can be tried again.")
    if asset.original is None:
        raise OriginalGoneError("The file is not kept any more. Delete this draft and send it again.")
    await change_asset(tx, asset.asset_id, state="waiting", attempts=0, code=None, cause=None, percent=0, eta_s=None)
    await enqueue_processing(tx, jobs, asset.asset_id)
