"""The door: what one person's key sealed opens for that person, field and declared purpose, and for nothing else."""

import stat
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.adapters.custodian_file import CustodianFile, KeyUnreadableError, kept_secret
from plainview.adapters.door_local import DoorLocal
from plainview.adapters.sealing import DoorBrokenError, new_key, seal, unseal
from plainview.kernel.errors import NotAllowedError
from plainview.kernel.ids import IdMaker, PersonId
from plainview.ports.database import Transaction
from plainview.ports.door import Sealed
from plainview.privacy.personal import DataClass, Personal, Purpose, Retention

pytestmark = pytest.mark.anyio
BAND, DEVICE = "persons.age_band", "sessions.device"
DECLARED = {
    BAND: Personal(DataClass.AGE_BAND, frozenset({Purpose.MINORS}), Retention.ACCOUNT, sealed=True),
    DEVICE: Personal(DataClass.DEVICE, frozenset({Purpose.OWN_VIEW}), Retention.SESSION, sealed=True),
    "passwords.hash": Personal(DataClass.CREDENTIAL, frozenset({Purpose.SIGN_IN}), Retention.ACCOUNT, sealed=False),
}


@pytest.fixture
def door(tmp_path: Path) -> DoorLocal:
    return DoorLocal(CustodianFile(tmp_path / "keys"), DECLARED)


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


async def test_a_value_is_opened_for_its_person_and_purpose(tx: Transaction, ids: IdMaker, door: DoorLocal) -> None:
    person = PersonId(ids.next())
    sealed = await door.seal(tx, person, BAND, b"16_17")
    assert b"16_17" not in sealed
    assert await door.open(tx, [Sealed(person, BAND, sealed)], Purpose.MINORS) == [b"16_17"]


async def test_a_purpose_that_is_not_declared_opens_nothing(tx: Transaction, ids: IdMaker, door: DoorLocal) -> None:
    person = PersonId(ids.next())
    sealed = await door.seal(tx, person, BAND, b"16_17")
    with pytest.raises(NotAllowedError):
        await door.open(tx, [Sealed(person, BAND, sealed)], Purpose.FEED_RANK)
    for field in ("persons.handle", "passwords.hash"):
        with pytest.raises(NotAllowedError):
            await door.seal(tx, person, field, b"x")


async def test_bytes_moved_to_another_person_or_field_do_not_open(
    tx: Transaction, ids: IdMaker, door: DoorLocal
) -> None:
    one, other = PersonId(ids.next()), PersonId(ids.next())
    sealed = await door.seal(tx, one, BAND, b"16_17")
    await door.seal(tx, other, BAND, b"18_plus")
    with pytest.raises(DoorBrokenError):
        await door.open(tx, [Sealed(other, BAND, sealed)], Purpose.MINORS)
    with pytest.raises(DoorBrokenError):
        await door.open(tx, [Sealed(one, DEVICE, sealed)], Purpose.OWN_VIEW)


async def test_a_destroyed_key_opens_nothing_even_for_a_door_that_had_used_it(
    tx: Transaction, ids: IdMaker, door: DoorLocal
) -> None:
    person, other = PersonId(ids.next()), PersonId(ids.next())
    gone, kept = await door.seal(tx, person, BAND, b"16_17"), await door.seal(tx, other, BAND, b"18_plus")
    await door.destroy(tx, person)
    found = await door.open(tx, [Sealed(person, BAND, gone), Sealed(other, BAND, kept)], Purpose.MINORS)
    assert found == [None, b"18_plus"]


async def test_a_key_that_was_rolled_back_is_never_used_again(tx: Transaction, ids: IdMaker, door: DoorLocal) -> None:
    person = PersonId(ids.next())
    async with tx.transaction() as inner:
        await door.seal(tx, person, BAND, b"13_15")
        raise psycopg.Rollback(inner)
    sealed = await door.seal(tx, person, BAND, b"16_17")
    fresh = DoorLocal(door._custodian, DECLARED)
    assert await fresh.open(tx, [Sealed(person, BAND, sealed)], Purpose.MINORS) == [b"16_17"]


async def test_another_regions_key_does_not_unwrap(
    tx: Transaction, ids: IdMaker, door: DoorLocal, tmp_path: Path
) -> None:
    person = PersonId(ids.next())
    sealed = await door.seal(tx, person, BAND, b"16_17")
    elsewhere = DoorLocal(CustodianFile(tmp_path / "other"), DECLARED)
    with pytest.raises(DoorBrokenError):
        await elsewhere.open(tx, [Sealed(person, BAND, sealed)], Purpose.MINORS)


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
