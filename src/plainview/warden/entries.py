"""Owns the bytes of the log's entries and of the bodies sealed to a person (specification, sections 1 and 2)."""

import hmac
import re
import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct, field

from plainview.kernel.errors import PlainviewError

VERSION: Final = 1
MS_PER_EPOCH: Final = 60_000
REGION_MAX: Final = 255
TAG_BYTES: Final = 16

_BY: Final = re.compile(r"feed|server|worker|staff:[!-~\xa0-\U0010ffff]+")
_PURPOSE: Final = re.compile(r"[a-z]+\.[a-z_]+")
_CLASS: Final = re.compile(r"[a-z_]+")
_READ: Final = struct.Struct(">BBIBB16s32s")
_HEADS: Final = struct.Struct(">BBIBQQ32s")
_HASHED: Final = struct.Struct(">BBIB32s")
_ACT: Final = struct.Struct(">BBIBBQ32s")
_KEY: Final = struct.Struct(">BBIBB32s")


class Kind(IntEnum):
    """What an entry says."""

    READ = 1
    HEADS = 2
    POLICY = 3
    ACT = 4
    CLIENT = 5
    KEY = 6


class Deed(IntEnum):
    """The kinds of acts; each is numbered for itself."""

    DELETION = 1
    TAKEDOWN = 2
    GOVERNMENT_REQUEST = 3
    GAGGED_REQUEST = 4
    BREAK_GLASS = 5
    APPROVAL = 6


class KeyChange(IntEnum):
    """What happened to a key."""

    MADE = 1
    ROTATED = 2
    RETIRED = 3


# The part of a full purpose before the dot, and its number in the public entry.
COARSE: Final = {"account": 1, "feed": 2, "social": 3, "media": 4, "moderation": 5, "safety": 6, "subject": 7}
_SIZES: Final = {
    Kind.READ: _READ.size,
    Kind.HEADS: _HEADS.size,
    Kind.POLICY: _HASHED.size,
    Kind.ACT: _ACT.size,
    Kind.CLIENT: _HASHED.size,
    Kind.KEY: _KEY.size,
}


class UnknownPurposeError(PlainviewError):
    """A purpose that the log has no number for."""

    code, status, title = "unknown_purpose", 422, "This purpose is not one that the access log knows"


class UnbookableError(PlainviewError):
    """A read that cannot be told to its person in the form of the specification."""

    code, status, title = "read_unbookable", 422, "This read cannot be written into the access log"


@dataclass(frozen=True, slots=True)
class Read:
    """That personal data of one person is about to be released: why, by whom, and of which classes.

    `at_ms` is when; the log books it no earlier than what it booked before. `origin_region` is the number of the region
    read from, when that is not the person's own. `count` is the number of values released.
    """

    person: int
    purpose: str
    by: str
    classes: tuple[str, ...]
    at_ms: int
    case: str | None = None
    origin_region: int | None = None
    count: int = 1


class Body(Struct, frozen=True, omit_defaults=True):
    """What a person is told of one read; its fields stand in the order of the specification."""

    n: int
    at: int
    by: str
    purpose: str = field(name="for")
    classes: list[str] = field(name="of")
    case: str | None = None
    origin_region: str | None = field(name="from", default=None)
    count: int = 1


@dataclass(frozen=True, slots=True)
class Head:
    """What the bytes of any entry begin with."""

    kind: Kind
    epoch: int
    region: int


_encode_body = msgspec.json.Encoder().encode


def coarse(purpose: str) -> int:
    """The number of a full purpose in the public entry.

    Raises:
        UnknownPurposeError: it has none.
    """
    number = COARSE.get(purpose.partition(".")[0])
    if number is None or not _PURPOSE.fullmatch(purpose):
        raise UnknownPurposeError(f"{purpose!r} is not one of {', '.join(COARSE)}, a dot, and a word.")
    return number


def check(read: Read) -> int:
    """The number of the read's purpose, once it is sure that its person's verifier will accept what is booked.

    Raises:
        UnknownPurposeError: its purpose has no number.
        UnbookableError: a field has not the form of the specification.
    """
    if read.count < 1 or read.person < 0:
        raise UnbookableError("A read is of one person, and of one value or more.")
    return _check(read.purpose, read.by, read.classes, read.case)


