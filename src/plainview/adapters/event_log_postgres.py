"""The event log as a partitioned table in PostgreSQL. Appends that arrive together share one statement and commit."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from plainview.kernel.gathering import Gatherer
from plainview.kernel.ids import PersonId, RegionNumber
from plainview.ports.database import Database, Transaction
from plainview.ports.event_log import Event, EventKind, Recorded

EVENTS_PER_COMMIT_MAX = 4_000
EVENTS_PER_READ = 20_000

# ON CONFLICT makes an event that comes again, in this batch or any before, change nothing.
_APPEND = """
INSERT INTO events
  (person_id, event_id, kind, item_id, other_id, at_ms, page_id, position, watched_ms, loops)
SELECT * FROM unnest(%b::bigint[], %b::uuid[], %b::smallint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[],
  %b::smallint[], %b::integer[], %b::smallint[])
ON CONFLICT DO NOTHING RETURNING person_id, event_id
"""
_DURABLE = "SET LOCAL synchronous_commit = on"
_READ = """
SELECT sequence, person_id, event_id, kind, item_id, at_ms, other_id, page_id, position, watched_ms, loops
FROM events WHERE sequence > %s AND received_at >= %s ORDER BY sequence LIMIT %s
"""
_FORGET = "DELETE FROM events WHERE person_id = %s"


class EventLogPostgres:
    """Appends through one gatherer per region."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gatherers: dict[RegionNumber, Gatherer[Sequence[Event], list[bool]]] = {}

    async def start(self) -> None:
        """Nothing to do: the database's connections are there."""

    async def append(self, region: RegionNumber, events: Sequence[Event]) -> list[bool]:
        """Make all durable; True for each that is new (see the port)."""
        if not events:
            return []
        gatherer = self._gatherers.get(region)
        if gatherer is None:
            gatherer = self._gatherers[region] = self._gatherer(region)
        return await gatherer.add(events)

    async def read(self, region: RegionNumber, after: int = 0, since_ms: int = 0) -> AsyncIterator[Recorded]:
        """All events after a sequence number and since a time, in order."""
        since = datetime.fromtimestamp(since_ms / 1000, UTC)
        while True:
            async with self._database.transaction(region) as tx:
                rows = await (await tx.execute(_READ, (after, since, EVENTS_PER_READ), binary=True)).fetchall()
            for row in rows:
                yield Recorded(row[0], Event(row[1], row[2], EventKind(row[3]), *row[4:]))
            if len(rows) < EVENTS_PER_READ:
                return
            after = rows[-1][0]

    async def forget(self, region: RegionNumber, person: PersonId) -> int:
        """Delete all of one person's events; how many there were."""
        async with self._database.transaction(region) as tx:
            return (await tx.execute(_FORGET, (person,))).rowcount

    async def close(self) -> None:
        """Wait for appends under way."""
        for gatherer in self._gatherers.values():
            await gatherer.close()

    def _gatherer(self, region: RegionNumber) -> Gatherer[Sequence[Event], list[bool]]:
        async def commit(batches: Sequence[Sequence[Event]]) -> list[list[bool]]:
            async with self._database.transaction(region) as tx:
                new = await _insert(tx, [event for batch in batches for event in batch])
            # Past the block the commit is durable. An event that stands twice in a batch is new once.
            return [[_take(new, (event.person_id, event.event_id)) for event in batch] for batch in batches]

        return Gatherer(commit, EVENTS_PER_COMMIT_MAX, len)


def _take(new: set[tuple[int, UUID]], key: tuple[int, UUID]) -> bool:
    if key in new:
        new.remove(key)
        return True
    return False


async def _insert(tx: Transaction, events: Sequence[Event]) -> set[tuple[int, UUID]]:
    columns = (
        [event.person_id for event in events],
        [event.event_id for event in events],
        [int(event.kind) for event in events],
        [event.item_id for event in events],
        [event.other_id for event in events],
        [event.at_ms for event in events],
        [event.page_id for event in events],
        [event.position for event in events],
        [event.watched_ms for event in events],
        [event.loops for event in events],
    )
    await tx.execute(_DURABLE)
    cursor = await tx.execute(_APPEND, columns, binary=True)
    return set(await cursor.fetchall())
