"""Owns the steps from a complete upload to its streams. Each writes down what it finished: a restart goes on there."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import Any

import psycopg
from anyio.to_thread import run_sync

from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import AssetId
from plainview.media.assets import (
    UNFINISHED,
    Asset,
    Journal,
    change_asset,
    find_asset,
    give_back_try,
    journal_of,
    keep_journal,
    media_prefix,
    original_key,
)
from plainview.media.publishing import Publisher, bring_back
from plainview.media.uploads import enqueue_rest, enqueue_second_wave
from plainview.media.workshop import AssetGoneError, Reporter, Workshop
from plainview.ports.jobs import PutOffError
from plainview.ports.transcoder import QuarantinedError, RefusedError, Rendition, Work

log = logging.getLogger(__name__)
RETRY_SECONDS = (1, 10, 60)
NO_ROOM_SECONDS = 30
QUARANTINED = (
    "Processing this video failed {tries} times, so it was set aside. Try again, or export it in another format."
)


@dataclass(slots=True)
class Run:
    """One asset in the workshop, its folder, and how far it is."""

    shop: Workshop
    asset: Asset
    journal: Journal
    publisher: Publisher
    source: Path
    folder: Path
    playable: bool
    pictured: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the still is stored."""
    keeping: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Of two steps that end together, the one that read the journal first also writes it first."""

    @property
    def work(self) -> Work:
        """The asset as the transcoder takes it."""
        assert self.journal.probe is not None
        return Work(self.source, self.folder, self.journal.probe, self.journal.loudness)

    def reporter(self, state: str, begins: int, ends: int) -> Reporter:
        """What tells of a step."""
        return Reporter(self.shop, self.asset, self.publisher, state, begins, ends, self.playable, self.pictured)

    async def keep(self, step: str, **values: Any) -> None:
        """Write down that a step is finished, and tell.

        Raises:
            AssetGoneError: the asset was deleted meanwhile.
        """
        self.journal.done.append(step)
        async with self.keeping, self.shop.database.transaction(self.shop.region) as tx:
            if not await keep_journal(tx, self.asset.asset_id, self.journal, **values):
                raise AssetGoneError
            await self.shop.tell(tx, self.asset)

    async def say(self, state: str, percent: int) -> None:
        """Tell that a step begins."""
        async with self.shop.database.transaction(self.shop.region) as tx:
            if not await change_asset(tx, self.asset.asset_id, state=state, percent=percent):
                raise AssetGoneError
            await self.shop.tell(tx, self.asset)


Step = Callable[[Run], Awaitable[None]]


async def process(shop: Workshop, asset_id: AssetId, *, until_playable: bool = False) -> None:
    """Bring an asset from where it stands to its streams. Safe to call at any time, any number of times.

    With `until_playable` it stops once somebody can watch, and the rest becomes a job behind everybody's first stream:
    nobody waits for another person's ladder.

    Raises:
        PutOffError: it failed for a reason that may pass; the worker runs it again.
    """
    asset = await _begin(shop, asset_id)
    if asset is None:
        return
    try:
        run = await _open(shop, asset)
        await _do(run, _probe)
        # The still is made beside the sound's loudness and the first stream, which plays once both are there.
        await _together(_do(run, _measure, _first), _do(run, _poster))
        if until_playable:
            await _leave_the_rest(run)
            return
        await _do(run, _content, _ladder, _strip)
        await _end(run)
    except AssetGoneError:
        await discard(shop, asset_id)
    except RefusedError as error:
        await _fail(shop, asset, "failed", error.code, error.detail)
    except asyncio.CancelledError:
        # The worker stops: that is no fault of the file, so the try does not count.
        with suppress(psycopg.Error, PlainviewError):
            await asyncio.shield(_give_back_try(shop, asset))
        raise
    except Exception as error:  # noqa: BLE001 - Whatever a hostile file brings about counts as a failed try.
        await _failed_try(shop, asset, error)


async def _leave_the_rest(run: Run) -> None:
    """Put the rest of the work into the queue, with all its tries."""
    async with run.shop.database.transaction(run.shop.region) as tx:
        if not await change_asset(tx, run.asset.asset_id, state="encoding", percent=35, attempts=0):
            raise AssetGoneError
        await enqueue_rest(tx, run.shop.jobs, run.asset.asset_id)
        await run.shop.tell(tx, run.asset)


async def _do(run: Run, *steps: Step) -> None:
    """Do those of these steps that are not done yet, in order."""
    for step in steps:
        if step.__name__.strip("_") not in run.journal.done:
            await step(run)


async def _together(*several: Coroutine[Any, Any, None]) -> None:
    """Do several things at once; when one fails the others end, and its own error is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in several:
                group.create_task(each)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


