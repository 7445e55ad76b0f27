"""Owns notices: what a person is told of what others did. Likes and follows are gathered while they are unread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg.rows import class_row

from plainview.kernel.ids import CommentId, IdMaker, ItemId, NoticeId, PersonId
from plainview.kernel.pages import Page, after, page_of
from plainview.ports.database import Transaction
from plainview.ports.signals import Signals

NoticeKind = Literal["like", "comment", "reply", "follow", "follow_request", "mention", "processed", "failed", "access"]
_GATHERED = frozenset({"like", "follow", "access"})
PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Tidings:
    """Something to tell a person of."""

    person: PersonId
    kind: NoticeKind
    actor: PersonId | None = None
    item: ItemId | None = None
    comment: CommentId | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it stands. `count` people did this; `actor` was the last."""

    person_id: PersonId
    notice_id: NoticeId
    kind: NoticeKind
    actor_id: PersonId | None
    item_id: ItemId | None
    comment_id: CommentId | None
    count: int
    read: bool
    created_at: datetime


_COLUMNS = "person_id, notice_id, kind, actor_id, item_id, comment_id, count, read, created_at"
# Two likes at once must not make two gathered notices, so they wait for each other until the transaction ends.
_WAIT_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"
_GATHER = """
UPDATE notices SET notice_id = %(notice)s, count = least(count + 1, 32000), actor_id = %(actor)s, created_at = now()
WHERE person_id = %(person)s AND kind = %(kind)s AND item_id IS NOT DISTINCT FROM %(item)s::bigint AND NOT read
"""
_GIVE = """
INSERT INTO notices (person_id, notice_id, kind, actor_id, item_id, comment_id)
VALUES (%(person)s, %(notice)s, %(kind)s, %(actor)s, %(item)s, %(comment)s)
"""
# Who took it back is no longer the one who is named; the latest of those who remain is.
_FEWER = """
UPDATE notices SET count = count - 1, actor_id = CASE
  WHEN actor_id <> %(actor)s THEN actor_id
  WHEN kind = 'like' THEN coalesce(
    (SELECT l.person_id FROM likes l WHERE l.item_id = %(item)s::bigint ORDER BY l.created_at DESC LIMIT 1), actor_id)
  ELSE coalesce((SELECT f.person_id FROM follows f WHERE f.followed_id = %(person)s AND f.accepted
    ORDER BY f.created_at DESC LIMIT 1), actor_id) END
WHERE person_id = %(person)s AND kind = %(kind)s AND item_id IS NOT DISTINCT FROM %(item)s::bigint AND NOT read
  AND (count > 1 OR actor_id = %(actor)s)
"""
_NONE_LEFT = "DELETE FROM notices WHERE person_id = %(person)s AND kind = %(kind)s AND count < 1"
_DROP = "DELETE FROM notices WHERE person_id = %(person)s AND kind = ANY(%(kinds)s) AND actor_id = %(actor)s"
_WAS_GIVEN = """
SELECT 1 FROM notices
WHERE person_id = %s AND kind = %s AND actor_id = %s AND item_id = %s AND comment_id IS NULL LIMIT 1
"""
_OF_COMMENTS = "DELETE FROM notices WHERE comment_id = ANY(%s)"
_PAGE = f"SELECT {_COLUMNS} FROM notices WHERE person_id = %s AND notice_id < %s ORDER BY notice_id DESC LIMIT %s"
_ONE = f"SELECT {_COLUMNS} FROM notices WHERE person_id = %s AND notice_id = %s"
_UNREAD = "SELECT count(*) FROM notices WHERE person_id = %s AND NOT read"
_READ = "UPDATE notices SET read = true WHERE person_id = %s AND NOT read"


@dataclass(frozen=True, slots=True)
class Notices:
    """Gives and takes back notices, and signals each to the person's open screens."""

    ids: IdMaker
    signals: Signals

    async def give(self, tx: Transaction, tidings: Tidings) -> None:
        """Tell a person; nothing when it was their own doing."""
        if tidings.actor == tidings.person:
            return
        notice = self.ids.next()
        facts = {
            "person": tidings.person,
            "notice": notice,
            "kind": tidings.kind,
            "actor": tidings.actor,
            "item": tidings.item,
            "comment": tidings.comment,
        }
        gathered = 0
        if tidings.kind in _GATHERED:
            await tx.execute(_WAIT_TURN, (f"{tidings.person}:{tidings.kind}:{tidings.item}",))
            gathered = (await tx.execute(_GATHER, facts)).rowcount
        if not gathered:
            await tx.execute(_GIVE, facts)
        await self.signals.send(tx, "notice", person_id=tidings.person, notice_id=notice)

    async def take_back(self, tx: Transaction, tidings: Tidings) -> None:
        """Undo an unread notice, since what it told of was undone."""
        facts = {"person": tidings.person, "kind": tidings.kind, "item": tidings.item, "actor": tidings.actor}
        await tx.execute(_FEWER, facts)
        await tx.execute(_NONE_LEFT, facts)


async def was_given(tx: Transaction, tidings: Tidings) -> bool:
    """Whether a person was told of this item by this person already, read or not."""
    facts = (tidings.person, tidings.kind, tidings.actor, tidings.item)
    return await (await tx.execute(_WAS_GIVEN, facts)).fetchone() is not None


async def drop_between(tx: Transaction, person: PersonId, actor: PersonId, kinds: Sequence[NoticeKind]) -> None:
    """Delete a person's notices of these kinds about one other person."""
    await tx.execute(_DROP, {"person": person, "actor": actor, "kinds": list(kinds)})


async def drop_of_comments(tx: Transaction, comments: Sequence[CommentId]) -> None:
    """Delete the notices about comments that are gone."""
    await tx.execute(_OF_COMMENTS, (list(comments),))


async def notices(tx: Transaction, person: PersonId, cursor: str | None) -> Page[Notice]:
    """A page of a person's notices, newest first."""
    async with tx.cursor(row_factory=class_row(Notice)) as reader:
        rows = await (await reader.execute(_PAGE, (person, after(cursor), PAGE_SIZE + 1))).fetchall()
    return page_of(rows, PAGE_SIZE, [row.notice_id for row in rows])


async def notice(tx: Transaction, person: PersonId, notice_id: NoticeId) -> Notice | None:
    """One notice; None when it is gone."""
    async with tx.cursor(row_factory=class_row(Notice)) as reader:
        return await (await reader.execute(_ONE, (person, notice_id))).fetchone()


async def unread(tx: Transaction, person: PersonId) -> int:
    """How many notices a person has not read."""
    row = await (await tx.execute(_UNREAD, (person,))).fetchone()
    return int(row[0]) if row else 0


async def mark_read(tx: Transaction, person: PersonId) -> None:
    """All of a person's notices are read."""
    await tx.execute(_READ, (person,))
