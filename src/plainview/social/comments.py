"""Owns comments: one level of replies, at most 500 characters, gone with their replies when deleted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from plainview.catalog.counts import count_item
from plainview.kernel.errors import NotAllowedError, NotFoundError
from plainview.kernel.ids import CommentId, ItemId, PersonId
from plainview.kernel.pages import PAGE_SIZE, Page, after, page_of
from plainview.moderation.reports import NOT_REPORTED
from plainview.ports.database import Transaction
from plainview.social.notices import drop_of_comments

TEXT_CHARS_MAX = 500
_MENTION = re.compile(r"(?<![\w@])@([A-Za-z0-9_.]{1,64})")


class CommentsOffError(NotAllowedError):
    """The video's owner has turned comments off."""

    code, title = "comments_off", "Comments are off for this video"


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment as it stands; `parent_id` is the comment that it replies to."""

    comment_id: CommentId
    item_id: ItemId
    person_id: PersonId
    parent_id: CommentId | None
    text: str
    likes: int
    replies: int
    edited: bool
    sample: bool
    created_at: datetime
    liked: bool


@dataclass(frozen=True, slots=True)
class NewComment:
    """What somebody says about an item."""

    comment_id: CommentId
    item_id: ItemId
    person_id: PersonId
    parent_id: CommentId | None
    text: str
    sample: bool = False


# Who is parted from the reader by a block, either way round, is not read by them.
_READ = """
SELECT c.comment_id, c.item_id, c.person_id, c.parent_id, c.text, c.likes, c.replies, c.edited, c.sample, c.created_at,
  EXISTS (SELECT FROM comment_likes l WHERE l.person_id = %(me)s AND l.comment_id = c.comment_id) AS liked
FROM comments c
WHERE NOT EXISTS (SELECT FROM blocks b WHERE b.person_id = %(me)s AND b.blocked_id = c.person_id)
  AND NOT EXISTS (SELECT FROM blocks b WHERE b.person_id = c.person_id AND b.blocked_id = %(me)s)
"""
_LIST = f"{_READ} AND {NOT_REPORTED} AND c.item_id = %(item)s"
_OF_ITEM = f"""{_LIST} AND c.parent_id IS NULL AND c.comment_id < %(after)s
ORDER BY c.comment_id DESC LIMIT %(size)s"""
_REPLIES = f"""{_LIST} AND c.parent_id = %(parent)s AND c.comment_id > %(after)s
ORDER BY c.comment_id LIMIT %(size)s"""
_BY_IDS = f"{_READ} AND c.comment_id = ANY(%(ids)s)"
_ADD = """
INSERT INTO comments (comment_id, item_id, person_id, parent_id, text, sample) VALUES (%s, %s, %s, %s, %s, %s)
"""
# Of two that come again at once the second waits for the first.
_WAIT_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))"
_SAID = """
SELECT comment_id FROM comments WHERE item_id = %s AND person_id = %s AND parent_id IS NOT DISTINCT FROM %s
  AND text = %s AND created_at > now() - interval '7 days' ORDER BY comment_id DESC LIMIT 1
