"""Owns the jobs of media: processing, the second wave in quiet hours, erasure, and the sweep that mends and tidies."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict

from anyio.to_thread import run_sync

from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import AssetId, region_of
from plainview.kernel.time import now, to_ms
from plainview.media.assets import Asset, change_asset, find_asset, journal_of, media_prefix, original_key
from plainview.media.describing import TASK, ask_for_describing, describe_next
from plainview.media.publishing import Publisher, drop_unnamed
from plainview.media.spool import Spool
from plainview.media.steps import clear_bench, discard, open_bench, process
from plainview.media.uploads import (
    Desk,
    delete_upload,
    enqueue_processing,
    enqueue_second_wave,
    expired_uploads,
    unfinished_uploads,
)
from plainview.media.workshop import Workshop
from plainview.ports.jobs import PutOffError
from plainview.ports.transcoder import Work

log = logging.getLogger(__name__)
Task = Callable[..., Awaitable[None]]
BUSY_SECONDS = 30
LOOK_SECONDS = 1.0
SWEEP_ROWS = 200
ORPHAN_SECONDS = 600
TIDY_SECONDS = 900
"""Longer than any video: who began to watch the quick copy watches it to its end."""
_WAITING = """
SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE queue_name = 'media' AND status = 'todo' AND priority >= 0
               AND (scheduled_at IS NULL OR scheduled_at <= now()))
"""
_FORGOTTEN = """
SELECT asset_id FROM assets WHERE state IN ('waiting', 'probing', 'first', 'encoding')
AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = 'media.process' AND j.status IN ('todo', 'doing')
                AND j.args ->> 'asset_id' = assets.asset_id::text)
LIMIT %s
"""
_WAVELESS = """
SELECT asset_id FROM assets WHERE state = 'ready' AND original IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = 'media.second_wave'
                AND j.status IN ('todo', 'doing') AND j.args ->> 'asset_id' = assets.asset_id::text)
