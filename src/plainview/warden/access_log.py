"""Owns the region's access log: what is booked in it, and that it and the store never say different things.

All writing happens in `with log.writing() as txn`: what was booked is durable when the block has ended, and did not
happen when it raises. Checkpoints are `publishing`'s, proof files `proofs`'.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from itertools import islice
from typing import Protocol

import lmdb
import msgspec
from msgspec import Struct

from plainview.warden import entries
from plainview.warden.entries import Kind, Read
from plainview.warden.merkle import CompactRange, leaf_hash
from plainview.warden.store import ONE, TWO, Store, Txn, rows
from plainview.warden.trees import Trees

__all__ = ["AccessLog", "LogState", "Read", "Subjects"]

_STATE = b"state"


class Subjects(Protocol):
    """The keys of persons, as the log needs them: all within the write transaction that the log is in."""

    def tag_key(self, txn: Txn, person: int) -> bytes:
        """The person's tag key; made with their other keys where there is none."""

    def seal_body(self, txn: Txn, person: int, aad: bytes, plain: bytes) -> tuple[int, bytes]:
        """The number of the person's HPKE context, and the body as its next message.

        A context that is begun writes its `enc` to `contexts`, under a number larger than any of the person's before.
        """

    def forget(self) -> None:
        """The transaction did not commit: no context that a message was sealed in since it began may be used again."""


class LogState(Struct, array_like=True):
    """Where the log is: one row, written with every transaction."""

    size: int = 0
    roots: bytes = b""
    reads: int = 0
    at_ms: int = 0
    acts: dict[int, int] = msgspec.field(default_factory=dict)


