"""Owns checkpoints: heads into the log, the tree signed, witnesses asked, and only then anything put where all can see.

The order is what keeps the log honest through any crash. What will be signed is stored and synced before a signature
leaves the process; one size has one root, for the tree only grows; and a checkpoint whose size is below that of the one
in public (a store brought back from an old copy) stops the warden instead of being signed.
"""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from plainview.kernel.errors import PlainviewError, UnavailableError
from plainview.warden.access_log import AccessLog
from plainview.warden.heads import Folded, HeadsMap, MapProof, key_of
from plainview.warden.lattice import LatticeSigner
from plainview.warden.merkle import consistency_proof
from plainview.warden.notes import Checkpoint, NoteError, Signer, note_of, read_checkpoint, read_note
from plainview.warden.pacing import NO_PACE, Pace
from plainview.warden.store import ONE, Store, Txn
from plainview.warden.tiles import Tiles, put_file
from plainview.warden.trees import ERASED
from plainview.warden.witnesses import Witnesses

CHECKPOINT: Final = "checkpoint"
VKEY: Final = "vkey"
LATTICE_VKEY: Final = "vkey-ml-dsa-44"
GATHERED_MAX: Final = 200
SETTLED_MAX: Final = 20
_PUBLISHED, _SIGNED, _LAID = b"published", b"signed", b"laid"


class LogRolledBackError(PlainviewError):
    """The store is behind what this log has said in public."""

    code, status, title = "log_rolled_back", 500, "The access log's store is older than its public checkpoint"


class ForeignLogError(PlainviewError):
    """The public folder holds a checkpoint that another key signed."""

    code, status = "log_foreign", 500
    title = "The public folder holds another log; move it away, or bring back that log's store"


class QuorumMissedError(UnavailableError):
    """Too few witnesses cosigned; the checkpoint in public stays the one before."""

    code, title = "quorum_missed", "Too few witnesses cosigned the checkpoint"


@dataclass(frozen=True)
class Terms:
    """What a log promises with its checkpoints: its origin, who signs, and how many witnesses must have cosigned."""

    origin: str
    signer: Signer
    quorum: int


class Signed(Struct, array_like=True, frozen=True):
    """A checkpoint that may have left: stored before it does."""

    size: int
    root: bytes
    text: str
    line: str
    heads: bytes
    heads_proof: list[bytes]
    at_ms: int
    lattice_line: str = ""


class Published(Struct, array_like=True, frozen=True):
    """The checkpoint in public: the signed one, cosignature lines by vkey, and its generation of the map of heads."""

    signed: Signed
    cosignatures: dict[str, str]
    generation: int


