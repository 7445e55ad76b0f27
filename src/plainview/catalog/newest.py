"""Owns the newest items of some people, for those who follow them. Whoever shows them asks `may_see` for each."""

from collections.abc import Sequence

from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction

_NEWEST = """
SELECT i.item_id, i.person_id, i.adults_only FROM items i JOIN assets a USING (asset_id)
WHERE i.person_id = ANY(%s) AND i.state = 'published' AND i.visibility <> 'only_me' AND a.playable
ORDER BY i.published_at DESC, i.item_id DESC LIMIT %s
"""


async def newest_of(tx: Transaction, creators: Sequence[PersonId], most: int) -> list[tuple[ItemId, PersonId, bool]]:
    """The newest playable items of these people with who made each and whether it is for adults, newest first."""
    if not creators:
        return []
    return await (await tx.execute(_NEWEST, (list(creators), most))).fetchall()
