"""Owns what a verdict does to an item: kept for adults or shown to all again, taken from all sight or given back.

None is deleted.
"""

from plainview.accounts.counts import count_person
from plainview.catalog.wording import item_changed
from plainview.kernel.ids import ItemId
from plainview.ports.database import Transaction
from plainview.ports.signals import Signals

_REMOVE = "UPDATE items SET state = 'removed' WHERE item_id = %s AND state = 'published' RETURNING person_id"
_RESTORE = "UPDATE items SET state = 'published' WHERE item_id = %s AND state = 'removed' RETURNING person_id"

_RESTRICT = "UPDATE items SET adults_only = true WHERE item_id = %s AND state <> 'removed' AND NOT adults_only"
_ADMIT = "UPDATE items SET adults_only = false WHERE item_id = %s AND state <> 'removed' AND adults_only"


async def restrict(tx: Transaction, signals: Signals, item: ItemId) -> bool:
    """Keep an item from all who are not known to be adults; False when it is kept from them already."""
    return await _mark(tx, signals, item, _RESTRICT)


async def admit(tx: Transaction, signals: Signals, item: ItemId) -> bool:
    """Let everybody see an item that was kept for adults; False when it was not."""
    return await _mark(tx, signals, item, _ADMIT)


async def remove(tx: Transaction, signals: Signals, item: ItemId) -> bool:
    """Take a published item from everybody's sight, its media too; False when there is none to take."""
    return await _move(tx, signals, item, _REMOVE, -1)


async def restore(tx: Transaction, signals: Signals, item: ItemId) -> bool:
    """Give a removed item back; False when there is none to give."""
    return await _move(tx, signals, item, _RESTORE, 1)


async def _mark(tx: Transaction, signals: Signals, item: ItemId, statement: str) -> bool:
    if not (await tx.execute(statement.encode(), (item,))).rowcount:
        return False
    await item_changed(tx, signals, item)
    return True


async def _move(tx: Transaction, signals: Signals, item: ItemId, statement: str, videos: int) -> bool:
    row = await (await tx.execute(statement.encode(), (item,))).fetchone()
    if row is None:
        return False
    await count_person(tx, row[0], "videos", videos)
    await item_changed(tx, signals, item)
    return True
