"""Runs the whole product on one machine: databases, server and worker as children, restarted when they fail."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields
from threading import Event, Thread
from types import FrameType
from typing import Final

from plainview.adapters.postgres_embedded import PostgresEmbedded, PostgresFailedError
from plainview.operations.backup import refuse_half_restored
from plainview.operations.databases import databases, embedded
from plainview.settings import MIB, PREFIX, Settings

POLL_SECONDS: Final = 0.5
STOP_SECONDS_MAX: Final = 20.0
RESTART_SECONDS: Final = 1.0
STEADY_SECONDS: Final = 30.0
FAILURES_MAX: Final = 5
ROOM_BYTES_MIN: Final = 32 * MIB
"""Less than this, and a database cannot even recover: it needs a segment of its log, of 16 MiB, and some more."""


@dataclass(slots=True)
class Child:
    """One process of ours: how it is started, and how often it failed lately."""

    name: str
    arguments: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    failures: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Start the process in a session of its own, so that a Ctrl-C reaches it only through us."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "plainview", *self.arguments],
            env=self.environment,
            start_new_session=True,
        )

    def check(self) -> bool:
        """Restart the process if it ended; whether there is still hope."""
        if self.process is None or self.process.poll() is None:
            return True
        if time.monotonic() - self.started_at > STEADY_SECONDS:
            self.failures = 0
        self.failures += 1
        if self.failures >= FAILURES_MAX:
            return False
        time.sleep(RESTART_SECONDS)
        self.start()
        return True

    def stop(self) -> None:
        """Ask the process to end, and end it if it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


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


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a child reads the same settings."""
    own = {f"{PREFIX}{each.name.upper()}": str(getattr(settings, each.name)) for each in fields(settings)}
    return {**os.environ, **own}


def _supervise(settings: Settings, stopping: Event, ready: Callable[[Settings], None] | None) -> int:
    environment = environment_of(settings)
    own = embedded(settings)
    database = own if own.is_running() else None  # Every region's database may stand elsewhere.
    children = [Child("server", ["serve"], environment=environment), Child("worker", ["work"], environment=environment)]
    try:
        for child in children:
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
