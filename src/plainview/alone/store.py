"""Owns the store on disk: one LMDB environment in a folder, its named databases, the form of their keys, its rewriting.

A write transaction is durable when it has committed. Deleting leaves bytes behind on free pages, so an erasure copies
all that is left into a folder of the next number and removes the old one: the snapshot in it goes with it.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import lmdb

from plainview.alone.limits import STORE_BYTES_MAX
from plainview.kernel.errors import PlainviewError

DATABASES: Final = (
    "log",  # seq (u64) → record
    "history",  # number of a user or item (u64), seq (u64) → nothing: where in the log they are spoken of
    "items",  # number → Gorse's row as JSON
    "users",  # number → the same
    "names",  # kind (1 byte), number → id
    "feedback",  # user, item (u64 each), type → a row of feedback
    "of_item",  # item, user, type → nothing
    "follows",  # user, creator → nothing
    "hides",  # the same
    "newest",  # category, 0, 2^64 - 1 - time, item → nothing; the category is empty for all
    "waiting",  # time (u64), number (u64) → feedback that is dated in the future
    "meta",  # name → value
)
_PREFIX: Final = "store-"
Txn: TypeAlias = "lmdb.Transaction[bytes]"
Database: TypeAlias = "lmdb._Database"


class FolderTakenError(PlainviewError):
    """Another process writes in this folder."""

    code, status, title = "folder_taken", 503, "This folder is in use"


class Lock:
    """A folder that is one's own to write in until the process ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = (folder / "lock").open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise FolderTakenError(f"{folder} is served by another process. Stop that one first.") from error

    def release(self) -> None:
        """Let others have the folder."""
        self._file.close()


class Store:
    """An open store."""

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        self.folder = folder
        if not readonly:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.env = lmdb.open(
            str(folder),
            map_size=STORE_BYTES_MAX,
            mode=0o600,
            max_dbs=len(DATABASES) + 4,
            max_readers=64,
            readonly=readonly,
            readahead=False,
        )
        # A process that was killed while it read would otherwise keep old pages from being used again.
        self.env.reader_check()
        self.databases: dict[str, Database] = {
            name: self.env.open_db(name.encode(), create=not readonly) for name in DATABASES
        }

    @property
    def snapshot(self) -> Path:
        """Where the engine's state lies, made again from here whenever it is missing."""
        return self.folder / "snapshot"

    def count(self, name: str) -> int:
        """How many entries a database has."""
        with self.env.begin(db=self.databases[name]) as txn:
            return int(txn.stat(self.databases[name])["entries"])

    def bytes_used(self) -> int:
        """What the store takes on the disk, in bytes."""
        return (self.folder / "data.mdb").stat().st_size

    def copied(self) -> Path:
        """A whole copy without what was deleted, in the folder of the next number, durable; not yet opened."""
        target = self.folder.with_name(f"{_PREFIX}{int(self.folder.name.removeprefix(_PREFIX)) + 1:06d}")
        partial = target.with_name("partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        self.env.copy(str(partial), compact=True)
        (partial / "data.mdb").chmod(0o600)
        _sync(partial / "data.mdb")
        _sync(partial)
        partial.rename(target)
        _sync(target.parent)
        return target

    def close(self) -> None:
        """Give the environment back. What was committed stays."""
        self.env.close()

    def remove(self) -> None:
        """Take it off the disk. Nobody finds it there from the first moment on."""
        gone = self.folder.with_name("partial")
        self.folder.rename(gone)
        shutil.rmtree(gone)


def newest_folder(data: Path) -> Path:
    """The folder of the store that counts; of one that is to be made where there is none. Older ones are leavings."""
    found = sorted(data.glob(f"{_PREFIX}[0-9]*"))
    return found[-1] if found else data / f"{_PREFIX}000001"


def opened(data: Path) -> Store:
    """The store of a data folder, made where it is missing, without what a killed rewriting left. Needs the lock."""
    newest = newest_folder(data)
    for each in (*data.glob(f"{_PREFIX}[0-9]*"), data / "partial"):
        if each != newest:
            shutil.rmtree(each, ignore_errors=True)
    store = Store(newest)
    _sync(data)
    return store


def under(txn: Txn, database: Database, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
    """All entries whose key begins with the prefix, in order, from behind the key `after` on."""
    with txn.cursor(database) as cursor:
        start = after + b"\0" if after >= prefix and after else prefix
        if not (cursor.set_range(start) if start else cursor.first()):
            return
        for key, value in cursor.iternext():
            if not key.startswith(prefix):
                return
            yield key, value


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
