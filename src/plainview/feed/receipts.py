"""Owns receipts: what was shown to whom, from which sources, with which scores and reasons.

A page does not wait for its receipt: those of a twentieth of a second are written together, which costs the database a
fraction of one statement a page. A killed server loses the receipts of that moment, a stopped one none.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg

from plainview.feed.steering import LEFT_ALONE, Steering
from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import PageId, PersonId, RegionNumber
from plainview.ports.database import Database, Transaction
from plainview.ports.door import By, Door, Plain, Sealed
from plainview.ports.engine import RankedItem

SECONDS_GATHERED = 0.05
SECONDS_BEFORE_RETRY = 1.0
WAITING_MAX = 20_000
log = logging.getLogger(__name__)

FIELD = "pages.body"
_encoder = msgspec.msgpack.Encoder()
_WRITE = """
INSERT INTO pages (person_id, page_id, body) SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::bytea[])
"""
_DELETE = "DELETE FROM pages WHERE person_id = %s"
_OF_PERSON = "SELECT page_id, body FROM pages WHERE person_id = %s ORDER BY page_id"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One served page."""

    person_id: PersonId
    page_id: PageId
    mode: str
    model: str
    items: Sequence[RankedItem]
    steering: Steering = LEFT_ALONE

    def body(self) -> bytes:
        """What is kept of it, before it is sealed; arrays run in order of position."""
        return _encoder.encode(
            {
                "mode": self.mode,
                "model": self.model,
                # Which weights the model's name stands for, once the person's own hand was on them.
                "sliders": self.steering.sliders.moved(),
                "without_sources": self.steering.off,
                "item_ids": [each.item for each in self.items],
                "scores": [each.score for each in self.items],
                "propensities": [each.propensity for each in self.items],
                "sources": [each.sources for each in self.items],
                "reasons": [each.reasons for each in self.items],
            }
        )


class Receipts:
    """Gathers receipts, seals and writes them; while a database or warden is away the latest of its region wait."""

    def __init__(self, database: Database, door: Door) -> None:
        self._database = database
        self._door = door
        self._waiting: dict[RegionNumber, deque[Receipt]] = {}
        self._writing: asyncio.Task[None] | None = None
        self._closing = False
        self._flushing = asyncio.Lock()

    def keep(self, region: RegionNumber, receipt: Receipt) -> None:
        """Have a receipt written soon."""
        self._waiting.setdefault(region, deque(maxlen=WAITING_MAX)).append(receipt)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_soon())

    def forget(self, person: PersonId) -> None:
        """Write none of a person's receipts that wait: they were erased."""
        for region, waiting in self._waiting.items():
            others = (each for each in waiting if each.person_id != person)
            self._waiting[region] = deque(others, maxlen=WAITING_MAX)

    async def drop(self, person: PersonId) -> None:
        """Write none of a person's receipts that wait, and be done with those being written: their rows go next."""
        async with self._flushing:
            self.forget(person)

    async def flush(self) -> None:
        """Write all that wait.

        Raises:
            psycopg.Error, UnavailableError: a database or warden is away; its receipts wait on.
        """
        async with self._flushing:
            for region in list(self._waiting):
                await self._flush(region)

    async def close(self) -> None:
        """Write what waits, for the last time."""
        self._closing = True
        if self._writing is not None:
            await asyncio.wait([self._writing])
        await self._tried()

    async def _flush(self, region: RegionNumber) -> None:
        receipts = self._waiting.pop(region)
        try:
            await self._write(region, receipts)
        except (psycopg.Error, UnavailableError):
            self._waiting[region] = deque([*receipts, *self._waiting.pop(region, ())], maxlen=WAITING_MAX)
            raise

    async def _write_soon(self) -> None:
        seconds = SECONDS_GATHERED
        try:
            while self._waiting and not self._closing:
                await asyncio.sleep(seconds)
                seconds = await self._tried()
        finally:
            self._writing = None

    async def _tried(self) -> float:
        """Flushes; how long to gather before the next time."""
        try:
            await self.flush()
        except (psycopg.Error, UnavailableError):
            log.warning("receipts_not_written")
            return SECONDS_BEFORE_RETRY
        return SECONDS_GATHERED

    async def _write(self, region: RegionNumber, receipts: Sequence[Receipt]) -> None:
        bodies = await self._door.seal([Plain(each.person_id, FIELD, each.body()) for each in receipts])
        columns = ([each.person_id for each in receipts], [each.page_id for each in receipts], bodies)
        async with self._database.statements(region) as tx:
            await tx.execute(_WRITE, columns)


async def receipts_of(tx: Transaction, door: Door, person: PersonId, purpose: str, by: By) -> list[dict[str, Any]]:
    """All of one person's receipts, the oldest first, opened for a purpose."""
    rows = await (await tx.execute(_OF_PERSON, (person,))).fetchall()
    sealed = [Sealed(person, FIELD, body) for _, body in rows]
    bodies = await door.open(sealed, purpose, by) if sealed else []
    return [
        {"page_id": page, **msgspec.msgpack.decode(body)}
        for (page, _), body in zip(rows, bodies, strict=True)
        if body is not None
    ]


async def delete_receipts(tx: Transaction, person: PersonId) -> None:
    """Delete all of one person's receipts that are written."""
    await tx.execute(_DELETE, (person,))
