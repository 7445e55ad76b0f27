"""Owns that what an erasure deleted leaves the database's files too, and not only its rows.

PostgreSQL leaves a deleted row's bytes in its page, in indexes, in the samples of its planner and in the write-ahead
log, until something is written over them. So within hours of an erasure the tables are written anew, and the log begins
a new file. What lies sealed needs none of this: its key is destroyed at once.
"""

import asyncio
import logging

import psycopg
from psycopg import sql

from plainview.kernel.ids import RegionNumber
from plainview.kernel.time import now, to_ms
from plainview.ports.database import Database, Transaction
from plainview.ports.jobs import Jobs, PutOffError

WIPE = "privacy.wipe"
WAIT_MS = 3_600_000
"""One wiping serves all erasures of an hour."""
AGAIN_SECONDS = 60
OLD_READERS_SECONDS_MAX = 30
REWRITTEN_BYTES_MAX = 256 * 1024**2
"""A table is locked while it is written anew, about a second for each 100 MB; larger ones are tidied."""

_IS_DUE = "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo')"
# Whoever reads as of before the erasure would have its rows kept.
_OLD_READERS = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND xact_start < %s
  AND pid <> pg_backend_pid() AND backend_type = 'client backend')
"""
# Parts of a partitioned table hold numbers and sealed bytes alone; jobs hold numbers.
_TABLES = """
SELECT relname, pg_total_relation_size(oid) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relispartition
  AND relname NOT LIKE 'procrastinate%' ORDER BY relname
"""
_SAMPLES = "pg_catalog.pg_statistic"
log = logging.getLogger(__name__)


async def enqueue_wipe(tx: Transaction, jobs: Jobs) -> None:
    """Have the database wiped within hours; nothing when that is due already. Call it after the last row is deleted."""
    row = await (await tx.execute(_IS_DUE, (WIPE,))).fetchone()
    if row is None or not row[0]:
        await jobs.enqueue(tx, WIPE, lock=WIPE, after_ms=to_ms(now()) + WAIT_MS)


async def wipe_job(database: Database, region: RegionNumber, after_ms: int) -> None:
    """Wipe one region's database, when the time has come.

    Raises:
        PutOffError: it has not, or somebody reads what was there before: the worker runs it again.
    """
    wait_s = (after_ms - to_ms(now()) + 999) // 1_000
    if wait_s > 0:
        raise PutOffError(wait_s)
    async with database.statements(region) as connection:
        await _wait_for_old_readers(connection)
        try:
            await wipe(connection)
        except psycopg.errors.LockNotAvailable as error:
            raise PutOffError(AGAIN_SECONDS) from error


async def wipe(connection: Transaction) -> None:
    """Write the tables anew, without what was deleted, and begin a new file of the write-ahead log.

    Raises:
        psycopg.errors.LockNotAvailable: a table is in use for longer than anybody should wait behind us.
    """
    await connection.execute("SET lock_timeout = '2s'")
    try:
        for table, size in await (await connection.execute(_TABLES)).fetchall():
            await _rewrite(connection, table, size)
        await connection.execute(f"VACUUM (FULL) {_SAMPLES}")
        await _renew_log(connection)
    finally:
        await connection.execute("RESET lock_timeout")


async def _rewrite(connection: Transaction, table: str, size: int) -> None:
    is_small = size <= REWRITTEN_BYTES_MAX
    if not is_small:
        log.warning("table_not_rewritten", extra={"table": table})
    how = sql.SQL("VACUUM (FULL, ANALYZE) {}" if is_small else "VACUUM (ANALYZE) {}")
    await connection.execute(how.format(sql.Identifier(table)))


async def _renew_log(connection: Transaction) -> None:
    try:
        await connection.execute("SELECT pg_switch_wal()")
        await connection.execute("CHECKPOINT")
    except psycopg.errors.InsufficientPrivilege:
        # A database that is not ours alone: how long its log is kept is its owner's to say.
        log.warning("write_ahead_log_not_renewed")


async def _wait_for_old_readers(connection: Transaction) -> None:
    started = now()
    for _ in range(OLD_READERS_SECONDS_MAX):
        row = await (await connection.execute(_OLD_READERS, (started,))).fetchone()
        if row is not None and not row[0]:
            return
        await asyncio.sleep(1)
    raise PutOffError(AGAIN_SECONDS)
