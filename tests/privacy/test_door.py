"""The door: what one person's key sealed opens for that person, field and permitted purpose, and for nothing else."""

import asyncio
import stat
from pathlib import Path

import pytest

from plainview.adapters.custodian_file import kept_secret
from plainview.adapters.door_warden import DoorWarden
from plainview.adapters.warden_wire import WardenAwayError, WardenCalls
from plainview.kernel.errors import NotAllowedError
from plainview.kernel.ids import IdMaker, PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.custodian import KeyUnreadableError
from plainview.ports.door import FEED, SERVER, By, Door, DoorBrokenError, Plain, Sealed
from plainview.warden.protocol import socket_of
from tests.conftest import REGION

pytestmark = pytest.mark.anyio
BAND, DEVICE = "persons.age_band", "sessions.device"


async def sealed_by(door: Door, person: PersonId, field: str, value: bytes) -> bytes:
    (sealed,) = await door.seal([Plain(person, field, value)])
    return sealed


async def test_a_value_is_opened_for_its_person_and_purpose(ids: IdMaker, door: Door) -> None:
    person = PersonId(ids.next())
    sealed = await sealed_by(door, person, BAND, b"16_17")
    assert b"16_17" not in sealed
    assert await door.open([Sealed(person, BAND, sealed)], Purpose.MINORS, SERVER) == [b"16_17"]


async def test_what_no_policy_permits_opens_nothing(ids: IdMaker, door: Door) -> None:
    person = PersonId(ids.next())
    sealed = await sealed_by(door, person, BAND, b"16_17")
    for purpose, by in ((Purpose.FEED_RANK, SERVER), (Purpose.MODERATION, By("staff:eve")), ("because", SERVER)):
        with pytest.raises(NotAllowedError):
            await door.open([Sealed(person, BAND, sealed)], purpose, by)
    for field in ("persons.handle", "nothing.at_all"):
        with pytest.raises(NotAllowedError):
            await sealed_by(door, person, field, b"x")


async def test_bytes_moved_to_another_person_or_field_do_not_open(ids: IdMaker, door: Door) -> None:
    one, other = PersonId(ids.next()), PersonId(ids.next())
    sealed = await sealed_by(door, one, BAND, b"16_17")
    await sealed_by(door, other, BAND, b"18_plus")
    with pytest.raises(DoorBrokenError):
        await door.open([Sealed(other, BAND, sealed)], Purpose.MINORS, SERVER)
    with pytest.raises(DoorBrokenError):
        await door.open([Sealed(one, DEVICE, sealed)], Purpose.OWN_VIEW, SERVER)


async def test_a_destroyed_key_opens_nothing_even_for_a_door_that_had_used_it(ids: IdMaker, door: Door) -> None:
    person, other = PersonId(ids.next()), PersonId(ids.next())
    gone, kept = await door.seal([Plain(person, BAND, b"16_17"), Plain(other, BAND, b"18_plus")])
    await door.destroy(person)
    await door.destroy(person)
    found = await door.open([Sealed(person, BAND, gone), Sealed(other, BAND, kept)], Purpose.MINORS, SERVER)
    assert found == [None, b"18_plus"]
    with pytest.raises(NotAllowedError):
        await door.use([person], [BAND], Purpose.MINORS, SERVER)


async def test_a_minors_profile_is_used_for_nothing(ids: IdMaker, door: Door) -> None:
    minor, adult = PersonId(ids.next()), PersonId(ids.next())
    await door.seal([Plain(minor, BAND, b"16_17"), Plain(adult, BAND, b"18_plus")])
    await door.use([adult], ["event_segments.body"], Purpose.FEED_RANK, FEED)
    with pytest.raises(NotAllowedError):
        await door.use([minor], ["event_segments.body"], Purpose.FEED_RANK, FEED)


async def test_many_questions_travel_at_once_and_each_gets_its_own_answer(ids: IdMaker, door: Door) -> None:
    persons = [PersonId(ids.next()) for _ in range(200)]
    plains = [Plain(person, DEVICE, str(person).encode()) for person in persons]
    sealed = await door.seal(plains)
    found = await asyncio.gather(
        *(
            door.open([Sealed(person, DEVICE, value)], Purpose.OWN_VIEW, SERVER)
            for person, value in zip(persons, sealed, strict=True)
        )
    )
    assert found == [[plain.value] for plain in plains]


async def test_a_warden_that_is_away_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "run" / "home").mkdir(parents=True)
    door = DoorWarden({REGION: WardenCalls("home", socket_of(tmp_path, "home"), "server", patience_s=0)})
    with pytest.raises(WardenAwayError) as raised:
        await door.seal([Plain(PersonId(7), DEVICE, b"x")])
    assert raised.value.status == 503
    await door.close()


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "region-0.key"
    secret = kept_secret(path)
    assert kept_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["region-0.key"]
    path.chmod(0o640)
    with pytest.raises(KeyUnreadableError):
        kept_secret(path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(KeyUnreadableError):
        kept_secret(path)
