"""The door: what one person's key sealed opens for that person, field and declared purpose, and for nothing else."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.adapters.custodian_file import CustodianFile, kept_secret
from plainview.adapters.database_postgres import DatabasePostgres
from plainview.adapters.door_local import DoorLocal
from plainview.adapters.sealing import DoorBrokenError, new_key, seal, unseal
from plainview.kernel.errors import NotAllowedError
from plainview.kernel.ids import IdMaker, PersonId
from plainview.ports.custodian import KeyUnreadableError
from plainview.ports.door import SERVER, Door, Plain, Sealed
from plainview.privacy.personal import DataClass, Personal, Purpose, Retention

pytestmark = pytest.mark.anyio
BAND, DEVICE = "persons.age_band", "sessions.device"
DECLARED = {
    BAND: Personal(DataClass.AGE_BAND, frozenset({Purpose.MINORS}), Retention.ACCOUNT, sealed=True),
    DEVICE: Personal(DataClass.DEVICE, frozenset({Purpose.OWN_VIEW}), Retention.SESSION, sealed=True),
    "passwords.hash": Personal(DataClass.CREDENTIAL, frozenset({Purpose.SIGN_IN}), Retention.ACCOUNT, sealed=False),
}


@pytest.fixture
def door(tmp_path: Path, database: DatabasePostgres) -> DoorLocal:
    return DoorLocal(CustodianFile(tmp_path / "keys"), DECLARED, database)


async def sealed_by(door: Door, person: PersonId, field: str, value: bytes) -> bytes:
    (sealed,) = await door.seal([Plain(person, field, value)])
    return sealed


@given(st.binary(max_size=500), st.binary(max_size=50))
def test_what_is_sealed_opens_only_with_its_key_and_for_what_it_is_bound_to(plain: bytes, bound: bytes) -> None:
    key = new_key()
    sealed = seal(key, plain, bound)
    assert unseal(key, sealed, bound) == plain
    assert sealed != seal(key, plain, bound)
    for broken in (
        (new_key(), sealed, bound),
        (key, sealed, bound + b"x"),
        (key, sealed[:-1], bound),
        (key, b"", bound),
    ):
        with pytest.raises(DoorBrokenError):
            unseal(*broken)


async def test_a_value_is_opened_for_its_person_and_purpose(ids: IdMaker, door: DoorLocal) -> None:
    person = PersonId(ids.next())
    sealed = await sealed_by(door, person, BAND, b"16_17")
    assert b"16_17" not in sealed
    assert await door.open([Sealed(person, BAND, sealed)], Purpose.MINORS, SERVER) == [b"16_17"]


async def test_a_purpose_that_is_not_declared_opens_nothing(ids: IdMaker, door: DoorLocal) -> None:
    person = PersonId(ids.next())
    sealed = await sealed_by(door, person, BAND, b"16_17")
    with pytest.raises(NotAllowedError):
        await door.open([Sealed(person, BAND, sealed)], Purpose.FEED_RANK, SERVER)
    for field in ("persons.handle", "passwords.hash"):
        with pytest.raises(NotAllowedError):
            await sealed_by(door, person, field, b"x")


async def test_bytes_moved_to_another_person_or_field_do_not_open(ids: IdMaker, door: DoorLocal) -> None:
    one, other = PersonId(ids.next()), PersonId(ids.next())
    sealed = await sealed_by(door, one, BAND, b"16_17")
    await sealed_by(door, other, BAND, b"18_plus")
    with pytest.raises(DoorBrokenError):
        await door.open([Sealed(other, BAND, sealed)], Purpose.MINORS, SERVER)
    with pytest.raises(DoorBrokenError):
        await door.open([Sealed(one, DEVICE, sealed)], Purpose.OWN_VIEW, SERVER)


async def test_a_destroyed_key_opens_nothing_even_for_a_door_that_had_used_it(ids: IdMaker, door: DoorLocal) -> None:
    person, other = PersonId(ids.next()), PersonId(ids.next())
    gone, kept = await door.seal([Plain(person, BAND, b"16_17"), Plain(other, BAND, b"18_plus")])
    await door.destroy(person)
    found = await door.open([Sealed(person, BAND, gone), Sealed(other, BAND, kept)], Purpose.MINORS, SERVER)
    assert found == [None, b"18_plus"]


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
