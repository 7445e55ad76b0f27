"""Every lie that a log's owner can tell with this very program is found by whom the specification says."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from plainview.operations.auditing import AuditFailedError, Seen, State
from plainview.warden.entries import Deed, read_entry, tag_of
from plainview.warden.publishing import LogRolledBackError, QuorumMissedError
from plainview_verifier import READ, Proven, open_checkpoint, verify
from tests.verifier.adversary import LyingLog
from tests.verifier.test_mutations import word_of
from tests.warden.fakes import REGION, drawn

ADA = 1


@pytest.fixture
def log(tmp_path: Path) -> Iterator[LyingLog]:
    """A log that was honest until now, with one checkpoint in public."""
    made = LyingLog(tmp_path / "log")
    made.busy(3, 5)
    made.publish()
    yield made
    made.close()


@dataclass
class Judged:
    """The word of each who looks: the person with an earlier file, the auditor, the auditor with the person's file."""

    person: str | None
    auditor: str | None
    both: str | None


def audit_word(log: LyingLog, seen: list[Seen], proven: Proven | None = None) -> str | None:
    """The word by which an audit of all that is public fails; None where it finds nothing."""
    try:
        log.audited(State(), seen, proven)
    except AuditFailedError as failed:
        return failed.word
    return None


def judged(log: LyingLog, lie: Callable[[LyingLog], None]) -> Judged:
    """Who notices a lie that is told between two checkpoints."""
    before, note = log.file_of(ADA), log.note()
    seen = [Seen(*open_checkpoint(note, log.trust), note)]
    log.clock.ms += 20_000
    lie(log)
    log.clock.ms += 20_000
    log.publish()
    file = log.file_of(ADA)
    person = word_of(file, log.trust, before)
    proven = None if person else verify(file, log.trust)
    return Judged(person, audit_word(log, seen), audit_word(log, seen, proven) if proven else None)


def once(change: Callable[[bytes], list[bytes]]) -> Callable[[bytes], list[bytes]]:
    """A bend that bends the next read only."""
    done: list[bytes] = []

    def bend(entry: bytes) -> list[bytes]:
        if entry[1] != READ or done:
            return [entry]
        done.append(entry)
        return change(entry)

    return bend


def bending(
    change: Callable[[bytes], list[bytes]], two_faced: bool = False, miscount: int = 0
) -> Callable[[LyingLog], None]:
    """The lie that bends one read of Ada's, and counts so as to hide it."""

    def lie(log: LyingLog) -> None:
        log.bent.bend, log.bent.two_faced = once(change), two_faced
        log.busy(1, 3)
        log.bent.two_faced = False
        if miscount:
            log.bent.count_reads(miscount)

    return lie


def test_an_honest_log_is_believed_by_all(log: LyingLog) -> None:
    assert judged(log, lambda log: log.busy(3, 4)) == Judged(None, None, None)


def dated(entry: bytes, minutes: int) -> bytes:
    """The entry with another epoch."""
    return entry[:2] + (int.from_bytes(entry[2:6], "big") + minutes).to_bytes(4, "big") + entry[6:]


