"""Mutants of the way from a question to a value: what drops or reorders the log's call, the commit or the sync dies.

Each mutant is the module's own source with one change, compiled anew; `check_log_before_key` must fail on every one,
and hold on the source as it stands.
"""

import ast
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import lmdb
import msgspec
import pytest

from plainview.adapters.custodian_file import CustodianFiles
from plainview.kernel.frames import OK, framed, read_frame
from plainview.kernel.purposes import Purpose
from plainview.warden import access_log, store
from plainview.warden.approvals import Approvals
from plainview.warden.entries import Kind, body_info, head_of, tag_of
from plainview.warden.hpke import receiver
from plainview.warden.keeper import Call
from plainview.warden.keys import Keys
from plainview.warden.merkle import CompactRange, leaf_hash
from plainview.warden.policy import Policy
from plainview.warden.protocol import By, Destroy, Erase, Open, Plain, Proof, Seal, Sealed, Use
from plainview.warden.starting import clock_ms
from tests.warden.living import DEVICE, FEED, FIELDS, REGION, REPORT, SERVER, SITE, WATCHED, new_person
from tests.warden.mutating import changes, compiled, drops

ORIGIN = "localhost/log/test"
MODULES = ("opening", "keeper", "access_log", "store")


class CommitFailedError(lmdb.Error):
    """What a full disk is to a commit."""


@dataclass
class Watched:
    """The store's environment, watched: when a write began to be durable; and, when told, failing to be."""

    env: Any
    events: list[str]
    fails: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.env, name)

    def begin(self, write: bool = False) -> Any:
        txn = self.env.begin(write=write)
        return WatchedWrite(txn, self) if write else txn


@dataclass
class WatchedWrite:
    """A write transaction that says when it has committed."""

    txn: Any
    watched: Watched

    def __getattr__(self, name: str) -> Any:
        return getattr(self.txn, name)

    def commit(self) -> None:
        if self.watched.fails:
            self.txn.abort()
            raise CommitFailedError("no space left")
        self.txn.commit()
        self.watched.events.append("committed")


@dataclass
class Rig:
    """A warden's inside, made of these modules."""

    folder: Path
    modules: dict[str, ModuleType]
    events: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = self.modules["store"].Store(self.folder / "store", 1 << 26)
        self.keys = Keys(self.store, CustodianFiles(self.folder / "keys", REGION), REGION, ORIGIN)
        self.watched = Watched(self.store.env, self.events)
        self.store.env = self.watched
        self.log = self.modules["access_log"].AccessLog(self.store, self.keys, REGION, clock_ms)
        opening_module = self.modules["opening"]
        unseal = opening_module.unseal

        def seen(*arguments: Any) -> bytes:
            self.events.append("opened")
            return bytes(unseal(*arguments))

        # The module is this rig's own copy, so nothing but this rig sees the watch.
        opening_module.__dict__["unseal"] = seen
        self.opening = opening_module.Opening(self.log, self.keys, Policy(FIELDS), Approvals(self.log, SITE), clock_ms)
        tending = Tended(self.opening)
        self.keeper = self.modules["keeper"].Keeper(self.log, self.keys, self.opening, tending)

    def ask(self, *questions: tuple[str, Any]) -> list[tuple[str, Any]]:
        """The answers to one batch: each one's op and payload."""
        frames = [read_frame(framed(number, op, payload)[4:]) for number, (op, payload) in enumerate(questions)]
        answers = self.keeper.answer([Call(frame) for frame in frames])
        read = [read_frame(answer[4:]) for answer in answers]
        return [(frame.op, msgspec.msgpack.decode(frame.payload)) for frame in read]


class Tended:
    """The ops besides opening: those that book reads or acts are the opening's own."""

    def __init__(self, its_opening: Any) -> None:
        self._opening = its_opening
        self.destroy = its_opening.destroy

    def proof(self, txn: Any, question: Proof) -> Callable[[], str]:
        self._opening.own_view(txn, question)
        return lambda: "the file"

    def __getattr__(self, name: str) -> Any:
        return partial(self._none, name)

    def _none(self, name: str, *_: Any) -> Any:
        raise AssertionError(f"{name} is not asked for here")


