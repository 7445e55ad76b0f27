"""Owns saves: items that a person keeps for later. Only they see which."""

from plainview.catalog.counts import count_item
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.ports.event_log import EventKind
from plainview.social.telling import Telling

_SAVE = "INSERT INTO saves (person_id, item_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_UNSAVE = "DELETE FROM saves WHERE person_id = %s AND item_id = %s"


async def save(tx: Transaction, telling: Telling, person: PersonId, item: ItemId) -> int:
    """The saves of an item after this person keeps it; saving twice changes nothing."""
    new = (await tx.execute(_SAVE, (person, item))).rowcount
    if new:
        await telling.relation_changed(tx, person)
        await telling.event(person, EventKind.SAVED, item)
    return await count_item(tx, item, "saves", new)


async def unsave(tx: Transaction, telling: Telling, person: PersonId, item: ItemId) -> int:
    """The saves of an item after this person lets it go."""
    gone = (await tx.execute(_UNSAVE, (person, item))).rowcount
    if gone:
        await telling.relation_changed(tx, person)
        await telling.event(person, EventKind.UNSAVED, item)
    return await count_item(tx, item, "saves", -gone)