@pytest.mark.parametrize(
    ("lie", "found"),
    [
        # A read that the person sees is missing in public: the count tells the auditor, or their file does.
        (bending(lambda _: [], two_faced=True), Judged(None, "heads", "chain")),
        (bending(lambda _: [], two_faced=True, miscount=-1), Judged(None, None, "chain")),
        # A read stands twice.
        (bending(lambda entry: [entry, entry]), Judged(None, "heads", "chain")),
        (bending(lambda entry: [entry, entry], miscount=1), Judged(None, None, "chain")),
        # A read is dated back, for all (the next one is chained to it, so it does not open), or in public only.
        (bending(lambda entry: [dated(entry, -3)]), Judged("body", "chain", None)),
        (bending(lambda entry: [dated(entry, -3)], two_faced=True), Judged(None, "chain", "chain")),
        # A read is said to be for something else than the person is told.
        (bending(lambda entry: [entry[:7] + b"\7" + entry[8:]]), Judged("body", None, None)),
        (bending(lambda entry: [entry[:7] + b"\7" + entry[8:]], two_faced=True), Judged(None, None, "chain")),
        # The public entry leaks: a name in place of the tag, bytes more, a purpose or region of its own.
        (bending(lambda entry: [entry[:8] + b"ada@example.org!" + entry[24:]]), Judged("body", None, None)),
        (bending(lambda entry: [entry[:8] + b"ada@example.org!" + entry[24:]], True), Judged(None, None, "chain")),
        (bending(lambda entry: [entry + b"Ada"]), Judged("body", "format", None)),
        (bending(lambda entry: [entry + b"Ada"], two_faced=True), Judged(None, "format", "format")),
        (bending(lambda entry: [entry[:7] + b"\x08" + entry[8:]]), Judged("body", "format", None)),
        (bending(lambda entry: [entry[:6] + b"\x09" + entry[7:]]), Judged("body", "format", None)),
        # Another body is vouched for than the one that the person gets.
        (bending(lambda entry: [entry[:24] + bytes(32)]), Judged("body", None, None)),
        (bending(lambda entry: [entry[:24] + bytes(32)], two_faced=True), Judged(None, None, "chain")),
    ],
)
def test_a_bent_entry_is_found(log: LyingLog, lie: Callable[[LyingLog], None], found: Judged) -> None:
    assert judged(log, lie) == found


def test_a_read_that_the_person_is_not_told_of_is_found_in_the_public_log(log: LyingLog) -> None:
    def lie(log: LyingLog) -> None:
        tag = tag_of(drawn("tag key", ADA), 5)
        log.bent.add_raw(read_entry(log.clock.ms, REGION, 2, tag, bytes(32)))
        log.bent.count_reads(1)

    assert judged(log, lie) == Judged(None, None, "chain")


def test_a_read_left_out_of_the_persons_file_is_found(log: LyingLog) -> None:
    log.busy(3, 3)
    log.publish()
    told: dict[str, Any] = json.loads(log.file_of(ADA))
    del told["contexts"][-1]["bodies"][-1]
    assert word_of(json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode(), log.trust) == "map"


def test_times_that_go_back_are_found_by_both(log: LyingLog) -> None:
    def lie(log: LyingLog) -> None:
        log.bent.when = lambda moment: moment - 200_000
        log.busy(1, 2)
        log.bent.when = None

    assert judged(log, lie) == Judged("chain", "chain", None)


def test_entries_of_unknown_kinds_and_acts_left_out_are_found(log: LyingLog) -> None:
    def unknown(log: LyingLog) -> None:
        log.bent.add_raw(b"\1\7" + log.bent.bend(bytes(60))[0])

    def left_out(log: LyingLog) -> None:
        for _ in range(3):
            with log.log.writing() as txn:
                log.log.act(txn, Deed.GAGGED_REQUEST, b"sealed")
            log.bent.bend = lambda entry: [] if entry[1] == 4 else [entry]

    def unmade(log: LyingLog) -> None:
        with log.log.writing() as txn:
            log.log.act(txn, Deed.TAKEDOWN, b"sealed")
        log.bent.bend = lambda entry: [] if entry[1] == 4 else [entry]
        with log.log.writing() as txn:
            log.log.act(txn, Deed.TAKEDOWN, b"sealed")
        log.bent.bend = lambda entry: [entry]
        with log.log.writing() as txn:
            log.log.act(txn, Deed.TAKEDOWN, b"sealed")

    assert judged(log, unknown).auditor == "format"
    assert judged(log, left_out).auditor == "format"
    twin = LyingLog(log.folder.parent / "twin")
    twin.busy(1, 1)
    twin.publish()
    assert judged(twin, unmade).auditor == "chain"
    twin.close()