@contextmanager
def rig(**changed: ModuleType) -> Iterator[Rig]:
    """A warden's inside in a folder of its own; some modules are others."""
    folder = Path(tempfile.mkdtemp(prefix="plainview-mutant-"))
    made = None
    try:
        made = Rig(folder, {name: changed.get(name) or compiled(name) for name in MODULES})
        yield made
    finally:
        if made is not None:
            made.watched.env.close()
        shutil.rmtree(folder)


def check_log_before_key(**changed: ModuleType) -> None:
    """Whatever is read is booked, durably, before it is opened; and nothing is opened where it could not be booked."""
    with rig(**changed) as made:
        flags = made.watched.env.flags()
        assert flags["sync"], "commits reach the disk"
        assert flags["metasync"], "and the page that makes them count too"
        persons = [new_person() for _ in range(4)]
        (told,) = made.ask(("seal", Seal([Plain(person, DEVICE, b"secret") for person in persons])))
        assert told[0] == OK
        sealed = [Sealed(person, DEVICE, value) for person, value in zip(persons, told[1], strict=True)]
        check_refusals(made, sealed)
        check_reads(made, sealed)
        check_failing_disk(made, sealed)
        expected = {persons[0]: 3, persons[1]: 3, persons[2]: 0}
        check_books(made.folder, expected, gone=persons[2], env=made.watched.env)


def check_refusals(made: Rig, sealed: Sequence[Sealed]) -> None:
    """What the policies forbid is neither opened nor booked."""
    made.events.clear()
    answers = made.ask(
        ("open", Open(list(sealed), Purpose.MODERATION, SERVER)),
        ("use", Use([sealed[0].person], [REPORT], Purpose.FEED_RANK, FEED)),
        ("open", Open(list(sealed), Purpose.OWN_VIEW, By("nobody"))),
    )
    assert [op for op, _ in answers] == ["not_allowed"] * 3
    assert "opened" not in made.events


def check_reads(made: Rig, sealed: Sequence[Sealed]) -> None:
    """Two reads, a use and a person's own view in one batch; then an erasure."""
    first, second, third, fourth = sealed
    assert made.ask(("open", Open([third], Purpose.OWN_VIEW, SERVER))) == [(OK, [b"secret"])]
    made.events.clear()
    answers = made.ask(
        ("open", Open([first, second], Purpose.OWN_VIEW, SERVER)),
        ("use", Use([first.person, second.person], [WATCHED], Purpose.FEED_RANK, FEED)),
        ("open", Open([second], Purpose.SECURITY, SERVER)),
        ("proof", Proof(first.person, SERVER)),
    )
    assert answers[:3] == [(OK, [b"secret", b"secret"]), (OK, []), (OK, [b"secret"])]
    assert made.events == ["committed", "opened", "opened", "opened"]
    with made.log.writing() as txn:
        made.log.settle(txn, 1)
    for _ in range(2):
        assert made.ask(("erase", Erase(third.person))) == [(OK, None)]
    assert made.ask(("destroy", Destroy(third.person))) == [(OK, True)]
    assert made.ask(("destroy", Destroy(fourth.person))) == [(OK, True)]
    assert made.ask(("open", Open([third, fourth], Purpose.OWN_VIEW, SERVER))) == [(OK, [None, None])]


def check_failing_disk(made: Rig, sealed: Sequence[Sealed]) -> None:
    """A commit that fails releases nothing and books nothing."""
    made.events.clear()
    made.watched.fails = True
    answers = made.ask(("open", Open([sealed[0]], Purpose.OWN_VIEW, SERVER)), ("open", Open([sealed[1]], "x", SERVER)))
    made.watched.fails = False
    assert all(op != OK and b"secret" not in repr(payload).encode() for op, payload in answers)
    assert made.events == []


