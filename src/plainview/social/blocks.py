"""Owns blocks: they end follows both ways and hide each person's things from the other."""

from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import PersonId
from plainview.kernel.pages import PAGE_SIZE, Page, after, page_of
from plainview.ports.database import Transaction
from plainview.social.follows import unfollow
from plainview.social.notices import Notices, drop_between
from plainview.social.telling import Telling

_BLOCK = "INSERT INTO blocks (person_id, blocked_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_UNBLOCK = "DELETE FROM blocks WHERE person_id = %s AND blocked_id = %s"
_MICROS = "(extract(epoch FROM created_at) * 1000000)::bigint"
_PAGE = f"""
SELECT blocked_id, {_MICROS} FROM blocks WHERE person_id = %s AND {_MICROS} < %s ORDER BY created_at DESC LIMIT %s
"""


class BlockSelfError(InvalidInputError):
    """Nobody blocks themselves."""

    code, title = "block_self", "That is you"


async def block(tx: Transaction, telling: Telling, notices: Notices, me: PersonId, other: PersonId) -> None:
    """Part two people: follows end both ways, and neither is told of the other any more.

    Raises:
        BlockSelfError: it is the same person.
    """
    if me == other:
        raise BlockSelfError("You cannot block yourself.")
    await tx.execute(_BLOCK, (me, other))
    await unfollow(tx, telling, notices, me, other)
    await unfollow(tx, telling, notices, other, me)
    for one, another in ((me, other), (other, me)):
        await drop_between(tx, one, another, ["like", "comment", "reply", "follow", "follow_request", "mention"])
    await telling.relation_changed(tx, me, other)


async def unblock(tx: Transaction, telling: Telling, me: PersonId, other: PersonId) -> None:
    """Take a block back; the follows that it ended stay ended."""
    await tx.execute(_UNBLOCK, (me, other))
    await telling.relation_changed(tx, me, other)


async def blocked(tx: Transaction, me: PersonId, cursor: str | None) -> Page[PersonId]:
    """A page of those whom a person blocked, the latest first."""
    rows = await (await tx.execute(_PAGE, (me, after(cursor), PAGE_SIZE + 1))).fetchall()
    return page_of([PersonId(row[0]) for row in rows], PAGE_SIZE, [row[1] for row in rows])
