"""The database's pools: what is not the asker's fault is said as an error of ours."""

import psycopg
import pytest

from plainview.adapters.database_postgres import DatabasePostgres
from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import RegionNumber
from plainview.ports.database import Transaction

HOME = RegionNumber(0)
FULL = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
END = "SELECT pg_terminate_backend(%s, 5000)"

pytestmark = pytest.mark.anyio


async def _serves(database: DatabasePostgres) -> bool:
    async with database.transaction(HOME) as tx:
        return await (await tx.execute("SELECT 1")).fetchone() == (1,)


async def _meets_its_end(tx: Transaction, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(END, (tx.info.backend_pid,))
    await tx.execute("SELECT 1")


@pytest.mark.parametrize("way", ["transaction", "statements"])
async def test_a_full_disk_is_told_as_such_and_the_connection_serves_on(database: DatabasePostgres, way: str) -> None:
    with pytest.raises(UnavailableError, match="no room left"):
        async with getattr(database, way)(HOME) as tx:
            await tx.execute(FULL)
    assert await _serves(database)


async def test_a_database_that_goes_away_meanwhile_is_told_as_such(
    database: DatabasePostgres, database_url: str
) -> None:
    with pytest.raises(UnavailableError, match="went away"):
        async with database.transaction(HOME) as tx:
            await _meets_its_end(tx, database_url)
    assert await _serves(database)


async def test_what_the_asker_did_wrong_stays_what_it_is(database: DatabasePostgres) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with database.transaction(HOME) as tx:
            await tx.execute("SELECT 1 / 0")
