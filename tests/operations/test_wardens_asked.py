"""What an operator asks the wardens: to renew keys while reads go on, who asked for what, what authorities want."""

import asyncio
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from plainview.adapters.door_warden import DoorWarden
from plainview.cli import program
from plainview.kernel.ids import IdMaker, PersonId, RegionNumber
from plainview.kernel.purposes import Purpose
from plainview.operations.wardens import warden_status
from plainview.operations.wardens_asked import Record, deeds, record, rotate
from plainview.ports.door import SERVER, Plain, Sealed
from plainview.settings import Settings
from plainview.wiring import make_door
from tests.guarding import publish

pytestmark = pytest.mark.anyio
DEVICE = "sessions.device"
PEOPLE = 900
_ids = IdMaker(RegionNumber(0), 7)


@pytest.fixture
async def door(warden: Path) -> AsyncIterator[DoorWarden]:
    opened = make_door(Settings(data=warden))
    yield opened
    await opened.close()


async def test_keys_are_renewed_while_reads_go_on(door: DoorWarden, warden: Path) -> None:
    settings, people = Settings(data=warden), [PersonId(_ids.next()) for _ in range(PEOPLE)]
    values = await door.seal([Plain(person, DEVICE, str(person).encode()) for person in people])
    sealed = [Sealed(person, DEVICE, value) for person, value in zip(people, values, strict=True)]
    before = await asyncio.to_thread(warden_status, settings, "home")
    told: list[tuple[str, int, int]] = []
    rotating = asyncio.create_task(asyncio.to_thread(rotate, settings, "home", lambda *facts: told.append(facts)))
    reads = 0
    while not rotating.done():
        for at in range(0, PEOPLE, 300):
            part = sealed[at : at + 300]
            assert await door.open(part, Purpose.SECURITY, SERVER) == [str(each.person).encode() for each in part]
            reads += 1
    version = await rotating
    assert version > before.key_version
    assert reads > 0
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert all(done <= persons for _, done, persons in told)
    after = await asyncio.to_thread(warden_status, settings, "home")
    assert (after.key_version, after.rewrapped) == (version, None)
    assert await door.open(sealed, Purpose.SECURITY, SERVER) == [str(each).encode() for each in people]


def test_the_command_says_which_version_holds_now(warden: Path) -> None:
    before = warden_status(Settings(data=warden), "home").key_version
    done = CliRunner().invoke(program, ["--data", str(warden), "rotate-keys"])
    assert done.exit_code == 0, done.output
    assert f"home: version {before + 1}" in done.output
    assert CliRunner().invoke(program, ["--data", str(warden), "rotate-keys", "--region", "mars"]).exit_code == 2


def test_a_government_request_is_booked_and_what_it_says_fits_the_logs_hash(warden: Path) -> None:
    settings = Settings(data=warden)
    before = deeds(settings, "home").counts
    said = Record("Court of Examples", "§ 1 of an act", "Handed over what two approvers allowed")
    number = record(settings, "home", said)
    assert number == before.get(3, 0) + 1
    told = deeds(settings, "home").government_requests[-1]
    assert told.number == number
    plain = json.loads(told.body[:-16])
    assert (plain["asked_by"], plain["basis"], plain["done"]) == (said.asked_by, said.basis, said.done)
    assert sha256(told.body).digest() in _log_bytes(warden)


def test_of_a_gagged_request_only_its_number_is_told(warden: Path) -> None:
    settings = Settings(data=warden)
    words = ["--by", "An office", "--basis", "a sealed order", "--done", "Told nobody", "--gagged"]
    done = CliRunner().invoke(program, ["--data", str(warden), "request-record", *words])
    assert done.exit_code == 0, done.output
    count = deeds(settings, "home").counts[4]
    assert f"number {count}" in done.output
    assert all(b"An office" not in each.body for each in deeds(settings, "home").government_requests)
    assert b"An office" not in _log_bytes(warden)


def test_requests_and_approvers_are_listed(warden: Path) -> None:
    for words in (["requests"], ["approvers", "list"]):
        done = CliRunner().invoke(program, ["--data", str(warden), *words])
        assert done.exit_code == 0, done.output
        assert "state" in done.output
    done = CliRunner().invoke(program, ["--data", str(warden), "approvers", "admit", "nobody", "0000"])
    assert (done.exit_code, "waits to be let in" in done.output) == (1, True)


def _log_bytes(warden: Path) -> bytes:
    publish(warden)
    return b"".join(path.read_bytes() for path in (warden / "log").rglob("*") if path.is_file())
