"""Owns which account each process runs as when root starts us: server and worker the service's, our witnesses theirs.

The wardens take their own accounts themselves. Without root all share ours, which `plainview doctor` says.
"""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from plainview.adapters.postgres_embedded import roots_user
from plainview.operations.environment import environment_of
from plainview.operations.lowered import Account, program_folders
from plainview.settings import Settings

# What server and worker write, in the data folder; all else there is root's, the database's or a warden's.
OWN_FOLDERS: Final = ("objects", "media", "keys", "samples")
TRY_SECONDS: Final = 60


def service_account(settings: Settings) -> Account | None:
    """The account that server and worker run as; None where they must run as ours."""
    if os.geteuid() != 0:
        return None
    user = roots_user()
    account = Account(user.pw_uid, user.pw_gid, (*program_folders(), str(settings.data.absolute())))
    return account if _works(account) else None


def called_by(settings: Settings, account: Account | None) -> Settings:
    """The settings with the service's account among those that the wardens answer."""
    if account is None:
        return settings
    callers = [each for each in settings.warden_callers.split(",") if each.strip()]
    return replace(settings, warden_callers=",".join([*callers, str(account.user)]))


def witnesses_account(settings: Settings, folders: Sequence[Path]) -> Account:
    """The account of our own witnesses, whose folders become its own."""
    user = settings.warden_account - 1
    account = Account(user, user, (*program_folders(), *map(str, folders)))
    for folder in folders:
        give(folder, account)
    return account


def hand_over(settings: Settings, account: Account | None) -> None:
    """Give the service's account what it writes, whoever wrote it last."""
    if account is None:
        return
    for name in OWN_FOLDERS:
        folder = settings.data.absolute() / name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700 if name == "keys" else 0o755)
        give(folder, account)


def give(folder: Path, account: Account) -> None:
    """Make an account the owner of a folder and all below it."""
    for place, _, files in os.walk(folder):
        for each in (place, *(os.path.join(place, name) for name in files)):  # noqa: PTH118 - os.walk speaks in text.
            if os.lstat(each).st_uid != account.user:
                os.chown(each, account.user, account.group, follow_symlinks=False)


def run_as_service(settings: Settings, arguments: list[str]) -> int | None:
    """Run `plainview ARGUMENT…` as the service's account; its exit code. None where that is our own account anyway.

    What it writes must be the service's, or the worker could not go on with it.
    """
    account = service_account(settings)
    if account is None:
        return None
    hand_over(settings, account)
    child = subprocess.Popen(account.command(arguments), env=environment_of(settings))
    try:
        return child.wait()
    finally:
        # Told to end, we tell it to end, and wait until it has.
        child.terminate()
        child.wait()


def _works(account: Account) -> bool:
    """Whether a process can become this account here, and run us."""
    done = subprocess.run(account.command(["--version"]), check=False, capture_output=True, timeout=TRY_SECONDS)
    return done.returncode == 0
