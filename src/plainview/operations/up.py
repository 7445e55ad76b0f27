"""Prepares a run of the whole product on one machine, and becomes the process that watches over it."""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from plainview.operations.accounts import called_by, hand_over, service_account, witnesses_account
from plainview.operations.backup import refuse_half_restored
from plainview.operations.databases import databases, embedded
from plainview.operations.environment import environment_of
from plainview.operations.supervising import STOPS, Plan
from plainview.operations.wardens import own_witnesses, witnessed
from plainview.settings import Settings


def up(settings: Settings, announcement: list[str]) -> int:
    """Start everything; returns only when told to stop meanwhile, with 0: else this process becomes `supervising`.

    Args:
        settings: of all processes.
        announcement: the arguments of the command that tells where to look, once there is something.

    Raises:
        UnavailableError: a database does not start, or a restore was cut off in this data folder.
    """
    refuse_half_restored(settings)
    for each in STOPS:
        signal.signal(each, _leave)
    try:
        ran = embedded(settings).is_running()
        with databases(settings) as running:
            _become_supervisor(running, not ran, announcement)
    except KeyboardInterrupt:
        return 0


def _leave(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def _become_supervisor(settings: Settings, database_started: bool, announcement: list[str]) -> NoReturn:
    account = service_account(settings)
    hand_over(settings, account)
    own = own_witnesses(settings)
    theirs = None if account is None else witnesses_account(settings, [each.folder for each in own])
    settings = witnessed(called_by(settings, account), own)
    plan = Plan(database_started, account, own, theirs, announcement).packed()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    command = [sys.executable, "-m", "plainview.operations.supervising", plan]
    os.execve(sys.executable, command, environment_of(settings))
