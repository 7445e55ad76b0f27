"""Owns that every region has a database: the one that a URL names, or an embedded one in the data folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from plainview.adapters.postgres_embedded import PostgresEmbedded
from plainview.adapters.schema_alembic import upgrade
from plainview.kernel.errors import UnavailableError
from plainview.settings import Settings

DATABASE = "plainview"


def embedded(settings: Settings) -> PostgresEmbedded:
    """The embedded server of this data folder (not started)."""
    programs = Path(settings.postgres_bin) if settings.postgres_bin else None
    return PostgresEmbedded(settings.data / "postgres", programs)


@contextmanager
def databases(settings: Settings, *, migrated: bool = True) -> Iterator[Settings]:
    """The settings with a running database for each region, migrated unless its schema is to be replaced anyway.

    Regions without a URL share one embedded server, each with a database of its own. It is stopped when the block ends
    if it was started here.

    Raises:
        UnavailableError: a database does not start or does not answer.
    """
    named = settings.database_urls()
    missing = [region for region in settings.region_numbers() if region not in named]
    server = embedded(settings) if missing else None
    try:
        if server is not None:
            settings.data.mkdir(parents=True, exist_ok=True)
            server.start()
            named |= {region: _made(server, region) for region in missing}
        for region, url in named.items() if migrated else ():
            _migrate(region, url)
        joined = ",".join(f"{region}={url}" for region, url in named.items())
        yield replace(settings, region_databases=joined)
    finally:
        if server is not None:
            server.stop()


def _made(server: PostgresEmbedded, region: str) -> str:
    name = f"{DATABASE}_{region}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if known is None:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    return server.url(name)


def _migrate(region: str, url: str) -> None:
    try:
        upgrade(url)
    except psycopg.OperationalError as error:
        raise UnavailableError(f"The database of region {region} does not answer: {error}") from error
    except psycopg.errors.RaiseException as error:
        # A migration that cannot keep the data there is says so in its own words.
        raise UnavailableError(error.diag.message_primary) from error