def check_books(folder: Path, expected: dict[int, int], gone: int, env: Any) -> None:
    """What another process would find: each person's entries in the log, in order, and the state beside them."""
    env.close()
    again = store.Store(folder / "store", 1 << 26)
    try:
        keys = Keys(again, CustodianFiles(folder / "keys", REGION), REGION, ORIGIN)
        log = access_log.AccessLog(again, keys, REGION, clock_ms)
        with log.writing() as txn:
            log.settle(txn)
        with again.env.begin() as txn:
            entries = [entry for _, entry in store.rows(txn, again.entries)]
            reads = [entry for entry in entries if head_of(entry).kind is Kind.READ]
            acts = [entry for entry in entries if head_of(entry).kind is Kind.ACT]
            changed = [entry for entry in entries if head_of(entry).kind in (Kind.ACT, Kind.KEY)]
            assert [head_of(entry).kind for entry in changed] == [Kind.ACT, Kind.KEY] * 2
            body = txn.get(store.TWO.pack(1, 1), db=again.acts)
            assert body is not None
            assert acts[0][-32:] == sha256(body).digest()
            assert list(store.rows(txn, again.erasing)) == []
            assert keys.is_gone(txn, gone)
            grown = CompactRange()
            for entry in entries:
                grown.append(leaf_hash(entry))
            # One read was booked on the person who was then erased: the entry stays, what it says is gone.
            assert len(reads) == sum(expected.values()) + 1
            assert (log.size, log.root(), log.reads) == (len(entries), grown.root(), len(reads))
            for person, count in expected.items():
                check_person(again, txn, keys, (person, count), reads)
    finally:
        again.close()


def check_person(again: store.Store, txn: Any, keys: Keys, wanted: tuple[int, int], reads: list[bytes]) -> None:
    """One person's chain, as the person would check it."""
    person, count = wanted
    held = keys.find(txn, person)
    bodies = list(store.rows(txn, again.bodies, store.ONE.pack(person)))
    assert len(bodies) == count
    if held is None:
        return
    enc = txn.get(store.TWO.pack(person, 1), db=again.contexts)
    context, last_leaf, grown = receiver(held.private_key, enc, body_info(ORIGIN)), bytes(32), CompactRange()
    by_tag = {entry[8:24]: entry for entry in reads}
    for number, (_, row) in enumerate(bodies):
        told = json.loads(context.unseal(last_leaf, row[4:]))
        assert told["n"] == number
        last_leaf = leaf_hash(by_tag[tag_of(held.tag_key, number)])
        grown.append(last_leaf)
    packed = txn.get(store.ONE.pack(person), db=again.trees)
    assert packed is not None
    assert grown.packed() in packed


# What must not be dropped: each statement of these functions that books, stores or commits.
BOOKS = {
    "opening": {"open", "use", "own_view", "erase", "destroy"},
    "access_log": {"writing", "append", "act", "begin_erasure", "note", "_append_read", "_add", "_write_state"},
}
CALLS = {
    "append", "act", "note", "destroy", "put", "delete", "commit", "_append_read", "_add", "_write_state", "settle",
    "erase", "begin_erasure",
}  # fmt: skip
MUTANTS = [*drops(BOOKS, CALLS), *changes(MODULES)]


def test_the_source_as_it_stands_holds() -> None:
    check_log_before_key()


@pytest.mark.parametrize(("name", "tree"), [pytest.param(*rest, id=what) for what, *rest in MUTANTS])
def test_a_mutant_that_drops_or_reorders_the_log_is_found_out(name: str, tree: ast.Module) -> None:
    mutant = compiled(name, tree)
    with pytest.raises(Exception):  # noqa: B017, PT011 - However it shows, it must show.
        check_log_before_key(**{name: mutant})


def test_there_are_enough_mutants_to_mean_something() -> None:
    assert len(MUTANTS) >= 37
