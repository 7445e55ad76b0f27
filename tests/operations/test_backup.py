"""Backup and restore: a whole instance goes into one file and comes back the same."""

import asyncio
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from plainview.adapters.postgres_embedded import PostgresEmbedded
from plainview.operations.backup import MARK, BackupError, back_up, restore
from plainview.operations.key_copies import bring_keys, copy_keys
from plainview.operations.locked_files import LockedFileError
from plainview.settings import Settings
from plainview.wiring import make_objects

PASSPHRASE = "correct horse battery"


def _quiet(_: str, __: int, ___: int) -> None:
    """Report nothing."""


def _instance(folder: Path, url: str) -> Settings:
    folder.mkdir()
    return replace(Settings(), data=folder, region_databases=f"home={url}")


@pytest.fixture
def other_url(postgres: PostgresEmbedded) -> str:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS other WITH (FORCE)")
        connection.execute("CREATE DATABASE other TEMPLATE template STRATEGY file_copy")
    return postgres.url("other")


def test_rows_media_and_keys_come_back_the_same(tmp_path: Path, database_url: str, other_url: str) -> None:
    settings = _instance(tmp_path / "a", database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO persons (person_id, handle, name, age_band) VALUES (7, 'ada', 'Ada', %s)", (b"\x00\xff",)
        )
    objects = make_objects(settings)
    media = {f"media/{n}/seg.m4s": bytes([n]) * 3_000 for n in range(5)}
    for key, content in media.items():
        asyncio.run(objects.put(key, content))
    settings.data.joinpath("keys").mkdir(exist_ok=True)
    settings.data.joinpath("keys", "region-0").write_bytes(b"k" * 32)

    contents = back_up(settings, objects, tmp_path / "file", _quiet)
    assert (contents.databases, contents.objects) == (1, 5)
    assert tmp_path.joinpath("file").stat().st_mode & 0o077 == 0

    fresh = _instance(tmp_path / "b", other_url)
    restore(fresh, make_objects(fresh), tmp_path / "file", _quiet)
    with psycopg.connect(other_url) as connection:
        assert connection.execute("SELECT person_id, handle, age_band FROM persons").fetchall() == [
            (7, "ada", b"\x00\xff")
        ]
    brought = make_objects(fresh)
    assert {key: asyncio.run(brought.get(key)) for key in asyncio.run(brought.keys(""))} == media
    kept = fresh.data / "keys" / "region-0"
    assert kept.read_bytes() == b"k" * 32
    assert kept.stat().st_mode & 0o077 == 0


def test_an_existing_file_is_not_overwritten(tmp_path: Path, database_url: str) -> None:
    settings = _instance(tmp_path / "a", database_url)
    tmp_path.joinpath("file").write_text("mine")
    with pytest.raises(BackupError, match="exists already"):
        back_up(settings, make_objects(settings), tmp_path / "file", _quiet)
    assert tmp_path.joinpath("file").read_text() == "mine"


