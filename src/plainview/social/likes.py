"""Owns likes of items, and the lists of what a person liked or saved."""

from plainview.accounts.counts import count_person
from plainview.catalog.counts import count_item
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.ports.event_log import EventKind
from plainview.social.notices import Notices, Tidings
from plainview.social.telling import Telling

_LIKE = "INSERT INTO likes (person_id, item_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_UNLIKE = "DELETE FROM likes WHERE person_id = %s AND item_id = %s"


async def like(
    tx: Transaction, telling: Telling, notices: Notices, person: PersonId, item: ItemId, owner: PersonId
) -> int:
    """The likes of an item after this person likes it; liking twice changes nothing."""
    new = (await tx.execute(_LIKE, (person, item))).rowcount
    if not new:
        return await count_item(tx, item, "likes", 0)
    await telling.relation_changed(tx, person)
    await telling.event(person, EventKind.LIKED, item)
    # The counters come last: their rows are the ones that others wait for.
    await notices.give(tx, Tidings(owner, "like", person, item))
    await telling.counted(tx, item, owner)
    return await _count(tx, item, owner, 1)


async def unlike(
    tx: Transaction, telling: Telling, notices: Notices, person: PersonId, item: ItemId, owner: PersonId
) -> int:
    """The likes of an item after this person takes their like back."""
    gone = (await tx.execute(_UNLIKE, (person, item))).rowcount
    if not gone:
        return await count_item(tx, item, "likes", 0)
    await telling.relation_changed(tx, person)
    await telling.event(person, EventKind.UNLIKED, item)
    await notices.take_back(tx, Tidings(owner, "like", person, item))
    await telling.counted(tx, item, owner)
    return await _count(tx, item, owner, -1)


async def _count(tx: Transaction, item: ItemId, owner: PersonId, by: int) -> int:
    # First the item, then its owner: whoever deletes an item takes these rows in the same order.
    likes = await count_item(tx, item, "likes", by)
    await count_person(tx, owner, "likes", by)
    return likes