class Publisher:
    """Makes and publishes the checkpoints of one log."""

    def __init__(self, log: AccessLog, terms: Terms, folder: Path, witnesses: Witnesses) -> None:
        if not 0 <= terms.quorum <= len(witnesses.keys):
            raise ValueError(f"a quorum of {terms.quorum} of {len(witnesses.keys)} witnesses cannot be had")
        self.terms = terms
        self.witnesses = witnesses
        self.map = HeadsMap(log.store)
        self._log, self._store = log, log.store
        self._lattice = LatticeSigner(terms.signer)
        self._folder = folder
        self._tiles = Tiles(folder, log.store)
        self._lock = threading.Lock()
        self._recover()

    @property
    def published_at_ms(self) -> int:
        """When the checkpoint in public was made; 0 before the first."""
        with self._store.env.begin() as txn:
            found = read_published(self._store, txn)
        return found.signed.at_ms if found else 0

    def publish(self, now_ms: int) -> str:
        """Make a checkpoint of all that is booked, and publish it. Its note, as it now stands in public.

        Raises:
            QuorumMissedError: too few witnesses cosigned. What was prepared goes with the next one.
        """
        with self._lock:
            generation = self._generation()
            signed, folded = self._sign(generation, now_ms)
            self._lay(signed.size)
            lines = self.witnesses.cosign(
                note_of(signed.text, [signed.line]),
                signed.size,
                lambda old: consistency_proof(old, signed.size, self._tiles.node(signed.size)),
            )
            if len(lines) < self.terms.quorum:
                raise QuorumMissedError(f"{len(lines)} of {len(self.witnesses.keys)}; {self.terms.quorum} are needed.")
            published = Published(signed, lines, folded.generation)
            with self._log.writing() as txn:
                self.map.settle(txn, folded)
                txn.put(_PUBLISHED, msgspec.msgpack.encode(published), db=self._store.meta)
            return self._show(published)

    def map_proof(self, txn: Txn, label: bytes, generation: int) -> tuple[int, MapProof]:
        """How many entries the published map says that the person of this label has, and the proof of it."""
        key = key_of(label)
        return self.map.size_of(txn, key, generation), self.map.proof(txn, key, generation)

    def _sign(self, generation: int, now_ms: int) -> tuple[Signed, Folded]:
        """Book the heads and sign the tree: durable when this returns, and nothing has left yet.

        Most heads are gathered and hashed beforehand, so that those who book reads wait only for the last few.
        """
        pace = Pace()
        while self._settle_some():
            pace.breathe()
        while len(self._gather_some(generation)) == GATHERED_MAX:
            pace.breathe()
        with self._store.env.begin() as txn:
            folded = self.map.begin(txn, generation, pace)
        with self._log.writing() as txn:
            self._log.settle(txn)
            self.map.fold(txn, folded, self._gather(txn, generation, None), NO_PACE)
            heads, proof = self._log.book_heads(txn, now_ms, self.map.persons(txn), folded.root)
            checkpoint = Checkpoint(self.terms.origin, self._log.size, self._log.root())
            line = self.terms.signer.sign(checkpoint.text)
            second = self._lattice.sign(checkpoint, now_ms // 1000)
            signed = Signed(checkpoint.size, checkpoint.root, checkpoint.text, line, heads, proof, now_ms, second)
            txn.put(_SIGNED, msgspec.msgpack.encode(signed), db=self._store.meta)
        return signed, folded

    def _settle_some(self) -> bool:
        with self._log.writing() as txn:
            return self._log.settle(txn, SETTLED_MAX)

    def _gather_some(self, generation: int) -> list[int]:
        with self._log.writing() as txn:
            return self._gather(txn, generation, GATHERED_MAX)

    def _gather(self, txn: Txn, generation: int, count_max: int | None) -> list[int]:
        """Put heads that changed into the map that is prepared. The bucket of each."""
        buckets = []
        for person, why in self._log.trees.take_dirty(txn, count_max):
            tree = self._log.trees.read(txn, person)
            if tree is None or not tree.range.size:
                continue
            head = tree.range.size, tree.range.root()
            buckets.append(self.map.put(txn, tree.label, head, generation + 1))
            if why == ERASED:
                self._log.trees.drop(txn, person)
        return buckets

    def _generation(self) -> int:
        with self._store.env.begin() as txn:
            published = read_published(self._store, txn)
        return published.generation if published else 0

    def _lay(self, size: int) -> None:
        """Write the tiles up to this size, beyond those that are known to be there."""
        with self._store.env.begin() as txn:
            laid = int.from_bytes(txn.get(_LAID, b"", db=self._store.meta), "big")
        if laid > size:
            return
        self._tiles.lay(laid, size, Pace())
        with self._log.writing() as txn:
            txn.put(_LAID, ONE.pack(size), db=self._store.meta)

    def _show(self, published: Published) -> str:
        """Put the checkpoint's file in place."""
        keys = [each.vkey for each in self.witnesses.keys]
        known = [published.cosignatures[each] for each in keys if each in published.cosignatures]
        note = note_of(published.signed.text, [published.signed.line, *known, published.signed.lattice_line])
        put_file(self._folder / CHECKPOINT, note.encode())
        return note

    def _recover(self) -> None:
        """Bring the files to what the store says, after a stop at any instant; they are never put back.

        Raises:
            LogRolledBackError: the store is older than the checkpoint in public.
            ForeignLogError: the public files are another log's.
        """
        with self._store.env.begin() as txn:
            published, signed = read_published(self._store, txn), txn.get(_SIGNED, db=self._store.meta)
        self._refuse_rollback(published)
        put_file(self._folder / VKEY, f"{self.terms.signer.verifier.vkey}\n".encode())
        put_file(self._folder / LATTICE_VKEY, f"{self._lattice.vkey}\n".encode())
        if not (self._folder / "tile").exists():
            with self._log.writing() as txn:
                txn.delete(_LAID, db=self._store.meta)
        if signed:
            self._lay(msgspec.msgpack.decode(signed, type=Signed).size)
        if published:
            self._show(published)

    def _refuse_rollback(self, published: Published | None) -> None:
        """Compare the checkpoint in public with the store's: it must be that one, or an earlier one."""
        path = self._folder / CHECKPOINT
        if not path.exists():
            return
        try:
            note = read_note(path.read_bytes())
            shown = read_checkpoint(note.text)
        except NoteError:
            # A file that is no checkpoint says nothing; the right one takes its place.
            return
        if not note.signed_by(self.terms.signer.verifier):
            raise ForeignLogError
        size, root = (published.signed.size, published.signed.root) if published else (0, b"")
        if shown.size > size or (shown.size == size and shown.root != root):
            raise LogRolledBackError(
                f"The public checkpoint has {shown.size} entries, the store's {size}. Bring back the newest store, "
                "or retire this log and begin another, as docs/trust/retiring.md says."
            )


def read_published(store: Store, txn: Txn) -> Published | None:
    """The checkpoint in public as the store has it; None before the first."""
    packed = txn.get(_PUBLISHED, db=store.meta)
    return msgspec.msgpack.decode(packed, type=Published) if packed else None
