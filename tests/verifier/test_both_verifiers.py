"""Both verifiers, written apart from one specification, judge the same files: what one refuses the other does too."""

import itertools
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from plainview.warden.entries import Read
from plainview_verifier import Trust
from tests.verifier import mutations
from tests.verifier.adversary import Corpus, LyingLog
from tests.verifier.browsers_verifier import build, judged
from tests.verifier.handmade import START_MS, Log, filled, written
from tests.verifier.test_mutations import trust_in, word_of

PERSONS = 40
WAYS = [
    ("feed.rank", "feed"),
    ("account.own_view", "server"),
    ("moderation.case", "staff:müller"),
    ("feed.learn", "worker"),
]


@pytest.fixture(scope="module")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The TypeScript verifier, built."""
    return build(tmp_path_factory.mktemp("verifier"))


@dataclass
class Sample:
    """Files of a real log: of each person an early and a late one, and what everyone knows of the log."""

    early: list[bytes]
    late: list[bytes]
    trust: Trust


def _sample(folder: Path, entries: int, persons: int) -> Sample:
    """The files of some persons from a log of so many entries."""
    chance = random.Random(entries)
    log = LyingLog(folder)
    weights = [1 / (1 + at) for at in range(persons)]

    def fill(count: int) -> None:
        for _ in range(count // 250):
            who = chance.choices(range(1, persons + 1), weights, k=250)
            log.book(
                *(log.read(each, chance.choice(["feed.rank", "account.own_view"]), count=1 + each % 3) for each in who)
            )
            log.clock.ms += 5_000

    chosen = range(1, persons + 1, max(1, persons // PERSONS))
    fill(entries // 2)
    log.publish()
    early = [log.file_of(person) for person in chosen]
    fill(entries - entries // 2)
    log.publish()
    late = [log.file_of(person) for person in chosen]
    trust = log.trust
    log.close()
    return Sample(early, late, trust)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Files of a log of two thousand entries."""
    return _sample(tmp_path_factory.mktemp("log"), 2_000, 120)


