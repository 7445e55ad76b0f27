"""Whatever a log lives through, each person's proof file shows all that was booked on them, and an outsider agrees.

The outsider is the verifier that was written from the specification alone.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from plainview.warden.proofs import NothingPublishedError
from plainview_verifier import Refused, Trust, verify
from tests.warden.fakes import TestLog
from tests.warden.make_vectors import VECTORS


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TestLog]:
    log = TestLog(tmp_path)
    yield log
    log.close()


def trust_in(log: TestLog) -> Trust:
    keys = tuple(each.signer.verifier.vkey for each in log.books)
    return Trust(log.signer.verifier.vkey, keys, log.quorum)


def count_in(file: bytes) -> int:
    return sum(len(each["bodies"]) for each in json.loads(file)["contexts"])


def test_the_outsider_agrees_with_every_vector() -> None:
    vectors = json.loads(VECTORS.read_text())
    files = {each["name"]: each["file"].encode() for each in vectors["proofs"]}
    for each in vectors["proofs"]:
        verify(each["file"].encode(), None, files.get(each["after"]))
    for each in vectors["wrong"]:
        with pytest.raises(Refused, match=f"^{each['expect']}:"):
            verify(each["file"].encode(), None, files.get(each["after"]))


def test_a_proof_shows_what_the_checkpoint_covers_and_not_what_came_later(log: TestLog) -> None:
    log.book(log.read(5), log.read(5))
    log.publish()
    log.book(log.read(5))
    assert count_in(log.proof_file(5)) == 2
    log.publish()
    file = log.proof_file(5)
    assert count_in(file) == 3
    verify(file, trust_in(log))


def test_before_the_first_checkpoint_there_is_no_proof(log: TestLog) -> None:
    log.book(log.read(5))
    with pytest.raises(NothingPublishedError):
        log.proof_file(5)


def test_a_thousand_entries_over_three_starts_make_one_chain(log: TestLog) -> None:
    for _ in range(3):
        log.book(*(log.read(5) for _ in range(333)), log.read(6))
        log.reopen()
    log.publish()
    file = log.proof_file(5)
    assert [len(each["bodies"]) for each in json.loads(file)["contexts"]] == [333] * 3
    verify(file, trust_in(log))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.lists(
        some.one_of(some.lists(some.integers(1, 30), min_size=1, max_size=40), some.sampled_from(["stop", "publish"])),
        min_size=1,
        max_size=8,
    )
)
def test_after_any_story_every_persons_file_convinces_the_outsider(
    tmp_path_factory: pytest.TempPathFactory, story: list[list[int] | str]
) -> None:
    log = TestLog(tmp_path_factory.mktemp("story"), witness_count=2)
    booked: Counter[int] = Counter()
    earlier: dict[int, bytes] = {}
    log.publish()
    for step in story:
        log.clock.ms += 20_000
        if step == "stop":
            log.reopen()
        elif step == "publish":
            log.publish()
            earlier |= {person: log.proof_file(person) for person in (1, 2)}
        else:
            assert isinstance(step, list)
            log.book(*(log.read(person) for person in step))
            booked.update(step)
    log.publish()
    for person in (1, 2, *list(booked)[:4], 31, 32):
        file = log.proof_file(person)
        assert count_in(file) == booked[person]
        verify(file, trust_in(log), earlier.get(person))
    log.close()
