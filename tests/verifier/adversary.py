"""A log's server that lies: the real access log, publisher and witnesses, with one lie in it at a time.

Honest code books, signs and serves; the lie is put between. So what is judged is what a bad operator would do with this
very program: the log's own key and the persons' secrets are all theirs.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plainview.operations.auditing import Audit, Seen, State, Watch, go_through
from plainview.operations.tiling import WIDTH
from plainview.warden.access_log import AccessLog
from plainview.warden.entries import Read
from plainview.warden.merkle import leaf_hash
from plainview.warden.proofs import proof_file
from plainview.warden.store import Txn
from plainview.warden.tiles import tile_path
from plainview_verifier import Proven, Trust, open_checkpoint
from tests.warden.fakes import TestLog, drawn

Bend = Callable[[bytes], list[bytes]]


def as_it_is(entry: bytes) -> list[bytes]:
    """No lie: the entry alone."""
    return [entry]


class BentAccessLog(AccessLog):
    """The real log, but that every entry passes `bend` before it is booked, and every moment `when`.

    `two_faced`: persons are told of the entry as it was, and the public log has the bent one.
    """

    bend: Bend = staticmethod(as_it_is)
    when: Callable[[int], int] | None = None
    two_faced: bool = False

    def _add(self, txn: Txn, entry: bytes) -> bytes:
        leaf = leaf_hash(entry)
        for each in self.bend(entry):
            booked = super()._add(txn, each)
            leaf = leaf if self.two_faced else booked
        return leaf

    def _append_read(self, txn: Txn, read: Read, purpose: int) -> None:
        before = self.size
        super()._append_read(txn, read, purpose)
        if self.size == before:
            # The next read gets the number in the log that this one should have had.
            self.settle(txn)

    def _moment(self, at_ms: int | None = None) -> int:
        moment = super()._moment(at_ms)
        return self.when(moment) if self.when else moment

    def count_reads(self, more: int) -> None:
        """Let the heads count more reads, or fewer, than were booked."""
        with self.writing():
            self._state.reads += more

    def add_raw(self, entry: bytes) -> None:
        """Put any bytes at the end of the log."""
        with self.writing() as txn:
            AccessLog._add(self, txn, entry)


@dataclass
class LyingLog(TestLog):
    """A whole log whose owner lies as `bend` and `when` say, from the moment they are set."""

    def open(self) -> None:
        """Start as the honest log does, with the log's class exchanged."""
        super().open()
        self.log.__class__ = BentAccessLog

    @property
    def bent(self) -> BentAccessLog:
        """The log that lies."""
        assert isinstance(self.log, BentAccessLog)
        return self.log

    @property
    def trust(self) -> Trust:
        """What everyone knows of this log."""
        return Trust(self.signer.verifier.vkey, tuple(book.signer.verifier.vkey for book in self.books), self.quorum)

    def note(self) -> str:
        """The checkpoint in public."""
        return (self.folder / "public" / "checkpoint").read_text()

    def bundles(self, start: int, size: int) -> list[bytes]:
        """The public bundles from a bundle's edge up to this size."""
        folder = self.folder / "public"
        widths = [(at // WIDTH, min(WIDTH, size - at)) for at in range(start, size, WIDTH)]
        paths = [(folder / tile_path("entries", number, width), width) for number, width in widths]
        full = [path if path.exists() else path.parents[0].with_suffix("") for path, _ in paths]
        return [first(path.read_bytes(), width) for path, (_, width) in zip(full, paths, strict=True)]

    def audited(
        self, state: State | None = None, seen: list[Seen] | None = None, proven: Proven | None = None
    ) -> State:
        """What an auditor finds in the public files; raises what it raises."""
        size, root = open_checkpoint(self.note(), self.trust)
        audit = Audit(
            state or State(), [*(seen or []), Seen(size, root, self.note())], Watch(proven) if proven else None
        )
        go_through(audit, size, self.bundles(audit.state.size, size), lambda _: None)
        return audit.state

    def file_of(self, person: int) -> bytes:
        """The person's proof file as the real code makes it."""
        secrets = drawn("tag key", person), self.persons.private_key(person)
        return proof_file(self.log, self.publisher, person, secrets)

    def busy(self, persons: int, rounds: int) -> None:
        """Some reads of each person in each of these rounds, 7 seconds apart."""
        for at in range(rounds):
            self.book(
                *(self.read(person, ("feed.rank", "account.own_view")[at % 2]) for person in range(1, persons + 1))
            )
            self.clock.ms += 7_000


def first(bundle: bytes, width: int) -> bytes:
    """The first entries of a bundle, so many."""
    at = 0
    for _ in range(width):
        at += 2 + int.from_bytes(bundle[at : at + 2], "big")
    return bundle[:at]


@dataclass
class Corpus:
    """Files with the judgement that is due, written for the other verifier to judge too."""

    lines: list[str] = field(default_factory=list)

    def add(self, file: bytes, trust: Trust, word: str | None) -> None:
        """One file: the word by which it must be refused, or None where it must be believed."""
        expected: dict[str, Any] = {
            "log_key": trust.log_key,
            "witness_keys": trust.witness_keys,
            "quorum": trust.quorum,
        }
        self.lines.append(json.dumps({"file": b64encode(file).decode(), "expected": expected, "word": word}))

    def write(self, path: Path) -> None:
        """Put it into a file, one JSON object a line."""
        path.write_text("".join(line + "\n" for line in self.lines))
