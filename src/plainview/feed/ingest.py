"""Owns how events from screens come in: checked, their clocks bounded, made durable, learned from, acknowledged."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from plainview.feed.learner import UNLEARNS, Learner
from plainview.feed.shapes import EventShape
from plainview.feed.views import Views
from plainview.kernel.ids import ID_MAX, ItemId, PersonId, RegionNumber, region_of
from plainview.kernel.time import now, to_ms
from plainview.ports.event_log import Event, EventKind, EventLog
from plainview.ports.limits import Limits, Rule

EVENTS = Rule("events", 3_000, 60)
LATE_MS_MAX = 7 * 86_400_000
WATCHED_MS_MAX = 6 * 3_600_000
LOOPS_MAX = 10_000
POSITION_MAX = 32_000
_KINDS = {
    "shown": EventKind.SHOWN,
    "watched": EventKind.WATCHED,
    "finished": EventKind.FINISHED,
    "skipped": EventKind.SKIPPED,
    "unmuted": EventKind.UNMUTED,
    "paused": EventKind.PAUSED,
    "reasons_opened": EventKind.REASONS_OPENED,
}


def _at_most(value: int | None, most: int) -> int | None:
    return None if value is None else min(value, most)


def event_of(person: PersonId, shape: EventShape, now_ms: int) -> Event:
    """The event that a screen tells of. Its clock is believed within the last seven days and never ahead of ours."""
    return Event(
        person_id=person,
        event_id=UUID(shape.id),
        kind=_KINDS[shape.kind],
        item_id=min(int(shape.item_id), ID_MAX),
        at_ms=min(max(shape.at_ms, now_ms - LATE_MS_MAX), now_ms),
        page_id=None if shape.page_id is None else min(int(shape.page_id), ID_MAX),
        position=_at_most(shape.position, POSITION_MAX),
        watched_ms=_at_most(shape.watched_ms, WATCHED_MS_MAX),
        loops=_at_most(shape.loops, LOOPS_MAX),
    )


@dataclass(frozen=True, slots=True)
class Ingest:
    """The way of an event: limit, log, engine, counters, acknowledgement."""

    log: EventLog
    learner: Learner
    views: Views
    limits: Limits
    is_unprofiled: Callable[[PersonId], Awaitable[bool]]

    async def take(self, region: RegionNumber, person: PersonId, shapes: Sequence[EventShape]) -> list[str]:
        """The ids that are durable now, or were already.

        Raises:
            TooManyRequestsError: the person sends more than any screen can have seen.
        """
        if not shapes:
            return []
        self.limits.take(EVENTS, person, len(shapes))
        now_ms = to_ms(now())
        await self._record(region, [event_of(person, shape, now_ms) for shape in shapes])
        return [shape.id for shape in shapes]

    async def record(self, events: Sequence[Event]) -> None:
        """Make the server's own events durable in their person's region: the adapter of ports.event_log.EventSink."""
        for region in {region_of(event.person_id) for event in events}:
            await self._record(region, [event for event in events if region_of(event.person_id) == region])

    async def _record(self, region: RegionNumber, events: Sequence[Event]) -> None:
        # What a minor watched, or who declines to be profiled, teaches nothing and is not kept; only the view counts.
        unprofiled = await self._unprofiled({event.person_id for event in events})
        kept = [event for event in events if event.person_id not in unprofiled or event.kind in UNLEARNS]
        new = await self.log.append(region, kept)
        fresh = [event for event, is_new in zip(kept, new, strict=True) if is_new]
        await self.learner.observe(fresh)
        for person in await self._unprofiled({event.person_id for event in fresh}) - unprofiled:
            # They turned it off while this was written down.
            await self.learner.forget(person)
            await self.log.forget(region, person)
        fresh += [event for event in events if event.person_id in unprofiled]
        self.views.add(ItemId(event.item_id) for event in fresh if event.kind is EventKind.SHOWN)

    async def _unprofiled(self, persons: set[PersonId]) -> set[PersonId]:
        return {person for person in persons if await self.is_unprofiled(person)}
