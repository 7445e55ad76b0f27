"""The database on psycopg's pools, one per region. Checked against any PostgreSQL 16 or newer."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from plainview.kernel.errors import NotFoundError, UnavailableError
from plainview.kernel.ids import RegionNumber
from plainview.ports.database import Transaction

CONNECT_SECONDS_MAX = 10.0


async def _prepare(connection: AsyncConnection) -> None:
    """Prepare every statement at its second use: ours are few and fixed."""
    connection.prepare_threshold = 1
    connection.prepared_max = 500


class DatabasePostgres:
    """Opens a pool per region at `start` and hands out transactions."""

    def __init__(self, regions: Mapping[str, RegionNumber], urls: Mapping[str, str], connections_max: int) -> None:
        if missing := set(regions) - set(urls):
            raise ValueError(f"no database is named for {', '.join(sorted(missing))}")
        self.regions = dict(regions)
        self.urls = dict(urls)
        self._pools = {
            number: AsyncConnectionPool(
                urls[name],
                min_size=2,
                max_size=connections_max,
                timeout=CONNECT_SECONDS_MAX,
                max_waiting=2_000,
                configure=_prepare,
                open=False,
                name=name,
            )
            for name, number in regions.items()
        }

    async def start(self) -> None:
        """Open the pools and wait for a first connection in each.

        Raises:
            UnavailableError: a database does not answer.
        """
        for pool in self._pools.values():
            await pool.open()
            try:
                await pool.wait(CONNECT_SECONDS_MAX)
            except PoolTimeout as error:
                raise UnavailableError(f"The database of region {pool.name} does not answer.") from error

    @asynccontextmanager
    async def transaction(self, region: RegionNumber) -> AsyncIterator[Transaction]:
        """An open transaction in one region (see the port)."""
        pool = self._pools.get(region)
        if pool is None:
            raise NotFoundError("This server does not hold that region.")
        try:
            async with pool.connection() as connection:
                yield connection
        except PoolTimeout as error:
            raise UnavailableError("The database is too busy just now; please try again.") from error

    async def close(self) -> None:
        """Close all pools."""
        for pool in self._pools.values():
            await pool.close()
