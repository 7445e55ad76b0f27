"""The schema: migrations say what the declarations say, and each upgrades the one before without losing rows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.schema import SchemaItem

import plainview.migrations
from plainview.adapters.postgres_embedded import PostgresEmbedded
from plainview.adapters.schema_alembic import upgrade, versions
from plainview.adapters.schema_wanted import wanted
from plainview.kernel.errors import UnavailableError
from plainview.operations.databases import databases
from plainview.privacy.personal import tables
from plainview.settings import Settings
from plainview.wiring import DECLARING


def _revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", plainview.migrations.__path__[0])
    return [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()][::-1]


@pytest.fixture
def empty_url(postgres: PostgresEmbedded) -> str:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bare WITH (FORCE)")
        connection.execute("CREATE DATABASE bare")
    return postgres.url("bare")


def _ours(item: SchemaItem | None, name: str | None, kind: str, reflected: bool, other: SchemaItem | None) -> bool:
    """Whether a thing in the database is declared by us: not procrastinate's, not Alembic's, not a partition."""
    if kind == "table":
        return name in tables.tables
    return True


def test_the_migrations_make_what_the_tables_declare(database_url: str) -> None:
    for domain in DECLARING:
        import_module(f"plainview.{domain}.tables")
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _ours, "compare_type": True})
        assert compare_metadata(context, tables) == []
    engine.dispose()


def test_each_migration_keeps_the_rows_of_the_one_before(empty_url: str) -> None:
    revisions = _revisions()
    upgrade(empty_url, revisions[0])
    with psycopg.connect(empty_url) as connection:
        connection.execute("INSERT INTO persons (person_id, handle, name, age_band) VALUES (7, 'ada', 'Ada', 'x')")
        connection.execute("INSERT INTO item_tags (tag, item_id) VALUES ('roses', 9)")
        connection.execute("INSERT INTO items (item_id, person_id, asset_id, sound_id, likes) VALUES (9, 7, 9, 9, 41)")
        # Open words that no version of today would write.
        removed = "(item_id, person_id, asset_id, sound_id, state, caption) VALUES (8, 7, 8, 8, 'removed', 'roses')"
        connection.execute(f"INSERT INTO items {removed}".encode())
    for revision in revisions[1:]:
        upgrade(empty_url, revision)
    upgrade(empty_url)
    assert versions(empty_url) == (revisions[-1], revisions[-1])
    with psycopg.connect(empty_url) as connection:
        assert connection.execute("SELECT handle FROM persons").fetchall() == [("ada",)]
        assert connection.execute("SELECT tag FROM item_tags").fetchall() == [("roses",)]
        numbers = "SELECT likes, adults_only, caption FROM items ORDER BY item_id"
        assert connection.execute(numbers).fetchall() == [(0, False, "roses"), (41, False, "")]
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("UPDATE items SET caption = 'lilies' WHERE item_id = 8")


def test_the_version_that_is_wanted_is_the_last_one_and_there_is_one_alone(tmp_path: Path) -> None:
    assert wanted() == _revisions()[-1]
    texts = ('revision = "0001"\ndown_revision = None\n', 'revision = "0002"\ndown_revision = "0001"\n')
    for text in texts:
        tmp_path.joinpath(f"{text[12:16]}_one.py").write_text(text)
    assert wanted(tmp_path) == "0002"
    tmp_path.joinpath("0002_two.py").write_text('revision: str = "0003"\ndown_revision: str = "0001"\n')
    with pytest.raises(RuntimeError, match="2 versions"):
        wanted(tmp_path)


def test_two_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(upgrade, [empty_url, empty_url]))
    assert len(set(versions(empty_url))) == 1


def test_data_that_a_migration_cannot_keep_is_refused_in_its_own_words(empty_url: str) -> None:
    upgrade(empty_url, "0002")
    with psycopg.connect(empty_url) as connection:
        connection.execute("INSERT INTO person_keys (person_id, wrapped) VALUES (7, 'x')")
    settings = replace(Settings(), region_databases=f"home={empty_url}")
    with pytest.raises(UnavailableError, match=r"^This data was made before"), databases(settings):
        raise AssertionError("it started")
