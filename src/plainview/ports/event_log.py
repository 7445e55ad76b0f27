"""The port of the event log: what happened between persons and items, in order, durable before acknowledged.

It lies sealed. Whoever reads the log opens it through the door, and so leaves an entry in each person's access log.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol
from uuid import UUID

from plainview.kernel.ids import PersonId, RegionNumber
from plainview.ports.door import By


class EventKind(IntEnum):
    """What happened. Numbers are stored: add at the end, never reuse."""

    SHOWN = 1
    WATCHED = 2
    FINISHED = 3
    SKIPPED = 4
    LIKED = 5
    UNLIKED = 6
    COMMENTED = 7
    SHARED = 8
    SAVED = 9
    UNSAVED = 10
    FOLLOWED = 11
    UNFOLLOWED = 12
    NOT_INTERESTED = 13
    INTERESTED_AGAIN = 14
    HID_CREATOR = 15
    UNHID_CREATOR = 16
    REPORTED = 17
    UNMUTED = 18
    PAUSED = 19
    REASONS_OPENED = 20
    FORGOTTEN = 21  # the person reset what the feed learned: replay starts after it
    TASTE_FORGOTTEN = 22  # the person had one taste forgotten: replay forgets it again
    TASTE_RECALLED = 23  # and took that back
    TOPIC_CHOSEN = 24  # the person said what they would like to see


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `item_id` is 0 where it is about no item; `other_id` is the creator it is about.

    `trait`: the taste that was forgotten, recalled or chosen, by kind and name: `tag:cats`.
    """

    person_id: PersonId
    event_id: UUID
    kind: EventKind
    item_id: int
    at_ms: int
    other_id: int | None = None
    page_id: int | None = None
    position: int | None = None
    watched_ms: int | None = None
    loops: int | None = None
    trait: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the log."""

    sequence: int
    event: Event


class EventLog(Protocol):
    """An append-only log per region, idempotent by (person, event id)."""

    async def start(self) -> None:
        """Be ready to append and read."""

    async def close(self) -> None:
        """Wait for appends under way, and let go."""

    async def append(self, region: RegionNumber, events: Sequence[Event]) -> list[bool]:
        """Make all durable; in order, True for each that is new, False for each that was already known.

        Returns only when they would survive a crash. Concurrent calls may share one commit.
        """

    def read(self, region: RegionNumber, after: int = 0, since_ms: int = 0) -> AsyncIterator[Recorded]:
        """All events after a sequence number and since a time, in order of sequence: for the feed to learn from.

        Those of one person that come in one batch are opened with one entry.
        """

    async def of_person(self, region: RegionNumber, person: PersonId, purpose: str, by: By) -> list[Event]:
        """All of one person's events, in order, opened for a purpose."""

    async def forget(self, region: RegionNumber, person: PersonId) -> int:
        """Delete all of one person's events; how many there were."""


class EventSink(Protocol):
    """Takes events of the server's own calls (a like, a follow): appends them, and the engine sees them at once."""

    async def __call__(self, events: Sequence[Event]) -> None:
        """Record these; returns when durable."""