LIMIT %s
"""
_KNOWN = "SELECT upload_id FROM uploads WHERE upload_id = ANY(%s)"
_STALE = """
SELECT asset_id FROM assets WHERE state IN ('failed', 'quarantined') AND original IS NOT NULL
AND changed_at < now() - make_interval(hours => %s) LIMIT %s
"""


def tasks(shop: Workshop) -> dict[str, Task]:
    """The jobs of media by name. Each may run again after a crash anywhere in it."""

    async def media_process(asset_id: str) -> None:
        await process(shop, AssetId(int(asset_id)), until_playable=True)

    async def media_finish(asset_id: str) -> None:
        await process(shop, AssetId(int(asset_id)))

    async def media_second_wave(asset_id: str) -> None:
        await second_wave(shop, AssetId(int(asset_id)))

    async def media_erase(asset_id: str) -> None:
        await discard(shop, AssetId(int(asset_id)))

    async def media_describe() -> None:
        await describe_next(shop)

    async def media_tidy(asset_id: str, after_ms: int) -> None:
        await tidy(shop, AssetId(int(asset_id)), after_ms)

    return {
        "media.process": media_process,
        "media.finish": media_finish,
        "media.second_wave": media_second_wave,
        "media.erase": media_erase,
        "media.tidy": media_tidy,
        TASK: media_describe,
    }


async def second_wave(shop: Workshop, asset_id: AssetId) -> None:
    """Make AV1 and Opus while nothing waits, then let go of the original.

    Raises:
        PutOffError: the machine has something better to do; the worker runs it again.
    """
    async with shop.database.transaction(shop.region) as tx:
        asset = await find_asset(tx, asset_id)
    if asset is None or asset.state != "ready":
        return
    if shop.limits.second_wave and not asset.second_wave:
        if os.getloadavg()[0] > shop.limits.second_wave_load_max:
            raise PutOffError(BUSY_SECONDS)
        await _try_second_wave(shop, asset)
    await _let_go(shop, asset)


async def _try_second_wave(shop: Workshop, asset: Asset) -> None:
    """Make it, or do without: what plays already is not put at risk for it."""
    if asset.attempts >= shop.limits.tries_max:
        return
    await _count_try(shop, asset, asset.attempts + 1)
    try:
        await _make_second_wave(shop, asset)
    except PutOffError:
        await _count_try(shop, asset, asset.attempts)
        raise
    except PlainviewError as error:
        log.warning("second_wave_failed", exc_info=error, extra={"asset_id": asset.asset_id})


async def _count_try(shop: Workshop, asset: Asset, attempts: int) -> None:
    # Counted before it begins, so that a file that kills the worker does not kill it for ever.
    async with shop.database.transaction(shop.region) as tx:
        await change_asset(tx, asset.asset_id, attempts=attempts)


async def _make_second_wave(shop: Workshop, asset: Asset) -> None:
    journal = journal_of(asset)
    assert journal.probe is not None
    source, folder = await open_bench(shop, asset)
    async with _giving_way(shop):
        await shop.transcoder.second_wave(Work(source, folder, journal.probe, journal.loudness))
    await Publisher(shop.objects, folder, media_prefix(asset.asset_id)).publish()
    renditions = [asdict(each) for each in await run_sync(shop.transcoder.renditions, folder)]
    async with shop.database.transaction(shop.region) as tx:
        await change_asset(tx, asset.asset_id, second_wave=True, renditions=renditions, attempts=0)


async def _let_go(shop: Workshop, asset: Asset) -> None:
    """Nothing needs the original any more; nor, soon, the quick copy that it was first played from."""
    await shop.objects.delete_below(original_key(asset.asset_id))
    await clear_bench(shop, asset.asset_id)
    async with shop.database.transaction(shop.region) as tx:
        await change_asset(tx, asset.asset_id, original=None, attempts=0)
        after_ms = to_ms(now()) + TIDY_SECONDS * 1_000
        await shop.jobs.enqueue(tx, "media.tidy", asset_id=str(asset.asset_id), after_ms=after_ms)


async def tidy(shop: Workshop, asset_id: AssetId, after_ms: int) -> None:
    """Delete the streams that nobody is offered any more, once those who were have played them to the end.

    Raises:
        PutOffError: they may still be playing.
    """
    wait_s = (after_ms - to_ms(now())) // 1_000
    if wait_s > 0:
        raise PutOffError(wait_s)
    await drop_unnamed(shop.objects, media_prefix(asset_id))


@contextlib.asynccontextmanager
async def _giving_way(shop: Workshop) -> AsyncIterator[None]:
    """Run the block until somebody waits for the worker; then end it and try again later.

    Raises:
        PutOffError: somebody waits.
    """
    current = asyncio.current_task()
    assert current is not None
    gave_way = False

    async def look() -> None:
        nonlocal gave_way
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            async with shop.database.transaction(shop.region) as tx:
                row = await (await tx.execute(_WAITING)).fetchone()
            if row is not None and row[0]:
                gave_way = True
                current.cancel()
                return

    looking = asyncio.create_task(look())
    try:
        yield
    except asyncio.CancelledError:
        if not gave_way:
            raise
        current.uncancel()
        raise PutOffError(BUSY_SECONDS) from None
    finally:
        looking.cancel()


async def sweep(shop: Workshop, spool: Spool) -> None:
    """Mend what a crash left between two steps, and tidy what nobody will come back for."""
    desk = Desk(spool, shop.objects, shop.jobs, shop.signals)
    async with shop.database.transaction(shop.region) as tx:
        for row in await (await tx.execute(_FORGOTTEN, (SWEEP_ROWS,))).fetchall():
            await enqueue_processing(tx, shop.jobs, row[0])
        for row in await (await tx.execute(_WAVELESS, (SWEEP_ROWS,))).fetchall():
            await enqueue_second_wave(tx, shop.jobs, row[0])
        await ask_for_describing(tx, shop.jobs)
        unfinished = await unfinished_uploads(tx)
    for upload in unfinished:
        if await run_sync(spool.length, upload.upload_id) == upload.length:
            async with shop.database.transaction(shop.region) as tx:
                await desk.take_in(tx, upload)
            await desk.clear(upload)
    await _expire(shop, desk)
    await _drop_orphans(shop, spool)
    await _drop_stale_originals(shop)


async def _expire(shop: Workshop, desk: Desk) -> None:
    async with shop.database.transaction(shop.region) as tx:
        gone = await expired_uploads(tx)
        for upload in gone:
            await delete_upload(tx, upload)
            if not upload.complete:
                await shop.drafts.abandon(tx, upload.item_id)
    for upload in gone:
        await desk.clear(upload)


async def _drop_orphans(shop: Workshop, spool: Spool) -> None:
    """Remove the files of uploads that nothing knows any more: of deleted drafts and erased people."""
    files = await run_sync(spool.old_uploads, ORPHAN_SECONDS)
    async with shop.database.transaction(shop.region) as tx:
        known = {row[0] for row in await (await tx.execute(_KNOWN, (files,))).fetchall()}
    for upload in files:
        if upload not in known and region_of(upload) == shop.region:
            await run_sync(spool.remove, upload)


async def _drop_stale_originals(shop: Workshop) -> None:
    async with shop.database.transaction(shop.region) as tx:
        values = (shop.limits.upload_keep_hours, SWEEP_ROWS)
        stale = [AssetId(row[0]) for row in await (await tx.execute(_STALE, values)).fetchall()]
        for asset_id in stale:
            await change_asset(tx, asset_id, original=None)
    for asset_id in stale:
        await shop.objects.delete_below(original_key(asset_id))
