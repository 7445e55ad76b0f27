"""Owns what is left in social of items that no longer exist: nothing."""

from collections.abc import Sequence

from plainview.kernel.ids import ItemId
from plainview.ports.database import Transaction

_FORGET = (
    "DELETE FROM comment_likes USING comments c WHERE comment_likes.comment_id = c.comment_id AND c.item_id = ANY(%s)",
    "DELETE FROM comments WHERE item_id = ANY(%s)",
    "DELETE FROM saves WHERE item_id = ANY(%s)",
    "DELETE FROM notices WHERE item_id = ANY(%s)",
    """
    WITH gone AS (DELETE FROM likes WHERE item_id = ANY(%(items)s) RETURNING item_id),
      owners AS (SELECT i.person_id, count(*) AS n FROM gone JOIN items i USING (item_id) GROUP BY i.person_id)
    UPDATE persons SET likes = greatest(0, persons.likes - owners.n) FROM owners
    WHERE persons.person_id = owners.person_id
    """,
)


async def forget_items(tx: Transaction, items: Sequence[ItemId]) -> None:
    """Delete all that people did with these items. Called before the items' own rows go."""
    for statement in _FORGET[:-1]:
        await tx.execute(statement, (list(items),))
    await tx.execute(_FORGET[-1], {"items": list(items)})
