"""Copies the wardens' stores into a file of their own, and brings them back: the keys to personal data, and the logs.

An ordinary backup holds none of it, so that whoever finds one can open nothing, and who was erased stays erased. This
file is made only when it is asked for by name, and only under a passphrase. Whoever has both, and a backup, can open
what was erased after it was made; when it is brought back, it stays erased (see `erased_again`).
"""

import os
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

import lmdb

from plainview.operations.backup import BackupError
from plainview.operations.locked_files import locked_file, unlocked_file
from plainview.settings import Settings

STORE: Final = "store"
LOCK: Final = "lock.mdb"


def copy_keys(settings: Settings, target: Path, passphrase: str) -> None:
    """Write every region's keys and log into one file that the passphrase opens. The wardens may run meanwhile.

    Raises:
        BackupError: the file exists already, or we may not read a warden's store.
        InvalidInputError: the passphrase is too short.
    """
    if target.exists():
        raise BackupError(f"{target} exists already; choose another name.")
    with (
        locked_file(target, passphrase) as file,
        tarfile.open(fileobj=cast("IO[bytes]", file), mode="w|") as archive,
    ):
        for region in settings.region_numbers():
            _add(archive, settings.data.absolute() / f"warden-{region}")


def check_keys(source: Path, passphrase: str) -> None:
    """Nothing, when the passphrase opens the file, and all of it is there.

    Raises:
        LockedFileError: it does not, or it is not.
    """
    with unlocked_file(source, passphrase):
        pass


def bring_keys(settings: Settings, source: Path, passphrase: str) -> None:
    """Bring the keys and logs of every region back, where there are none yet.

    Raises:
        BackupError: there are some already, or the file is none of ours.
        LockedFileError: the passphrase does not open all of it.
    """
    homes = [settings.data.absolute() / f"warden-{region}" for region in settings.region_numbers()]
    for home in homes:
        if home.joinpath(STORE, "data.mdb").exists():
            raise BackupError(f"{home.name} holds keys already; bring them back into a new data folder.")
    try:
        with (
            unlocked_file(source, passphrase) as file,
            tarfile.open(fileobj=cast("IO[bytes]", file), mode="r|") as archive,
        ):
            for member in archive:
                _bring(settings.data.absolute(), archive, member, {home.name for home in homes})
    except tarfile.TarError as error:
        raise BackupError(f"{source} holds no keys: {error}") from error


def _add(archive: tarfile.TarFile, home: Path) -> None:
    try:
        with tempfile.TemporaryDirectory() as folder:
            with lmdb.open(str(home / STORE), readonly=True, max_dbs=64) as store:
                store.copy(folder)
            archive.add(Path(folder) / "data.mdb", f"{home.name}/{STORE}/data.mdb")
        for place in sorted(home.rglob("*")):
            if place.is_file() and place.parent.name != STORE:
                archive.add(place, f"{home.name}/{place.relative_to(home)}")
    except (lmdb.Error, PermissionError) as error:
        raise BackupError(f"The keys in {home.name} cannot be read: run this as root. ({error})") from error


def _bring(data: Path, archive: tarfile.TarFile, member: tarfile.TarInfo, homes: set[str]) -> None:
    parts = PurePosixPath(member.name).parts
    file = archive.extractfile(member) if member.isfile() else None
    if file is None or ".." in parts or len(parts) < 2 or parts[0] not in homes:
        raise BackupError(f"The file holds {member.name!r}, which is no key of these regions.")
    place = data.joinpath(*parts)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while piece := file.read(1 << 20):
            out.write(piece)
