"""Owns how people stand to items and to each other, read in one statement: the adapter of ports.relations."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction, bigints
from plainview.ports.relations import NOTHING, FollowState, Marks
from plainview.ports.standing import Standing
from plainview.social.notices import unread

OfAge = Callable[[Transaction, PersonId], Awaitable[bool]]
"""Whether a person may see what is for adults only; accounts answers, and wiring passes it in."""

_MARKS = """
  ARRAY(SELECT item_id FROM likes WHERE person_id = %(me)s AND item_id = ANY(%(items)s)),
  ARRAY(SELECT item_id FROM saves WHERE person_id = %(me)s AND item_id = ANY(%(items)s)),
  ARRAY(SELECT followed_id FROM follows WHERE person_id = %(me)s AND followed_id = ANY({people}) AND accepted),
  ARRAY(SELECT followed_id FROM follows WHERE person_id = %(me)s AND followed_id = ANY({people}) AND NOT accepted),
  ARRAY(SELECT blocked_id FROM blocks WHERE person_id = %(me)s AND blocked_id = ANY({people})
        UNION SELECT person_id FROM blocks WHERE blocked_id = %(me)s AND person_id = ANY({people}))
"""
_MARKS_ALONE = "SELECT " + _MARKS.format(people="%(people)s")
_STANDING = """
SELECT
  (SELECT accepted FROM follows WHERE person_id = %(me)s AND followed_id = %(other)s),
  coalesce((SELECT accepted FROM follows WHERE person_id = %(other)s AND followed_id = %(me)s), false),
  EXISTS (SELECT FROM blocks WHERE person_id = %(me)s AND blocked_id = %(other)s),
  EXISTS (SELECT FROM blocks WHERE person_id = %(other)s AND blocked_id = %(me)s)
"""
# The same columns for all that a person ever marked, for a statement that names them %(me)s: the feed reads them
# together with what it holds itself. Of likes and saves at most one more than the feed would hold.
KEPT_MAX = 1_000
WHOLE_MARKS = f"""
  ARRAY(SELECT item_id FROM likes WHERE person_id = %(me)s LIMIT {KEPT_MAX + 1}),
  ARRAY(SELECT item_id FROM saves WHERE person_id = %(me)s LIMIT {KEPT_MAX + 1}),
  ARRAY(SELECT followed_id FROM follows WHERE person_id = %(me)s AND accepted),
  ARRAY(SELECT followed_id FROM follows WHERE person_id = %(me)s AND NOT accepted),
  ARRAY(SELECT blocked_id FROM blocks WHERE person_id = %(me)s
        UNION SELECT person_id FROM blocks WHERE blocked_id = %(me)s)
"""


@dataclass(frozen=True, slots=True)
class RelationsSocial:
    """Answers from social's own rows, and of a person's age as it is told."""

    is_of_age: OfAge

    async def of_age(self, tx: Transaction, person: PersonId) -> bool:
        """Whether this person may see what is for adults only."""
        return await self.is_of_age(tx, person)

    async def marks(
        self, tx: Transaction, person: PersonId | None, items: Sequence[ItemId], creators: Sequence[PersonId]
    ) -> Marks:
        """How this viewer stands to these items and people; nothing for None. One statement."""
        if person is None or not (items or creators):
            return NOTHING
        named = {"me": person, "items": bigints(items), "people": bigints(creators)}
        row = await (await tx.execute(_MARKS_ALONE, named)).fetchone()
        assert row is not None
        return self.marks_of(row)

    def marks_sql(self, people: str) -> str:
        """The columns of which `marks_of` makes the marks (see the port)."""
        return _MARKS.format(people=people)

    def marks_of(self, row: Sequence[Any]) -> Marks:
        """The marks that these columns say."""
        return marks_of(row)


def marks_of(row: Sequence[Any]) -> Marks:
    """The marks that five columns say, of some things or of all."""
    follows: dict[PersonId, FollowState] = dict.fromkeys(row[2], "yes") | dict.fromkeys(row[3], "requested")
    return Marks(frozenset(row[0]), frozenset(row[1]), follows, frozenset(row[4]))


async def standing(tx: Transaction, me: PersonId, other: PersonId) -> Standing:
    """How `me` stands to `other`. One statement."""
    if me == other:
        return Standing()
    row = await (await tx.execute(_STANDING, {"me": me, "other": other})).fetchone()
    assert row is not None
    follows: FollowState = "no" if row[0] is None else "yes" if row[0] else "requested"
    return Standing(follows, followed_by=row[1], blocked=row[2], blocked_by=row[3])


class StandingsSocial:
    """The adapter of ports.standing."""

    async def between(self, tx: Transaction, viewer: PersonId, other: PersonId) -> Standing:
        """How this viewer stands to the other person."""
        return await standing(tx, viewer, other)

    async def unread(self, tx: Transaction, person: PersonId) -> int:
        """How many of a person's notices are unread."""
        return await unread(tx, person)