def test_an_instance_that_is_not_empty_is_not_overwritten(tmp_path: Path, database_url: str) -> None:
    settings = _instance(tmp_path / "a", database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO persons (person_id, handle, name, age_band) VALUES (7, 'ada', 'Ada', '')")
    back_up(settings, make_objects(settings), tmp_path / "file", _quiet)
    with pytest.raises(BackupError, match="not empty"):
        restore(settings, make_objects(settings), tmp_path / "file", _quiet)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b" + b"\0" * 600])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, database_url: str, content: bytes) -> None:
    settings = _instance(tmp_path / "a", database_url)
    tmp_path.joinpath("file").write_bytes(content)
    with pytest.raises(BackupError):
        restore(settings, make_objects(settings), tmp_path / "file", _quiet)


def test_a_backup_cut_short_is_refused(tmp_path: Path, database_url: str, other_url: str) -> None:
    settings = _instance(tmp_path / "a", database_url)
    back_up(settings, make_objects(settings), tmp_path / "file", _quiet)
    whole = tmp_path.joinpath("file").read_bytes()
    tmp_path.joinpath("cut").write_bytes(whole[: len(whole) // 2])
    fresh = _instance(tmp_path / "b", other_url)
    with pytest.raises(BackupError, match="not a whole backup"):
        restore(fresh, make_objects(fresh), tmp_path / "cut", _quiet)


def _people(url: str) -> int:
    """How many people a database holds; none when the table itself is not there just now."""
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('public.persons')").fetchone() == (None,):
            return 0
        connection.execute("SET lock_timeout = 100")
        with suppress(psycopg.Error):
            ((count,),) = connection.execute("SELECT count(*) FROM persons").fetchall()
            return int(count)
        return -1


def test_a_restore_killed_at_any_moment_succeeds_when_it_is_run_again(
    tmp_path: Path, database_url: str, other_url: str
) -> None:
    settings = _instance(tmp_path / "a", database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO persons (person_id, handle, name, age_band) SELECT n, 'p' || n, 'P', '' "
            "FROM generate_series(1, 10000) AS n"
        )
    objects = make_objects(settings)
    for number in range(700):
        asyncio.run(objects.put(f"media/{number}/seg.m4s", bytes([number % 256]) * 3_000))
    back_up(settings, objects, tmp_path / "file", _quiet)
    fresh = _instance(tmp_path / "b", other_url)
    environment = {
        **os.environ,
        "PLAINVIEW_DATA": str(fresh.data),
        "PLAINVIEW_REGION_DATABASES": fresh.region_databases,
    }

    def run(verb: str, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "plainview", verb, *arguments]
        return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    mark = fresh.data / MARK
    for moment in (mark.exists, lambda: _people(other_url) == 10_000, lambda: _people(other_url) == 0):
        restoring = run("restore", str(tmp_path / "file"))
        until = time.monotonic() + 60
        while not moment() and time.monotonic() < until:
            time.sleep(0.002)
        restoring.kill()
        restoring.communicate()
        assert mark.exists(), "it was done before it was killed"

    started = run("up", "--no-demo")
    assert "A restore was cut off here" in " ".join(started.communicate(timeout=60)[0].split())
    assert started.returncode == 1

    last = run("restore", str(tmp_path / "file"))
    assert "restored 1 database" in last.communicate(timeout=120)[0]
    assert last.returncode == 0
    assert _people(other_url) == 10_000
    assert len(asyncio.run(make_objects(fresh).keys(""))) == 700
    assert not mark.exists()


def test_another_file_is_refused_where_a_restore_was_cut_off(tmp_path: Path, database_url: str) -> None:
    settings = _instance(tmp_path / "a", database_url)
    back_up(settings, make_objects(settings), tmp_path / "file", _quiet)
    settings.data.joinpath(MARK).write_text("another")
    with pytest.raises(BackupError, match="restore of another file"):
        restore(settings, make_objects(settings), tmp_path / "file", _quiet)


def test_the_keys_travel_in_a_file_of_their_own_and_no_backup_holds_them(
    tmp_path: Path, warden: Path, database_url: str, other_url: str
) -> None:
    settings = replace(_instance(tmp_path / "a", database_url), data=warden)
    back_up(settings, make_objects(settings), tmp_path / "file", _quiet)
    keys = [path.read_bytes() for path in warden.glob("warden-home/keys/*") if path.is_file()]
    assert keys
    assert not any(key in tmp_path.joinpath("file").read_bytes() for key in keys)
    copy_keys(settings, tmp_path / "keys", PASSPHRASE)
    assert tmp_path.joinpath("keys").stat().st_mode & 0o077 == 0
    fresh = _instance(tmp_path / "b", other_url)
    bring_keys(fresh, tmp_path / "keys", PASSPHRASE)
    assert [path.read_bytes() for path in fresh.data.glob("warden-home/keys/*")] == keys
    with pytest.raises(BackupError, match="already"):
        bring_keys(fresh, tmp_path / "keys", PASSPHRASE)
    with pytest.raises(LockedFileError):
        bring_keys(_instance(tmp_path / "c", other_url), tmp_path / "file", PASSPHRASE)
