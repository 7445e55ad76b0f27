"""Owns a log as a file: records that are only ever added, each with its length and checksum.

A record that a crash left half written is not read, and is cut off when the log is next opened for writing. Positions
are bytes from the start, so that a reader goes on exactly where it stopped.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_HEAD: Final = struct.Struct("<II")


class Journal:
    """A log that is open for adding. One writer at a time."""

    def __init__(self, path: Path) -> None:
        end = max((position for position, _ in read_from(path, 0)), default=0) if path.exists() else 0
        self._file = path.open("ab")
        self._file.truncate(end)
        self.position = end

    def append(self, record: bytes) -> int:
        """The position after this record, which is now in the system's hands: it survives this process."""
        self._file.write(_HEAD.pack(len(record), zlib.crc32(record)) + record)
        self._file.flush()
        self.position += _HEAD.size + len(record)
        return self.position

    def extend(self, records: list[bytes]) -> int:
        """The position after all of these, written at once."""
        return self.append_raw(b"".join(_HEAD.pack(len(each), zlib.crc32(each)) + each for each in records))

    def append_raw(self, framed: bytes) -> int:
        """The position after records that are framed already."""
        self._file.write(framed)
        self._file.flush()
        self.position += len(framed)
        return self.position

    def sync(self) -> None:
        """Waits until all records would survive the machine."""
        os.fdatasync(self._file.fileno())

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()


def read_from(path: Path, position: int) -> Iterator[tuple[int, bytes]]:
    """Each whole record from a position on, with the position after it."""
    with path.open("rb") as file:
        file.seek(position)
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            length, total = _HEAD.unpack(head)
            record = file.read(length)
            if len(record) < length or zlib.crc32(record) != total:
                return
            position += _HEAD.size + length
            yield position, record
