"""Owns how notices are filled in for showing: the actor's face, the item's poster, the comment's words."""

from collections.abc import Sequence

from plainview.accounts.faces import faces
from plainview.catalog.cards import posters
from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.social.comments import comments_by_ids
from plainview.social.notices import Notice
from plainview.social.shapes import NoticeShape, notice_shape


async def notice_shapes(tx: Transaction, me: PersonId, rows: Sequence[Notice]) -> list[NoticeShape]:
    """These notices as their reader sees them, in their order."""
    people = await faces(tx, [row.actor_id for row in rows if row.actor_id is not None])
    pictures = await posters(tx, [row.item_id for row in rows if row.item_id is not None])
    ids = [row.comment_id for row in rows if row.comment_id is not None]
    words = {row.comment_id: row.text for row in await comments_by_ids(tx, me, ids)} if ids else {}
    return [
        notice_shape(
            row,
            people.get(row.actor_id) if row.actor_id is not None else None,
            pictures.get(row.item_id) if row.item_id is not None else None,
            words.get(row.comment_id) if row.comment_id is not None else None,
        )
        for row in rows
    ]
