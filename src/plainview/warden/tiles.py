"""Owns the log's public files: tiles and entry bundles as C2SP's tlog-tiles lays them, written from the store.

All of them can be made again. Files are world-readable and put in place whole; a full tile takes its partial ones away.
"""

import os
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from plainview.warden.merkle import HASH_BYTES, leaf_hash, node_hash
from plainview.warden.pacing import Pace
from plainview.warden.store import ONE, Store

WIDTH: Final = 256
HEIGHT: Final = 8
ENTRIES: Final = "entries"
SYNC_ONE_BY_ONE_MAX: Final = 64


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Where a tile lies below the log's prefix; `level` is `entries` for a bundle."""
    digits = f"{number % 1000:03d}"
    while number := number // 1000:
        digits = f"x{number % 1000:03d}/{digits}"
    return f"tile/{level}/{digits}" + (f".p/{width}" if width < WIDTH else "")


def put_file(path: Path, content: bytes, sync: bool = True) -> None:
    """Put a world-readable file in place, whole or not at all; durable when `sync`."""
    missing = [each for each in (path.parent, *path.parent.parents) if not each.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    for each in missing:
        each.chmod(0o755)
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), 0o644)
        if sync:
            os.fsync(file.fileno())
    draft.replace(path)
    if sync:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Tiles:
    """The files of one log in one folder."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self._store = store

    def lay(self, laid: int, size: int, pace: Pace) -> None:
        """Write what a tree of this size has beyond one of `laid` entries, whose files are there."""
        sync = (size - laid) // WIDTH * 2 <= SYNC_ONE_BY_ONE_MAX
        for number in range(laid // WIDTH, -(-size // WIDTH)):
            found = self._entries(number * WIDTH, min(size, (number + 1) * WIDTH))
            bundle = b"".join(len(each).to_bytes(2, "big") + each for each in found)
            self._put(ENTRIES, number, len(found), bundle, sync)
            self._put(0, number, len(found), b"".join(leaf_hash(each) for each in found), sync)
            pace.breathe()
        level = 1
        while size >> (HEIGHT * level):
            self._lay_level(level, (laid, size), sync, pace)
            level += 1
        if not sync:
            os.sync()

    def node(self, size: int) -> Callable[[int, int], bytes]:
        """The reader of full subtrees in the tree of this size, from the files."""

        @lru_cache(maxsize=64)
        def tile(level: int, number: int) -> bytes:
            return self._read(level, number, min(WIDTH, (size >> (HEIGHT * level)) - number * WIDTH))

        def read(level: int, index: int) -> bytes:
            tier, rise = divmod(level, HEIGHT)
            number, place = divmod(index << rise, WIDTH)
            hashes = tile(tier, number)[place * HASH_BYTES : (place + (1 << rise)) * HASH_BYTES]
            return _top(hashes)

        return read

    def _lay_level(self, level: int, spans: tuple[int, int], sync: bool, pace: Pace) -> None:
        """Write the tiles of one level above 0: each of its hashes is the root of a full tile one below."""
        was, now = (each >> (HEIGHT * level) for each in spans)
        if was == now:
            return
        for number in range(was // WIDTH, -(-now // WIDTH)):
            start = number * WIDTH
            content = self._found(level, number, was - start) if was > start else b""
            for each in range(start + len(content) // HASH_BYTES, min(now, start + WIDTH)):
                content += _top(self._read(level - 1, each, WIDTH))
                pace.breathe()
            self._put(level, number, len(content) // HASH_BYTES, content, sync)

    def _entries(self, start: int, end: int) -> list[bytes]:
        with self._store.env.begin() as txn, txn.cursor(self._store.entries) as cursor:
            cursor.set_range(ONE.pack(start))
            rows = cursor.iternext(keys=False)
            return [next(rows) for _ in range(start, end)]

    def _put(self, level: int | str, number: int, width: int, content: bytes, sync: bool) -> None:
        put_file(self.folder / tile_path(level, number, width), content, sync)
        if width == WIDTH:
            shutil.rmtree(self.folder / (tile_path(level, number) + ".p"), ignore_errors=True)

    def _read(self, level: int, number: int, width: int) -> bytes:
        """A tile's hashes up to this width."""
        found = self._found(level, number, width)
        if not found:
            raise FileNotFoundError(f"{self.folder / tile_path(level, number, width)} is missing")
        return found

    def _found(self, level: int, number: int, width: int) -> bytes:
        """A tile's hashes up to this width, or nothing where there is no file; a partial one may be full by now."""
        for each in (width, WIDTH):
            path = self.folder / tile_path(level, number, each)
            if path.exists():
                return path.read_bytes()[: width * HASH_BYTES]
        return b""


def _top(hashes: bytes) -> bytes:
    """The root over this power of two of hashes."""
    row = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]
