"""Owns the counting of views: gathered in memory and written every few seconds, since one view is worth no commit."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable

import psycopg

from plainview.catalog.counts import count_views
from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import ItemId, RegionNumber, region_of
from plainview.ports.database import Database

SECONDS_BETWEEN = 2.0
log = logging.getLogger(__name__)


class Views:
    """Views not written yet. A killed server loses them, but not its events, from which they can be counted again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counted: Counter[ItemId] = Counter()

    def add(self, items: Iterable[ItemId]) -> None:
        """Count one view of each."""
        self._counted.update(items)

    async def flush(self) -> None:
        """Write what was counted, into the region of each item."""
        counted, self._counted = self._counted, Counter()
        by_region: dict[RegionNumber, dict[ItemId, int]] = {}
        for item, views in counted.items():
            by_region.setdefault(region_of(item), {})[item] = views
        for region, views_of in by_region.items():
            if region in self._database.regions.values():
                async with self._database.transaction(region) as tx:
                    await count_views(tx, views_of)

    async def run(self) -> None:
        """Flush now and then, until cancelled."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN)
            try:
                await self.flush()
            except (psycopg.Error, UnavailableError):
                log.warning("views_not_written")
