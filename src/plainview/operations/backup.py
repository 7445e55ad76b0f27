"""Owns backup and restore: one file with every region's database and all media.

The file is a tar: `manifest.json`, `databases/<region>.dump` (pg_dump's custom format), `objects/<key>`, `keys/<name>`.
What is personal lies sealed in it; its keys are no part of it (see `key_copies`). Of `keys/` it holds the secret by
which guests are known again.

A restore that is cut off leaves a mark in the data folder: the same file may then be restored again, and nothing starts
on the half that is there.
"""

import asyncio
import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg

from plainview import __version__
from plainview.adapters.schema_alembic import upgrade
from plainview.kernel.errors import PlainviewError, UnavailableError
from plainview.kernel.time import now
from plainview.operations.databases import embedded
from plainview.ports.objects import Objects
from plainview.settings import Settings

FORMAT = 1
KEYS = "keys"
MARK = "restore-unfinished"
_END_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'pg_restore'
"""
Progress = Callable[[str, int, int], None]


class BackupError(PlainviewError):
    """The backup cannot be written or read; the message says what is wrong with it."""

    code, status, title = "backup_failed", 500, "The backup failed"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds."""

    databases: int
    objects: int
    bytes: int


def back_up(settings: Settings, objects: Objects, target: Path, progress: Progress) -> Contents:
    """Write everything into one file; what it holds. The service may run meanwhile.

    Databases are dumped first, each as of one moment, and media after: an object that a row names is there, unless it
    was deleted meanwhile.

    Raises:
        BackupError: the file exists already, or a database cannot be dumped.
    """
    if target.exists():
        raise BackupError(f"{target} exists already; choose another name.")
    partial = target.with_name(target.name + ".partial")
    partial.touch(mode=0o600)
    with partial.open("wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        urls = settings.database_urls()
        for number, (region, url) in enumerate(urls.items()):
            progress(f"database {region}", number, len(urls))
            _add_dump(settings, archive, region, url)
        count = asyncio.run(_add_objects(objects, archive, progress))
        for path in sorted(settings.data.joinpath(KEYS).glob("*")):
            archive.add(path, f"{KEYS}/{path.name}")
        manifest = {
            "format": FORMAT,
            "version": __version__,
            "realm": settings.realm,
            "regions": settings.region_numbers(),
        }
        manifest |= {"made_at": now().isoformat(), "objects": count}
        _add_bytes(archive, "manifest.json", json.dumps(manifest, indent=2).encode())
    partial.rename(target)
    return Contents(len(urls), count, target.stat().st_size)


def restore(settings: Settings, objects: Objects, source: Path, progress: Progress) -> Contents:
    """Bring back everything from one file into an empty instance, or one where the same file's restore was cut off.

    Raises:
        BackupError: the file is not a whole backup of ours, its regions differ, or the instance is not empty.
    """
    try:
        with tarfile.open(source) as archive:
            manifest = _manifest(archive, settings)
            urls = settings.database_urls()
            _begin(settings, urls, manifest)
            members = [member for member in archive if member.isfile()]
            for number, member in enumerate(members):
                progress(member.name, number, len(members))
                _restore_member(settings, objects, archive, member)
            settings.data.joinpath(MARK).unlink()
            return Contents(len(urls), manifest["objects"], source.stat().st_size)
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{source} is not a whole backup: {error}") from error


def half_restored(settings: Settings) -> bool:
    """Whether a restore was cut off in this data folder."""
    return settings.data.joinpath(MARK).exists()


def refuse_half_restored(settings: Settings) -> None:
    """Let nothing start where a restore was cut off.

    Raises:
        UnavailableError: one was.
    """
    if half_restored(settings):
        raise UnavailableError("A restore was cut off here. Run `plainview restore` with the same file again.")


def _begin(settings: Settings, urls: dict[str, str], manifest: dict[str, Any]) -> None:
    """Leave the mark of this file's restore, durable before anything is changed."""
    mark = settings.data / MARK
    name = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    if mark.exists() and mark.read_text() == name:
        return
    if mark.exists():
        raise BackupError("The restore of another file was cut off here; run that one again, or use a new data folder.")
    for url in urls.values():
        _refuse_unless_empty(url)
    partial = mark.with_name(f"{MARK}.partial")
    with partial.open("w") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(mark)


def _add_dump(settings: Settings, archive: tarfile.TarFile, region: str, url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump"
        program = embedded(settings).program("pg_dump")
        done = subprocess.run(
            [program, "--format=custom", "--no-owner", "--file", path, url], check=False, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise BackupError(f"The database of region {region} cannot be dumped: {done.stderr.strip()}")
        archive.add(path, f"databases/{region}.dump")


async def _add_objects(objects: Objects, archive: tarfile.TarFile, progress: Progress) -> int:
    keys = await objects.keys("")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "object"
        for number, key in enumerate(keys):
            progress("media", number, len(keys))
            await objects.fetch(key, path)
            archive.add(path, f"objects/{key}")
    return len(keys)


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def _manifest(archive: tarfile.TarFile, settings: Settings) -> dict[str, Any]:
    try:
        file = archive.extractfile("manifest.json")
    except KeyError as error:
        raise BackupError("The file holds no manifest: it is not a whole backup of Plainview.") from error
    assert file is not None
    manifest: dict[str, Any] = json.loads(file.read())
    if manifest.get("format") != FORMAT:
        raise BackupError(f"The backup has format {manifest.get('format')}; this program reads format {FORMAT}.")
    if manifest.get("regions") != settings.region_numbers():
        raise BackupError(f"The backup's regions are {manifest.get('regions')}; set PLAINVIEW_REGIONS to match.")
    return manifest


def _refuse_unless_empty(url: str) -> None:
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT 1 FROM persons LIMIT 1").fetchone() is not None:
            raise BackupError("This instance is not empty; restore into a new data folder.")


def _restore_member(settings: Settings, objects: Objects, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    parts = PurePosixPath(member.name).parts
    file = archive.extractfile(member)
    if ".." in parts or file is None or len(parts) < 2:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "member"
        with path.open("wb") as target:
            for piece in _pieces(file):
                target.write(piece)
        if parts[0] == "databases":
            _load_dump(settings, settings.database_urls()[parts[1].removesuffix(".dump")], path)
        elif parts[0] == "objects":
            asyncio.run(objects.put_file("/".join(parts[1:]), path))
        elif parts[0] == KEYS:
            key = settings.data / KEYS / parts[1]
            key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            key.touch(mode=0o600)
            key.write_bytes(path.read_bytes())


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(1 << 20):
        yield piece


def _load_dump(settings: Settings, url: str, path: Path) -> None:
    program = embedded(settings).program("pg_restore")
    # The instance is empty, so its schema gives way whole: pg_restore's --clean cannot drop partitions' constraints.
    with psycopg.connect(url, autocommit=True) as connection:
        # What a killed restore left running would bring its tables while ours come.
        connection.execute(_END_OTHERS)
        connection.execute("DROP SCHEMA IF EXISTS public CASCADE")
        connection.execute("CREATE SCHEMA public")
    arguments = ["--no-owner", "--single-transaction", "--exit-on-error", "--dbname", url, path]
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise BackupError(f"A database cannot be restored: {done.stderr.strip()}")
    upgrade(url)
