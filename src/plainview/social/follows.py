"""Owns follows: asked of private accounts, at once for public ones, cut by a block."""

from typing import Literal

from plainview.accounts.counts import count_person
from plainview.accounts.faces import Face
from plainview.kernel.errors import InvalidInputError, NotFoundError
from plainview.kernel.ids import PersonId
from plainview.kernel.pages import PAGE_SIZE, Page, after, page_of
from plainview.ports.database import Transaction
from plainview.ports.event_log import EventKind
from plainview.ports.relations import FollowState
from plainview.social.notices import Notices, Tidings, drop_between
from plainview.social.relations import standing
from plainview.social.telling import Telling

_ASK = """
INSERT INTO follows (person_id, followed_id, accepted) VALUES (%s, %s, %s)
ON CONFLICT DO NOTHING RETURNING accepted
"""
_END = "DELETE FROM follows WHERE person_id = %s AND followed_id = %s RETURNING accepted"
_ACCEPT = "UPDATE follows SET accepted = true WHERE person_id = %s AND followed_id = %s AND NOT accepted"
_REFUSE = "DELETE FROM follows WHERE person_id = %s AND followed_id = %s AND NOT accepted"
_MICROS = "(extract(epoch FROM created_at) * 1000000)::bigint"
_LISTS = {
    "followers": f"SELECT person_id, {_MICROS} FROM follows WHERE followed_id = %s AND accepted",
    "following": f"SELECT followed_id, {_MICROS} FROM follows WHERE person_id = %s AND accepted",
    "requests": f"SELECT person_id, {_MICROS} FROM follows WHERE followed_id = %s AND NOT accepted",
}
_PAGE = f" AND {_MICROS} < %s ORDER BY created_at DESC LIMIT %s"


class FollowSelfError(InvalidInputError):
    """Nobody follows themselves."""

    code, title = "follow_self", "That is you"


async def follow(tx: Transaction, telling: Telling, notices: Notices, me: PersonId, other: Face) -> FollowState:
    """How `me` follows the other from now on: `yes`, or `requested` from a private account.

    Raises:
        FollowSelfError: it is the same person.
        NotFoundError: a block stands between them.
    """
    if me == other.person_id:
        raise FollowSelfError("You cannot follow yourself.")
    now = await standing(tx, me, other.person_id)
    if now.blocked or now.blocked_by:
        raise NotFoundError("You cannot follow this person while one of you has blocked the other.")
    new = await (await tx.execute(_ASK, (me, other.person_id, not other.is_private))).fetchone()
    if new is None:
        return (await standing(tx, me, other.person_id)).follows
    if not new[0]:
        await notices.give(tx, Tidings(other.person_id, "follow_request", me))
        await telling.relation_changed(tx, me)
        return "requested"
    await notices.give(tx, Tidings(other.person_id, "follow", me))
    await _begin(tx, telling, me, other.person_id)
    return "yes"


async def unfollow(tx: Transaction, telling: Telling, notices: Notices, me: PersonId, other: PersonId) -> None:
    """End a follow or take back a request; nothing when there is none."""
    ended = await (await tx.execute(_END, (me, other))).fetchone()
    if ended is None:
        return
    if not ended[0]:
        await drop_between(tx, other, me, ["follow_request"])
        await telling.relation_changed(tx, me)
        return
    await telling.event(me, EventKind.UNFOLLOWED, other=other)
    await notices.take_back(tx, Tidings(other, "follow", me))
    await _count(tx, me, other, -1)
    await telling.relation_changed(tx, me)


async def accept(tx: Transaction, telling: Telling, me: PersonId, asker: PersonId) -> None:
    """Let the asker follow `me`.

    Raises:
        NotFoundError: they do not ask (any more).
    """
    if not (await tx.execute(_ACCEPT, (asker, me))).rowcount:
        raise NotFoundError("That request is no longer there.")
    await drop_between(tx, me, asker, ["follow_request"])
    await _begin(tx, telling, asker, me)


async def refuse(tx: Transaction, telling: Telling, me: PersonId, asker: PersonId) -> None:
    """Turn a request down; the asker is not told."""
    await tx.execute(_REFUSE, (asker, me))
    await drop_between(tx, me, asker, ["follow_request"])
    await telling.relation_changed(tx, asker)


async def _begin(tx: Transaction, telling: Telling, me: PersonId, other: PersonId) -> None:
    await telling.event(me, EventKind.FOLLOWED, other=other)
    await _count(tx, me, other, 1)
    await telling.relation_changed(tx, me)


async def _count(tx: Transaction, me: PersonId, other: PersonId, by: int) -> None:
    # Always the smaller id first: two people who follow each other at once then never wait in a circle.
    for person, counter in sorted(((me, "following"), (other, "followers"))):
        await count_person(tx, person, "following" if counter == "following" else "followers", by)


async def people(
    tx: Transaction, person: PersonId, which: Literal["followers", "following", "requests"], cursor: str | None
) -> Page[PersonId]:
    """A page of those who follow a person, whom they follow, or who ask to, the latest first."""
    rows = await (await tx.execute(_LISTS[which] + _PAGE, (person, after(cursor), PAGE_SIZE + 1))).fetchall()
    return page_of([PersonId(row[0]) for row in rows], PAGE_SIZE, [row[1] for row in rows])
