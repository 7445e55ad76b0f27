"""The port of relational data: one PostgreSQL (or an engine with its protocol) per region."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from psycopg import AsyncConnection

from plainview.kernel.ids import RegionNumber

# psycopg is the one driver (decision 1); what a request holds is a connection inside an open transaction.
Transaction = AsyncConnection[Any]


def bigints(numbers: Iterable[int]) -> str:
    """An array of numbers as the database reads it: a quarter cheaper than a list, whose every element is looked at."""
    return f"{{{','.join(map(str, numbers))}}}"


class Database(Protocol):
    """The databases of all regions that this process serves."""

    @property
    def regions(self) -> Mapping[str, RegionNumber]:
        """Each region's name and number; the first is the default."""

    def transaction(self, region: RegionNumber) -> AbstractAsyncContextManager[Transaction]:
        """An open transaction in one region: committed when the block ends, rolled back when it raises.

        Raises:
            UnavailableError: no connection within the limit, no room left to write, or the database went away.
            NotFoundError: this process does not serve that region.
        """

    def statements(self, region: RegionNumber) -> AbstractAsyncContextManager[Transaction]:
        """A connection on which each statement is a transaction of its own: where one is all that is needed.

        What it writes survives a killed server, but a power cut may take the last half second of it.

        Raises:
            UnavailableError, NotFoundError: as for `transaction`.
        """

    async def close(self) -> None:
        """Close all connections, after those in use come back."""
