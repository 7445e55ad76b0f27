"""Runs the whole product on one machine: databases, and wardens, witnesses, server and worker as children, restarted
when they fail.
"""

import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Thread
from types import FrameType
from typing import Final

from plainview.adapters.postgres_embedded import PostgresEmbedded, PostgresFailedError
from plainview.operations.accounts import called_by, hand_over, service_account
from plainview.operations.backup import refuse_half_restored
from plainview.operations.child import FAILURES_MAX, RESTART_SECONDS, Child
from plainview.operations.databases import databases, embedded
from plainview.operations.environment import environment_of
from plainview.operations.wardens import own_witnesses, wait_for_wardens, warden_children, witnessed
from plainview.settings import MIB, Settings

POLL_SECONDS: Final = 0.5
ROOM_BYTES_MIN: Final = 32 * MIB
"""Less than this, and a database cannot even recover: it needs a segment of its log, of 16 MiB, and some more."""


def up(settings: Settings, ready: Callable[[Settings], None] | None = None) -> int:
    """Run until told to stop; the exit code: 0 when asked to, 1 when a process kept failing.

    Args:
        settings: of all processes.
        ready: called once, in a thread of its own, when the databases are there and the children are started: it may
            wait for an answer at the terminal while the children are watched.

    Raises:
        UnavailableError: a restore was cut off in this data folder.
    """
    refuse_half_restored(settings)
    stopping = Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        with databases(settings) as running:
            return _supervise(running, stopping, ready)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _database_runs(database: PostgresEmbedded | None) -> bool:
    """Start the embedded database again if it ended; whether there is still hope.

    What the killed server left needs a moment to let go of the data folder, so a failed start is tried again.
    """
    if database is None:
        return True
    for _ in range(FAILURES_MAX):
        if database.is_running():
            return True
        with suppress(PostgresFailedError):
            database.start()
        time.sleep(RESTART_SECONDS)
    return database.is_running()


def _has_room(settings: Settings) -> bool:
    return shutil.disk_usage(settings.data).free >= ROOM_BYTES_MIN


def _wait_for_room(settings: Settings, stopping: Event) -> None:
    """Give up nothing that a full disk stopped: say so once, and go on when there is room again."""
    if not _has_room(settings):
        sys.stderr.write(f"The disk of {settings.data} is full. Plainview goes on by itself once there is room.\n")
    while not _has_room(settings) and not stopping.wait(POLL_SECONDS):
        pass


def _born(settings: Settings, started: list[Child]) -> Iterator[Child]:
    """Every process of ours, each when those that it needs are there."""
    account = service_account(settings)
    hand_over(settings, account)
    own = own_witnesses(settings, lowered=account is not None)
    settings = witnessed(called_by(settings, account), own)
    yield from warden_children(settings)
    statuses = wait_for_wardens(settings, started)
    environment = environment_of(settings)
    for witness in own:
        yield witness.child([each.log_key for each in statuses], environment)
    yield Child("server", ["serve"], environment=environment, account=account)
    yield Child("worker", ["work"], environment=environment, account=account)


def _supervise(settings: Settings, stopping: Event, ready: Callable[[Settings], None] | None) -> int:
    own = embedded(settings)
    database = own if own.is_running() else None  # Every region's database may stand elsewhere.
    children: list[Child] = []
    try:
        for child in _born(settings, children):
            children.append(child)
            child.start()
        if ready is not None:
            Thread(target=ready, args=(settings,), daemon=True).start()
        while not stopping.wait(POLL_SECONDS):
            had_room = _has_room(settings)
            if _database_runs(database) and all(child.check() for child in children):
                continue
            if had_room and _has_room(settings):
                return 1
            _wait_for_room(settings, stopping)
            for child in children:
                child.failures = 0
        return 0
    finally:
        for child in children:
            child.stop()
