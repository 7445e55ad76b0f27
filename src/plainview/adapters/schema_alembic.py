"""Brings a database's schema to this version, with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

import plainview.migrations

_LOCK = 7_238_115  # Any fixed number: two processes that start at once must not both migrate.


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(plainview.migrations.__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Apply the migrations that a database lacks, one process at a time.

    Raises:
        psycopg.Error: what the database said: it does not answer, or a migration refuses its data.
    """
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    try:
        with engine.connect() as guard, engine.connect() as connection:
            guard.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
            command.upgrade(_config(connection), revision)
    except DBAPIError as error:
        # SQLAlchemy wraps what the driver raises; the rest of the house knows the driver only.
        raise (error.orig or error) from error


def versions(url: str) -> tuple[str | None, str | None]:
    """The schema version that a database has, and the one that this program wants."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.connect() as connection:
        has = MigrationContext.configure(connection).get_current_revision()
        return has, ScriptDirectory.from_config(_config(connection)).get_current_head()
