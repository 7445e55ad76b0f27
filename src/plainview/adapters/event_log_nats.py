"""The event log on NATS JetStream: a stream per region, a subject per person, so that a person's events stay in order.

A message is sealed; its subject and id say whose event it is and which, and no more. An event is known again by its
message id within the stream's window of a day. Durable means that the server has acknowledged it; run it with
`sync_interval: always`, so that an acknowledgement follows the disk.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StorageType, StreamConfig

from plainview.adapters.event_segments import FIELD, encoded, opened
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId, RegionNumber
from plainview.kernel.purposes import Purpose
from plainview.ports.door import FEED, By, Door, Plain, Sealed
from plainview.ports.event_log import Event, Recorded

KNOWN_AGAIN_S = 86_400.0
EVENTS_PER_FETCH = 500
FETCH_S = 10.0
IN_FLIGHT_MAX = 1_000


class EventLogNats:
    """Connects at `start`; each region has a server of its own."""

    def __init__(self, urls: Mapping[RegionNumber, str], door: Door) -> None:
        self._urls = dict(urls)
        self._door = door
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
        plains = [Plain(event.person_id, FIELD, encoded([event])) for event in events]
        bodies = await self._door.seal(plains) if plains else []
        return await asyncio.gather(
            *(self._publish(stream, region, event, body) for event, body in zip(events, bodies, strict=True))
        )

    async def read(self, region: RegionNumber, after: int = 0, since_ms: int = 0) -> AsyncIterator[Recorded]:
        """All events after a sequence number and since a time, in order."""
        since = datetime.fromtimestamp(since_ms / 1000, UTC)
        async for messages in self._messages(region, f"{_name(region)}.>", after):
            wanted = [each for each in messages if each.metadata.timestamp >= since]
            for message, events in zip(wanted, await self._opened(wanted, Purpose.FEED_LEARN, FEED), strict=True):
                for event in events:
                    yield Recorded(message.metadata.sequence.stream, event)

    async def of_person(self, region: RegionNumber, person: PersonId, purpose: str, by: By) -> list[Event]:
        """All of one person's events, in order, opened for a purpose."""
        found: list[Event] = []
        async for messages in self._messages(region, _subject(region, person), 0):
            found += [event for events in await self._opened(messages, purpose, by) for event in events]
        return found

    async def _messages(self, region: RegionNumber, subject: str, after: int) -> AsyncIterator[list[Msg]]:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=after + 1, ack_policy=AckPolicy.NONE
        )
        reader = await self._stream(region).pull_subscribe(subject, stream=_name(region), config=config)
        try:
            while pending := (await reader.consumer_info()).num_pending:
                yield await reader.fetch(min(pending, EVENTS_PER_FETCH), timeout=FETCH_S)
        finally:
            await reader.unsubscribe()

    async def _opened(self, messages: Sequence[Msg], purpose: str, by: By) -> list[list[Event]]:
        """Each message's event, where it may be opened."""
        return await opened(self._door, [Sealed(_person(each), FIELD, each.data) for each in messages], purpose, by)

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

    async def _publish(self, stream: JetStreamContext, region: RegionNumber, event: Event, body: bytes) -> bool:
        async with self._room:
            message_id = f"{event.person_id}:{event.event_id}"
            subject = _subject(region, event.person_id)
            done = await stream.publish(subject, body, headers={"Nats-Msg-Id": message_id})
            return not done.duplicate

    def _stream(self, region: RegionNumber) -> JetStreamContext:
        found = self._streams.get(region)
        if found is None:
            raise NotFoundError("This server does not hold that region.")
        return found


def _name(region: RegionNumber) -> str:
    return f"plainview-events-{region}"


def _subject(region: RegionNumber, person: PersonId) -> str:
    return f"{_name(region)}.{person}"


def _person(message: Msg) -> PersonId:
    return PersonId(int(message.subject.rpartition(".")[2]))
