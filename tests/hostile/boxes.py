"""Owns the means to write, and to spoil, ISO media boxes and Matroska elements by hand."""

import struct
from collections.abc import Callable


def box(kind: bytes, payload: bytes = b"", size: int | None = None) -> bytes:
    """One ISO box; `size` lies about its length."""
    return struct.pack(">I", len(payload) + 8 if size is None else size) + kind + payload


def full(kind: bytes, payload: bytes, version: int = 0, flags: int = 0) -> bytes:
    """One ISO box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags) + payload)


FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")


def after(data: bytes, kind: bytes, offset: int, replacement: bytes, nth: int = 0) -> bytes:
    """The file with bytes replaced at this offset from a box's type."""
    at = -1
    for _ in range(nth + 1):
        at = data.index(kind, at + 1)
    start = at + 4 + offset
    return data[:start] + replacement + data[start + len(replacement) :]


def every(data: bytes, kind: bytes, change: Callable[[bytes, int], bytes]) -> bytes:
    """The file with a change made at each occurrence of a box's type."""
    at = data.find(kind)
    while at >= 0:
        data = change(data, at)
        at = data.find(kind, at + 4)
    return data


def put(data: bytes, at: int, replacement: bytes) -> bytes:
    """The file with bytes replaced at this place."""
    return data[:at] + replacement + data[at + len(replacement) :]


def replaced(data: bytes, path: tuple[bytes, ...], fresh: bytes) -> bytes:
    """The file with the first box at this path replaced, and the sizes of those around it made right."""
    at = 0
    while at + 8 <= len(data):
        size = struct.unpack_from(">I", data, at)[0]
        if data[at + 4 : at + 8] == path[0]:
            inner = data[at + 8 : at + size]
            whole = fresh if len(path) == 1 else box(path[0], replaced(inner, path[1:], fresh))
            return data[:at] + whole + data[at + size :]
        at += max(size, 8)
    raise LookupError(path[0])


def nested(depth: int, kind: bytes = b"moov") -> bytes:
    """Boxes within boxes, this deep."""
    inner = b""
    for _ in range(depth):
        inner = box(kind, inner)
    return inner


def element(number: str, payload: bytes) -> bytes:
    """One Matroska element with an eight-byte size."""
    return bytes.fromhex(number) + b"\x01" + len(payload).to_bytes(7, "big") + payload


EBML = element("1a45dfa3", element("4282", b"matroska") + element("4287", b"\x04") + element("4285", b"\x02"))
