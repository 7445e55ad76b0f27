"""Owns what a log's tiles of hashes must hold, level by level, as its entries give it (C2SP tlog-tiles)."""

import hashlib
from collections.abc import Callable
from typing import Final

WIDTH: Final = 256
# (level, number, width) → the content that is served.
ReadTile = Callable[[int, int, int], bytes]
_sha256 = hashlib.sha256


class WrongTileError(Exception):
    """A tile holds other hashes than its entries give."""


def top(hashes: list[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [_sha256(b"\1" + left + right).digest() for left, right in pairs]
    return hashes[0]


class Tiling:
    """Compares the tiles that a log serves with those that its leaves give.

    `rows` are the hashes of the level above each full tile that its own tile still waits for, from level 1 on.
    """

    def __init__(self, rows: list[list[bytes]], read: ReadTile) -> None:
        self._rows = rows
        self._read = read

    def leaves(self, number: int, hashes: list[bytes], root: bytes | None) -> None:
        """Compare the tile over these leaves; with their root when it is full, and what is full above it then.

        Raises:
            WrongTileError: one holds something else.
        """
        self._compare(0, number, hashes)
        level, above = 1, root
        while above is not None:
            if len(self._rows) < level:
                self._rows.append([])
            row = self._rows[level - 1]
            row.append(above)
            if len(row) < WIDTH:
                return
            number //= WIDTH
            self._compare(level, number, row)
            above = top(row)
            row.clear()
            level += 1

    def rest(self, size: int) -> None:
        """Compare the tiles above the leaves that a log of this size leaves partial.

        Raises:
            WrongTileError: one holds something else.
        """
        for level, row in enumerate(self._rows, start=1):
            if row:
                self._compare(level, size // WIDTH ** (level + 1), row)

    def _compare(self, level: int, number: int, hashes: list[bytes]) -> None:
        if self._read(level, number, len(hashes)) != b"".join(hashes):
            raise WrongTileError(f"tile {number} of level {level} does not hold what its entries give")
