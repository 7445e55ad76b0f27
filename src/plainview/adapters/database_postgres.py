"""The database on psycopg's pools, one per region. Checked against any PostgreSQL 16 or newer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

from psycopg import AsyncConnection, OperationalError
from psycopg.errors import DiskFull
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from plainview.kernel.errors import NotFoundError, UnavailableError
from plainview.kernel.ids import RegionNumber
from plainview.ports.database import Transaction

CONNECT_SECONDS_MAX = 10.0
IDLE_SECONDS_MAX = 60.0
SHUT_DOWN = "57P"
"""Begins the codes of a server that is told to end, crashes, or does not take connections yet."""


@contextmanager
def _told() -> Iterator[None]:
    """Says what is not the asker's fault as an error of ours: a busy, a full or a vanished database."""
    try:
        yield
    except PoolTimeout as error:
        raise UnavailableError("The database is too busy just now; please try again.") from error
    except DiskFull as error:
        raise UnavailableError(
            "There is no room left to save this, so nothing was changed. Try again later."
        ) from error
    except OperationalError as error:
        # Without a code it is the connection that broke.
        if error.sqlstate is None or error.sqlstate.startswith(SHUT_DOWN):
            raise UnavailableError("The database went away just now; please try again.") from error
        raise


async def _prepare(connection: AsyncConnection) -> None:
    """Prepare every statement at its second use: ours are few and fixed."""
    connection.prepare_threshold = 1
    connection.prepared_max = 500


async def _prepare_single(connection: AsyncConnection) -> None:
    await _prepare(connection)
    await connection.set_autocommit(True)
    # Nobody waits for the disk here: a power cut, not a killed server, may lose the last half second of these.
    await connection.execute("SET synchronous_commit = off")


def _pool(
    url: str, name: str, connections_max: int, configure: Callable[[AsyncConnection], Awaitable[None]]
) -> AsyncConnectionPool:
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=connections_max,
        timeout=CONNECT_SECONDS_MAX,
        max_waiting=2_000,
        max_idle=IDLE_SECONDS_MAX,
        configure=configure,
        open=False,
        name=name,
    )


class DatabasePostgres:
    """Opens a pool per region at `start` and hands out transactions. `committed`: is called after each of them."""

    def __init__(
        self,
        regions: Mapping[str, RegionNumber],
        urls: Mapping[str, str],
        connections_max: int,
        committed: Callable[[Transaction], Awaitable[None]] | None = None,
    ) -> None:
        if missing := set(regions) - set(urls):
            raise ValueError(f"no database is named for {', '.join(sorted(missing))}")
        self.regions = dict(regions)
        self.urls = dict(urls)
        self._committed = committed
        # A third of the connections serve single statements, the others transactions.
        single = max(2, connections_max // 3)
        self._pools = {
            number: _pool(urls[name], name, max(2, connections_max - single), _prepare)
            for name, number in regions.items()
        }
        self._single = {number: _pool(urls[name], name, single, _prepare_single) for name, number in regions.items()}

    async def start(self) -> None:
        """Open the pools and wait for a first connection in each.

        Raises:
            UnavailableError: a database does not answer.
        """
        for pool in (*self._pools.values(), *self._single.values()):
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
        with _told():
            async with pool.connection() as connection:
                yield connection
                if self._committed is not None:
                    # While the connection is ours still.
                    await connection.commit()
                    await self._committed(connection)

    @asynccontextmanager
    async def statements(self, region: RegionNumber) -> AsyncIterator[Transaction]:
        """A connection whose statements each commit by themselves, unawaited by the disk (see the port)."""
        pool = self._single.get(region)
        if pool is None:
            raise NotFoundError("This server does not hold that region.")
        with _told():
            connection = await pool.getconn()
            try:
                yield connection
            finally:
                await pool.putconn(connection)

    async def close(self) -> None:
        """Close all pools."""
        for pool in (*self._pools.values(), *self._single.values()):
            await pool.close()
