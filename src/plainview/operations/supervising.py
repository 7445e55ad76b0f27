"""Watches all processes of the product once they can be started: `python -m plainview.operations.supervising PLAN`.

`plainview up` prepares and then becomes this, so that what only preparing needs (the migrations, the terminal) does not
stay in memory for as long as the product runs. So this imports little, which a test holds.
"""

import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Final

import msgspec

from plainview.adapters.postgres_embedded import PostgresEmbedded, PostgresFailedError
from plainview.kernel.errors import PlainviewError
from plainview.operations.child import FAILURES_MAX, RESTART_SECONDS, Child
from plainview.operations.environment import environment_of
from plainview.operations.lowered import Account
from plainview.operations.wardens import WITNESSES, OwnWitness, wait_for_wardens, warden_children, witnesses_child
from plainview.settings import MIB, Settings, read_settings

POLL_SECONDS: Final = 0.5
ROOM_BYTES_MIN: Final = 32 * MIB
"""Less than this, and a database cannot even recover: it needs a segment of its log, of 16 MiB, and some more."""
STOPS: Final = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Plan:
    """What was prepared; all else is in the settings, which travel in the environment.

    Args:
        database_started: whether the embedded database was started for us, and so ends with us.
        account: the service's, where it is another than ours.
        witnesses: our own.
        witnesses_account: theirs, where it is another than ours.
        announcement: the arguments of the command that tells where to look.
    """

    database_started: bool
    account: Account | None
    witnesses: list[OwnWitness]
    witnesses_account: Account | None
    announcement: list[str]

    def packed(self) -> str:
        """The plan as one argument."""
        return msgspec.json.encode(self, enc_hook=str).decode()


def unpacked(text: str) -> Plan:
    """The plan that was packed."""
    return msgspec.json.decode(text, type=Plan, dec_hook=lambda kind, value: kind(value))


def supervise(settings: Settings, plan: Plan, stopping: Event) -> int:
    """Run all processes until told to stop; the exit code: 0 when asked to, 1 when one kept failing."""
    own = _embedded(settings)
    if plan.database_started:
        own.adopt()
    database = own if own.is_running() else None  # Every region's database may stand elsewhere.
    told = Child("announcement", plan.announcement, environment=environment_of(settings), once=True)
    children: list[Child] = []
    try:
        for child in _born(settings, plan, children):
            children.append(child)
            child.start()
        told.start(at_the_terminal=True)
        return _watch(settings, database, [*children, told], stopping)
    except PlainviewError as error:
        sys.stderr.write(f"{error.title}: {error.detail}\n")
        return 1
    finally:
        for child in (told, *_stopping_order(children)):
            child.stop()
        own.stop()


def _born(settings: Settings, plan: Plan, started: list[Child]) -> Iterator[Child]:
    """Every process of ours, each when those that it needs are there."""
    yield from warden_children(settings)
    statuses = wait_for_wardens(settings, started)
    environment = environment_of(settings)
    if plan.witnesses:
        witnesses = witnesses_child(plan.witnesses, [each.log_key for each in statuses], environment)
        yield replace(witnesses, account=plan.witnesses_account)
    yield Child("server", ["serve"], environment=environment, account=plan.account)
    yield Child("worker", ["work"], environment=environment, account=plan.account)


def _stopping_order(children: list[Child]) -> list[Child]:
    """Who asks ends before who answers: what the server has left is sealed, and the last checkpoint is cosigned."""
    witnesses = [each for each in children if each.name == WITNESSES]
    return [*(each for each in reversed(children) if each not in witnesses), *witnesses]


def _watch(settings: Settings, database: PostgresEmbedded | None, children: list[Child], stopping: Event) -> int:
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


def _embedded(settings: Settings) -> PostgresEmbedded:
    return PostgresEmbedded(settings.data / "postgres", Path(settings.postgres_bin) if settings.postgres_bin else None)


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


def main(packed: str) -> int:
    """Watch what this plan names until told to stop; the exit code."""
    stopping = Event()
    for each in STOPS:
        signal.signal(each, lambda *_: stopping.set())
    # Who prepared held these back, so that none could come between the two.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    return supervise(read_settings(None), unpacked(packed), stopping)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
