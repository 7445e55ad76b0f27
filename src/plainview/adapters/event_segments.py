"""Owns how events look before they are sealed: some of one person's, in order, as one small run of bytes.

And how they are opened again: of whom the policies forbid it (a minor), nothing is.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec

from plainview.kernel.errors import NotAllowedError
from plainview.kernel.ids import PersonId
from plainview.ports.door import By, Door, Sealed
from plainview.ports.event_log import Event, EventKind

FIELD = "event_segments.body"
# One sequence number in the log is a segment's, times this, and the event's place in it.
EVENTS_MAX = 256


class _Row(msgspec.Struct, array_like=True, omit_defaults=True):
    """What is added later stands at the end and has a default, so that what lies in the log stays readable."""

    event_id: bytes
    kind: int
    item_id: int
    at_ms: int
    other_id: int | None
    page_id: int | None
    position: int | None
    watched_ms: int | None
    loops: int | None
    trait: str | None = None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[_Row])


def encoded(events: Sequence[Event]) -> bytes:
    """These events of one person; whose they are is not among it."""
    return _encoder.encode(
        [
            _Row(
                event.event_id.bytes,
                int(event.kind),
                event.item_id,
                event.at_ms,
                event.other_id,
                event.page_id,
                event.position,
                event.watched_ms,
                event.loops,
                event.trait,
            )
            for event in events
        ]
    )


def decoded(person: PersonId, body: bytes) -> list[Event]:
    """The events of a person, in order."""
    return [
        Event(person, UUID(bytes=event_id), EventKind(kind), *more)
        for event_id, kind, *more in map(msgspec.structs.astuple, _decoder.decode(body))
    ]


def parted(events: Sequence[Event]) -> list[tuple[PersonId, list[Event]]]:
    """The events by person, each person's in order, in segments that are not too long."""
    by_person: dict[PersonId, list[Event]] = {}
    for event in events:
        by_person.setdefault(event.person_id, []).append(event)
    return [
        (person, each[start : start + EVENTS_MAX])
        for person, each in by_person.items()
        for start in range(0, len(each), EVENTS_MAX)
    ]


async def opened(door: Door, sealed: Sequence[Sealed], purpose: str, by: By) -> list[list[Event]]:
    """The events of each segment; none of a person whose key is gone, or of whom the policies forbid it."""
    if not sealed:
        return []
    try:
        bodies = await door.open(sealed, purpose, by)
    except NotAllowedError:
        bodies = await _permitted(door, sealed, purpose, by)
    return [[] if body is None else decoded(each.person, body) for each, body in zip(sealed, bodies, strict=True)]


async def _permitted(door: Door, sealed: Sequence[Sealed], purpose: str, by: By) -> list[bytes | None]:
    """A batch is refused whole, so each person is asked for apart."""
    by_person: dict[PersonId, list[Sealed]] = {}
    for each in sealed:
        by_person.setdefault(each.person, []).append(each)

    async def of_one(those: list[Sealed]) -> list[bytes | None]:
        try:
            return await door.open(those, purpose, by)
        except NotAllowedError:
            return [None] * len(those)

    answers = await asyncio.gather(*map(of_one, by_person.values()))
    left = {person: iter(answer) for person, answer in zip(by_person, answers, strict=True)}
    return [next(left[each.person]) for each in sealed]