async def discard(shop: Workshop, asset_id: AssetId) -> None:
    """Delete everything that is kept of an asset, in the object store and in the workshop."""
    await shop.objects.delete_below(media_prefix(asset_id))
    await shop.objects.delete_below(original_key(asset_id))
    await clear_bench(shop, asset_id)


async def clear_bench(shop: Workshop, asset_id: AssetId) -> None:
    """Delete an asset's folder in the workshop."""
    await run_sync(lambda: rmtree(shop.limits.work / str(asset_id), ignore_errors=True))


async def open_bench(shop: Workshop, asset: Asset) -> tuple[Path, Path]:
    """The source and the folder of an asset in the workshop, filled from the object store where they are not there."""
    bench = shop.limits.work / str(asset.asset_id)
    source, folder = bench / "source", bench / "streams"
    if not folder.exists():
        filling = bench / "filling"
        await run_sync(lambda: rmtree(filling, ignore_errors=True))
        await run_sync(lambda: filling.mkdir(parents=True))
        await bring_back(shop.objects, filling, media_prefix(asset.asset_id))
        await run_sync(filling.rename, folder)
    if not source.exists():
        await shop.objects.fetch(original_key(asset.asset_id), source)
    return source, folder


async def _begin(shop: Workshop, asset_id: AssetId) -> Asset | None:
    """The asset, with one more try counted before anything can go wrong; None when there is nothing to do."""
    async with shop.database.transaction(shop.region) as tx:
        asset = await find_asset(tx, asset_id, lock=True)
        if asset is None or asset.state not in UNFINISHED:
            return None
        if asset.attempts < shop.limits.tries_max:
            await change_asset(tx, asset_id, attempts=asset.attempts + 1)
            return asset
    # Its last try ended without a word: it killed the worker. The service goes on without it.
    await _fail(shop, asset, "quarantined", "media.quarantined", QUARANTINED.format(tries=asset.attempts))
    return None


async def _open(shop: Workshop, asset: Asset) -> Run:
    source, folder = await open_bench(shop, asset)
    publisher = Publisher(shop.objects, folder, media_prefix(asset.asset_id))
    run = Run(shop, asset, journal_of(asset), publisher, source, folder, asset.playable)
    if "poster" in run.journal.done:
        run.pictured.set()
    return run


async def _probe(run: Run) -> None:
    await run.say("probing", 1)
    probe = run.journal.probe = await run.shop.transcoder.probe(run.source)
    facts = {"duration_ms": probe.duration_ms, "width": probe.width, "height": probe.height}
    await run.keep("probe", **facts, has_sound=probe.sound is not None, percent=4)


async def _measure(run: Run) -> None:
    run.journal.loudness = await run.shop.transcoder.measure(run.work)
    await run.keep("measure", percent=7)


async def _poster(run: Run) -> None:
    poster = await run.shop.transcoder.poster(run.work)
    await run.publisher.publish_file(poster.file)
    run.pictured.set()
    await run.keep("poster", placeholder=poster.placeholder)


async def _first(run: Run) -> None:
    """The quickest way to something that plays: a copy where the source conforms, else one middle rung."""
    assert run.journal.probe is not None
    make = run.shop.transcoder.remux if run.journal.probe.conforms else run.shop.transcoder.first
    await run.say("first", 10)
    await _make_streams(run, "first", run.reporter("first", 10, 35), make)


