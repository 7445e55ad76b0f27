"""What is left of somebody who was erased: every file is searched for their words, and for the keys to them."""

import asyncio
import secrets
import tarfile
from dataclasses import replace
from pathlib import Path

import lmdb
import psycopg
import pytest

from plainview.adapters.postgres_embedded import PostgresEmbedded
from plainview.adapters.warden_wire import WardenCalls
from plainview.kernel.ids import PersonId
from plainview.kernel.time import now, to_ms
from plainview.operations.backup import back_up
from plainview.operations.residue import Residue, pg_restore, searched
from plainview.ports.jobs import PutOffError
from plainview.privacy.wiping import WAIT_MS, WIPE, wipe, wipe_job
from plainview.warden.protocol import socket_of
from plainview.warden.store import ONE
from plainview.wiring import Parts, make_objects
from plainview.worker import work_until
from tests.catalog.test_posting import DETAILS, TUS, make_playable
from tests.guarding import publish
from tests.server.fixtures import PASSWORD, Client

pytestmark = pytest.mark.anyio
SEALED = ("draft", "report", "device")


class Scene:
    """One person with a canary wherever a person can leave words, and all places where those could lie."""

    def __init__(self, parts: Parts, warden: Path, postgres: PostgresEmbedded) -> None:
        self.parts = parts
        self.warden = warden
        self.pages = Path(postgres.url().partition("host=")[2])
        self.unpack = pg_restore(postgres.program("pg_restore"))
        self.words = {name: f"canary{secrets.token_hex(8)}".encode() for name in ("name", "bio", "caption", "comment")}
        self.words |= {name: f"canary{secrets.token_hex(8)}".encode() for name in ("cue", "file", *SEALED)}
        self.words["handle"] = f"c{secrets.token_hex(8)}".encode()
        self.person = PersonId(0)

    def word(self, name: str) -> str:
        return self.words[name].decode()

    async def live(self, client: Client) -> None:
        """Sign up, and say something everywhere."""
        client.headers["User-Agent"] = self.word("device")
        signing = {"handle": self.word("handle"), "name": self.word("name"), "birth_date": "1990-05-17"}
        me = (await client.post("/api/sign-up", json={**signing, "password": PASSWORD})).json()["me"]
        self.person = PersonId(int(me["id"]))
        assert (await client.patch("/api/me", json={"bio": self.word("bio")})).status_code == 200
        shown, draft = await self._upload(client), await self._upload(client)
        await make_playable(self.parts, shown)
        for path, name in ((f"{shown}/publish", "caption"), (draft, "draft")):
            call = client.post if "/" in path else client.put
            wording = {**DETAILS, "caption": f"{self.word(name)} #{self.word(name)}"}
            assert (await call(f"/api/studio/{path}", json=wording)).status_code == 200
        vtt = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{self.word('cue')}\n"
        assert (await client.put(f"/api/videos/{shown}/captions/en", content=vtt.encode())).status_code == 200
        said = await client.post(f"/api/videos/{shown}/comments", json={"text": self.word("comment")})
        assert said.status_code == 201, said.text
        report = {"kind": "video", "id": shown, "reason": "spam", "text": self.word("report")}
        assert (await client.post("/api/reports", json=report)).status_code == 201

    async def _upload(self, client: Client) -> str:
        content = self.words["file"] * 50
        made = await client.post("/api/uploads", headers={**TUS, "Upload-Length": str(len(content))})
        headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        assert (await client.patch(made.headers["location"], content=content, headers=headers)).status_code == 204
        return str(made.headers["plainview-item"])

    async def found(self, also: list[Path] | None = None) -> set[str | None]:
        """Which words lie anywhere now, everything in memory being on the disk."""
        return {each.name for each in await self.places(self.words, also)}

    async def places(self, words: dict[str, bytes], also: list[Path] | None = None) -> list[Residue]:
        async with self.parts.database.statements(self.parts.region) as connection:
            await connection.execute("CHECKPOINT")
        folders = [self.parts.settings.data, self.warden, self.pages, *(also or [])]
        return await asyncio.to_thread(searched, folders, words, self.unpack)

    def wrapped_key(self) -> bytes:
        """The person's wrapped key, as it lies in the warden's store."""
        with lmdb.open(str(self.warden / "warden-home" / "store"), readonly=True, max_dbs=64) as store:
            keys = store.open_db(b"keys", create=False)
            with store.begin() as txn:
                return bytes(txn.get(ONE.pack(self.person), db=keys) or b"")

    def region_keys(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.warden.glob("warden-home/keys/region-0-v*.key")}

    async def renew_region_key(self) -> None:
        """What the warden does by itself within a day of an erasure."""
        old = self.region_keys()
        calls = WardenCalls("home", socket_of(self.warden, "home"), "operator")
        await calls.ask("rotate", None)
        await calls.close()
        for _ in range(600):
            if not set(self.region_keys()) & set(old):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the old key is there still")


