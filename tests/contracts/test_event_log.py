"""The contract of the event log, held by every adapter."""

import asyncio
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from plainview.adapters.database_postgres import DatabasePostgres
from plainview.adapters.event_log_nats import EventLogNats
from plainview.adapters.event_log_postgres import EventLogPostgres
from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.door import SERVER, Door
from plainview.ports.event_log import Event, EventKind, EventLog, Recorded
from tests.conftest import REGION
from tests.listening import wait_until_it_listens

pytestmark = pytest.mark.anyio
ADA, BO = PersonId(1001), PersonId(1002)


@pytest.fixture(scope="session")
def nats_url() -> Iterator[str]:
    """A real NATS server with JetStream that writes each message to disk before it acknowledges."""
    with tempfile.TemporaryDirectory(prefix="plainview-nats-", ignore_cleanup_errors=True) as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{folder}", sync_interval: always }}\n'
        Path(folder, "nats.conf").write_text(settings)
        program = Path(sys.executable).parent / "nats-server"
        process = subprocess.Popen([program, "-c", f"{folder}/nats.conf"], stderr=subprocess.DEVNULL)
        try:
            wait_until_it_listens(port, process)
            yield f"nats://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


@pytest.fixture(params=["postgres", "nats"])
async def log(
    request: pytest.FixtureRequest, database: DatabasePostgres, door: Door, nats_url: str
) -> AsyncIterator[EventLog]:
    if request.param == "postgres":
        kept = EventLogPostgres(database, door)
        yield kept
        await kept.close()
        return
    streamed = EventLogNats({REGION: nats_url}, door)
    await streamed.start()
    yield streamed
    for person in (ADA, BO):
        await streamed.forget(REGION, person)
    await streamed.close()


def an_event(person: PersonId = ADA, event_id: UUID | None = None, kind: EventKind = EventKind.SHOWN) -> Event:
    return Event(person, event_id or uuid4(), kind, 7, 1_800_000_000_000)


async def _all(log: EventLog, after: int = 0, since_ms: int = 0) -> list[Recorded]:
    return [each async for each in log.read(REGION, after, since_ms)]


async def test_events_come_back_in_order_and_whole(log: EventLog) -> None:
    whole = Event(BO, uuid4(), EventKind.WATCHED, 9, 1_800_000_000_123, 44, 55, 3, 12_345, 2)
    assert await log.append(REGION, [an_event(), an_event(), whole]) == [True, True, True]
    read = await _all(log)
    assert read[-1].event == whole
    assert [each.sequence for each in read] == sorted(each.sequence for each in read)
    assert await _all(log, after=read[0].sequence) == read[1:]


async def test_an_event_that_comes_again_is_known_and_not_stored_twice(log: EventLog) -> None:
    first = an_event()
    assert await log.append(REGION, [first, first]) == [True, False]
    assert await log.append(REGION, [first, an_event()]) == [False, True]
    assert len(await _all(log)) == 2


async def test_the_same_event_id_of_two_people_is_two_events(log: EventLog) -> None:
    number = uuid4()
    assert await log.append(REGION, [an_event(ADA, number), an_event(BO, number)]) == [True, True]


async def test_many_callers_at_once_each_get_their_own_answer(log: EventLog) -> None:
    shared = an_event(BO)
    answers = await asyncio.gather(*(log.append(REGION, [an_event(), shared]) for _ in range(100)))
    assert sum(answer[1] for answer in answers) == 1
    assert all(answer[0] for answer in answers)
    assert len(await _all(log)) == 101


async def test_nothing_to_append_is_no_error(log: EventLog) -> None:
    assert await log.append(REGION, []) == []


async def test_a_forgotten_person_leaves_no_event(log: EventLog) -> None:
    await log.append(REGION, [an_event(ADA), an_event(ADA), an_event(BO)])
    assert await log.forget(REGION, ADA) == 2
    assert {each.event.person_id for each in await _all(log)} == {BO}


async def test_one_persons_events_are_read_in_order_for_themselves(log: EventLog) -> None:
    mine = [an_event(ADA) for _ in range(600)]
    await log.append(REGION, [mine[0], an_event(BO), *mine[1:]])
    assert await log.of_person(REGION, ADA, Purpose.EXPORT, SERVER) == mine
    assert len({each.sequence for each in await _all(log)}) == 601


async def test_reading_since_a_time_leaves_out_what_was_before(log: EventLog) -> None:
    await log.append(REGION, [an_event()])
    assert len(await _all(log, since_ms=1_700_000_000_000)) == 1
    assert await _all(log, since_ms=4_000_000_000_000) == []
