"""Owns the reading of cards before a page waits for them: at the start the catalogue's, then those that grew old."""

import asyncio
import logging

import psycopg

from plainview.catalog.card_cache import CARDS
from plainview.catalog.cards import read_cards
from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import region_of
from plainview.ports.database import Database

CARDS_PER_STATEMENT = 128
"""A few milliseconds' worth, for nobody else is answered meanwhile."""
SECONDS_BETWEEN = 0.005
SECONDS_IDLE = 1.0
log = logging.getLogger(__name__)


async def read_ahead(database: Database) -> None:
    """Read the cards that are due, a few at a time, until cancelled."""
    while True:
        try:
            found_any = await read_due(database)
        except (psycopg.Error, UnavailableError):
            # Pages read what they miss themselves.
            log.warning("cards_not_read_ahead")
            found_any = False
        await asyncio.sleep(SECONDS_BETWEEN if found_any else SECONDS_IDLE)


async def read_due(database: Database) -> bool:
    """Read some cards that are due; whether there were any."""
    due = CARDS.take_due(CARDS_PER_STATEMENT)
    for region in {region_of(item) for item in due} & set(database.regions.values()):
        those = [item for item in due if region_of(item) == region]
        async with database.statements(region) as tx:
            found = await read_cards(tx, those)
        for item in those:
            if item not in found:
                CARDS.forget(item)
    return bool(due)
