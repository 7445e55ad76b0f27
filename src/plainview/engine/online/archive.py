"""Owns arrays as bytes and back: a header that says what is in it, the arrays as they lie in memory, a checksum.

No pickle: reading runs no code. Written and read a piece at a time, so that a table of many gigabytes needs no second
copy of itself in memory.
"""

import json
import struct
import zlib
from collections import deque
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
_HEADER_MAX: Final = 1 << 28


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
    header = file.read(min(_LENGTH.unpack_from(start, len(_MAGIC))[0], _HEADER_MAX))
    total = zlib.crc32(header, zlib.crc32(start))
    facts, arrays = _described(header)
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


class Arriving:
    """The same as bytes that come in pieces, cut anywhere: what has come lies in its array already."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self.arrays: dict[str, NDArray[Any]] = {}
        self._start = bytearray()
        self._empty: deque[memoryview] | None = None
        """The room of the arrays that is not filled yet, and of the checksum; None before the header is whole."""
        self._sum = bytearray(_SUM.size)
        self._total = 0

    def take(self, piece: bytes) -> None:
        """Takes in the next piece.

        Raises:
            SnapshotUnreadableError: of another kind, or longer than it says.
        """
        if self._empty is None:
            self._start += piece
            self._begin()
        else:
            self._fill(self._empty, memoryview(piece))

    def whole(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The facts and the arrays, when all has come.

        Raises:
            SnapshotUnreadableError: torn or changed.
        """
        if self._empty is None or self._empty or bytes(self._sum) != _SUM.pack(self._total):
            raise _unreadable()
        return self.facts, self.arrays

    def _begin(self) -> None:
        """Makes room for the arrays once the header is whole."""
        first = len(_MAGIC) + _LENGTH.size
        if len(self._start) < first:
            return
        end = first + _LENGTH.unpack_from(self._start, len(_MAGIC))[0]
        if not self._start.startswith(_MAGIC) or end > _HEADER_MAX:
            raise _unreadable()
        if len(self._start) < end:
            return
        start, rest = bytes(self._start[:end]), bytes(self._start[end:])
        self._start.clear()
        self.facts, self.arrays = _described(start[first:])
        self._total = zlib.crc32(start)
        rooms = [array.reshape(-1).view(np.uint8).data for array in self.arrays.values() if array.size]
        self._empty = deque([*rooms, memoryview(self._sum)])
        self._fill(self._empty, memoryview(rest))

    def _fill(self, empty: deque[memoryview], left: memoryview) -> None:
        while left:
            if not empty:
                raise _unreadable()
            room = empty.popleft()
            taken, left = left[: len(room)], left[len(room) :]
            room[: len(taken)] = taken
            if empty:
                self._total = zlib.crc32(taken, self._total)
            if len(taken) < len(room):
                empty.appendleft(room[len(taken) :])


def _described(header: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The facts, and room for the arrays."""
    try:
        told = json.loads(header)
        return told["facts"], {name: np.empty(shape, np.dtype(kind)) for name, kind, shape in told["arrays"]}
    except (ValueError, KeyError, TypeError, MemoryError) as error:
        raise _unreadable() from error


def _unreadable() -> SnapshotUnreadableError:
    return SnapshotUnreadableError("The file is torn or of another kind; take an older one and replay the event log.")
