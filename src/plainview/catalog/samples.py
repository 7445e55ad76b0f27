"""Owns which items say of themselves that they are samples."""

from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction

_MARK = "UPDATE items SET sample = true WHERE item_id = %s"
_KNOWN = "SELECT caption FROM items WHERE person_id = %s AND sample"


async def mark_sample(tx: Transaction, item: ItemId) -> None:
    """Have an item shown as a sample from now on."""
    await tx.execute(_MARK, (item,))


async def sample_captions(tx: Transaction, person: PersonId) -> set[str]:
    """The captions of a person's samples."""
    return {row[0] for row in await (await tx.execute(_KNOWN, (person,))).fetchall()}