@lru_cache(maxsize=4096)
def _check(purpose: str, by: str, classes: tuple[str, ...], case: str | None) -> int:
    if not _BY.fullmatch(by) or not by.isprintable():
        raise UnbookableError(f"{by!r} is not feed, server, worker or staff: with a name.")
    if case is not None and not (case and case.isprintable()):
        raise UnbookableError("A case is named in printable characters.")
    if not classes or not all(_CLASS.fullmatch(each) for each in classes):
        raise UnbookableError("A read names the classes of the data.")
    return coarse(purpose)


def tag_of(tag_key: bytes, number: int) -> bytes:
    """The tag of a person's read of this number."""
    return hmac.digest(tag_key, b"plainview tag" + number.to_bytes(8, "big"), "sha256")[:TAG_BYTES]


def label_of(tag_key: bytes, person: int) -> bytes:
    """What stands for a person in the map of heads."""
    return hmac.digest(tag_key, b"plainview label" + person.to_bytes(8, "big"), "sha256")


def body_info(origin: str) -> bytes:
    """The `info` of the HPKE contexts that bodies are sealed in."""
    return b"plainview body/1 " + origin.encode()


def encode_body(number: int, at_ms: int, read: Read) -> bytes:
    """The compact JSON that is sealed to the person."""
    origin = None if read.origin_region is None else str(read.origin_region)
    return _encode_body(
        Body(number, at_ms, read.by, read.purpose, sorted(set(read.classes)), read.case, origin, read.count)
    )


def read_entry(at_ms: int, region: int, purpose: int, tag: bytes, body_hash: bytes) -> bytes:
    """An entry of kind 1: 56 bytes that say nothing of whom it is about."""
    return _READ.pack(VERSION, Kind.READ, at_ms // MS_PER_EPOCH, region, purpose, tag, body_hash)


def heads_entry(at_ms: int, region: int, persons: int, reads: int, map_root: bytes) -> bytes:
    """An entry of kind 2, the last under every checkpoint."""
    return _HEADS.pack(VERSION, Kind.HEADS, at_ms // MS_PER_EPOCH, region, persons, reads, map_root)


def hash_entry(kind: Kind, at_ms: int, region: int, digest: bytes) -> bytes:
    """An entry of kind 3 (policy) or 5 (client)."""
    return _HASHED.pack(VERSION, kind, at_ms // MS_PER_EPOCH, region, _hash(digest))


def act_entry(at_ms: int, region: int, act: int, number: int, body_hash: bytes) -> bytes:
    """An entry of kind 4."""
    return _ACT.pack(VERSION, Kind.ACT, at_ms // MS_PER_EPOCH, region, Deed(act), number, _hash(body_hash))


def key_entry(at_ms: int, region: int, what: int, digest: bytes) -> bytes:
    """An entry of kind 6: what happened to a key, and the hash of its public part."""
    return _KEY.pack(VERSION, Kind.KEY, at_ms // MS_PER_EPOCH, region, KeyChange(what), _hash(digest))


def head_of(entry: bytes) -> Head:
    """The kind, epoch and region of an entry.

    Raises:
        ValueError: its form is none of those of the specification.
    """
    if len(entry) < 7 or entry[0] != VERSION:
        raise ValueError("not an entry of version 1")
    kind = Kind(entry[1])
    if len(entry) != _SIZES[kind]:
        raise ValueError(f"an entry of kind {kind.value} has {_SIZES[kind]} bytes, not {len(entry)}")
    return Head(kind, int.from_bytes(entry[2:6], "big"), entry[6])


def heads_of(entry: bytes) -> tuple[int, int, bytes]:
    """Persons, reads and the map's root in an entry of kind 2.

    Raises:
        ValueError: it is not one.
    """
    if head_of(entry).kind is not Kind.HEADS:
        raise ValueError("not an entry of kind 2")
    return _HEADS.unpack(entry)[4:]


def _hash(digest: bytes) -> bytes:
    if len(digest) != 32:
        raise ValueError("a SHA-256 hash has 32 bytes")
    return digest
