"""The event log on NATS JetStream: a stream per region, a subject per person, so that a person's events stay in order.

An event is known again by its message id within the stream's window of a day. Durable means that the server has
acknowledged it; run it with `sync_interval: always`, so that an acknowledgement follows the disk.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StorageType, StreamConfig

from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId, RegionNumber
from plainview.ports.event_log import Event, EventKind, Recorded

KNOWN_AGAIN_S = 86_400.0
EVENTS_PER_FETCH = 500
FETCH_S = 10.0
IN_FLIGHT_MAX = 1_000


class EventLogNats:
    """Connects at `start`; each region has a server of its own."""

    def __init__(self, urls: Mapping[RegionNumber, str]) -> None:
        self._urls = dict(urls)
        self._clients: dict[RegionNumber, Client] = {}
        self._streams: dict[RegionNumber, JetStreamContext] = {}
        self._room = asyncio.Semaphore(IN_FLIGHT_MAX)

    async def start(self) -> None:
        """Connect, and make each region's stream where it is missing."""
        for region, url in self._urls.items():
            client = await nats.connect(url)
            stream = client.jetstream()
            await stream.add_stream(
                StreamConfig(
                    name=_name(region),
                    subjects=[f"{_name(region)}.>"],
                    storage=StorageType.FILE,
                    duplicate_window=KNOWN_AGAIN_S,
                )
            )
            self._clients[region], self._streams[region] = client, stream

    async def append(self, region: RegionNumber, events: Sequence[Event]) -> list[bool]:
        """Make all durable; True for each that is new (see the port)."""
        stream = self._stream(region)
        return await asyncio.gather(*(self._publish(stream, region, event) for event in events))

    async def read(self, region: RegionNumber, after: int = 0, since_ms: int = 0) -> AsyncIterator[Recorded]:
        """All events after a sequence number and since a time, in order."""
        since = datetime.fromtimestamp(since_ms / 1000, UTC)
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=after + 1, ack_policy=AckPolicy.NONE
        )
        reader = await self._stream(region).pull_subscribe(f"{_name(region)}.>", stream=_name(region), config=config)
        try:
            while pending := (await reader.consumer_info()).num_pending:
                messages = await reader.fetch(min(pending, EVENTS_PER_FETCH), timeout=FETCH_S)
                for recorded in [_recorded(each) for each in messages if each.metadata.timestamp >= since]:
                    yield recorded
        finally:
            await reader.unsubscribe()

    async def forget(self, region: RegionNumber, person: PersonId) -> int:
        """Delete all of one person's events; how many there were."""
        stream, subject = self._stream(region), _subject(region, person)
        info = await stream.stream_info(_name(region), subjects_filter=subject)
        await stream.purge_stream(_name(region), subject=subject)
        return sum((info.state.subjects or {}).values())

    async def close(self) -> None:
        """Finish what is under way, and disconnect."""
        for client in self._clients.values():
            await client.drain()

    async def _publish(self, stream: JetStreamContext, region: RegionNumber, event: Event) -> bool:
        async with self._room:
            message_id = f"{event.person_id}:{event.event_id}"
            subject = _subject(region, event.person_id)
            done = await stream.publish(subject, _encoded(event), headers={"Nats-Msg-Id": message_id})
            return not done.duplicate

    def _stream(self, region: RegionNumber) -> JetStreamContext:
        found = self._streams.get(region)
        if found is None:
            raise NotFoundError("This server does not hold that region.")
        return found


def _recorded(message: Msg) -> Recorded:
    return Recorded(message.metadata.sequence.stream, _decoded(message.data))


def _name(region: RegionNumber) -> str:
    return f"plainview-events-{region}"


def _subject(region: RegionNumber, person: PersonId) -> str:
    return f"{_name(region)}.{person}"


_Row = tuple[int, str, int, int, int, int | None, int | None, int | None, int | None, int | None]
_decoder = msgspec.msgpack.Decoder(_Row)


def _encoded(event: Event) -> bytes:
    return msgspec.msgpack.encode(
        (
            event.person_id,
            str(event.event_id),
            int(event.kind),
            event.item_id,
            event.at_ms,
            event.other_id,
            event.page_id,
            event.position,
            event.watched_ms,
            event.loops,
        )
    )


def _decoded(data: bytes) -> Event:
    person, event_id, kind, *rest = _decoder.decode(data)
    return Event(PersonId(person), UUID(event_id), EventKind(kind), *rest)
