"""The event log as partitioned tables in PostgreSQL. Appends that arrive together share one sealing and one commit.

What happened lies sealed, in segments: what one person did in one commit. Beside them stand the events' ids alone, by
which one that comes again is known.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from plainview.adapters.event_segments import EVENTS_MAX, FIELD, encoded, opened, parted
from plainview.kernel.gathering import Gatherer
from plainview.kernel.ids import PersonId, RegionNumber
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Database, Transaction
from plainview.ports.door import FEED, By, Door, Plain, Sealed
from plainview.ports.event_log import Event, Recorded

EVENTS_PER_COMMIT_MAX = 4_000
SEGMENTS_PER_READ = 4_000

# ON CONFLICT makes an event that comes again, in this batch or any before, change nothing.
_KNOW = """
INSERT INTO events (person_id, event_id) SELECT * FROM unnest(%b::bigint[], %b::uuid[])
ON CONFLICT DO NOTHING RETURNING person_id, event_id
"""
_APPEND = "INSERT INTO event_segments (person_id, body) SELECT * FROM unnest(%b::bigint[], %b::bytea[])"
_DURABLE = "SET LOCAL synchronous_commit = on"
_READ = """
SELECT sequence, person_id, body FROM event_segments WHERE sequence >= %s AND received_at >= %s
ORDER BY sequence LIMIT %s
"""
_OF_PERSON = "SELECT body FROM event_segments WHERE person_id = %s ORDER BY sequence"
_FORGET = "DELETE FROM event_segments WHERE person_id = %s"
_FORGET_IDS = "DELETE FROM events WHERE person_id = %s"


class EventLogPostgres:
    """Appends through one gatherer per region."""

    def __init__(self, database: Database, door: Door) -> None:
        self._database = database
        self._door = door
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
        start = (after + 1) // EVENTS_MAX
        while True:
            async with self._database.transaction(region) as tx:
                rows = await (await tx.execute(_READ, (start, since, SEGMENTS_PER_READ), binary=True)).fetchall()
            for recorded in await self._opened(rows):
                if recorded.sequence > after:
                    yield recorded
            if len(rows) < SEGMENTS_PER_READ:
                return
            start = rows[-1][0] + 1

    async def _opened(self, rows: Sequence[tuple[int, int, bytes]]) -> list[Recorded]:
        """The events of some segments."""
        sealed = [Sealed(PersonId(person), FIELD, body) for _, person, body in rows]
        found = await opened(self._door, sealed, Purpose.FEED_LEARN, FEED)
        return [
            Recorded(row[0] * EVENTS_MAX + place, event)
            for row, events in zip(rows, found, strict=True)
            for place, event in enumerate(events)
        ]

    async def of_person(self, region: RegionNumber, person: PersonId, purpose: str, by: By) -> list[Event]:
        """All of one person's events, in order, opened for a purpose."""
        async with self._database.transaction(region) as tx:
            rows = await (await tx.execute(_OF_PERSON, (person,), binary=True)).fetchall()
        sealed = [Sealed(person, FIELD, body) for (body,) in rows]
        return [event for events in await opened(self._door, sealed, purpose, by) for event in events]

    async def forget(self, region: RegionNumber, person: PersonId) -> int:
        """Delete all of one person's events; how many there were."""
        async with self._database.transaction(region) as tx:
            await tx.execute(_FORGET, (person,))
            return (await tx.execute(_FORGET_IDS, (person,))).rowcount

    async def close(self) -> None:
        """Wait for appends under way."""
        for gatherer in self._gatherers.values():
            await gatherer.close()

    def _gatherer(self, region: RegionNumber) -> Gatherer[Sequence[Event], list[bool]]:
        async def commit(batches: Sequence[Sequence[Event]]) -> list[list[bool]]:
            events = [event for batch in batches for event in batch]
            # Sealed before the transaction, so that none waits for the warden; nearly always all are new.
            segments = await self._sealed(events)
            async with self._database.transaction(region) as tx:
                new = await _know(tx, events)
                if len(new) < len(events):
                    segments = await self._sealed(_first_of(events, new))
                await _insert(tx, segments)
            # Past the block the commit is durable. An event that stands twice in a batch is new once.
            return [[_take(new, (event.person_id, event.event_id)) for event in batch] for batch in batches]

        return Gatherer(commit, EVENTS_PER_COMMIT_MAX, len)

    async def _sealed(self, events: Sequence[Event]) -> list[tuple[PersonId, bytes]]:
        """Segments of these, in one call."""
        plains = [Plain(person, FIELD, encoded(each)) for person, each in parted(events)]
        bodies = await self._door.seal(plains) if plains else []
        return [(plain.person, body) for plain, body in zip(plains, bodies, strict=True)]


_Key = tuple[int, UUID]


def _take(new: set[_Key], key: _Key) -> bool:
    if key in new:
        new.remove(key)
        return True
    return False


def _first_of(events: Sequence[Event], new: set[_Key]) -> list[Event]:
    """Each new event once, in order."""
    left = set(new)
    return [event for event in events if _take(left, (event.person_id, event.event_id))]


async def _know(tx: Transaction, events: Sequence[Event]) -> set[_Key]:
    await tx.execute(_DURABLE)
    columns = ([event.person_id for event in events], [event.event_id for event in events])
    return set(await (await tx.execute(_KNOW, columns, binary=True)).fetchall())


async def _insert(tx: Transaction, segments: Sequence[tuple[PersonId, bytes]]) -> None:
    if segments:
        columns = ([person for person, _ in segments], [body for _, body in segments])
        await tx.execute(_APPEND, columns)
