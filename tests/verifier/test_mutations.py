"""No changed copy of a proof file is believed, and every honest one is."""

import random
from collections.abc import Iterable

import pytest

from plainview_verifier import Refused, Trust, verify
from tests.verifier import mutations
from tests.verifier.handmade import Log, filled, written

WORDS = {"format", "checkpoint", "quorum", "heads", "body", "chain", "head", "map", "history"}


def trust_in(log: Log) -> Trust:
    """What a person knows of this log from elsewhere."""
    return Trust(log.signer.vkey, tuple(each.vkey for each in log.witnesses), log.quorum)


def word_of(data: bytes, trust: Trust | None = None, earlier: bytes | None = None) -> str | None:
    """The word by which the file is refused; None where it is believed."""
    try:
        verify(data, trust, earlier)
    except Refused as refused:
        return refused.word
    return None


def believed(mutants: Iterable[mutations.Mutant], trust: Trust) -> list[str]:
    """The mutants that were not refused."""
    words = [(what, word_of(data, trust)) for what, data in mutants]
    assert {word for _, word in words} <= WORDS | {None}
    return [what for what, word in words if word is None]


def busiest(seed: int, reads: int = 24) -> tuple[bytes, Log]:
    """The proof file of the person of whom most was read, and the log."""
    log, note = filled(seed, reads)
    return written(log.file(max(log.people, key=lambda each: len(each.entries)), note)), log


@pytest.mark.parametrize("seed", range(2))
def test_no_flipped_byte_is_believed(seed: int) -> None:
    data, log = busiest(seed)
    verify(data, trust_in(log))
    assert believed(mutations.flips(data, random.Random(seed)), trust_in(log)) == []


@pytest.mark.parametrize("seed", range(3))
def test_no_cut_is_believed(seed: int) -> None:
    data, log = busiest(seed)
    assert believed(mutations.cuts(data), trust_in(log)) == []


@pytest.mark.parametrize("seed", range(8))
def test_nothing_left_out_moved_or_told_twice_is_believed(seed: int) -> None:
    data, log = busiest(seed, 40)
    for mutants in (mutations.deletions(data), mutations.reorders(data), mutations.repeats(data)):
        assert believed(mutants, trust_in(log)) == []


@pytest.mark.parametrize("seed", range(8))
def test_no_part_of_another_file_is_believed(seed: int) -> None:
    log, note = filled(seed, 30)
    person, other = sorted(log.people, key=lambda each: -len(each.entries))[:2]
    old, theirs = written(log.file(person, note)), written(log.file(other, note))
    for _ in range(10):
        log.read(person)
    new = written(log.file(person, log.publish()))
    foreign = busiest(seed + 100)[0]
    verify(new, trust_in(log), old)
    for other_file in (old, theirs, foreign):
        assert believed(mutations.exchanges(new, other_file), trust_in(log)) == []


def _random_mutants_refused(count: int, seeds: int) -> None:
    for seed in range(seeds):
        data, log = busiest(seed, 4 + seed % 30)
        chance = random.Random(seed)
        assert believed(mutations.at_random(data, count // seeds, chance), trust_in(log)) == []


def test_no_random_mutation_is_believed() -> None:
    _random_mutants_refused(5_000, 20)


@pytest.mark.long
def test_no_random_mutation_of_a_hundred_thousand_is_believed() -> None:
    _random_mutants_refused(100_000, 100)


def _honest_files_believed(count: int) -> int:
    checked, seed = 0, 1_000
    while checked < count:
        log = Log(seed, 12, 5 + seed % 30)
        seed += 1
        for _ in range(6):
            for _ in range(log.random.randrange(20)):
                log.read(
                    log.random.choice(log.people), of=sorted(log.random.sample(["account", "reports", "watch"], 2))
                )
                log.now_ms += log.random.randrange(20_000)
            note = log.publish()
            for person in log.people:
                proven = verify(written(log.file(person, note)), trust_in(log))
                assert (proven.entries, proven.person) == (person.entries, person.id)
                checked += 1
    return checked


def test_honest_files_are_believed() -> None:
    assert _honest_files_believed(500) >= 500
