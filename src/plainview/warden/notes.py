"""Owns signed notes: keys as text, checkpoints, the log's Ed25519 signatures and witnesses' cosignatures.

The forms are C2SP's signed-note, tlog-checkpoint and tlog-cosignature (Ed25519, version 1).
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plainview.kernel.errors import PlainviewError

LOG_KEY: Final = 0x01
COSIGNATURE: Final = 0x04
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
ID_BYTES: Final = 4
TIME_BYTES: Final = 8
NOTE_BYTES_MAX: Final = 64 * 1024
_DASH: Final = "— "
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteError(PlainviewError):
    """A note, a checkpoint or a key that is not of the form it must have."""

    code, status, title = "note_malformed", 400, "This is not a signed note of the right form"


@dataclass(frozen=True)
class Verifier:
    """A public key under its name, as a vkey says it."""

    name: str
    kind: int
    public: bytes

    @cached_property
    def key_id(self) -> bytes:
        """The four bytes that stand before each of its signatures."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    @cached_property
    def vkey(self) -> str:
        """The key as text: name, id and key."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether these bytes, as they stand in a signature line after the id, are this key's signature on the text."""
        message = text.encode()
        if self.kind == COSIGNATURE:
            at_s, signature = int.from_bytes(signature[:TIME_BYTES], "big"), signature[TIME_BYTES:]
            message = cosigned(text, at_s)
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_vkey(text: str) -> Verifier:
    """The key that a vkey says.

    Raises:
        NoteError: its form, its id or its kind is wrong.
    """
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _bytes_of(encoded)
    if len(raw) != 1 + KEY_BYTES or raw[0] not in (LOG_KEY, COSIGNATURE):
        raise NoteError("A vkey must hold an Ed25519 key of a log (type 1) or of a witness (type 4).")
    verifier = Verifier(_named(name), raw[0], raw[1:])
    if verifier.key_id.hex() != key_id:
        raise NoteError("A vkey's id does not fit its name and key.")
    return verifier


@dataclass(frozen=True)
class Signer:
    """A private key under its name: a log's (kind 1) or a witness's (kind 4)."""

    name: str
    kind: int
    seed: bytes

    @cached_property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(_named(self.name), self.kind, self._key.public_key().public_bytes_raw())

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, text: str) -> str:
        """The signature line of a log on a note's text, its newline included."""
        return self._line(self._key.sign(text.encode()))

    def cosign(self, text: str, at_s: int) -> str:
        """The signature line of a witness that saw the checkpoint of this text at this time (seconds since 1970)."""
        return self._line(at_s.to_bytes(TIME_BYTES, "big") + self._key.sign(cosigned(text, at_s)))

    def _line(self, signature: bytes) -> str:
        return f"{_DASH}{self.name} {b64encode(self.verifier.key_id + signature).decode()}\n"


def cosigned(text: str, at_s: int) -> bytes:
    """What a witness signs."""
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


@dataclass(frozen=True)
class Signature:
    """One signature line: who says to have signed, and the bytes."""

    name: str
    key_id: bytes
    signature: bytes
    line: str


@dataclass(frozen=True)
class Note:
    """A signed note: its text with the last newline, and its signature lines."""

    text: str
    signatures: tuple[Signature, ...]

    def signed_by(self, verifier: Verifier) -> Signature | None:
        """The first line that is this key's and verifies. Lines of a key's name and id that do not verify are lies."""
        for each in self.signatures:
            if (each.name, each.key_id) == (verifier.name, verifier.key_id):
                return each if verifier.accepts(self.text, each.signature) else None
        return None


def read_note(raw: bytes) -> Note:
    """The note that these bytes are; its signatures are not yet verified.

    Raises:
        NoteError: they are none.
    """
    if len(raw) > NOTE_BYTES_MAX:
        raise NoteError("The note is too long.")
    try:
        whole = raw.decode()
    except UnicodeDecodeError as error:
        raise NoteError("A note is UTF-8.") from error
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or _CONTROL.search(whole):
        raise NoteError("A note is a text, an empty line and signature lines, each ended by a newline.")
    return Note(text + "\n", read_signatures(lines))


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """The signature lines in this text.

    Raises:
        NoteError: one has another form, or there is none.
    """
    found = tuple(_signature(line) for line in lines.removesuffix("\n").split("\n"))
    if not found:
        raise NoteError("A note has at least one signature.")
    return found


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: its origin, the number of its entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note's text."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text is.

    Raises:
        NoteError: it is none, or has lines beyond the three.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise NoteError("A checkpoint is an origin, a size and a root.")
    root = _bytes_of(lines[2])
    if len(root) != 32:
        raise NoteError("A checkpoint's root has 32 bytes.")
    return Checkpoint(lines[0], int(lines[1]), root)


def note_of(text: str, lines: Iterable[str]) -> str:
    """The signed note of a text and these signature lines."""
    return f"{text}\n{''.join(lines)}"


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _bytes_of(encoded)
    if not line.startswith(_DASH) or len(raw) <= ID_BYTES:
        raise NoteError("A signature line is a dash, a name, and an id with a signature as base64.")
    return Signature(_named(name), raw[:ID_BYTES], raw[ID_BYTES:], line + "\n")


def _named(name: str) -> str:
    if not name or "+" in name or any(each.isspace() for each in name):
        raise NoteError("A key's name is not empty, and has no space or plus.")
    return name


def _bytes_of(encoded: str) -> bytes:
    """The bytes of base64 in its one canonical form."""
    try:
        raw = b64decode(encoded, validate=True)
    except (Base64Error, ValueError) as error:
        raise NoteError("Not base64.") from error
    if b64encode(raw).decode() != encoded:
        raise NoteError("Not base64 in its canonical form.")
    return raw
