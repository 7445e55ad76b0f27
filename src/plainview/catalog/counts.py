"""Owns the public counters of an item: views, likes, comments, shares and saves."""

from collections.abc import Mapping
from typing import Literal

from plainview.catalog.card_cache import CARDS
from plainview.kernel.ids import ItemId
from plainview.ports.database import Transaction

ItemCounter = Literal["likes", "comments", "shares", "saves"]
COUNTED = ("views", "likes", "comments", "shares", "saves")
_COUNTS = f"SELECT {', '.join(COUNTED)} FROM items WHERE item_id = %s"
_ADD = {
    name: f"UPDATE items SET {name} = greatest(0, {name} + %s) WHERE item_id = %s RETURNING {name}"
    for name in ("likes", "comments", "shares", "saves")
}
# Sorted, so that two batches take their row locks in the same order and cannot wait for each other.
_ADD_VIEWS = """
UPDATE items SET views = items.views + seen.views
FROM (SELECT item_id, views FROM unnest(%s::bigint[], %s::bigint[]) AS s(item_id, views) ORDER BY item_id) AS seen
WHERE items.item_id = seen.item_id RETURNING items.item_id, items.views
"""


async def count_item(tx: Transaction, item: ItemId, counter: ItemCounter, by: int) -> int:
    """Move one counter of an item; its new value, 0 when the item is gone. Concurrent movements all count."""
    row = await (await tx.execute(_ADD[counter], (by, item))).fetchone()
    value = 0 if row is None else int(row[0])
    CARDS.recount(item, counter, value)
    return value


async def count_views(tx: Transaction, views: Mapping[ItemId, int]) -> None:
    """Add a batch of views."""
    items = sorted(views)
    cursor = await tx.execute(_ADD_VIEWS, (items, [views[item] for item in items]))
    for item, count in await cursor.fetchall():
        CARDS.recount(item, "views", count)


async def counts_of(tx: Transaction, item: ItemId) -> dict[str, int] | None:
    """All counters of an item by name; None when it is gone."""
    row = await (await tx.execute(_COUNTS, (item,))).fetchone()
    return None if row is None else dict(zip(COUNTED, row, strict=True))
