"""What was posted before descriptions were made is described when nothing waits: one by one, and it ends."""

from base64 import b64encode
from dataclasses import replace

import pytest

from plainview.engine.said import said
from plainview.kernel.ids import AssetId
from plainview.media.assets import change_asset, media_prefix, set_captions
from plainview.media.describing import describe_next, undescribed
from plainview.media.jobs import second_wave, sweep
from plainview.media.spool import Spool
from plainview.media.steps import process
from plainview.media.workshop import Workshop
from plainview.ports.jobs import PutOffError
from plainview.ports.transcoder import CONTENT_NUMBERS, TranscodeFailedError
from tests.conftest import REGION
from tests.media.scripted import TranscoderScripted
from tests.media.test_processing import asset_id, content_of, read, shop, told, transcoder, waiting

__all__ = ["asset_id", "shop", "told", "transcoder"]
pytestmark = pytest.mark.anyio
VTT = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nThe dough rests.\n"


@pytest.fixture
async def old(shop: Workshop, asset_id: AssetId) -> AssetId:
    """One that was posted, with captions, before anything was described."""
    await process(shop, asset_id)
    await second_wave(shop, asset_id)
    await shop.objects.put(f"{media_prefix(asset_id)}/captions/en-1.vtt", VTT)
    async with shop.database.transaction(REGION) as tx:
        await change_asset(tx, asset_id, content=None, described=False)
        await set_captions(tx, asset_id, [{"language": "en", "label": "English", "file": "captions/en-1.vtt"}])
        await tx.execute("DELETE FROM procrastinate_jobs")
    return asset_id


async def left(shop: Workshop) -> int:
    async with shop.database.transaction(REGION) as tx:
        return await undescribed(tx)


async def test_an_old_video_is_asked_for_once_and_described_by_what_is_kept_of_it(
    shop: Workshop, old: AssetId, spool: Spool, transcoder: TranscoderScripted
) -> None:
    for _ in range(2):
        await sweep(shop, spool)
    assert await waiting(shop) == ["media.describe"]
    assert await left(shop) == 1
    await describe_next(shop)
    assert transcoder.done[-1] == "content_of_ours"
    assert await content_of(shop, old) == bytes(CONTENT_NUMBERS)
    asset = await read(shop, old)
    assert [each["said"] for each in asset.captions] == [b64encode(said("The dough rests.")).decode()]
    assert (asset.attempts, await left(shop)) == (0, 0)
    assert not (shop.limits.work / str(old)).exists()
    await describe_next(shop)
    assert transcoder.done.count("content_of_ours") == 1


async def test_one_that_fails_each_time_is_given_up_and_the_next_is_asked_for(
    shop: Workshop, old: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.script["content_of_ours"] = [TranscodeFailedError() for _ in range(9)]
    for _ in range(shop.limits.tries_max):
        with pytest.raises(PutOffError):
            await describe_next(shop)
    async with shop.database.transaction(REGION) as tx:
        row = "asset_id, person_id, item_id, state"
        await tx.execute(f"INSERT INTO assets ({row}) VALUES (%s, 1, 1, 'ready')".encode(), (old + 1,))
    await describe_next(shop)
    assert (await content_of(shop, old), (await read(shop, old)).attempts) == (None, 0)
    assert await waiting(shop) == ["media.describe"]


async def test_what_kills_the_worker_counts_as_a_try_and_a_full_disk_does_not(
    shop: Workshop, old: AssetId, transcoder: TranscoderScripted
) -> None:
    transcoder.script["content_of_ours"] = [OSError(28, "no space left")]
    full = replace(shop, limits=replace(shop.limits, disk_reserve_bytes=1 << 60))
    with pytest.raises(PutOffError):
        await describe_next(full)
    assert (await read(shop, old)).attempts == 0

    class KilledError(BaseException):
        """The process is gone: nothing is tidied up."""

    def die(step: str) -> None:
        raise KilledError

    transcoder.before = die
    with pytest.raises(KilledError):
        await describe_next(shop)
    assert (await read(shop, old)).attempts == 1
    transcoder.before = None
    await describe_next(shop)
    assert await content_of(shop, old) is not None


async def test_a_busy_machine_has_something_better_to_do(shop: Workshop, old: AssetId) -> None:
    with pytest.raises(PutOffError):
        await describe_next(replace(shop, limits=replace(shop.limits, second_wave_load_max=-1.0)))
    assert (await read(shop, old)).attempts == 0


async def test_what_is_posted_now_is_never_asked_for_again(
    shop: Workshop, asset_id: AssetId, spool: Spool, transcoder: TranscoderScripted
) -> None:
    transcoder.script["content"] = [TranscodeFailedError()]
    await process(shop, asset_id)
    await second_wave(shop, asset_id)
    await sweep(shop, spool)
    assert await left(shop) == 0
    assert "media.describe" not in await waiting(shop)