"""
_ADD_REPLY = "UPDATE comments SET replies = replies + %s WHERE comment_id = %s"
_EDIT = "UPDATE comments SET text = %s, edited = true WHERE comment_id = %s"
_DELETE = "DELETE FROM comments WHERE comment_id = %(id)s OR parent_id = %(id)s RETURNING comment_id"
_DELETE_LIKES = "DELETE FROM comment_likes WHERE comment_id = ANY(%s)"
_LIKE = "INSERT INTO comment_likes (person_id, comment_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_UNLIKE = "DELETE FROM comment_likes WHERE person_id = %s AND comment_id = %s"
_COUNT_LIKES = "UPDATE comments SET likes = greatest(0, likes + %s) WHERE comment_id = %s RETURNING likes"


async def comment(tx: Transaction, me: PersonId, comment_id: CommentId) -> CommentRow:
    """One comment as `me` sees it; that its item may be seen is the caller's to check.

    Raises:
        NotFoundError: it is gone, or a block stands between.
    """
    found = await comments_by_ids(tx, me, [comment_id])
    if not found:
        raise NotFoundError("That comment is no longer there.")
    return found[0]


async def comments_by_ids(tx: Transaction, me: PersonId, ids: Sequence[CommentId]) -> list[CommentRow]:
    """Those of these comments that are there, as `me` sees them, in no order."""
    async with tx.cursor(row_factory=class_row(CommentRow)) as reader:
        return await (await reader.execute(_BY_IDS, {"me": me, "ids": list(ids)})).fetchall()


async def comments_of(tx: Transaction, me: PersonId, item: ItemId, cursor: str | None) -> Page[CommentRow]:
    """A page of an item's comments, newest first, without the replies and without what `me` reported."""
    facts = {"me": me, "item": item, "after": after(cursor), "size": PAGE_SIZE + 1}
    async with tx.cursor(row_factory=class_row(CommentRow)) as reader:
        rows = await (await reader.execute(_OF_ITEM, facts)).fetchall()
    return page_of(rows, PAGE_SIZE, [row.comment_id for row in rows])


async def replies_of(tx: Transaction, me: PersonId, parent: CommentRow, cursor: str | None) -> Page[CommentRow]:
    """A page of a comment's replies, oldest first, as a talk is read, without what `me` reported."""
    start = after(cursor) if cursor else 0
    facts = {"me": me, "item": parent.item_id, "parent": parent.comment_id, "after": start, "size": PAGE_SIZE + 1}
    async with tx.cursor(row_factory=class_row(CommentRow)) as reader:
        rows = await (await reader.execute(_REPLIES, facts)).fetchall()
    return page_of(rows, PAGE_SIZE, [row.comment_id for row in rows])


async def add_comment(tx: Transaction, new: NewComment) -> None:
    """Write a comment and count it."""
    row = (new.comment_id, new.item_id, new.person_id, new.parent_id, new.text, new.sample)
    await tx.execute(_ADD, row)
    if new.parent_id is not None:
        await tx.execute(_ADD_REPLY, (1, new.parent_id))
    await count_item(tx, new.item_id, "comments", 1)


async def said_already(tx: Transaction, new: NewComment) -> CommentId | None:
    """The same comment, if this person wrote it in the last seven days."""
    await tx.execute(_WAIT_TURN, (f"comment {new.person_id}",))
    said = await tx.execute(_SAID, (new.item_id, new.person_id, new.parent_id, new.text))
    row = await said.fetchone()
    return None if row is None else CommentId(row[0])


async def edit_comment(tx: Transaction, comment_id: CommentId, text: str) -> None:
    """Replace a comment's text; it is shown as edited."""
    await tx.execute(_EDIT, (text, comment_id))


async def delete_comment(tx: Transaction, row: CommentRow) -> None:
    """Delete a comment with its replies, their likes and the notices about them."""
    gone = [each[0] for each in await (await tx.execute(_DELETE, {"id": row.comment_id})).fetchall()]
    if not gone:
        return
    await tx.execute(_DELETE_LIKES, (gone,))
    await drop_of_comments(tx, gone)
    if row.parent_id is not None:
        await tx.execute(_ADD_REPLY, (-1, row.parent_id))
    await count_item(tx, row.item_id, "comments", -len(gone))


async def like_comment(tx: Transaction, person: PersonId, comment_id: CommentId, *, liked: bool) -> int:
    """The likes of a comment after this person likes it or takes that back."""
    changed = (await tx.execute(_LIKE if liked else _UNLIKE, (person, comment_id))).rowcount
    by = changed if liked else -changed
    row = await (await tx.execute(_COUNT_LIKES, (by, comment_id))).fetchone()
    return int(row[0]) if row else 0


def mentioned(text: str) -> list[str]:
    """The handles that a text mentions, in lower case, each once, at most ten."""
    return list(dict.fromkeys(match.rstrip(".").lower() for match in _MENTION.findall(text)))[:10]
