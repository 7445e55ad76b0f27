"""Canaries in every sealed column: none is ever seen in the open but in an answer of the warden's that was booked."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from plainview.accounts.passkeys import passkeys_of
from plainview.accounts.passwords import kept_hash
from plainview.accounts.sessions import list_sessions
from plainview.adapters.postgres_embedded import PostgresEmbedded
from plainview.catalog.items import own_items
from plainview.catalog.wording import Reader, sealed_captions
from plainview.feed.receipts import receipts_of
from plainview.kernel.frames import LENGTH_BYTES, OK, read_frame
from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.moderation.reports import queue, sealed_of
from plainview.ports.door import SERVER, By
from plainview.server.app import make_app
from plainview.settings import Settings
from plainview.warden.protocol import socket_of
from plainview.wiring import Parts, wire
from plainview_verifier import verify
from tests.guarding import guarded, publish
from tests.server.fixtures import ADDRESS, browser_at
from tests.trust.planting import Planted, plant

pytestmark = pytest.mark.anyio


class Tapped:
    """Stands between the server and the warden, hands on what is said, and keeps what the warden answers."""

    def __init__(self, real: Path) -> None:
        self._real = real
        self.asked: dict[tuple[int, int], str] = {}
        self.answers: list[tuple[str, bytes]] = []
        self._connections = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand on one connection, both ways."""
        self._connections += 1
        number = self._connections
        far_reader, far_writer = await asyncio.open_unix_connection(str(self._real))
        for source, target, is_answer in ((reader, far_writer, False), (far_reader, writer, True)):
            task = asyncio.create_task(self._hand_on(source, target, number, is_answer=is_answer))
            self._tasks.add(task)

    async def _hand_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, number: int, *, is_answer: bool
    ) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await source.readexactly(LENGTH_BYTES)
                body = await source.readexactly(int.from_bytes(head, "big"))
                frame = read_frame(body)
                if not is_answer:
                    self.asked[number, frame.id] = frame.op
                elif frame.op == OK:
                    self.answers.append((self.asked[number, frame.id], bytes(frame.payload)))
                target.write(head + body)
                await target.drain()
        target.close()


@pytest.fixture
async def tapped(tmp_path: Path, warden: Path) -> AsyncIterator[tuple[Tapped, Settings]]:
    """Settings of a server whose every word with the warden is kept."""
    data = tmp_path / "data"
    settings = guarded(Settings(data=data, limit_factor=1_000, public_url=ADDRESS), warden)
    data.joinpath("run").unlink()
    path = socket_of(data, "home")
    path.parent.mkdir(parents=True)
    tap = Tapped(socket_of(warden, "home"))
    server = await asyncio.start_unix_server(tap.take, str(path))
    yield tap, settings
    server.close()


async def _read_all(parts: Parts, planted: Planted) -> None:
    """Read everything, each for a purpose that the policies permit; with it the feed's own learning."""
    async with parts.database.transaction(parts.region) as tx:
        for person in planted.people:
            await list_sessions(tx, parts.door, person)
            await passkeys_of(tx, parts.door, person)
            await kept_hash(tx, parts.door, person)
            await receipts_of(tx, parts.door, person, Purpose.OWN_VIEW, SERVER)
            drafts = (await own_items(tx, person, None)).rows
            assert len(await sealed_captions(tx, Reader(parts.door), person, [each.item_id for each in drafts])) == 1
        page = await queue(tx, PersonId(1), "open", None)
        reports = list(page.rows)
        while page.next:
            page = await queue(tx, PersonId(1), "open", page.next)
            reports += page.rows
    for row in reports:
        await parts.door.open(sealed_of(row), Purpose.MODERATION, By("staff:judge", str(row.report_id)))
    assert len([each async for each in parts.living.log.read(parts.region)]) == len(planted.people)


def _released(planted: Planted, answers: list[tuple[str, bytes]]) -> Counter[PersonId]:
    """How often each person's canaries left the warden in the open; only answers to `open` may hold any."""
    found: Counter[PersonId] = Counter()
    for op, payload in answers:
        people = {planted.canaries[each][0] for each in planted.seen_in(payload)}
        assert not people or op == "open", f"a canary in the answer to {op}"
        found.update(people)
    return found


async def _booked(parts: Parts, warden: Path, person: PersonId) -> list[dict[str, object]]:
    proof = await parts.door.proof(person, SERVER)
    return list(verify(proof).reads)


async def _searched(planted: Planted, folders: list[Path]) -> set[str]:
    """The files below these folders in which a canary stands in the open."""

    def search() -> set[str]:
        found = set()
        for folder in folders:
            for path in folder.rglob("*"):
                with contextlib.suppress(OSError):
                    if path.is_file() and planted.seen_in(path.read_bytes()):
                        found.add(str(path))
        return found

    return await asyncio.to_thread(search)


async def _let_all_be_seen(people: int, tap: Tapped, settings: Settings, url: str, places: list[Path]) -> None:
    warden = places[0]
    async with wire(settings, {"home": url}, node=1) as parts:
        app = make_app(parts)
        async with app.lifespan(), browser_at(app) as client:
            planted = await plant(parts, people)
            assert _released(planted, tap.answers) == Counter(), "nothing was read yet"
            for path in ("/api/feed", "/api/realm", "/api/transparency/data", "/metrics", "/api/people/bird0"):
                assert not planted.seen_in((await client.get(path)).content), path
            await _read_all(parts, planted)
        released = _released(planted, tap.answers)
        assert set(released) == set(planted.people)
        await asyncio.to_thread(publish, warden)
        for person in planted.people:
            reads = await _booked(parts, warden, person)
            assert len(reads) >= released[person], "something was read that has no entry"
            assert {"account.own_view", "account.sign_in", "moderation.case", "feed.learn"} <= {r["for"] for r in reads}
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        leaks = await _searched(planted, [*places, settings.data])
        assert leaks == set()
        # The search itself is judged by a canary that lies open where it must be found.
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE persons SET bio = %s", (planted.word(planted.people[0], "control"),))
            connection.execute("CHECKPOINT")
        assert await _searched(planted, places)


@pytest.mark.parametrize("people", [38, pytest.param(1_250, marks=pytest.mark.long)])
async def test_no_canary_is_seen_without_an_entry(
    people: int,
    tapped: tuple[Tapped, Settings],
    warden: Path,
    postgres: PostgresEmbedded,
    database_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nine canaries each: 342, and more than 10,000 among the long tests."""
    caplog.set_level(logging.DEBUG)
    pages = Path(postgres.url().partition("host=")[2])
    await _let_all_be_seen(people, *tapped, database_url, [warden, pages])
    assert "canary-" not in caplog.text
