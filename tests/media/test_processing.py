"""Processing: step by step, resumed after a crash, refused in words, tried three times, never in the way of others."""

import asyncio
import os
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from plainview.adapters.database_postgres import DatabasePostgres
from plainview.adapters.jobs_procrastinate import JobsProcrastinate
from plainview.adapters.objects_obstore import ObjectsObstore
from plainview.adapters.signals_postgres import SignalsPostgres
from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import AssetId, IdMaker, ItemId, PersonId, UploadId
from plainview.kernel.time import now, to_ms
from plainview.media.assets import Asset, add_asset, delete_asset, find_asset, journal_of, original_key
from plainview.media.jobs import second_wave, sweep, tidy
from plainview.media.limits import MediaLimits
from plainview.media.processing import Processing, processing_of_items, retry
from plainview.media.spool import Spool
from plainview.media.steps import process
from plainview.media.uploads import Upload, open_upload
from plainview.media.workshop import Workshop
from plainview.ports.database import Transaction
from plainview.ports.jobs import PutOffError
from plainview.ports.transcoder import CONTENT_NUMBERS, TooLongError, TranscodeFailedError
from tests.conftest import REGION
from tests.media.conftest import DraftsInMemory
from tests.media.scripted import TranscoderScripted

pytestmark = pytest.mark.anyio
PERSON = PersonId(77)
Told = list[tuple[PersonId, ItemId, str]]


@pytest.fixture
def transcoder() -> TranscoderScripted:
    return TranscoderScripted()


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
async def shop(
    database: DatabasePostgres,
    objects: ObjectsObstore,
    signals: SignalsPostgres,
    limits: MediaLimits,
    transcoder: TranscoderScripted,
    drafts: DraftsInMemory,
    told: Told,
) -> Workshop:
    async def announce(tx: Transaction, person: PersonId, item: ItemId, kind: str) -> None:
        told.append((person, item, kind))

    quiet = replace(limits, second_wave_load_max=1_000.0)
    return Workshop(
        database, REGION, objects, transcoder, signals, JobsProcrastinate(), quiet, drafts, announce
    )  # fmt: skip


@pytest.fixture
async def asset_id(shop: Workshop, ids: IdMaker) -> AssetId:
    asset = AssetId(ids.next())
    await shop.objects.put(original_key(asset), b"the original")
    async with shop.database.transaction(REGION) as tx:
        assert await add_asset(tx, asset, PERSON, ItemId(ids.next()), 12)
    return asset


async def read(shop: Workshop, asset: AssetId) -> Asset:
    async with shop.database.transaction(REGION) as tx:
        found = await find_asset(tx, asset)
    assert found is not None
    return found


async def stored(shop: Workshop, asset: AssetId) -> set[str]:
    prefix = f"media/{asset}/"
    return {key.removeprefix(prefix) for key in await shop.objects.keys(prefix)}


async def encoding(shop: Workshop, asset: AssetId) -> None:
    for _ in range(500):
        if (await read(shop, asset)).state == "encoding":
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the ladder never began")


