"""Owns receipts: what was shown to whom, from which sources, with which scores and reasons; kept before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from plainview.kernel.gathering import Gatherer
from plainview.kernel.ids import PageId, PersonId, RegionNumber
from plainview.ports.database import Database
from plainview.ports.engine import RankedItem

RECEIPTS_PER_COMMIT_MAX = 200

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
            async with self._database.statements(region) as tx:
                await tx.execute(_WRITE, (_rows(receipts),))
            return [None] * len(receipts)

        return Gatherer(commit, RECEIPTS_PER_COMMIT_MAX)


def _rows(receipts: Sequence[Receipt]) -> str:
    return msgspec.json.encode([receipt.row() for receipt in receipts]).decode()
