"""Owns who may see an item: the one rule, and the one way to fetch an item that somebody asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from psycopg.rows import class_row

from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import AssetId, ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.ports.relations import Marks, Relations

Visibility = Literal["public", "followers", "only_me"]


@dataclass(frozen=True, slots=True)
class SeenItem:
    """What the rule needs of an item, and what others do with one that they see."""

    item_id: ItemId
    person_id: PersonId
    asset_id: AssetId
    state: str
    visibility: Visibility
    allow_comments: bool
    playable: bool
    owner_is_private: bool
    adults_only: bool = False


_READ = """
SELECT i.item_id, i.person_id, i.asset_id, i.state, i.visibility, i.allow_comments,
  coalesce(a.playable, false) AS playable, coalesce(p.is_private, true) AS owner_is_private,
  i.adults_only
FROM items i LEFT JOIN assets a USING (asset_id) LEFT JOIN persons p ON p.person_id = i.person_id
WHERE i.item_id = %s
"""


def may_see(item: SeenItem, viewer: PersonId | None, marks: Marks) -> bool:
    """Whether this viewer may see this item: the only place that says so."""
    if item.state == "removed":
        return False
    if viewer is not None and viewer == item.person_id:
        return True
    if item.state != "published" or not item.playable or item.person_id in marks.blocked:
        return False
    if item.visibility == "only_me" or (item.adults_only and not marks.of_age):
        return False
    if item.visibility == "followers" or item.owner_is_private:
        return marks.follows.get(item.person_id) == "yes"
    return True


async def marks_for(tx: Transaction, relations: Relations, viewer: PersonId | None, items: Sequence[SeenItem]) -> Marks:
    """How this viewer stands to these items. One statement, mostly (see `with_age`)."""
    creators = {item.person_id for item in items}
    marks = await relations.marks(tx, viewer, [item.item_id for item in items], list(creators))
    return await with_age(tx, relations, viewer, items, marks)


async def with_age(
    tx: Transaction, relations: Relations, viewer: PersonId | None, items: Sequence[SeenItem], marks: Marks
) -> Marks:
    """The marks with the viewer's age, which is asked only where one of the items is for adults only."""
    if viewer is None or not any(item.adults_only for item in items):
        return marks
    return replace(marks, of_age=await relations.of_age(tx, viewer))


async def seen_item(tx: Transaction, relations: Relations, viewer: PersonId | None, item: ItemId) -> SeenItem:
    """An item that this viewer may see.

    Raises:
        NotFoundError: there is none, or it is not for this viewer, who is not told which.
    """
    async with tx.cursor(row_factory=class_row(SeenItem)) as reader:
        found = await (await reader.execute(_READ, (item,))).fetchone()
    if found is None or not may_see(found, viewer, await marks_for(tx, relations, viewer, [found])):
        raise NotFoundError("This video is not there, or not for you.")
    return found
