"""Owns receipts: what was shown to whom, from which sources, with which scores and reasons; kept before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from plainview.kernel.gathering import Gatherer
from plainview.kernel.ids import PageId, PersonId, RegionNumber
from plainview.ports.database import Database
from plainview.ports.engine import RankedItem

RECEIPTS_PER_COMMIT_MAX = 200

_WRITE = """
INSERT INTO pages (person_id, page_id, mode, model, item_ids, scores, propensities, sources, reasons)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One served page."""

    person_id: PersonId
    page_id: PageId
    mode: str
    model: str
    items: Sequence[RankedItem]

    def row(self) -> tuple[object, ...]:
        """The row that keeps it; arrays run in order of position."""
        return (
            self.person_id,
            self.page_id,
            self.mode,
            self.model,
            [each.item for each in self.items],
            [each.score for each in self.items],
            [each.propensity for each in self.items],
            [each.source_bits for each in self.items],
            Jsonb([[[reason.code, reason.fact, reason.weight] for reason in each.reasons] for each in self.items]),
        )


class Receipts:
    """Writes receipts; those of pages that are made at the same time share one commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gatherers: dict[RegionNumber, Gatherer[Receipt, None]] = {}

    async def write(self, region: RegionNumber, receipt: Receipt) -> None:
        """Keep a receipt; returns when it is committed."""
        gatherer = self._gatherers.get(region)
        if gatherer is None:
            gatherer = self._gatherers[region] = self._gatherer(region)
        await gatherer.add(receipt)

    async def close(self) -> None:
        """Wait for receipts under way."""
        for gatherer in self._gatherers.values():
            await gatherer.close()

    def _gatherer(self, region: RegionNumber) -> Gatherer[Receipt, None]:
        async def commit(receipts: Sequence[Receipt]) -> list[None]:
            async with self._database.transaction(region) as tx, tx.cursor() as cursor:
                await cursor.executemany(_WRITE, [receipt.row() for receipt in receipts])
            return [None] * len(receipts)

        return Gatherer(commit, RECEIPTS_PER_COMMIT_MAX)