def test_a_person_struck_from_the_map_is_told(log: LyingLog) -> None:
    with log.log.writing() as txn:
        for key, row in list(txn.cursor(log.store.heads)):
            txn.put(key, row[:40] + bytes(8) + row[48:], db=log.store.heads)
    told: dict[str, Any] = json.loads(log.file_of(ADA))
    assert told["contexts"] == []
    assert word_of(log.file_of(ADA), log.trust) == "map"


def test_a_log_that_is_rolled_back_stops_and_is_found(log: LyingLog, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(log.folder / "store", old / "store")
    shutil.copytree(log.folder / "public", old / "public")
    log.busy(3, 10)
    log.publish()
    newer, note = log.file_of(ADA), log.note()
    seen = [Seen(*open_checkpoint(note, log.trust), note)]
    log.store.close()
    for name in ("store", "public"):
        shutil.rmtree(log.folder / name)
    shutil.copytree(old / "public", log.folder / "public")
    shutil.copytree(old / "store", log.folder / "store")
    log.open()
    assert word_of(log.file_of(ADA), log.trust, newer) == "history"
    assert audit_word(log, seen) == "history"
    # It now goes another way. The witnesses remember; and what they do not cosign, nobody believes.
    log.clock.ms += 60_000
    log.busy(2, 30)
    with pytest.raises(QuorumMissedError):
        log.publish()
    assert log.note() == (old / "public" / "checkpoint").read_text()


def test_the_honest_program_refuses_to_go_on_with_an_old_store(log: LyingLog, tmp_path: Path) -> None:
    shutil.copytree(log.folder / "store", tmp_path / "old")
    log.busy(3, 10)
    log.publish()
    log.store.close()
    shutil.rmtree(log.folder / "store")
    shutil.copytree(tmp_path / "old", log.folder / "store")
    with pytest.raises(LogRolledBackError):
        log.open()
    log.store.close()


def test_two_histories_are_found_by_whoever_saw_both(tmp_path: Path) -> None:
    # Two copies of one log with witnesses of their own who are all in the plot: every quorum is there.
    one, other = LyingLog(tmp_path / "one"), LyingLog(tmp_path / "other")
    for log in (one, other):
        log.busy(3, 5)
        log.publish()
    shared, before = one.note(), one.file_of(ADA)
    seen = [Seen(*open_checkpoint(shared, one.trust), shared)]
    # All but the last line, the ML-DSA-44 signature, which is another one each time.
    assert shared.splitlines()[:-1] == other.note().splitlines()[:-1]
    one.busy(3, 4)
    other.busy(2, 6)
    for log in (one, other):
        log.publish()
        assert audit_word(log, seen) is None
        assert word_of(log.file_of(ADA), log.trust, before) is None
    size, root = open_checkpoint(one.note(), one.trust)
    assert audit_word(other, [Seen(size, root, "")]) == "history"
    assert word_of(other.file_of(ADA), other.trust, one.file_of(ADA)) == "history"
    # A person's file from one history does not stand in the other.
    assert audit_word(other, [], verify(one.file_of(ADA), one.trust)) is not None
    for log in (one, other):
        log.close()


def test_silence_is_counted(log: LyingLog) -> None:
    log.clock.ms += 40 * 60_000
    log.busy(1, 1)
    log.publish()
    state = log.audited()
    assert (state.gaps, state.longest_gaps[0][1] - state.longest_gaps[0][0]) == (1, 40)


def test_a_checkpoint_that_does_not_stand_behind_heads_is_found(log: LyingLog) -> None:
    original = log.bent.bend

    def swapped(entry: bytes) -> list[bytes]:
        return [entry, entry[:1] + b"\3" + entry[2:39]] if entry[1] == 2 else [entry]

    log.bent.bend = swapped
    log.busy(1, 1)
    with suppress(QuorumMissedError):
        log.publish()
    log.bent.bend = original
    assert audit_word(log, []) == "heads"
