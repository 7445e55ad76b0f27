"""The process that runs jobs: procrastinate's workers, and a watch that revives what a crash left.

A killed worker is known by its missing heartbeat, and its jobs run again. Media has a queue of its own, so that a long
transcode never holds up a small task.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Literal

import procrastinate
import psycopg
import uvloop
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import DeleteJobCondition, Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from plainview.accounts.jobs import REMOVE_PICTURE, remove_picture_job, sweep_job
from plainview.catalog.items import ItemDrafts
from plainview.catalog.wording import seal_what_lies_open
from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import ItemId, PersonId, RegionNumber
from plainview.kernel.time import now
from plainview.media.jobs import sweep
from plainview.media.jobs import tasks as media_tasks
from plainview.media.spool import Spool
from plainview.media.workshop import Workshop
from plainview.ports.database import Transaction
from plainview.ports.jobs import PutOffError
from plainview.privacy.jobs import DESTROY_KEY, destroy_key_job
from plainview.privacy.wiping import WIPE, wipe_job
from plainview.settings import Settings
from plainview.social.notices import Notices, Tidings
from plainview.wiring import Parts, make_transcoder, media_limits, start_logs, wire

NODE = 62
"""The worker's number among the processes of a region that make ids; servers have 0 to 61."""
HEARTBEAT_SECONDS = 2.0
STALLED_SECONDS = 10.0
SWEEP_SECONDS = 60.0
STOP_SECONDS = 5.0
TRIES_MAX = 8
SMALL_TASKS_AT_ONCE = 4
CONNECTIONS_MAX = 4
"""Few: it does a handful of things at a time, and each connection is a process of the database's."""
Task = Callable[..., Awaitable[None]]
log = logging.getLogger(__name__)


class Again(BaseRetryStrategy):
    """Runs a job again when it asks for it, when the worker stopped under it, and a few times when it failed."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to run it again; None for never."""
        if isinstance(exception, PutOffError):
            return RetryDecision(retry_in={"seconds": exception.seconds})
        if isinstance(exception, asyncio.CancelledError | JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts >= TRIES_MAX:
            return None
        return RetryDecision(retry_in={"seconds": min(600, 2**job.attempts)})


def work(settings: Settings) -> None:
    """Run jobs until SIGTERM or SIGINT; what is running is given back to the queue."""
    start_logs(settings)
    uvloop.run(_work(settings))


async def _work(settings: Settings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopping.set)
    few = replace(settings, database_connections=min(CONNECTIONS_MAX, settings.database_connections))
    async with wire(few, settings.database_urls(), NODE) as parts:
        await work_until(stopping, parts)


async def work_until(stopping: asyncio.Event, parts: Parts) -> None:
    """Run the jobs of every region that this process serves, until told to stop."""
    workers = [
        asyncio.create_task(_work_region(parts, name, parts.database.urls[name]), name=f"worker of {name}")
        for name in parts.database.regions
    ]
    stop = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait([stop, *workers], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.cancel()
        for each in workers:
            each.cancel()
        ended = await asyncio.gather(*workers, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome


def workshop_of(parts: Parts, region: RegionNumber) -> Workshop:
    """What processing works with in one region."""
    notices = Notices(parts.makers[region], parts.signals)

    async def announce(tx: Transaction, person: PersonId, item: ItemId, kind: Literal["processed", "failed"]) -> None:
        await notices.give(tx, Tidings(person, kind, item=item))

    return Workshop(
        database=parts.database,
        region=region,
        objects=parts.objects,
        transcoder=make_transcoder(parts.settings),
        signals=parts.signals,
        jobs=parts.jobs,
        limits=media_limits(parts.settings),
        drafts=ItemDrafts(),
        announce=announce,
    )


def all_tasks(shop: Workshop, parts: Parts) -> Mapping[str, Task]:
    """Every task of every domain, by name."""

    async def remove_picture(key: str) -> None:
        await remove_picture_job(parts.objects, key)

    async def destroy_key(person_id: int) -> None:
        await destroy_key_job(parts.door, person_id)

    async def wipe(after_ms: int) -> None:
        await wipe_job(parts.database, shop.region, after_ms)

    return {**media_tasks(shop), REMOVE_PICTURE: remove_picture, DESTROY_KEY: destroy_key, WIPE: wipe}


async def _work_region(parts: Parts, name: str, url: str) -> None:
    shop = workshop_of(parts, parts.database.regions[name])
    connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=CONNECTIONS_MAX // 2)
    app = procrastinate.App(connector=connector)
    for task_name, function in all_tasks(shop, parts).items():
        app.task(name=task_name, retry=Again())(function)
    async with app.open_async():
        await _revive(app)
        async with asyncio.TaskGroup() as group:
            group.create_task(_watch(app, shop, parts))
            group.create_task(_run(app, "media", parts.settings.transcode_workers))
            group.create_task(_run(app, "default", SMALL_TASKS_AT_ONCE))


async def _run(app: procrastinate.App, queue: str, concurrency: int) -> None:
    await app.run_worker_async(
        queues=[queue],
        name=queue,
        concurrency=concurrency,
        install_signal_handlers=False,
        fetch_job_polling_interval=5.0,
        shutdown_graceful_timeout=STOP_SECONDS if queue == "default" else 0,
        delete_jobs=DeleteJobCondition.SUCCESSFUL,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
    )


async def _watch(app: procrastinate.App, shop: Workshop, parts: Parts) -> None:
    """Revive the jobs of dead workers all the time, and mend and tidy now and then."""
    spool = Spool(shop.limits.uploads, shop.limits.disk_reserve_bytes, shop.limits.checked_piece_bytes_max)
    sweep_at = 0.0
    loop = asyncio.get_running_loop()
    while True:
        try:
            await _revive(app)
            if loop.time() >= sweep_at:
                await _sweep(shop, spool, parts)
                sweep_at = loop.time() + SWEEP_SECONDS
        except (psycopg.Error, procrastinate.exceptions.ConnectorException, UnavailableError, OSError):
            log.exception("watch_failed")  # The database or the store is away for a moment; the next round mends it.
        await asyncio.sleep(HEARTBEAT_SECONDS)


async def _sweep(shop: Workshop, spool: Spool, parts: Parts) -> None:
    await sweep(shop, spool)
    await sweep_job(parts.database)
    async with parts.database.transaction(shop.region) as tx:
        await seal_what_lies_open(tx, parts.door)


async def _revive(app: procrastinate.App) -> None:
    """Give the jobs of workers that stopped without a word back to the queue."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        log.warning("job_revived", extra={"task": job.task_name})
        await app.job_manager.retry_job(job, retry_at=now())
