"""Owns what a verdict does to an item: kept for adults or shown to all again, taken from all sight or given back.

None is deleted; the words of what is removed lie sealed until it is given back.
"""

from plainview.accounts.counts import count_person
from plainview.catalog.wording import Pen, Reader, index_words, is_owners_alone, item_changed, sealed_captions
from plainview.kernel.ids import ItemId, PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Transaction
from plainview.ports.door import By
from plainview.ports.signals import Signals

# The words go with what they were said about: the database refuses what is removed with its words in the open.
_SHOWN = "SELECT person_id, caption FROM items WHERE item_id = %s AND state = 'published' FOR UPDATE"
_REMOVE = """
UPDATE items SET state = 'removed', caption = '', sealed_caption = coalesce(%(sealed)s, sealed_caption)
WHERE item_id = %(item)s
"""
_REMOVED = "SELECT person_id, visibility FROM items WHERE item_id = %s AND state = 'removed' FOR UPDATE"
_RESTORE = """
UPDATE items SET state = 'published', caption = %(words)s,
  sealed_caption = CASE WHEN %(alone)s THEN sealed_caption END
WHERE item_id = %(item)s
"""

_RESTRICT = "UPDATE items SET adults_only = true WHERE item_id = %s AND state <> 'removed' AND NOT adults_only"
_ADMIT = "UPDATE items SET adults_only = false WHERE item_id = %s AND state <> 'removed' AND adults_only"


async def restrict(tx: Transaction, signals: Signals, item: ItemId) -> bool:
    """Keep an item from all who are not known to be adults; False when it is kept from them already."""
    return await _mark(tx, signals, item, _RESTRICT)


async def admit(tx: Transaction, signals: Signals, item: ItemId) -> bool:
    """Let everybody see an item that was kept for adults; False when it was not."""
    return await _mark(tx, signals, item, _ADMIT)


async def remove(tx: Transaction, pen: Pen, item: ItemId) -> bool:
    """Take a published item from everybody's sight, its media too, and seal its words; False when there is none."""
    row = await (await tx.execute(_SHOWN, (item,))).fetchone()
    if row is None:
        return False
    person, caption = row
    await tx.execute(_REMOVE, {"item": item, "sealed": await pen.sealed(person, caption)})
    await _moved(tx, pen, item, (person, ""), -1)
    return True


async def restore(tx: Transaction, pen: Pen, item: ItemId, by: By) -> bool:
    """Give a removed item back, its words opened with an entry that says who did it; False when there is none."""
    row = await (await tx.execute(_REMOVED, (item,))).fetchone()
    if row is None:
        return False
    person, alone = row[0], is_owners_alone(published=True, visibility=row[1])
    reader = Reader(pen.door, Purpose.MODERATION, by)
    words = "" if alone else (await sealed_captions(tx, reader, person, [item])).get(item, "")
    await tx.execute(_RESTORE, {"item": item, "words": words, "alone": alone})
    await _moved(tx, pen, item, (person, words), 1)
    return True


async def _mark(tx: Transaction, signals: Signals, item: ItemId, statement: str) -> bool:
    if not (await tx.execute(statement.encode(), (item,))).rowcount:
        return False
    await item_changed(tx, signals, item)
    return True


async def _moved(tx: Transaction, pen: Pen, item: ItemId, shown: tuple[PersonId, str], videos: int) -> None:
    """Find and count an item as it is now: whose it is, and the words that others read."""
    person, words = shown
    await index_words(tx, item, words)
    await count_person(tx, person, "videos", videos)
    await item_changed(tx, pen.signals, item)
