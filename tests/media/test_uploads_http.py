"""Uploads over HTTP: a real tus client, cuts at any byte, and every refusal that the protocol knows."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import httpx
import psycopg
import pytest
from litestar import Litestar
from tusclient.client import TusClient

from plainview.adapters.objects_obstore import ObjectsObstore
from plainview.media.http_uploads import UploadParts, router
from plainview.server.asking import dependencies
from plainview.server.problems import HANDLERS
from tests.media.conftest import DraftsInMemory, ask
from tests.media.serving import served

pytestmark = pytest.mark.anyio
HEADERS = {"asker": "77", "Tus-Resumable": "1.0.0"}
PIECE = {"Content-Type": "application/offset+octet-stream"}
CONTENT = Random(7).randbytes(3_000_001)


@pytest.fixture
async def server(upload_parts: UploadParts) -> AsyncIterator[tuple[str, int]]:
    app = Litestar(
        route_handlers=[router(upload_parts)],
        dependencies=dependencies(ask, upload_parts.database),
        exception_handlers=HANDLERS,
        openapi_config=None,
    )
    async with served(app) as address:
        yield address


@pytest.fixture
async def client(server: tuple[str, int]) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{server[0]}:{server[1]}", headers=HEADERS) as opened:
        yield opened


async def create(client: httpx.AsyncClient, length: int = len(CONTENT), **headers: str) -> str:
    answer = await client.post("/api/uploads", headers={"Upload-Length": str(length), **headers})
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def offset(client: httpx.AsyncClient, place: str) -> int:
    answer = await client.head(place)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


async def send(client: httpx.AsyncClient, place: str, begins: int, content: bytes, **headers: str) -> httpx.Response:
    headers = {**PIECE, "Upload-Offset": str(begins), **headers}
    return await client.patch(place, content=content, headers=headers)


async def send_and_break(server: tuple[str, int], place: str, begins: int, content: bytes) -> None:
    """Announce all that is left, send some of it, and drop the connection."""
    _, writer = await asyncio.open_connection(*server)
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: x\r\nasker: 77\r\nTus-Resumable: 1.0.0\r\n"
        f"Content-Type: {PIECE['Content-Type']}\r\nUpload-Offset: {begins}\r\n"
        f"Content-Length: {len(CONTENT) - begins}\r\n\r\n"
    )
    writer.write(head.encode() + content)
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def settled(client: httpx.AsyncClient, place: str, cut: int) -> int:
    """The offset once all that was sent has arrived, or after two seconds."""
    stands = await offset(client, place)
    for _ in range(100):
        if stands == cut:
            break
        await asyncio.sleep(0.02)
        stands = await offset(client, place)
    return stands


async def stored(objects: ObjectsObstore) -> bytes | None:
    [key] = await objects.keys("originals")
    return await objects.get(key)


async def test_a_real_tus_client_sends_a_file(
    server: tuple[str, int], objects: ObjectsObstore, tmp_path: Path, database_url: str, drafts: DraftsInMemory
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(CONTENT)

    def upload() -> str:
        uploader = TusClient(f"http://{server[0]}:{server[1]}/api/uploads", headers=HEADERS).uploader(
            str(path), chunk_size=700_000, metadata={"filename": "ä clip.mp4"}, upload_checksum=True
        )
        uploader.upload()
        return str(uploader.url)

    await asyncio.to_thread(upload)
    assert await stored(objects) == CONTENT
    async with await psycopg.AsyncConnection.connect(database_url) as tx:
        rows = await (await tx.execute("SELECT complete, item_id FROM uploads")).fetchall()
        assert rows == [(True, drafts.opened[0])]
        assert await (await tx.execute("SELECT state, item_id, person_id FROM assets")).fetchall() == [
            ("waiting", drafts.opened[0], 77)
        ]
        jobs = await (await tx.execute("SELECT task_name, queue_name FROM procrastinate_jobs")).fetchall()
        assert jobs == [("media.process", "media")]


async def test_a_cut_upload_resumes_at_any_byte(
    server: tuple[str, int], client: httpx.AsyncClient, objects: ObjectsObstore
) -> None:
    place = await create(client)
    stands = 0
    for cut in sorted(Random(3).sample(range(1, len(CONTENT)), 12)):
        before = stands
        while stands == before:
            # The server may not have noticed yet that the last connection broke: a client tries again.
            await send_and_break(server, place, stands, CONTENT[stands:cut])
            stands = await settled(client, place, cut)
        assert before < stands <= cut
    answer = await send(client, place, stands, CONTENT[stands:])
    while answer.status_code == 423:
        answer = await send(client, place, stands, CONTENT[stands:])
    assert answer.status_code == 204
    assert await stored(objects) == CONTENT


async def test_the_first_piece_may_come_with_the_creation(client: httpx.AsyncClient, objects: ObjectsObstore) -> None:
    answer = await client.post(
        "/api/uploads", content=CONTENT[:1000], headers={"Upload-Length": str(len(CONTENT)), **PIECE}
    )
    assert answer.status_code == 201
    assert answer.headers["upload-offset"] == "1000"
    assert answer.headers["plainview-item"].isdigit()
    assert "upload-expires" in answer.headers
    assert (await send(client, answer.headers["location"], 1000, CONTENT[1000:])).headers["upload-offset"] == str(
        len(CONTENT)
    )
    assert await stored(objects) == CONTENT


async def test_a_piece_that_begins_elsewhere_is_refused(client: httpx.AsyncClient) -> None:
    place = await create(client)
    answer = await send(client, place, 5, b"x")
    assert (answer.status_code, answer.json()["code"]) == (409, "offset_conflict")
    assert await offset(client, place) == 0


async def test_more_than_was_announced_is_refused(client: httpx.AsyncClient) -> None:
    place = await create(client, 10)
    answer = await send(client, place, 0, b"x" * 11)
    assert answer.status_code == 413
    assert await offset(client, place) <= 10


async def test_two_requests_cannot_send_to_one_upload(client: httpx.AsyncClient) -> None:
    place = await create(client)
    going = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield CONTENT[:10]
        await going.wait()
        yield CONTENT[10:20]

    first = asyncio.create_task(
        client.patch(place, content=slowly(), headers={**PIECE, "Upload-Offset": "0", "Content-Length": "20"})
    )
    await asyncio.sleep(0.2)
    second = await send(client, place, 0, b"other")
    assert (second.status_code, second.json()["code"]) == (423, "upload_busy")
    going.set()
    assert (await first).headers["upload-offset"] == "20"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_damaged_piece_counts_for_nothing(client: httpx.AsyncClient, algorithm: str) -> None:
    place = await create(client)
    digest = base64.b64encode(hashlib.new(algorithm, b"good").digest()).decode()
    bad = await send(client, place, 0, b"evil", **{"Upload-Checksum": f"{algorithm} {digest}"})
    assert (bad.status_code, bad.json()["code"]) == (460, "checksum_mismatch")
    assert await offset(client, place) == 0
    good = await send(client, place, 0, b"good", **{"Upload-Checksum": f"{algorithm} {digest}"})
    assert good.headers["upload-offset"] == "4"


async def test_a_piece_with_a_checksum_is_bounded_and_one_without_is_not(client: httpx.AsyncClient) -> None:
    place = await create(client)
    digest = base64.b64encode(hashlib.sha1(CONTENT).digest()).decode()
    assert len(CONTENT) > 2 * 1024 * 1024
    large = await send(client, place, 0, CONTENT, **{"Upload-Checksum": f"sha1 {digest}"})
    assert large.status_code == 413, "it would have to wait beside the upload until it is whole"
    assert await offset(client, place) == 0
    assert (await send(client, place, 0, CONTENT)).headers["upload-offset"] == str(len(CONTENT))


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha1", "sha1 ???", "sha1 AAAA"])
async def test_an_unknown_checksum_is_refused(client: httpx.AsyncClient, checksum: str) -> None:
    answer = await send(client, await create(client), 0, b"x", **{"Upload-Checksum": checksum})
    assert answer.status_code == 400


async def test_another_person_finds_nothing(client: httpx.AsyncClient) -> None:
    place = await create(client)
    for call in (client.head, client.delete):
        assert (await call(place, headers={"asker": "78"})).status_code == 404
    assert (await send(client, place, 0, b"x", asker="78")).status_code == 404
    assert (await client.head("/api/uploads/nonsense")).status_code == 404


async def test_a_given_up_upload_is_gone(
    client: httpx.AsyncClient, drafts: DraftsInMemory, upload_parts: UploadParts
) -> None:
    place = await create(client)
    await send(client, place, 0, b"abc")
    assert (await client.delete(place)).status_code == 204
    assert (await client.head(place)).status_code == 404
    assert drafts.abandoned == drafts.opened
    assert list(upload_parts.limits.uploads.iterdir()) == []


async def test_refusals_at_creation_say_why(client: httpx.AsyncClient) -> None:
    async def asked(**headers: str) -> tuple[int, str]:
        answer = await client.post("/api/uploads", headers=headers)
        return answer.status_code, answer.json()["code"]

    assert await asked(**{"Upload-Length": "0"}) == (422, "invalid_input")
    assert await asked(**{"Upload-Length": "-1"}) == (422, "invalid_input")
    assert await asked() == (422, "invalid_input")
    assert await asked(**{"Upload-Defer-Length": "1"}) == (422, "invalid_input")
    assert await asked(**{"Upload-Length": str(8 * 1024 * 1024 + 1)}) == (413, "upload_too_large")
    assert await asked(**{"Upload-Length": "5", "Upload-Metadata": "filename ???"}) == (422, "invalid_input")
    assert await asked(**{"Upload-Length": "5", "Tus-Resumable": "0.2.2"}) == (412, "tus_version")
    for _ in range(3):
        await create(client)
    assert await asked(**{"Upload-Length": "5"}) == (429, "too_many_uploads")


async def test_the_server_says_what_it_speaks(client: httpx.AsyncClient) -> None:
    answer = await client.options("/api/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-max-size"] == str(8 * 1024 * 1024)
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation", "creation-with-upload", "termination", "expiration", "checksum",
    }  # fmt: skip


async def test_an_upload_cut_after_its_last_byte_is_finished_by_asking(
    client: httpx.AsyncClient, upload_parts: UploadParts, objects: ObjectsObstore
) -> None:
    place = await create(client)
    # All bytes are durable, and the server died before it could hand them on.
    (upload_parts.limits.uploads / place.rsplit("/", 1)[1]).write_bytes(CONTENT)
    assert await offset(client, place) == len(CONTENT)
    assert await stored(objects) == CONTENT
    assert await offset(client, place) == len(CONTENT)


async def test_a_full_disk_is_told_in_words(client: httpx.AsyncClient, upload_parts: UploadParts) -> None:
    upload_parts.desk.spool._reserve_bytes = 1 << 60
    answer = await client.post("/api/uploads", headers={"Upload-Length": "5"})
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