@pytest.fixture(scope="module")
def large_sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Files of a log of a hundred thousand entries."""
    return _sample(tmp_path_factory.mktemp("large"), 100_000, 6_000)


def _judged_by_both(browsers: Path, folder: Path, mutants: Iterable[mutations.Mutant], trust: Trust) -> int:
    """Let both judge; the count. Fails on a file that either believes, or that they refuse by different words."""
    corpus, names = Corpus(), []
    for name, data in mutants:
        corpus.add(data, trust, word_of(data, trust))
        names.append(name)
    ours = [json.loads(line)["word"] for line in corpus.lines]
    theirs = judged(browsers, corpus, folder)
    assert len(theirs) == len(ours)
    odd = [told for told in zip(names, ours, theirs, strict=True) if told[1] is None or told[1] != told[2]]
    assert odd == []
    return len(ours)


def _smallest(files: list[bytes], count: int) -> list[bytes]:
    """The smallest files with at least one read."""
    return sorted((each for each in files if b'"bodies"' in each), key=len)[:count]


def _systematic(sample: Sample, files: int, chance: random.Random) -> Iterator[mutations.Mutant]:
    """Every flip, cut, deletion, reorder, repeat and exchange of some files."""
    pairs = {late: early for early, late in zip(sample.early, sample.late, strict=True)}
    for data in _smallest(sample.late, files):
        yield from mutations.flips(data, chance)
        yield from mutations.cuts(data)
        yield from mutations.deletions(data)
        yield from mutations.reorders(data)
        yield from mutations.repeats(data)
        for other in {pairs[data], *_smallest(sample.late, 3)} - {data}:
            yield from mutations.exchanges(data, other)


def test_both_believe_what_is_honest(browsers: Path, sample: Sample, tmp_path: Path) -> None:
    corpus = Corpus()
    for data in (*sample.early, *sample.late):
        assert word_of(data, sample.trust) is None
        corpus.add(data, sample.trust, None)
    assert set(judged(browsers, corpus, tmp_path)) == {None}


def test_both_refuse_changed_files_by_the_same_word(browsers: Path, sample: Sample, tmp_path: Path) -> None:
    chance = random.Random(1)
    systematic = [each for each in _systematic(sample, 2, chance) if chance.random() < 0.08]
    scattered = (mutations.at_random(each, 15, chance) for each in sample.late[::4])
    count = _judged_by_both(browsers, tmp_path, [*systematic, *itertools.chain(*scattered)], sample.trust)
    assert count > 400


@pytest.mark.long
def test_both_refuse_every_flip_cut_deletion_and_reorder(browsers: Path, large_sample: Sample, tmp_path: Path) -> None:
    mutants = _systematic(large_sample, 6, random.Random(2))
    assert _judged_by_both(browsers, tmp_path, mutants, large_sample.trust) > 20_000


@pytest.mark.long
def test_both_refuse_a_hundred_thousand_random_mutations(browsers: Path, large_sample: Sample, tmp_path: Path) -> None:
    chance, files = random.Random(3), _smallest(large_sample.late, 30)
    mutants = itertools.chain(*(mutations.at_random(each, 100_000 // len(files) + 1, chance) for each in files))
    assert _judged_by_both(browsers, tmp_path, mutants, large_sample.trust) >= 100_000


def _honest_read(log: LyingLog, person: int, chance: random.Random) -> Read:
    """A read of any form that the warden books."""
    purpose, by = chance.choice(WAYS)
    case = f"{chance.randrange(10**6)} é" if by.startswith("staff") else None
    region = chance.choice([None, None, 9])
    classes = tuple(sorted(chance.sample(["account", "interests", "reports", "watch_history"], chance.randrange(1, 5))))
    return Read(person, purpose, by, classes, log.clock.ms, case, region, chance.choice([1, 1, 2, 900]))


def _honest_files_believed_by_both(browsers: Path, folder: Path, persons: int, rounds: int) -> int:
    """How many files both believe: of so many persons, after each of so many checkpoints.

    Of some much is read, of some nothing; each file is also held against the one before.
    """
    chance, log, believed = random.Random(persons), LyingLog(folder / "log"), 0
    weights, earlier = [1 / (3 + at) for at in range(persons)], dict[int, bytes]()
    for _ in range(rounds):
        corpus = Corpus()
        for person in chance.choices(range(1, persons + 1), weights, k=persons // 2):
            log.book(_honest_read(log, person, chance))
            log.clock.ms += chance.randrange(120)
        log.publish()
        for person in range(1, persons + 1):
            data = log.file_of(person)
            assert word_of(data, log.trust, earlier.get(person)) is None
            corpus.add(data, log.trust, None)
            earlier[person] = data
        assert judged(browsers, corpus, folder) == [None] * persons
        believed += persons
    log.close()
    return believed


def test_both_believe_honest_files_of_every_form(browsers: Path, tmp_path: Path) -> None:
    assert _honest_files_believed_by_both(browsers, tmp_path, 60, 3) == 180


@pytest.mark.long
def test_both_believe_a_hundred_thousand_honest_files(browsers: Path, tmp_path: Path) -> None:
    assert _honest_files_believed_by_both(browsers, tmp_path, 2_500, 40) == 100_000


BODY = f'{{"n":0,"at":{START_MS},"by":"feed","for":"feed.rank","of":["watch"]}}'
# What follows the honest body's fields, or stands in place of some of them; and whether that may be.
MORE = [
    ',"case":"é"',
    ',"case":"\u2028\x7f"',
    ',"case":"\\u001f"',
    ',"case":"\\n"',
    ',"case":" "',
    ',"count":2,"case":"x"',
    f',"count":{2**53 - 1}',
]
NO_MORE = [
    ',"n":0',
    ',"case":"\\ud800"',
    ',"case":"\\u00e9"',
    ',"case":"\\u001F"',
    ',"case":"\\/"',
    ',"case":""',
    ',"case":{}',
    ',"count":0',
    ',"count":1',
    ',"count":2.5',
    ',"count":1e400',
    f',"count":{2**53}',
    ',"__proto__":"x"',
    ',"constructor":"x"',
]
ALLOWED = [('"feed",', '"staff:müller",'), ('"feed",', '"staff:a:b",'), ("rank", "a_b"), ('["watch"]', '["a","b_c"]')]
FORBIDDEN = [
    (":0,", ":0.0,"),
    (":0,", ":-0,"),
    (":0,", ":0e0,"),
    (":0,", ":null,"),
    (":0,", ":false,"),
    (":0,", ": 0,"),
    ("feed.rank", "feed.rank\\r"),
    ("feed.rank", "feed.rank.two"),
    ("feed.rank", "feed.Rank"),
    ("feed.rank", "toString.rank"),
    ('"feed",', '"staff:\\n",'),
    ('"feed",', '"staff:a b",'),
    ('"feed",', '"Feed",'),
    ('["watch"]', '["b","a"]'),
    ('["watch"]', '["A"]'),
    ('["watch"]', "[1]"),
    ('["watch"]', "{}"),
    ('["watch"]', "[]"),
]


def _odd_files() -> Iterator[tuple[str, bytes, Trust, bool]]:
    """Files that stand at the edge of what the specification allows: name, bytes, keys, and whether they may be."""
    bodies = [(BODY[:-1] + more + "}", True) for more in MORE] + [(BODY[:-1] + more + "}", False) for more in NO_MORE]
    bodies += [(BODY.replace(*pair, 1), True) for pair in ALLOWED]
    bodies += [(BODY.replace(*pair, 1), False) for pair in FORBIDDEN]
    bodies += [(text, False) for text in ("", "null", "[]", "{}", "\ufeff" + BODY, BODY + " ")]
    for body, good in bodies:
        log = Log(3, 2)
        log.read_body(log.people[0], body.encode())
        yield body, written(log.file(log.people[0], log.publish())), trust_in(log), good
    log, note = filled(5, 12)
    honest = written(log.file(max(log.people, key=lambda each: len(each.entries)), note))
    changes = {
        "byte order mark": b"\xef\xbb\xbf" + honest,
        "UTF-16": honest.decode().encode("utf-16"),
        "a zero behind": honest + b"\0",
        "deep": b"[" * 100_000,
        "deep and closed": b"[" * 5_000 + b"]" * 5_000,
        "prototype": honest.replace(b'"map":{', b'"map":{"__proto__":1,'),
        "escaped dash": honest.replace("—".encode(), b"\\u2014"),
        "lone surrogate": honest.replace("—".encode(), b"\\ud800"),
        "bare surrogate": honest.replace("—".encode(), b"\xed\xa0\x80"),
        "empty": b"",
        "null": b"null",
    }
    yield from ((name, data, trust_in(log), False) for name, data in changes.items())


def test_both_draw_the_same_edge_of_what_is_allowed(browsers: Path, tmp_path: Path) -> None:
    files, corpus = list(_odd_files()), Corpus()
    ours = [word_of(data, trust) for _, data, trust, _ in files]
    for (_, data, trust, _), word in zip(files, ours, strict=True):
        corpus.add(data, trust, word)
    theirs = judged(browsers, corpus, tmp_path)
    told = {name: (one, other) for (name, *_), one, other in zip(files, ours, theirs, strict=True)}
    assert {name: words for name, words in told.items() if words[0] != words[1]} == {}
    assert [name for name, *_, good in files if (told[name][0] is None) is not good] == []
