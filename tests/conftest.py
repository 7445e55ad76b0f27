"""Gives tests a real embedded PostgreSQL: a server for each test process, a fresh database cloned from a template."""

import io
import itertools
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from plainview.adapters.database_postgres import DatabasePostgres
from plainview.adapters.door_warden import DoorWarden
from plainview.adapters.logs_structlog import set_up_logs
from plainview.adapters.postgres_embedded import PostgresEmbedded
from plainview.adapters.schema_alembic import upgrade
from plainview.kernel.ids import IdMaker, RegionNumber
from plainview.ports.database import Transaction
from plainview.settings import Settings
from plainview.wiring import make_door
from tests.guarding import running_warden

# The fixtures of a whole app serve every folder; pytest takes plugins from the top conftest only.
pytest_plugins = ["tests.server.fixtures"]

# Tests lose nothing by a power cut, and a clone by file copy is the fastest.
QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "file_copy_method": "clone"}
REGION = RegionNumber(0)
_numbers = itertools.count(1)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that is logged, as JSON lines."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    target = io.StringIO()
    set_up_logs("json", "debug", target)
    yield target
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresEmbedded]:
    """A running server of this test process, with a migrated database named `template`."""
    with tempfile.TemporaryDirectory(prefix="plainview-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = PostgresEmbedded(Path(folder) / "postgres", extra=QUICK)
        server.start()
        try:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE template")
            upgrade(server.url("template"))
            yield server
        finally:
            server.stop()


@pytest.fixture
def database_url(postgres: PostgresEmbedded) -> Iterator[str]:
    """The URL of a fresh migrated database, for tests that need real commits; dropped afterwards."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
        yield postgres.url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[DatabasePostgres]:
    """The database port on a fresh database."""
    opened = DatabasePostgres({"home": REGION}, {"home": database_url}, connections_max=6)
    await opened.start()
    yield opened
    await opened.close()


@pytest.fixture
async def tx(postgres: PostgresEmbedded) -> AsyncIterator[Transaction]:
    """A transaction that is rolled back: the first choice of a test."""
    async with await psycopg.AsyncConnection.connect(postgres.url("template")) as connection:
        yield connection
        await connection.rollback()


@pytest.fixture
def ids() -> IdMaker:
    return IdMaker(REGION, node=62)


@pytest.fixture(scope="session")
def warden() -> Iterator[Path]:
    """The data folder of a running warden of the region `home`; others' data folders are joined to it by `guarded`."""
    with running_warden("home=0") as folder:
        yield folder


@pytest.fixture
async def door(warden: Path) -> AsyncIterator[DoorWarden]:
    """The door to personal plaintext, for tests that need no whole app."""
    opened = make_door(Settings(data=warden))
    yield opened
    await opened.close()
