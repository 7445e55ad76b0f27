"""Owns the describing of videos posted before descriptions were made: one at a time, when the machine is idle.

`assets.described` says that all has been said that can be: what processing describes has it from the start, and what
fails each time gets it without a description, so the work ends by itself.
"""

import asyncio
import logging
import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from anyio.to_thread import run_sync
from psycopg.rows import namedtuple_row

from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import AssetId
from plainview.media.assets import (
    Asset,
    change_asset,
    find_asset,
    give_back_try,
    journal_of,
    media_prefix,
    set_captions,
)
from plainview.media.captions import BadCaptionsError, cues_of, in_numbers
from plainview.media.publishing import bring_back
from plainview.media.steps import NO_ROOM_SECONDS, clear_bench, is_short_of_room
from plainview.media.workshop import Workshop
from plainview.ports.database import Transaction
from plainview.ports.jobs import Jobs, PutOffError
from plainview.ports.transcoder import TranscodeFailedError

log = logging.getLogger(__name__)
TASK = "media.describe"
BUSY_SECONDS, AGAIN_SECONDS = 30, 10
# What has its original is still worked on: it is waited for, since its tries are counted in the same place.
_NEXT = """
SELECT asset_id, content IS NOT NULL AS has_content, renditions FROM assets
WHERE NOT described AND state = 'ready' AND original IS NULL ORDER BY asset_id LIMIT 1
"""
_LEFT = "SELECT count(*) FROM assets WHERE NOT described AND state = 'ready'"
_ASKED_FOR = "SELECT 1 FROM procrastinate_jobs WHERE task_name = %s AND status IN ('todo', 'doing') LIMIT 1"


class _Next(NamedTuple):
    asset_id: AssetId
    has_content: bool
    renditions: list[dict[str, Any]]


async def undescribed(tx: Transaction) -> int:
    """How many videos wait to be described."""
    row = await (await tx.execute(_LEFT)).fetchone()
    assert row is not None
    return int(row[0])


async def ask_for_describing(tx: Transaction, jobs: Jobs) -> None:
    """Have what waits described, unless that is asked for already."""
    if await _next(tx) and await (await tx.execute(_ASKED_FOR, (TASK,))).fetchone() is None:
        await _enqueue(tx, jobs)


async def describe_next(shop: Workshop) -> None:
    """Describe one video, and ask for the next.

    Raises:
        PutOffError: the machine has something better to do, or this video failed and has another try.
    """
    async with shop.database.transaction(shop.region) as tx:
        found = await _next(tx)
    if found is None:
        return
    if os.getloadavg()[0] > shop.limits.second_wave_load_max:
        raise PutOffError(BUSY_SECONDS)
    asset = await _begin(shop, found.asset_id)
    try:
        content = {} if asset is None or found.has_content else {"content": await _content(shop, asset, found)}
    except asyncio.CancelledError:
        # The worker stops: that is no fault of the file, so the try does not count.
        with suppress(psycopg.Error, PlainviewError):
            await asyncio.shield(_give_back_try(shop, found.asset_id))
        raise
    except Exception as error:
        log.warning("content_not_described", exc_info=error, extra={"asset_id": found.asset_id})
        await _failed(shop, found.asset_id, error)
    finally:
        await clear_bench(shop, found.asset_id)
    await _end(shop, found.asset_id, content)


async def _next(tx: Transaction) -> _Next | None:
    async with tx.cursor(row_factory=namedtuple_row) as reader:
        row = await (await reader.execute(_NEXT)).fetchone()
    return None if row is None else _Next(*row)


async def _begin(shop: Workshop, asset_id: AssetId) -> Asset | None:
    """The asset, what its captions say in numbers, with one more try counted; None where it had all its tries."""
    async with shop.database.transaction(shop.region) as tx:
        asset = await find_asset(tx, asset_id, lock=True)
        if asset is None or asset.attempts >= shop.limits.tries_max:
            return None
        await change_asset(tx, asset_id, attempts=asset.attempts + 1)
        captions = [await _with_numbers(shop, asset_id, each) for each in asset.captions]
        if captions != asset.captions:
            await set_captions(tx, asset_id, captions)
    return asset


async def _with_numbers(shop: Workshop, asset_id: AssetId, entry: dict[str, str]) -> dict[str, str]:
    if "said" in entry:
        return entry
    file = await shop.objects.get(f"{media_prefix(asset_id)}/{entry['file']}")
    with suppress(BadCaptionsError):
        return {**entry, "said": await run_sync(in_numbers, cues_of(file or b""))}
    return entry


async def _content(shop: Workshop, asset: Asset, found: _Next) -> bytes:
    """What it looks and sounds like, by the smallest of our own streams: the original is not kept."""
    probe = journal_of(asset).probe
    pictures = [each for each in found.renditions if each["folder"].startswith("video_")]
    if probe is None or not pictures:
        raise TranscodeFailedError("Nothing that could be described is kept of this video.")
    lowest = min(pictures, key=lambda each: each["width"] * each["height"])["folder"]
    bench: Path = shop.limits.work / str(asset.asset_id) / "described"
    await run_sync(partial(bench.mkdir, parents=True, exist_ok=True))
    await bring_back(shop.objects, bench, media_prefix(asset.asset_id), (lowest, "audio"))
    return await shop.transcoder.content_of_ours(probe, bench / lowest, bench / "audio")


async def _failed(shop: Workshop, asset_id: AssetId, error: Exception) -> None:
    if await run_sync(is_short_of_room, shop):
        # A full disk is no fault of the file's.
        await _give_back_try(shop, asset_id)
        raise PutOffError(NO_ROOM_SECONDS) from error
    raise PutOffError(AGAIN_SECONDS) from error


async def _give_back_try(shop: Workshop, asset_id: AssetId) -> None:
    async with shop.database.transaction(shop.region) as tx:
        await give_back_try(tx, asset_id)


async def _end(shop: Workshop, asset_id: AssetId, content: dict[str, bytes]) -> None:
    async with shop.database.transaction(shop.region) as tx:
        if await change_asset(tx, asset_id, described=True, attempts=0, **content):
            asset = await find_asset(tx, asset_id)
            assert asset is not None
            await shop.signals.send(tx, "item.changed", item_id=asset.item_id)
        if await _next(tx):
            await _enqueue(tx, shop.jobs)


async def _enqueue(tx: Transaction, jobs: Jobs) -> None:
    await jobs.enqueue(tx, TASK, queue="media", priority=-20, lock=TASK)
