"""Owns what lives while the service runs: the store, the engine that this event loop alone calls, its chores."""

import asyncio
import logging
import math
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import lmdb

from plainview.alone import feedback
from plainview.alone.desk import Desk, View, must_be_rewritten
from plainview.alone.handed import Handed
from plainview.alone.limits import BATCH_ROWS_MAX, LEARNED_AT_ONCE, REWRITING_AGAIN_S, SNAPSHOT_EVERY, SNAPSHOT_REST_S
from plainview.alone.records import Erased, Record, apply
from plainview.alone.replaying import replay
from plainview.alone.store import Lock, Store, Txn, opened
from plainview.kernel.errors import PlainviewError, UnavailableError
from plainview.kernel.gathering import Gatherer
from plainview.ports.engine import Engine

_DUE_EVERY_S: Final = 0.5
log = logging.getLogger(__name__)
Write = Callable[[Desk], Any]
R = TypeVar("R")


class Committed:
    """What became of some writes in one commit."""

    def __init__(self) -> None:
        self.results: list[Any] = []
        """Each write's result, or what it raised: one that fails undoes nothing of the others."""
        self.records: list[Record | Erased] = []
        self.erasures: list[int] = []
        """Which of the writes erased somebody."""


def commit(store: Store, writes: Sequence[Write]) -> Committed:
    """Does these in one transaction, which is durable on return.

    Raises:
        UnavailableError: the disk is full or fails; nothing was done.
    """
    done = Committed()
    try:
        with store.env.begin(write=True) as whole:
            for write in writes:
                _do(store, whole, write, done)
    except (lmdb.Error, OSError) as error:
        raise UnavailableError("The store cannot be written just now (is the disk full?). Nothing was kept.") from error
    return done


def _do(store: Store, whole: Txn, write: Write, done: Committed) -> None:
    try:
        with store.env.begin(parent=whole, write=True) as txn:
            desk = Desk(store, txn)
            result = write(desk)
    except PlainviewError as error:
        result, desk.records = error, []
    if any(isinstance(each, Erased) for each in desk.records):
        done.erasures.append(len(done.results))
    done.results.append(result)
    done.records += desk.records


class Alone:
    """The service's state. All of it is called from one event loop."""

    def __init__(self, data: Path, engine: Engine, snapshot_every: int = SNAPSHOT_EVERY) -> None:
        self._data = data
        self._lock = Lock(data)
        self.engine = engine
        self.store = opened(data)
        self.handed = Handed()
        self._gatherer: Gatherer[tuple[Write, int], Any] = Gatherer(self._step, BATCH_ROWS_MAX, lambda each: each[1])
        self._tasks: list[asyncio.Task[None]] = []
        self._snapshot_every = snapshot_every
        self._rewriting_due_s = math.inf
        """When, on the monotonic clock, a rewriting that found no room is to be tried again."""
        self._since_snapshot = 0

    async def start(self) -> None:
        """Bring the engine to the log's end; finish an erasure that a kill cut off."""
        with self.store.env.begin() as txn:
            is_cut_off = must_be_rewritten(View(self.store, txn))
        if is_cut_off:
            with suppress(UnavailableError):
                await self._rewrite()
        started = time.perf_counter()
        seq, self._since_snapshot = replay(self.store, self.engine)
        event = {"records": seq, "replayed": self._since_snapshot, "s": round(time.perf_counter() - started, 2)}
        log.info("engine_ready", extra=event)
        self._tasks = [asyncio.create_task(self._take_due()), asyncio.create_task(self._keep_snapshots())]

    async def stop(self) -> None:
        """Finish what was begun, and let the folder go."""
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._gatherer.close()
        self.store.close()
        self._lock.release()

    def read(self, reading: Callable[[View], R]) -> R:
        """What a function finds in one transaction. It may call the engine, and must not wait."""
        with self.store.env.begin() as txn:
            return reading(View(self.store, txn))

    async def write(self, writing: Callable[[Desk], R], rows: int = 1) -> R:
        """A write's result, once it is durable and learned. Writes of the same moment share one commit.

        Raises:
            UnavailableError: the disk is full or fails; nothing was done.
        """
        result = await self._gatherer.add((writing, rows))
        if isinstance(result, PlainviewError):
            raise result
        found: R = result
        return found

    async def _step(self, batch: Sequence[tuple[Write, int]]) -> list[Any]:
        done = await asyncio.to_thread(commit, self.store, [write for write, _ in batch])
        for start in range(0, len(done.records), LEARNED_AT_ONCE):
            apply(self.engine, done.records[start : start + LEARNED_AT_ONCE])
            await asyncio.sleep(0)
        self._since_snapshot += len(done.records)
        if done.erasures or time.monotonic() >= self._rewriting_due_s:
            try:
                await self._rewrite()
            except UnavailableError as error:
                for place in done.erasures:
                    done.results[place] = error
        return done.results

    async def _rewrite(self) -> None:
        """Leaves nothing on the disk of what was deleted. Nothing is written meanwhile; all may read."""
        old = self.store
        try:
            new = Store(await asyncio.to_thread(old.copied))
        except (lmdb.Error, OSError) as error:
            log.warning("rewriting_failed", exc_info=error)
            self._rewriting_due_s = time.monotonic() + REWRITING_AGAIN_S
            raise UnavailableError(
                "They are erased, but what held them is not rewritten yet: it is tried again."
            ) from error
        self.store, self._rewriting_due_s = new, math.inf
        old.close()
        await asyncio.to_thread(old.remove)
        with suppress(UnavailableError):
            # Unsaid, it is rewritten once more at the next start.
            await asyncio.to_thread(commit, new, [Desk.rewritten])
        # The snapshot went with the old folder.
        self._since_snapshot = max(self._since_snapshot, self._snapshot_every)

    async def _take_due(self) -> None:
        while True:
            await asyncio.sleep(_DUE_EVERY_S)
            due_ms = self.read(feedback.next_due_ms)
            if time.monotonic() >= self._rewriting_due_s or (
                due_ms is not None and due_ms <= time.time_ns() // 1_000_000
            ):
                with suppress(UnavailableError):
                    await self.write(feedback.take_due)

    async def _keep_snapshots(self) -> None:
        while True:
            await asyncio.sleep(_DUE_EVERY_S)
            if self._since_snapshot >= self._snapshot_every:
                before = self._since_snapshot
                await self._snapshot()
                self._since_snapshot -= before
                await asyncio.sleep(SNAPSHOT_REST_S)

    async def _snapshot(self) -> None:
        command = (sys.executable, "-m", "plainview", "engine", "snapshot", "--data", str(self._data))
        child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
        try:
            status = await child.wait()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
            raise
        if status:
            log.warning("snapshot_failed", extra={"status": status})