async def waiting(shop: Workshop) -> list[str]:
    async with shop.database.transaction(REGION) as tx:
        rows = await (await tx.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'")).fetchall()
    return [row[0] for row in rows]


async def test_a_complete_upload_becomes_streams_and_stills(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted, told: Told
) -> None:
    await process(shop, asset_id)
    asset = await read(shop, asset_id)
    assert (asset.state, asset.percent, asset.playable, asset.attempts) == ("ready", 100, True, 0)
    assert set(transcoder.done) == {"probe", "measure", "poster", "remux", "content", "ladder", "strip"}
    files = await stored(shop, asset_id)
    assert {"master.m3u8", "poster.webp", "strip.webp", "video_360/seg_00000.m4s", "video_1080/init.mp4"} <= files
    assert told == [(PERSON, asset.item_id, "processed")]
    assert await waiting(shop) == ["media.second_wave"]


async def test_it_plays_before_the_rest_is_done_and_says_how_far_it_is(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.hold = asyncio.Event()
    heard: list[ItemId] = []

    async def hear(facts: dict[str, int]) -> None:
        heard.append(ItemId(facts["item_id"]))

    shop.signals.subscribe("item.changed", hear)
    task = asyncio.create_task(process(shop, asset_id))
    for _ in range(300):
        asset = await read(shop, asset_id)
        if asset.state == "encoding" and asset.percent > 60:
            break
        await asyncio.sleep(0.02)
    assert (asset.playable, asset.percent, asset.eta_s) == (True, 66, 3)
    assert {"copy/seg_00000.m4s", "audio/seg_00000.m4s", "master.m3u8"} <= await stored(shop, asset_id)
    assert heard == [asset.item_id] * 2, "that it plays, and what it is"
    transcoder.hold.set()
    await task


async def test_nothing_plays_before_its_still_is_there(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.still = asyncio.Event()
    task = asyncio.create_task(process(shop, asset_id))
    for _ in range(300):
        if "remux" in transcoder.done:
            break
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)
    assert not (await read(shop, asset_id)).playable
    assert "poster.webp" not in await stored(shop, asset_id)
    transcoder.still.set()
    await task
    assert (await read(shop, asset_id)).playable


async def test_a_refused_file_is_told_why_and_not_tried_again(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted, told: Told
) -> None:
    transcoder.script["probe"] = [TooLongError()]
    await process(shop, asset_id)
    asset = await read(shop, asset_id)
    assert (asset.state, asset.code, asset.cause) == ("failed", "media.too_long", "This video is too long.")
    assert told == [(PERSON, asset.item_id, "failed")]
    assert not (shop.limits.work / str(asset_id)).exists()


async def test_a_failed_step_is_tried_again_after_the_last_finished_one(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.script["ladder"] = [TranscodeFailedError()]
    with pytest.raises(PutOffError):
        await process(shop, asset_id)
    before = list(transcoder.done)
    await process(shop, asset_id)
    assert transcoder.done == [*before, "ladder", "strip"]
    assert (await read(shop, asset_id)).state == "ready"


async def content_of(shop: Workshop, asset_id: AssetId) -> bytes | None:
    async with shop.database.transaction(REGION) as tx:
        cursor = await tx.execute("SELECT content FROM assets WHERE asset_id = %s", (asset_id,))
        row = await cursor.fetchone()
    assert row is not None
    found: bytes | None = row[0]
    return found


async def test_what_it_looks_and_sounds_like_is_kept_before_the_ladder_and_asked_once(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.script["ladder"] = [TranscodeFailedError()]
    with pytest.raises(PutOffError):
        await process(shop, asset_id)
    assert await content_of(shop, asset_id) == bytes(range(CONTENT_NUMBERS))
    await process(shop, asset_id)
    assert transcoder.done.count("content") == 1


async def test_a_video_that_cannot_be_described_is_posted_all_the_same(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted, told: Told
) -> None:
    transcoder.script["content"] = [TranscodeFailedError("no words")]
    await process(shop, asset_id)
    assert (await read(shop, asset_id)).state == "ready"
    assert await content_of(shop, asset_id) is None
    assert told[0][2] == "processed"


async def test_a_poisonous_file_is_set_aside_after_three_tries(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted, told: Told
) -> None:
    transcoder.script["ladder"] = [RuntimeError("boom") for _ in range(3)]
    # A busy machine's database may fail a step before this one, and every step has its own three tries.
    for _ in range(6):
        with suppress(PutOffError):
            await process(shop, asset_id)
    asset = await read(shop, asset_id)
    assert asset.state == "quarantined"
    assert "failed 3 times" in (asset.cause or "")
    assert transcoder.script["ladder"] == []
    assert [kind for _, _, kind in told] == ["failed"]
    await process(shop, asset_id)
    assert transcoder.done.count("ladder") == 0


async def test_a_file_that_kills_the_worker_counts_its_tries_too(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    class Killed(BaseException):
        """Stands for SIGKILL: nothing runs after it."""

    def kill(step: str) -> None:
        if step == "probe":
            raise Killed

    transcoder.before = kill
    for _ in range(3):
        with pytest.raises(Killed):
            await process(shop, asset_id)
    transcoder.before = None
    await process(shop, asset_id)
    assert (await read(shop, asset_id)).state == "quarantined"
    assert transcoder.done == []


async def test_a_quarantined_file_may_be_tried_again_by_its_owner(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.script["probe"] = [RuntimeError("boom") for _ in range(3)]
    for _ in range(2):
        with pytest.raises(PutOffError):
            await process(shop, asset_id)
    await process(shop, asset_id)
    asset = await read(shop, asset_id)
    async with shop.database.transaction(REGION) as tx:
        await retry(tx, shop.jobs, asset.item_id)
    assert (await read(shop, asset_id)).state == "waiting"
    assert await waiting(shop) == ["media.process"]
    await process(shop, asset_id)
    assert (await read(shop, asset_id)).state == "ready"
    with pytest.raises(InvalidInputError):
        async with shop.database.transaction(REGION) as tx:
            await retry(tx, shop.jobs, asset.item_id)


async def test_a_full_disk_puts_processing_off_and_no_try_counts(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.script["probe"] = [OSError("No space left on device") for _ in range(5)]
    full = replace(shop, limits=replace(shop.limits, disk_reserve_bytes=1 << 60))
    for _ in range(5):
        with pytest.raises(PutOffError):
            await process(full, asset_id)
    assert (await read(shop, asset_id)).attempts == 0
    await process(shop, asset_id)
    assert (await read(shop, asset_id)).state == "ready"


async def test_a_stopped_worker_goes_on_where_it_was_and_the_try_does_not_count(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.hold = asyncio.Event()
    task = asyncio.create_task(process(shop, asset_id))
    await encoding(shop, asset_id)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await read(shop, asset_id)).attempts == 0
    transcoder.hold = None
    await process(shop, asset_id)
    assert transcoder.done.count("probe") == 1


async def test_another_machine_takes_over_from_the_object_store(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.script["strip"] = [TranscodeFailedError()]
    with pytest.raises(PutOffError):
        await process(shop, asset_id)
    shutil.rmtree(shop.limits.work)
    await process(shop, asset_id)
    folder = shop.limits.work / str(asset_id) / "streams"
    assert (folder / "video_360" / "seg_00000.m4s").read_bytes() == b"segment of video_360"
    assert (await read(shop, asset_id)).state == "ready"
    assert transcoder.done.count("ladder") == 1


async def test_a_video_deleted_meanwhile_leaves_nothing_behind(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.hold = asyncio.Event()
    task = asyncio.create_task(process(shop, asset_id))
    await encoding(shop, asset_id)
    async with shop.database.transaction(REGION) as tx:
        await delete_asset(tx, asset_id)
    await asyncio.wait_for(task, 5)
    assert await shop.objects.keys("media") == []
    assert await shop.objects.keys("originals") == []
    assert not (shop.limits.work / str(asset_id)).exists()


async def test_the_second_wave_adds_av1_and_lets_go_of_the_original(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    await process(shop, asset_id)
    await second_wave(shop, asset_id)
    asset = await read(shop, asset_id)
    assert (asset.second_wave, asset.original) == (True, None)
    files = await stored(shop, asset_id)
    assert {"av1_720/seg_00000.m4s", "copy/seg_00000.m4s"} <= files, "who watches the quick copy watches on"
    later = to_ms(now()) + 60_000
    with pytest.raises(PutOffError):
        await tidy(shop, asset_id, later)
    await tidy(shop, asset_id, later - 120_000)
    assert files - await stored(shop, asset_id) == {"copy/index.m3u8", "copy/init.mp4", "copy/seg_00000.m4s"}
    assert await shop.objects.keys("originals") == []
    assert not (shop.limits.work / str(asset_id)).exists()


async def test_the_second_wave_gives_way_to_whoever_waits(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    await process(shop, asset_id)
    transcoder.hold = asyncio.Event()
    task = asyncio.create_task(second_wave(shop, asset_id))
    await asyncio.sleep(0.2)
    async with shop.database.transaction(REGION) as tx:
        await shop.jobs.enqueue(tx, "media.process", queue="media", asset_id="1")
    with pytest.raises(PutOffError):
        await asyncio.wait_for(task, 5)
    asset = await read(shop, asset_id)
    assert (asset.attempts, asset.second_wave, asset.original) == (0, False, original_key(asset_id))


async def test_a_busy_machine_puts_the_second_wave_off(shop: Workshop, asset_id: AssetId) -> None:
    await process(shop, asset_id)
    with pytest.raises(PutOffError):
        await second_wave(replace(shop, limits=replace(shop.limits, second_wave_load_max=-1.0)), asset_id)


async def test_a_failed_second_wave_costs_nothing_that_plays(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    await process(shop, asset_id)
    transcoder.script["second_wave"] = [TranscodeFailedError()]
    await second_wave(shop, asset_id)
    asset = await read(shop, asset_id)
    assert (asset.state, asset.playable, asset.second_wave, asset.original) == ("ready", True, False, None)


def upload(ids: IdMaker, **changes: object) -> Upload:
    made = Upload(
        PERSON, UploadId(ids.next()), AssetId(ids.next()), ItemId(ids.next()), 12, False, now() + timedelta(hours=1)
    )
    return replace(made, **changes)  # type: ignore[arg-type]


async def test_the_sweep_finishes_uploads_that_a_crash_left_between_two_steps(
    shop: Workshop, spool: Spool, ids: IdMaker
) -> None:
    whole, part = upload(ids), upload(ids)
    async with shop.database.transaction(REGION) as tx:
        for each in (whole, part):
            await open_upload(tx, each, 10)
            spool.create(each.upload_id)
    spool.path(whole.upload_id).write_bytes(b"the original")
    spool.path(part.upload_id).write_bytes(b"the")
    # A crash after the store and before the commit: the same bytes are there already.
    await shop.objects.put(original_key(whole.asset_id), b"the original")
    for _ in range(2):
        await sweep(shop, spool)
    assert (await read(shop, whole.asset_id)).state == "waiting"
    assert await waiting(shop) == ["media.process"]
    assert spool.length(whole.upload_id) is None
    assert spool.length(part.upload_id) == 3
    async with shop.database.transaction(REGION) as tx:
        told = await processing_of_items(tx, spool, [whole.item_id, part.item_id, ItemId(5)])
    assert told[part.item_id] == Processing("uploading", 25, None, False, None, None, 0)
    assert (told[whole.item_id].state, told[ItemId(5)].code) == ("waiting", "upload_lost")


async def test_the_sweep_gives_up_what_nobody_came_back_for(
    shop: Workshop, spool: Spool, ids: IdMaker, drafts: DraftsInMemory
) -> None:
    old = upload(ids, expires_at=now() - timedelta(seconds=1))
    async with shop.database.transaction(REGION) as tx:
        await open_upload(tx, old, 10)
    spool.create(old.upload_id)
    orphan = UploadId(ids.next())
    spool.create(orphan)

    hour_ago = time.time() - 3_600
    os.utime(spool.path(orphan), (hour_ago, hour_ago))
    await sweep(shop, spool)
    assert drafts.abandoned == [old.item_id]
    assert list(shop.limits.uploads.iterdir()) == []


async def test_the_sweep_finds_assets_whose_job_was_lost(shop: Workshop, spool: Spool, asset_id: AssetId) -> None:
    await sweep(shop, spool)
    await sweep(shop, spool)
    assert await waiting(shop) == ["media.process"]
    assert journal_of(await read(shop, asset_id)).done == []


async def test_nobody_waits_for_another_persons_ladder(
    shop: Workshop, asset_id: AssetId, transcoder: TranscoderScripted
) -> None:
    await process(shop, asset_id, until_playable=True)
    asset = await read(shop, asset_id)
    assert (asset.state, asset.playable, asset.attempts) == ("encoding", True, 0)
    assert "ladder" not in transcoder.done
    async with shop.database.transaction(REGION) as tx:
        await shop.jobs.enqueue(tx, "media.process", queue="media", asset_id="another")
        cursor = await tx.execute("SELECT task_name FROM procrastinate_jobs ORDER BY priority DESC, id")
        assert [row[0] for row in await cursor.fetchall()] == ["media.process", "media.finish"]
    await process(shop, asset_id)
    assert (await read(shop, asset_id)).state == "ready"
    assert transcoder.done.count("probe") == transcoder.done.count("ladder") == 1
