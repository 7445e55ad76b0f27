"""A playlist that grows while it is asked for is given as it was at one moment, never half of it."""

import asyncio
import threading
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from plainview.accounts.viewers import Viewer
from plainview.adapters.objects_obstore import ObjectsObstore
from plainview.kernel.ids import AssetId
from plainview.media.access import Audience
from plainview.media.http import router
from plainview.ports.database import Database
from plainview.server.asking import dependencies
from plainview.server.problems import HANDLERS
from tests.media.conftest import ask
from tests.media.serving import served

pytestmark = pytest.mark.anyio
PLACE = "/media/7/master.m3u8"
SHORT = b"#EXTM3U\nvideo_360/index.m3u8\n"
LONG = b"#EXTM3U\n" + b"video_720/index.m3u8\n" * 40


async def everyone(viewer: Viewer, asset: AssetId) -> Audience:
    """Whoever asks."""
    return Audience.EVERYONE


@pytest.fixture
async def client(database: Database, objects: ObjectsObstore) -> AsyncIterator[httpx.AsyncClient]:
    app = Litestar(
        route_handlers=[router(objects, everyone)],
        dependencies=dependencies(ask, database),
        exception_handlers=HANDLERS,
        openapi_config=None,
    )
    async with served(app) as (host, port), httpx.AsyncClient(base_url=f"http://{host}:{port}") as opened:
        yield opened


async def test_no_answer_is_cut_where_the_playlist_ended_before(
    client: httpx.AsyncClient, objects: ObjectsObstore
) -> None:
    # Written from a thread with a loop of its own, as by the process that encodes.
    async def write() -> None:
        turn = 0
        while not done.is_set():
            await objects.put("media/7/master.m3u8", LONG if turn % 2 else SHORT)
            turn += 1

    async def read() -> set[bytes]:
        return {(await client.get(PLACE)).content for _ in range(100)}

    done = threading.Event()
    await objects.put("media/7/master.m3u8", SHORT)
    writer = threading.Thread(target=asyncio.run, args=(write(),))
    writer.start()
    try:
        found = await asyncio.gather(*(read() for _ in range(4)))
    finally:
        done.set()
        writer.join()
    assert set().union(*found) == {SHORT, LONG}


async def test_its_tag_and_its_parts_are_of_what_is_given(client: httpx.AsyncClient, objects: ObjectsObstore) -> None:
    await objects.put("media/7/master.m3u8", LONG)
    whole = await client.get(PLACE)
    assert (whole.content, whole.headers["cache-control"]) == (LONG, "public, no-cache")
    again = await client.get(PLACE, headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    part = await client.get(PLACE, headers={"Range": "bytes=8-17"})
    assert (part.status_code, part.content) == (206, LONG[8:18])
    assert part.headers["content-range"] == f"bytes 8-17/{len(LONG)}"
    assert (await client.get(PLACE, headers={"Range": f"bytes={len(LONG)}-"})).status_code == 416
    assert (await client.get("/media/8/master.m3u8")).status_code == 404
