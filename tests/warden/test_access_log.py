"""The log and the store never say different things, whatever fails and whenever it stops."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from plainview.warden import entries, hpke, merkle
from plainview.warden.entries import Kind, UnbookableError
from plainview.warden.sealing import Numbered
from plainview.warden.store import ONE, TWO, rows
from plainview_verifier import verify
from tests.warden.fakes import ORIGIN, REGION, TestLog, drawn


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TestLog]:
    log = TestLog(tmp_path)
    yield log
    log.close()


def entries_of(log: TestLog) -> list[bytes]:
    with log.store.env.begin() as txn:
        return [entry for _, entry in rows(txn, log.store.entries)]


def root_in_memory(log: TestLog) -> bytes:
    return log.log.root()


def book_and_fail(log: TestLog, *persons: int) -> None:
    with log.log.writing() as txn:
        log.log.append(txn, [log.read(person) for person in persons])
        log.log.act(txn, 1, b"body")
        raise ZeroDivisionError


def slow_root(log: TestLog) -> bytes:
    return merkle.root_of(merkle.leaf_hash(each) for each in entries_of(log))


def test_a_read_is_one_entry_of_56_bytes_and_one_body_that_its_person_can_open(log: TestLog) -> None:
    log.book(log.read(5, count=30))
    (entry,) = entries_of(log)
    with log.log.writing() as txn:
        log.log.settle(txn)
    with log.store.env.begin() as txn:
        sealed = txn.get(TWO.pack(5, 0), b"", db=log.store.bodies)[4:]
        enc = txn.get(TWO.pack(5, 0), b"", db=log.store.contexts)
    tag = entries.tag_of(drawn("tag key", 5), 0)
    assert entry == entries.read_entry(log.clock.ms, REGION, 2, tag, sha256(sealed).digest())
    mine: Numbered = hpke.receiver(log.persons.private_key(5), enc, b"plainview body/1 " + ORIGIN.encode())
    assert mine.unseal(bytes(32), sealed) == entries.encode_body(0, log.clock.ms, log.read(5, count=30))


def test_times_never_go_back_even_when_the_clock_does(log: TestLog) -> None:
    log.book(log.read(5))
    log.clock.ms -= 3_600_000
    log.book(log.read(6))
    log.publish()
    epochs = [entries.head_of(entry).epoch for entry in entries_of(log)]
    assert epochs == sorted(epochs)


def test_a_refused_read_books_nothing_of_its_call(log: TestLog) -> None:
    with log.log.writing() as txn, pytest.raises(UnbookableError):
        log.log.append(txn, [log.read(5), log.read(6, by="mallory")])
    assert entries_of(log) == []
    assert log.log.size == 0


def test_what_raises_in_a_transaction_leaves_memory_as_the_store_is(log: TestLog) -> None:
    log.book(log.read(5), log.read(6))
    before = root_in_memory(log)
    with pytest.raises(ZeroDivisionError):
        book_and_fail(log, 5, 7)
    assert (log.log.size, log.log.reads, root_in_memory(log)) == (2, 2, before)
    log.book(log.read(5), log.read(7))
    log.publish()
    assert root_in_memory(log) == slow_root(log)
    # A message that was undone must not leave a gap in the numbers of its HPKE context.
    for person in (5, 6, 7):
        verify(log.proof_file(person))


def test_the_log_is_written_in_its_own_transactions_only(log: TestLog) -> None:
    with pytest.raises(ValueError, match="writing"), log.store.env.begin(write=True) as txn:
        log.log.append(txn, [log.read(5)])


def test_acts_are_numbered_each_kind_for_itself_over_restarts(log: TestLog) -> None:
    with log.log.writing() as txn:
        assert [log.log.act(txn, act, b"body") for act in (1, 1, 2)] == [1, 2, 1]
    log.reopen()
    with log.log.writing() as txn:
        assert [log.log.act(txn, act, b"body") for act in (1, 2, 5)] == [3, 2, 1]
    assert [entries.head_of(entry).kind for entry in entries_of(log)] == [Kind.ACT] * 6
    with pytest.raises(ValueError, match="7"), log.log.writing() as txn:
        log.log.act(txn, 7, b"body")


def test_an_erased_person_leaves_entries_and_a_head_but_no_body_and_no_label(log: TestLog) -> None:
    log.book(*(log.read(person) for person in (5, 5, 6)))
    with log.log.writing() as txn:
        log.log.erase(txn, 5)
    log.reopen()
    log.publish()
    with log.store.env.begin() as txn:
        for database in (log.store.bodies, log.store.contexts, log.store.trees):
            assert [key[:8] for key, _ in rows(txn, database)] == [ONE.pack(6)]
        assert log.publisher.map.persons(txn) == 2
    assert log.log.reads == 3


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.lists(
        some.tuples(some.sampled_from(["book", "fail", "stop", "publish", "act"]), some.integers(0, 6)), max_size=30
    )
)
def test_any_story_of_bookings_failures_and_stops_ends_in_one_tree(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[str, int]]
) -> None:
    log = TestLog(tmp_path_factory.mktemp("story"), witness_count=1, quorum=1)
    booked = 0
    for what, number in story:
        log.clock.ms += 1_000
        if what == "book":
            log.book(*(log.read(number + each % 2) for each in range(number)))
            booked += number
        elif what == "fail":
            with pytest.raises(ZeroDivisionError):
                book_and_fail(log, *[number] * number)
        elif what == "stop":
            log.reopen()
        elif what == "act":
            with log.log.writing() as txn:
                log.log.act(txn, 1, b"")
        else:
            log.publish()
    assert log.log.reads == booked
    assert root_in_memory(log) == slow_root(log)
    log.close()


def test_a_read_may_be_of_another_region_and_of_a_case(log: TestLog) -> None:
    log.book(replace(log.read(5), case="41", origin_region=2))
    assert len(entries_of(log)) == 1