@pytest.fixture
def scene(parts: Parts, warden: Path, postgres: PostgresEmbedded) -> Scene:
    return Scene(parts, warden, postgres)


async def _jobs(parts: Parts) -> list[str]:
    async with parts.database.transaction(parts.region) as tx:
        rows = await (await tx.execute("SELECT task_name FROM procrastinate_jobs ORDER BY task_name")).fetchall()
    return [row[0] for row in rows]


async def _work_off(parts: Parts) -> None:
    """Let the worker do all but what is for later."""
    stopping = asyncio.Event()
    working = asyncio.create_task(work_until(stopping, parts))
    for _ in range(600):
        if await _jobs(parts) == [WIPE]:
            break
        await asyncio.sleep(0.1)
    stopping.set()
    await working
    assert await _jobs(parts) == [WIPE]


async def test_nothing_is_left_of_somebody_who_was_erased(
    client: Client, parts: Parts, scene: Scene, tmp_path: Path
) -> None:
    await scene.live(client)
    public = set(scene.words) - set(SEALED)
    assert await scene.found() == public, "the search finds what lies open, and what is sealed lies nowhere"
    settings = replace(parts.settings, region_databases=f"home={parts.database.urls['home']}")
    await asyncio.to_thread(back_up, settings, make_objects(settings), tmp_path / "backup", lambda *_: None)
    wrapped, regions = scene.wrapped_key(), scene.region_keys()
    keys = {"wrapped": wrapped, **regions}
    assert len(wrapped) > 90
    assert {each.name for each in await scene.places(keys)} == set(keys)
    assert {each.name for each in await scene.places(keys, [tmp_path / "backup"]) if "backup" in each.place} == set()
    in_backup = {each.name for each in await scene.places(scene.words, [tmp_path / "backup"]) if "backup" in each.place}
    assert {"bio", "handle", "comment"} <= in_backup <= public, "a dump is unpacked"
    tmp_path.joinpath("backup").unlink()

    assert (await client.request("DELETE", "/api/me", json={"handle": scene.word("handle")})).status_code == 204
    await _work_off(parts)
    left = await scene.found()
    assert {"handle", "bio", "comment"} <= left <= public, "what was public lies in dead rows until they are wiped"
    async with parts.database.statements(parts.region) as connection:
        await wipe(connection)
    assert await scene.found() == set()

    assert scene.wrapped_key() == b""
    await scene.renew_region_key()
    lying = await scene.places(keys)
    assert {each.name for each in lying} <= {"wrapped"}, "the key that wrapped it is nowhere any more"
    assert {Path(each.place).name for each in lying} <= {"data.mdb"}
    await asyncio.to_thread(publish, scene.warden)
    assert await scene.found() == set()


async def test_what_is_left_deliberately_is_found_wherever_it_lies(parts: Parts, scene: Scene, tmp_path: Path) -> None:
    left = scene.words["name"]
    data = parts.settings.data
    await parts.objects.put("media/1/left.vtt", left)
    for place in (data / "media" / "uploads" / "left", data / "logs" / "left", scene.warden / "warden-home" / "left"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x" * 5_000_000 + left)
    with psycopg.connect(parts.database.urls["home"], autocommit=True) as connection:
        connection.execute("INSERT INTO item_tags (tag, item_id) VALUES (%s, 1)", (left.decode(),))
        connection.execute("DELETE FROM item_tags")
        connection.execute("VACUUM item_tags")
    places = [Path(each.place) for each in await scene.places({"left": left})]
    scene.warden.joinpath("warden-home", "left").unlink()
    names = {path.name for path in places}
    assert {"left.vtt", "left"} <= names
    assert len([path for path in places if path.name == "left"]) == 3
    assert [path for path in places if path.parent.name == "pg_wal"], "deleted, and in the write-ahead log"
    assert [path for path in places if path.parent.parent.name == "base"], "tidied, and in the table's page"
    assert "name" not in {each.name for each in await scene.places({"other": b"nobody wrote this " + left})}


async def test_a_file_that_cannot_be_searched_is_named(tmp_path: Path) -> None:
    tmp_path.joinpath("cut").write_bytes(b"dump")
    archive = tmp_path / "backup"
    with tarfile.open(archive, "w") as file:
        file.add(tmp_path / "cut", "databases/home.dump")
    found = searched([archive], {"a": b"aaaa"}, pg_restore(Path("/bin/false")))
    assert found == [Residue(str(archive), None)]


async def test_one_wiping_serves_the_erasures_of_an_hour_and_waits_for_it(parts: Parts) -> None:
    after_ms = to_ms(now()) + WAIT_MS
    with pytest.raises(PutOffError) as told:
        await wipe_job(parts.database, parts.region, after_ms)
    assert 3_590 < told.value.seconds <= 3_600
    await wipe_job(parts.database, parts.region, to_ms(now()) - 1)
