"""Owns receipts: what was shown to whom, from which sources, with which scores and reasons.

A page does not wait for its receipt: those of a twentieth of a second are written together, which costs the database a
fraction of one statement a page. A killed server loses the receipts of that moment, a stopped one none.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import psycopg

from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import PageId, PersonId, RegionNumber
from plainview.ports.database import Database
from plainview.ports.engine import RankedItem

SECONDS_GATHERED = 0.05
SECONDS_BEFORE_RETRY = 1.0
WAITING_MAX = 20_000
log = logging.getLogger(__name__)

# Many rows as one value: one statement, and so one commit, whatever their number.
_WRITE = """
INSERT INTO pages (person_id, page_id, mode, model, item_ids, scores, propensities, sources, reasons)
SELECT * FROM json_to_recordset(%s) AS r(person_id bigint, page_id bigint, mode text, model text, item_ids bigint[],
  scores real[], propensities real[], sources integer[], reasons jsonb)
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One served page."""

    person_id: PersonId
    page_id: PageId
    mode: str
    model: str
    items: Sequence[RankedItem]

    def row(self) -> dict[str, object]:
        """The row that keeps it; arrays run in order of position."""
        return {
            "person_id": self.person_id,
            "page_id": self.page_id,
            "mode": self.mode,
            "model": self.model,
            "item_ids": [each.item for each in self.items],
            "scores": [each.score for each in self.items],
            "propensities": [each.propensity for each in self.items],
            "sources": [each.source_bits for each in self.items],
            "reasons": [each.reasons for each in self.items],
        }


class Receipts:
    """Gathers receipts and writes them; while a database is away the latest of its region wait for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
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
            psycopg.Error, UnavailableError: a database is away; its receipts wait on.
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
        rows = msgspec.json.encode([receipt.row() for receipt in receipts]).decode()
        async with self._database.statements(region) as tx:
            await tx.execute(_WRITE, (rows,))