async def _content(run: Run) -> None:
    """What it looks and sounds like; a video of which that cannot be said is posted all the same."""
    try:
        content = await run.shop.transcoder.content(run.work)
    except (PlainviewError, OSError) as error:
        log.warning("content_not_described", exc_info=error, extra={"asset_id": run.asset.asset_id})
        await run.keep("content", described=True)
        return
    await run.keep("content", content=content, described=True)
    async with run.shop.database.transaction(run.shop.region) as tx:
        await run.shop.signals.send(tx, "item.changed", item_id=run.asset.item_id)


async def _ladder(run: Run) -> None:
    await run.say("encoding", 35)
    await _make_streams(run, "ladder", run.reporter("encoding", 35, 97), run.shop.transcoder.ladder)


async def _strip(run: Run) -> None:
    strip = await run.shop.transcoder.strip(run.work)
    await run.publisher.publish_file(strip.file)
    await run.keep("strip", strip=asdict(strip), percent=99)


Make = Callable[[Work, Callable[[Any], None]], Awaitable[tuple[Rendition, ...]]]


async def _make_streams(run: Run, step: str, reporter: Reporter, make: Make) -> None:
    async with reporter.reporting():
        await make(run.work, reporter.hear)
    await run.pictured.wait()
    await reporter.show()
    run.playable = reporter.playable
    renditions = await run_sync(run.shop.transcoder.renditions, run.folder)
    await run.keep(step, renditions=[asdict(each) for each in renditions], percent=reporter.ends, eta_s=None)


async def _end(run: Run) -> None:
    """All is there: say so, and leave the rest to quiet hours."""
    shop, asset = run.shop, run.asset
    async with shop.database.transaction(shop.region) as tx:
        ended = {"state": "ready", "percent": 100, "eta_s": None, "attempts": 0, "code": None, "cause": None}
        if not await change_asset(tx, asset.asset_id, **ended):
            raise AssetGoneError
        await shop.announce(tx, asset.person_id, asset.item_id, "processed")
        await shop.tell(tx, asset)
        await shop.signals.send(tx, "item.changed", item_id=asset.item_id)
        await enqueue_second_wave(tx, shop.jobs, asset.asset_id)


async def _failed_try(shop: Workshop, asset: Asset, error: Exception) -> None:
    """One more try when there is one left or the disk is full, else quarantine. What is written down stays."""
    log.warning("processing_failed", exc_info=error, extra={"asset_id": asset.asset_id})
    async with shop.database.transaction(shop.region) as tx:
        found = await find_asset(tx, asset.asset_id)
    if found is None:
        await discard(shop, asset.asset_id)
        return
    if await run_sync(is_short_of_room, shop):
        # A full disk is no fault of the file's.
        await _give_back_try(shop, asset)
        raise PutOffError(NO_ROOM_SECONDS) from error
    if found.attempts >= shop.limits.tries_max:
        code = error.code if isinstance(error, PlainviewError) else QuarantinedError.code
        await _fail(shop, asset, "quarantined", code, QUARANTINED.format(tries=found.attempts))
        return
    raise PutOffError(RETRY_SECONDS[min(found.attempts, len(RETRY_SECONDS)) - 1]) from error


def is_short_of_room(shop: Workshop) -> bool:
    """Whether the disk of the workshop is as good as full."""
    shop.limits.folder.mkdir(parents=True, exist_ok=True)
    return disk_usage(shop.limits.folder).free < shop.limits.disk_reserve_bytes


async def _fail(shop: Workshop, asset: Asset, state: str, code: str, cause: str) -> None:
    async with shop.database.transaction(shop.region) as tx:
        if await change_asset(tx, asset.asset_id, state=state, code=code, cause=cause, eta_s=None):
            await shop.announce(tx, asset.person_id, asset.item_id, "failed")
            await shop.tell(tx, asset)
    await clear_bench(shop, asset.asset_id)


async def _give_back_try(shop: Workshop, asset: Asset) -> None:
    async with shop.database.transaction(shop.region) as tx:
        await give_back_try(tx, asset.asset_id)
