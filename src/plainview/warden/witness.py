"""Owns a witness: it cosigns a log's checkpoint only when that extends what it saw before (C2SP's tlog-witness).

What was seen is compared and replaced in one write transaction, which is on disk before the cosignature exists. So two
requests at once cannot roll a log back, and a crash forgets nothing that was answered.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import lmdb
import msgspec
from msgspec import Struct

from plainview.warden.merkle import EMPTY_ROOT, HASH_BYTES, consistent
from plainview.warden.notes import COSIGNATURE, Checkpoint, NoteError, Signer, Verifier, read_checkpoint, read_note

PROOF_LINES_MAX: Final = 63
BYTES_MAX: Final = 64 * 1024**2
SIZE_TYPE: Final = "text/x.tlog.size"
TEXT_TYPE: Final = "text/plain; charset=utf-8"
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Answer:
    """What a request is answered with: the HTTP status, the body, and its type."""

    status: int
    body: str
    content_type: str = TEXT_TYPE


@dataclass(frozen=True)
class Request:
    """An add-checkpoint request: from which size, the consistency proof, and the signed checkpoint."""

    old: int
    proof: list[bytes]
    note: bytes


class Seen(Struct, array_like=True, frozen=True):
    """The latest checkpoint that was cosigned for an origin."""

    size: int
    root: bytes
    note: bytes


NOTHING: Final = Seen(0, EMPTY_ROOT, b"")


class WitnessBook:
    """What one witness has seen of the logs that it knows, kept in its folder."""

    def __init__(self, folder: Path, signer: Signer, logs: Sequence[Verifier], clock_s: Callable[[], int]) -> None:
        if signer.kind != COSIGNATURE:
            raise ValueError("a witness signs with a key of type 4")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made here: LMDB would give the folder the mode of its files, and so shut out everyone but root.
        folder.joinpath("seen").mkdir(mode=0o700, exist_ok=True)
        self._env = lmdb.open(str(folder / "seen"), map_size=BYTES_MAX, mode=0o600)
        self.signer = signer
        self._clock_s = clock_s
        self._logs: dict[str, list[Verifier]] = {}
        for each in logs:
            self._logs.setdefault(each.name, []).append(each)

    def seen(self, origin: str) -> Seen:
        """The latest checkpoint that was cosigned for this origin."""
        with self._env.begin() as txn:
            return _seen(txn, origin)

    def add(self, body: bytes) -> Answer:
        """The answer to an add-checkpoint request with this body; once it says 200, the checkpoint is on disk."""
        try:
            request = read_request(body)
            note = read_note(request.note)
            checkpoint = read_checkpoint(note.text)
        except NoteError as error:
            return Answer(400, f"{error.detail}\n")
        keys = self._logs.get(checkpoint.origin)
        if keys is None:
            return Answer(404, "This witness does not know the log.\n")
        if not any(note.signed_by(each) for each in keys):
            return Answer(403, "No signature of a key that is known of the log.\n")
        if request.old > checkpoint.size:
            return Answer(400, "The old size is larger than the checkpoint's.\n")
        refused = self._replace(request, checkpoint)
        return refused or Answer(200, self.signer.cosign(note.text, self._clock_s()))

    def close(self) -> None:
        """Give the store back."""
        self._env.close()

    def _replace(self, request: Request, checkpoint: Checkpoint) -> Answer | None:
        """Compare with what was seen, and replace it, in one step; why not, where it may not be."""
        new = (checkpoint.size, checkpoint.root)
        with self._env.begin(write=True) as txn:
            seen = _seen(txn, checkpoint.origin)
            same_size_other_root = seen.size == checkpoint.size and seen.root != checkpoint.root
            if request.old != seen.size or same_size_other_root:
                return Answer(409, f"{seen.size}\n", SIZE_TYPE)
            if not consistent((seen.size, seen.root), new, request.proof):
                return Answer(422, "The consistency proof does not lead to this checkpoint.\n")
            row = msgspec.msgpack.encode(Seen(*new, request.note))
            txn.put(checkpoint.origin.encode(), row)
        return None


def read_request(body: bytes) -> Request:
    """The request that this body is.

    Raises:
        NoteError: it has another form.
    """
    head, blank, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        proof = [b64decode(line, validate=True) for line in lines]
    except (UnicodeDecodeError, Base64Error, ValueError) as error:
        raise NoteError("A consistency proof is lines of base64.") from error
    old = _OLD.fullmatch(first)
    if not blank or old is None or len(proof) > PROOF_LINES_MAX or any(len(each) != HASH_BYTES for each in proof):
        raise NoteError("A request is an old size, at most 63 hashes, an empty line and a checkpoint.")
    return Request(int(old[1]), proof, note)


def _seen(txn: "lmdb.Transaction[bytes]", origin: str) -> Seen:
    row = txn.get(origin.encode())
    return NOTHING if row is None else msgspec.msgpack.decode(row, type=Seen)
