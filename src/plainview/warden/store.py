"""Owns the warden's store on disk: one LMDB environment per region, its named databases, and the form of their keys.

A write transaction is durable when it has committed. What others derive from it (tiles, the checkpoint's file) can be
made again from here; nothing is derived the other way.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import lmdb

# Address space, not disk: the file grows only as it is filled.
BYTES_MAX: Final = 256 * 1024**3
DATABASES_MAX: Final = 32
READERS_MAX: Final = 64

ONE: Final = struct.Struct(">Q")
TWO: Final = struct.Struct(">QQ")

Txn: TypeAlias = "lmdb.Transaction[bytes]"


class Store:
    """The environment and the databases of the access log. Others that share it open theirs with `database`.

    entries: index (u64) → entry                              bodies: person (u64), n (u64) → context (u32), sealed body
    contexts: person (u64), number (u64) → enc                trees: person (u64) → the state of the person's tree
    dirty: person (u64) → why the head must go to the map      heads: key (32) → a person's pair, of two generations
    fresh: bucket (u64) → nothing: changed since published     buckets: bucket (u64) → the hash of one part of the map
    acts: act (u64), number (u64) → body                       meta: name → value
    erasing: person (u64) → nothing: their deletion is booked, and their keys are not destroyed yet
    newest: index (u64) → person (u64), n (u64), context (u32), sealed body: reads that are not settled yet
    """

    def __init__(self, folder: Path, bytes_max: int = BYTES_MAX) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        self.env = lmdb.open(
            str(folder),
            map_size=bytes_max,
            mode=0o600,
            max_dbs=DATABASES_MAX,
            max_readers=READERS_MAX,
            max_spare_txns=4,
            readahead=False,
        )
        # A process that was killed while it read would otherwise keep old pages from being used again.
        self.env.reader_check()
        self.entries = self.database("entries")
        self.bodies = self.database("bodies")
        self.contexts = self.database("contexts")
        self.trees = self.database("trees")
        self.dirty = self.database("dirty")
        self.heads = self.database("heads")
        self.fresh = self.database("fresh")
        self.buckets = self.database("buckets")
        self.acts = self.database("acts")
        self.meta = self.database("meta")
        self.newest = self.database("newest")
        self.erasing = self.database("erasing")

    def database(self, name: str) -> "lmdb._Database":
        """The named database, made where it is missing. Never call it inside a transaction."""
        return self.env.open_db(name.encode())

    def close(self) -> None:
        """Give the environment back. What was committed stays."""
        self.env.close()


def rows(txn: Txn, database: "lmdb._Database", prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
    """All rows whose key begins with the prefix, in the order of their keys."""
    with txn.cursor(database) as cursor:
        if not (cursor.set_range(prefix) if prefix else cursor.first()):
            return
        for key, value in cursor.iternext():
            if not key.startswith(prefix):
                return
            yield key, value
