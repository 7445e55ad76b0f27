"""Owns what a verdict does to an item: it is taken from everybody's sight, or given back. Nothing is deleted."""

from plainview.accounts.counts import count_person
from plainview.catalog.items import item_changed
from plainview.kernel.ids import ItemId
from plainview.ports.database import Transaction
from plainview.ports.signals import Signals

_REMOVE = "UPDATE items SET state = 'removed' WHERE item_id = %s AND state = 'published' RETURNING person_id"
_RESTORE = "UPDATE items SET state = 'published' WHERE item_id = %s AND state = 'removed' RETURNING person_id"


async def remove(tx: Transaction, signals: Signals, item: ItemId) -> bool:
    """Take a published item from everybody's sight, its media too; False when there is none to take."""
    return await _move(tx, signals, item, _REMOVE, -1)


async def restore(tx: Transaction, signals: Signals, item: ItemId) -> bool:
    """Give a removed item back; False when there is none to give."""
    return await _move(tx, signals, item, _RESTORE, 1)


async def _move(tx: Transaction, signals: Signals, item: ItemId, statement: str, videos: int) -> bool:
    row = await (await tx.execute(statement.encode(), (item,))).fetchone()
    if row is None:
        return False
    await count_person(tx, row[0], "videos", videos)
    await item_changed(tx, signals, item)
    return True