class AccessLog:
    """The log of one region: grows by entries, in the order in which they are booked."""

    def __init__(self, store: Store, subjects: Subjects, region: int, clock_ms: Callable[[], int]) -> None:
        self.store = store
        self.region = region
        self.trees = Trees(store)
        self._subjects = subjects
        self._clock_ms = clock_ms
        self._lock = threading.Lock()
        self._txn: Txn | None = None
        self._state = LogState()
        self._range = CompactRange()
        self._unsettled: dict[int, list[int]] = {}
        self._reload()

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._range.size

    @property
    def reads(self) -> int:
        """The number of entries of kind 1."""
        return self._state.reads

    @property
    def acts(self) -> dict[int, int]:
        """How many acts of each kind there are."""
        return dict(self._state.acts)

    @contextmanager
    def writing(self) -> Iterator[Txn]:
        """A write transaction of the whole store: committed and synced at the end of the block, undone when it raises.

        One at a time; others wait. Use it in one thread, and let nothing of it out before the block has ended.
        """
        with self._lock:
            txn = self.store.env.begin(write=True)
            self._txn = txn
            try:
                yield txn
                self._write_state(txn)
                txn.commit()
            except BaseException:
                with suppress(lmdb.Error):
                    txn.abort()
                self._reload()
                self._subjects.forget()
                raise
            finally:
                self._txn = None

    def append(self, txn: Txn, reads: Sequence[Read]) -> None:
        """Book reads; nothing may be released before the transaction has committed.

        Raises:
            UnknownPurposeError: a purpose has no number; nothing was booked.
            UnbookableError: a field has not the form of the specification; nothing was booked.
        """
        purposes = [entries.check(read) for read in reads]
        for read, purpose in zip(reads, purposes, strict=True):
            self._append_read(txn, read, purpose)

    def act(self, txn: Txn, act: int, body: bytes) -> int:
        """Book an act by authority or of removal before it takes effect. Its number among those of its kind, from 1."""
        number = self._state.acts.get(act, 0) + 1
        self._add(txn, entries.act_entry(self._moment(), self.region, act, number, sha256(body).digest()))
        self._state.acts[act] = number
        txn.put(TWO.pack(act, number), body, db=self.store.acts)
        return number

    def begin_erasure(self, txn: Txn, person: int, body: bytes) -> None:
        """Book that a person's deletion begins, before anything of theirs goes; nothing when that is booked already."""
        if txn.put(ONE.pack(person), b"", overwrite=False, db=self.store.erasing):
            self.act(txn, entries.Deed.DELETION, body)

    def note(self, txn: Txn, kind: int, payload: bytes) -> None:
        """Book a policy or client (payload: the hash), or a key (payload: what happened, 1 byte, and the hash)."""
        at_ms = self._moment()
        if kind == Kind.KEY:
            entry = entries.key_entry(at_ms, self.region, payload[0], payload[1:])
        elif kind in (Kind.POLICY, Kind.CLIENT):
            entry = entries.hash_entry(Kind(kind), at_ms, self.region, payload)
        else:
            raise ValueError(f"entries of kind {kind} are not noted")
        self._add(txn, entry)

    def erase(self, txn: Txn, person: int) -> None:
        """Delete a person's bodies and contexts. Their tree goes when its last head stands in the map."""
        txn.delete(ONE.pack(person), db=self.store.erasing)
        for index in self._unsettled.pop(person, ()):
            txn.delete(ONE.pack(index), db=self.store.newest)
        self.trees.settle(txn, person)
        for database in (self.store.bodies, self.store.contexts):
            for key, _ in list(rows(txn, database, ONE.pack(person))):
                txn.delete(key, db=database)
        if self.trees.read(txn, person):
            self.trees.erase(txn, person)

    def grown(self) -> CompactRange:
        """The tree as it is now, to go on from elsewhere."""
        return CompactRange.unpacked(self._range.size, self._range.packed())

    def settle(self, txn: Txn, persons_max: int | None = None) -> bool:
        """Put the newest reads of so many persons where proofs find them; whether there are more.

        A commit then syncs a few pages at the end of the store, not several for each person; this moves the reads of
        one person together, when nobody waits.
        """
        for person in list(islice(self._unsettled, persons_max)):
            for index in self._unsettled.pop(person):
                row = txn.get(ONE.pack(index), b"", db=self.store.newest)
                txn.put(row[: TWO.size], row[TWO.size :], db=self.store.bodies)
            self.trees.settle(txn, person)
        if not self._unsettled:
            txn.drop(self.store.newest, delete=False)
        return bool(self._unsettled)

    def book_heads(self, txn: Txn, at_ms: int, persons: int, map_root: bytes) -> tuple[bytes, list[bytes]]:
        """Book the heads; the entry, and its inclusion proof in the tree that ends with it."""
        entry = entries.heads_entry(self._moment(at_ms), self.region, persons, self._state.reads, map_root)
        proof = self._range.proof_of_next()
        self._add(txn, entry)
        return entry, proof

    def root(self) -> bytes:
        """The root of the tree as it is in this transaction."""
        return self._range.root()

    def _append_read(self, txn: Txn, read: Read, purpose: int) -> None:
        person = read.person
        tag_key = self._subjects.tag_key(txn, person)
        tree = self.trees.to_change(txn, person, lambda: entries.label_of(tag_key, person))
        number, at_ms = tree.range.size, self._moment(read.at_ms)
        body = entries.encode_body(number, at_ms, read)
        context, sealed = self._subjects.seal_body(txn, person, tree.last_leaf, body)
        tag = entries.tag_of(tag_key, number)
        entry = entries.read_entry(at_ms, self.region, purpose, tag, sha256(sealed).digest())
        index, row = self._range.size, TWO.pack(person, number) + context.to_bytes(4, "big") + sealed
        tree.append(self._add(txn, entry))
        txn.put(ONE.pack(index), row, append=True, db=self.store.newest)
        self._unsettled.setdefault(person, []).append(index)
        self._state.reads += 1

    def _add(self, txn: Txn, entry: bytes) -> bytes:
        """Put the entry at the end. Its leaf hash."""
        if txn is not self._txn:
            raise ValueError("the log is written in `with log.writing() as txn` only")
        txn.put(ONE.pack(self._range.size), entry, append=True, db=self.store.entries)
        leaf = leaf_hash(entry)
        self._range.append(leaf)
        return leaf

    def _moment(self, at_ms: int | None = None) -> int:
        """This moment, or the given one; never earlier than that of the entry before."""
        moment = self._clock_ms() if at_ms is None else at_ms
        self._state.at_ms = max(self._state.at_ms, moment)
        return self._state.at_ms

    def _write_state(self, txn: Txn) -> None:
        self.trees.trim()
        self._state.size, self._state.roots = self._range.size, self._range.packed()
        txn.put(_STATE, msgspec.msgpack.encode(self._state), db=self.store.meta)

    def _reload(self) -> None:
        """Take the state from the store: at the start, and after a transaction that did not commit."""
        self.trees.forget()
        self._unsettled.clear()
        with self.store.env.begin() as txn:
            packed = txn.get(_STATE, db=self.store.meta)
            self._regrow(txn)
        self._state = msgspec.msgpack.decode(packed, type=LogState) if packed else LogState()
        self._range = CompactRange.unpacked(self._state.size, self._state.roots)

    def _regrow(self, txn: Txn) -> None:
        """Grow the trees of the newest reads' persons again: from what was settled, by what was not."""
        for key, row in rows(txn, self.store.newest):
            person, number = TWO.unpack_from(row)
            tree = self.trees.read(txn, person)
            # A person who was settled before the others of the same round has these reads already.
            if tree is not None and number == tree.range.size:
                self.trees.to_change(txn, person, bytes)
                tree.append(leaf_hash(txn.get(key, b"", db=self.store.entries)))
                self._unsettled.setdefault(person, []).append(ONE.unpack(key)[0])
