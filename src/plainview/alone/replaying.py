"""Owns how the engine's state is made: the snapshot if there is one, then every record of the log after it.

A snapshot is made by a process of its own from the log, so that the server never pauses for it. It lies in the store's
folder, and goes with it when an erasure rewrites the store.
"""

import logging
import os
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final

import plainview
from plainview.alone.desk import View
from plainview.alone.numbers import PACKED
from plainview.alone.records import apply, decode
from plainview.alone.store import Store, newest_folder, under
from plainview.ports.engine import Engine, PageRequest, SnapshotUnreadableError

_AT_ONCE: Final = 4_096
log = logging.getLogger(__name__)


def replay(store: Store, engine: Engine) -> tuple[int, int]:
    """Brings a new engine to the log's end: the last record's number, and how many of them no snapshot held."""
    seq = _restored(store.snapshot, engine)
    count = 0
    with store.env.begin() as txn:
        view = View(store, txn)
        entries = under(txn, view.db["log"], b"", PACKED.pack(seq) if seq else b"")
        while batch := list(islice(entries, _AT_ONCE)):
            apply(engine, (decode(value) for _, value in batch))
            seq, count = PACKED.unpack(batch[-1][0])[0], count + len(batch)
    return seq, count


def write_snapshot(data: Path, make: Callable[[], Engine]) -> int:
    """Writes the state as of now beside the log; how many records it holds that the last one did not.

    Raises:
        FileNotFoundError: there is no store, or an erasure took this one away meanwhile.
    """
    folder = newest_folder(data)
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    store = Store(folder, readonly=True)
    try:
        return snapshot_of(store, make())
    finally:
        store.close()


def snapshot_of(store: Store, engine: Engine) -> int:
    """The same of an open store, with a new engine."""
    seq, count = replay(store, engine)
    partial = store.folder / "snapshot.partial"
    with partial.open("wb") as file:
        file.write(PACKED.pack(seq) + _maker(engine))
        file.write(engine.snapshot())
        file.flush()
        os.fsync(file.fileno())
    partial.chmod(0o600)
    partial.rename(store.snapshot)
    return count


def _restored(path: Path, engine: Engine) -> int:
    """The number of the last record that the engine now knows by the snapshot; 0 without one that it can go on from."""
    if not path.exists():
        return 0
    data = path.read_bytes()
    made_by = _maker(engine)
    if data[PACKED.size : PACKED.size + len(made_by)] != made_by:
        log.warning("snapshot_of_another_version")
        return 0
    try:
        engine.restore(data[PACKED.size + len(made_by) :])
    except SnapshotUnreadableError:
        log.warning("snapshot_unreadable")
        return 0
    return int(PACKED.unpack(data[: PACKED.size])[0])


def _maker(engine: Engine) -> bytes:
    """What makes this state of this log: a snapshot of other code or other weights is no state to go on from."""
    model = engine.page(PageRequest(now_ms=0, size=0)).model_version
    return f"{plainview.__version__} {model}\n".encode()
