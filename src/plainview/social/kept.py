"""Owns the lists of items that a person liked or saved, newest first."""

from typing import Literal

from plainview.kernel.ids import ItemId, PersonId
from plainview.kernel.pages import PAGE_SIZE, Page, after, page_of
from plainview.ports.database import Transaction

_MICROS = "(extract(epoch FROM created_at) * 1000000)::bigint"
_KEPT = {
    name: f"""
SELECT item_id, {_MICROS} FROM {name} WHERE person_id = %s AND {_MICROS} < %s ORDER BY created_at DESC LIMIT %s
"""
    for name in ("likes", "saves")
}


async def kept(tx: Transaction, person: PersonId, what: Literal["likes", "saves"], cursor: str | None) -> Page[ItemId]:
    """A page of the items that a person liked or saved, the latest first."""
    rows = await (await tx.execute(_KEPT[what], (person, after(cursor), PAGE_SIZE + 1))).fetchall()
    return page_of([ItemId(row[0]) for row in rows], PAGE_SIZE, [row[1] for row in rows])
