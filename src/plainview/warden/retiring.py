"""Owns the end of a log: it is set aside whole, and the next one begins empty, under another origin and another key.

Persons' keys stay where they are: what was sealed under them opens as before. See docs/trust/retiring.md.
"""

import shutil
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

from plainview.kernel.errors import PlainviewError
from plainview.warden.keys import WARDEN
from plainview.warden.starting import ORIGIN
from plainview.warden.store import ONE, Store
from plainview.warden.tending import NOTED_ANEW

STORE, PUBLIC = "store", "public"
LOG_DATABASES: Final = (
    "entries",
    "bodies",
    "contexts",
    "trees",
    "dirty",
    "heads",
    "fresh",
    "buckets",
    "acts",
    "meta",
    "newest",
    "erasing",
)


class RetiringRefusedError(PlainviewError):
    """A log that cannot be retired so."""

    code, status, title = "retiring_refused", 409, "The log was not retired"


def retire(folder: Path, public: Path, archive: Path, origin: str) -> None:
    """Set the log aside and make the store ready for the next one. The warden must not run.

    After a stop half way, say it again with the same arguments; the last step is the one that counts.

    Args:
        folder: the warden's store.
        public: the log's public files.
        archive: where both are kept; the store in it holds keys and sealed bodies, and is for its owner alone.
        origin: the next log's.

    Raises:
        RetiringRefusedError: the origin is the old one, or the archive holds something else.
    """
    store = Store(folder)
    try:
        notes = store.database("house")
        with store.env.begin() as txn:
            before = txn.get(ORIGIN, b"", db=notes).decode()
        if before == origin:
            raise RetiringRefusedError(f"The log is already called {origin}: the next one needs another origin.")
        if public.exists() and (archive / PUBLIC).exists():
            raise RetiringRefusedError(f"{archive} holds another log. Name an empty folder.")
        _set_aside(store, public, archive)
        _begin(store, origin)
    finally:
        store.close()


def refuse_running(address: Path) -> None:
    """Nothing, when no warden listens on this socket.

    Raises:
        RetiringRefusedError: one does.
    """
    with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
        probe.connect(str(address))
        raise RetiringRefusedError("The region's warden runs. Stop the service first.")


def _set_aside(store: Store, public: Path, archive: Path) -> None:
    """Copy the store, then move the public files: that they are gone says that the copy is whole."""
    if not public.exists() and (archive / STORE).exists():
        return
    archive.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = archive / f".{STORE}.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    store.env.copy(str(draft), compact=True)
    shutil.rmtree(archive / STORE, ignore_errors=True)
    draft.replace(archive / STORE)
    if public.exists():
        shutil.move(public, archive / PUBLIC)


def _begin(store: Store, origin: str) -> None:
    """Empty the log in one transaction, with its signing key and what it said at its start."""
    notes, keys = store.database("house"), store.database("keys")
    databases = [store.database(name) for name in LOG_DATABASES]
    with store.env.begin(write=True) as txn:
        for each in databases:
            txn.drop(each, delete=False)
        for note in NOTED_ANEW:
            txn.delete(note, db=notes)
        txn.delete(ONE.pack(WARDEN), db=keys)
        txn.put(ORIGIN, origin.encode(), db=notes)
