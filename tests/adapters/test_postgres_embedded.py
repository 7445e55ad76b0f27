"""The embedded server: made once, migrated, and shared by tests."""

import pytest

from plainview.adapters.database_postgres import DatabasePostgres
from plainview.adapters.jobs_procrastinate import JobsProcrastinate
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import RegionNumber
from plainview.ports.database import Transaction

pytestmark = pytest.mark.anyio


async def test_every_table_is_there_after_migration(tx: Transaction) -> None:
    cursor = await tx.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    row = await cursor.fetchone()
    assert row is not None
    assert row[0] > 20


async def test_a_transaction_commits_at_its_end_and_rolls_back_on_an_error(database: DatabasePostgres) -> None:
    async with database.transaction(RegionNumber(0)) as tx:
        await tx.execute("INSERT INTO item_tags VALUES ('kept', 1)")

    async def fail() -> None:
        async with database.transaction(RegionNumber(0)) as tx:
            await tx.execute("INSERT INTO item_tags VALUES ('lost', 2)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.transaction(RegionNumber(0)) as tx:
        rows = await (await tx.execute("SELECT tag FROM item_tags")).fetchall()
    assert rows == [("kept",)]


async def test_a_region_that_is_not_served_is_not_found(database: DatabasePostgres) -> None:
    with pytest.raises(NotFoundError):
        async with database.transaction(RegionNumber(9)):
            pass


async def test_a_job_exists_exactly_when_its_transaction_commits(tx: Transaction) -> None:
    number = await JobsProcrastinate().enqueue(tx, "media.transcode", lock="asset-1", asset="1")
    row = await (
        await tx.execute("SELECT task_name, lock, args FROM procrastinate_jobs WHERE id = %s", (number,))
    ).fetchone()
    assert row == ("media.transcode", "asset-1", {"asset": "1"})
