"""The worker as a process: a real file becomes streams, and a kill in the middle costs nothing."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from imageio_ffmpeg import get_ffmpeg_exe

from plainview.adapters.database_postgres import DatabasePostgres
from plainview.adapters.jobs_procrastinate import JobsProcrastinate
from plainview.adapters.objects_obstore import ObjectsObstore
from plainview.kernel.ids import AssetId, IdMaker, ItemId, PersonId
from plainview.media.assets import Asset, add_asset, find_asset, journal_of, original_key
from plainview.media.uploads import enqueue_processing
from tests.conftest import REGION

pytestmark = pytest.mark.anyio


async def make_clip(path: Path, size: str, seconds: int) -> None:
    """A clip that conforms, with sound."""
    video = ("-f", "lavfi", "-i", f"testsrc2=s={size}:r=30:d={seconds}")
    sound = ("-f", "lavfi", "-i", f"sine=440:d={seconds}")
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-profile:v", "high", "-g", "60")
    arguments = ("-v", "error", *video, *sound, *coding, "-c:a", "aac", str(path))
    child = await asyncio.create_subprocess_exec(get_ffmpeg_exe(), *arguments)
    assert await child.wait() == 0


async def submit(database: DatabasePostgres, objects: ObjectsObstore, ids: IdMaker, clip: Path) -> AssetId:
    asset = AssetId(ids.next())
    await objects.put_file(original_key(asset), clip)
    async with database.transaction(REGION) as tx:
        await add_asset(tx, asset, PersonId(7), ItemId(ids.next()), 1)
        await enqueue_processing(tx, JobsProcrastinate(), asset)
    return asset


@asynccontextmanager
async def worker(database_url: str, data: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = {"REGION_DATABASES": f"home={database_url}", "DATA": str(data), "SECOND_WAVE": "no"}
    environment = {**os.environ, **{f"PLAINVIEW_{name}": value for name, value in settings.items()}}
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "plainview", "work", env=environment)
    try:
        yield child
    finally:
        if child.returncode is None:
            child.terminate()
            await asyncio.wait_for(child.wait(), 30)


async def until(database: DatabasePostgres, asset: AssetId, reached: Callable[[Asset], bool], seconds: float) -> Asset:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        async with database.transaction(REGION) as tx:
            found = await find_asset(tx, asset)
        assert found is not None
        if reached(found):
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"still {found}")


async def test_a_real_file_becomes_streams(
    database: DatabasePostgres, database_url: str, ids: IdMaker, tmp_path: Path
) -> None:
    await make_clip(tmp_path / "clip.mp4", "180x320", 4)
    objects = ObjectsObstore(f"file://{tmp_path / 'data' / 'objects'}")
    asset = await submit(database, objects, ids, tmp_path / "clip.mp4")
    async with worker(database_url, tmp_path / "data") as process:
        done = await until(database, asset, lambda each: each.original is None or each.state == "failed", 120)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0
    assert (done.state, done.code) == ("ready", None)
    files = {key.removeprefix(f"media/{asset}/") for key in await objects.keys(f"media/{asset}")}
    assert {"master.m3u8", "poster.webp", "strip.webp", "audio/index.m3u8"} <= files
    master = (await objects.get(f"media/{asset}/master.m3u8") or b"").decode()
    assert "RESOLUTION=180x320" in master
    assert "copy/index.m3u8" not in master
    assert await objects.keys("originals") == []


@pytest.mark.long
async def test_a_killed_worker_is_followed_by_one_that_goes_on(
    database: DatabasePostgres, database_url: str, ids: IdMaker, tmp_path: Path
) -> None:
    await make_clip(tmp_path / "clip.mp4", "1080x1920", 12)
    objects = ObjectsObstore(f"file://{tmp_path / 'data' / 'objects'}")
    asset = await submit(database, objects, ids, tmp_path / "clip.mp4")
    async with worker(database_url, tmp_path / "data") as first:
        await until(database, asset, lambda each: each.state == "encoding" and each.playable, 180)
        await asyncio.sleep(1)
        children = psutil.Process(first.pid).children(recursive=True)
        os.kill(first.pid, signal.SIGKILL)
        await first.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, children, 5)
    assert alive == [], "what encoded for it dies with it"
    async with worker(database_url, tmp_path / "data"):
        done = await until(database, asset, lambda each: each.state in {"ready", "failed", "quarantined"}, 400)
    assert done.state == "ready"
    assert sorted(set(journal_of(done).done)) == sorted(journal_of(done).done), "no finished step ran again"
