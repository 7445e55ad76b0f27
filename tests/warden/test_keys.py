"""Persons' keys: kept wrapped, renewed while the warden serves, gone when destroyed."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from plainview.adapters.custodian_file import CustodianFiles
from plainview.kernel.purposes import Purpose
from plainview.ports.custodian import KeyUnreadableError
from plainview.warden import tending
from plainview.warden.entries import Kind, head_of
from plainview.warden.protocol import Destroy, Plain, Proof, Seal, Sealed, Status
from plainview.warden.starting import Warden
from plainview.warden.store import ONE, rows
from tests.warden.living import DEVICE, REGION, SERVER, Caller, living, new_person, plan


@pytest.fixture
def warden(tmp_path: Path) -> Iterator[Warden]:
    with living(plan(tmp_path)) as started:
        yield started


def filled(caller: Caller, count: int) -> list[Sealed]:
    persons = [new_person() for _ in range(count)]
    values = caller.ask("seal", Seal([Plain(person, DEVICE, b"%d" % person) for person in persons]), list[bytes])
    return [Sealed(person, DEVICE, value) for person, value in zip(persons, values, strict=True)]


def key_entries(warden: Warden) -> list[int]:
    with warden.store.env.begin() as txn:
        return [entry[7] for _, entry in rows(txn, warden.store.entries) if head_of(entry).kind is Kind.KEY]


def versions(warden: Warden) -> set[int]:
    database = warden.store.env.open_db(b"keys", create=False)
    with warden.store.env.begin() as txn:
        return {int.from_bytes(row[:4], "big") for _, row in rows(txn, database) if row}


def wait_for(ready: object, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    assert callable(ready)
    while not ready():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_keys_are_renewed_while_reads_go_on(tmp_path: Path) -> None:
    with living(plan(tmp_path)) as warden, Caller(warden.plan.socket) as caller:
        sealed = filled(caller, 900)
        ended, wrong = Event(), list[object]()

        def read_on() -> None:
            with Caller(warden.plan.socket) as reader:
                while not ended.is_set():
                    opened = [reader.open([each], Purpose.OWN_VIEW) for each in sealed[::50]]
                    right = [[b"%d" % each.person] for each in sealed[::50]]
                    wrong.extend(each for each in opened if each not in right)

        thread = Thread(target=read_on)
        thread.start()
        assert caller.ask("rotate") == 2
        wait_for(lambda: key_entries(warden) == [1, 2, 3])
        ended.set()
        thread.join()
        assert wrong == []
        assert versions(warden) == {2}
        assert caller.ask("status", None, Status).key_version == 2
    assert [each.name for each in (tmp_path / "keys").iterdir()] == ["region-3-v2.key"]
    with living(plan(tmp_path)) as warden, Caller(warden.plan.socket) as caller:
        assert caller.open(sealed, Purpose.OWN_VIEW) == [b"%d" % each.person for each in sealed]
        assert caller.ask("rotate") == 3


def test_a_renewal_that_was_cut_off_goes_on_after_a_restart(tmp_path: Path) -> None:
    warden = Warden(plan(tmp_path))
    persons = [new_person() for _ in range(tending.REWRAPPED_AT_ONCE * 2)]
    with warden.tending._house.log.writing() as txn:
        for person in persons:
            warden.tending._house.keys.make(txn, person)
    with warden.tending._house.log.writing() as txn:
        warden.tending.rotate(txn, None)
    assert warden.tending.step()
    assert versions(warden) == {1, 2}
    warden.server._close()
    warden.store.close()
    with living(plan(tmp_path)) as again:
        wait_for(lambda: key_entries(again) == [1, 2, 3])
        assert versions(again) == {2}


def test_a_signing_key_and_the_log_outlive_renewals(tmp_path: Path) -> None:
    with living(plan(tmp_path)) as warden, Caller(warden.plan.socket) as caller:
        key = caller.ask("status", None, Status).log_key
        caller.ask("rotate")
        wait_for(lambda: key_entries(warden) == [1, 2, 3])
    with living(plan(tmp_path, origin="elsewhere.example/log/test")) as warden, Caller(warden.plan.socket) as caller:
        status = caller.ask("status", None, Status)
        assert (status.log_key, status.origin) == (key, "localhost/log/test")


def test_after_an_erasure_the_key_that_wrapped_it_is_destroyed_within_a_day(tmp_path: Path) -> None:
    """What free pages of the store may still hold of a destroyed key is then worth nothing."""
    with living(plan(tmp_path)) as warden, Caller(warden.plan.socket) as caller:
        gone, kept = filled(caller, 2)
        wrapped = raw_row(warden, gone.person)
        caller.ask("destroy", Destroy(gone.person))
    now_ms = time.time_ns() // 1_000_000
    assert tending.RENEW_MS_MAX < 24 * 3_600_000
    warden = Warden(plan(tmp_path, clock_ms=lambda: now_ms + tending.RENEW_MS_MAX + 1_000))
    while warden.tending.step():
        pass
    assert versions(warden) == {2}
    assert key_entries(warden) == [1, 3, 2, 3], "made; the person's destroyed; renewed, the old one destroyed"
    warden.server._close()
    warden.store.close()
    with pytest.raises(KeyUnreadableError):
        CustodianFiles(tmp_path / "keys", REGION).unwrap(1, [])
    assert wrapped not in b"".join(path.read_bytes() for path in (tmp_path / "keys").iterdir())
    with living(plan(tmp_path)) as warden, Caller(warden.plan.socket) as caller:
        assert caller.open([gone, kept], Purpose.OWN_VIEW) == [None, b"%d" % kept.person]


def raw_row(warden: Warden, person: int) -> bytes:
    database = warden.store.env.open_db(b"keys", create=False)
    with warden.store.env.begin() as txn:
        row = txn.get(ONE.pack(person), db=database)
    assert row
    return row


def test_no_key_and_no_value_lies_in_the_open_in_the_store(tmp_path: Path) -> None:
    with living(plan(tmp_path)) as warden, Caller(warden.plan.socket) as caller:
        person = new_person()
        sealed = caller.seal(person, DEVICE, b"a telephone of hers")
        caller.open([sealed], Purpose.OWN_VIEW)
        caller.ask("publish")
        proof = caller.ask("proof", Proof(person, SERVER))
        held = warden.tending._house.keys.held(person)
        assert held is not None
        secrets = [held.value_key, held.tag_key, held.private_key, b"a telephone of hers", b"account.own_view"]
        secrets.append(CustodianFiles(tmp_path / "keys", REGION)._key(1))
    assert b"tag_key" in proof
    for path in (tmp_path / "store").iterdir():
        stored = path.read_bytes()
        assert not any(secret in stored for secret in secrets), path
    public = [path for path in (tmp_path / "public").rglob("*") if path.is_file()]
    assert public
    for path in public:
        shown = path.read_bytes()
        assert not any(secret in shown for secret in [*secrets, str(person).encode(), person.to_bytes(8, "big")]), path
