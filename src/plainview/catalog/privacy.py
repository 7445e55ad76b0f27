"""Exports and erases one person's rows of the catalog."""

from typing import Any

from psycopg.rows import dict_row

from plainview.catalog.card_cache import CARDS
from plainview.catalog.items import ForgetItems
from plainview.catalog.wording import Reader, sealed_captions
from plainview.kernel.ids import ItemId, PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Transaction
from plainview.ports.door import Door
from plainview.ports.signals import Signals
from plainview.privacy.erasure import Erase, Export

_ITEMS = "SELECT item_id FROM items WHERE person_id = %s"
_ERASE = (
    "DELETE FROM item_tags t USING items i WHERE i.item_id = t.item_id AND i.person_id = %s",
    "DELETE FROM item_mentions m USING items i WHERE i.item_id = m.item_id AND i.person_id = %s",
    "DELETE FROM item_mentions WHERE person_id = %s",
    "DELETE FROM items WHERE person_id = %s",
    "DELETE FROM sounds WHERE person_id = %s",
)
_EXPORT = """
SELECT item_id, state, visibility, caption, language, allow_comments, allow_reuse, adults_only,
  views, likes, comments, shares, saves, created_at, published_at
FROM items WHERE person_id = %s ORDER BY item_id
"""


def eraser(signals: Signals, forget_items: ForgetItems) -> Erase:
    """What deletes a person's items with all that hangs on them."""

    async def erase(tx: Transaction, person: PersonId) -> None:
        items = [ItemId(row[0]) for row in await (await tx.execute(_ITEMS, (person,))).fetchall()]
        await forget_items(tx, items)
        for statement in _ERASE:
            await tx.execute(statement, (person,))
        CARDS.forget_person(person)
        for item in items:
            await signals.send(tx, "item.changed", item_id=item)

    return erase


def exporter(door: Door) -> Export:
    """What gathers a person's videos, drafts too, with the words that are theirs alone opened for them."""

    async def export(tx: Transaction, person: PersonId) -> dict[str, Any]:
        async with tx.cursor(row_factory=dict_row) as cursor:
            rows = await (await cursor.execute(_EXPORT, (person,))).fetchall()
        reader = Reader(door, Purpose.EXPORT)
        words = await sealed_captions(tx, reader, person, [row["item_id"] for row in rows])
        return {"videos": [row | {"caption": words.get(row["item_id"], row["caption"])} for row in rows]}

    return export
