"""Owns arrays as bytes and back: a header that says what is in it, the arrays as they lie in memory, a checksum.

No pickle: reading runs no code. Written and read a piece at a time, so that a table of many gigabytes needs no second
copy of itself in memory.
"""

import json
import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from plainview.ports.engine import SnapshotUnreadableError

Arrays = Mapping[str, NDArray[Any]]

_MAGIC: Final = b"plainview-arrays-1\n"
_LENGTH: Final = struct.Struct("<Q")
_SUM: Final = struct.Struct("<I")
_PIECE: Final = 1 << 24


def write(file: BinaryIO, facts: Mapping[str, Any], arrays: Arrays) -> None:
    """Writes facts and arrays. Equal ones give equal bytes."""
    table = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    header = json.dumps({"facts": dict(facts), "arrays": table}, separators=(",", ":")).encode()
    total = 0
    for piece in (_MAGIC, _LENGTH.pack(len(header)), header):
        total = zlib.crc32(piece, total)
        file.write(piece)
    for array in arrays.values():
        flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        for start in range(0, len(flat), _PIECE):
            total = zlib.crc32(flat[start : start + _PIECE], total)
            file.write(flat[start : start + _PIECE])
    file.write(_SUM.pack(total))


def read(file: BinaryIO) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The facts and the arrays that were written.

    Raises:
        SnapshotUnreadableError: torn, changed or of another kind. Take an older snapshot, or replay the log.
    """
    start = file.read(len(_MAGIC) + _LENGTH.size)
    if not start.startswith(_MAGIC) or len(start) < len(_MAGIC) + _LENGTH.size:
        raise _unreadable()
    header = file.read(min(_LENGTH.unpack_from(start, len(_MAGIC))[0], 1 << 28))
    total = zlib.crc32(header, zlib.crc32(start))
    try:
        told = json.loads(header)
        arrays = {name: np.empty(shape, np.dtype(kind)) for name, kind, shape in told["arrays"]}
        facts: dict[str, Any] = told["facts"]
    except (ValueError, KeyError, TypeError, MemoryError) as error:
        raise _unreadable() from error
    for array in arrays.values():
        flat = array.reshape(-1).view(np.uint8).data
        for place in range(0, len(flat), _PIECE):
            piece = flat[place : place + _PIECE]
            if file.readinto(piece) != len(piece):  # type: ignore[attr-defined]  # Every binary file has it.
                raise _unreadable()
            total = zlib.crc32(piece, total)
    if file.read(_SUM.size) != _SUM.pack(total):
        raise _unreadable()
    return facts, arrays


def to_bytes(facts: Mapping[str, Any], arrays: Arrays) -> bytes:
    """The same as bytes, for small ones."""
    file = BytesIO()
    write(file, facts, arrays)
    return file.getvalue()


def from_bytes(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What `to_bytes` was given.

    Raises:
        SnapshotUnreadableError: as `read`.
    """
    return read(BytesIO(data))


def _unreadable() -> SnapshotUnreadableError:
    return SnapshotUnreadableError("The file is torn or of another kind; take an older one and replay the event log.")
