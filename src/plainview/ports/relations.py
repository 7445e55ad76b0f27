"""The port by which the catalog learns how a viewer stands to people and items, which social keeps above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction

FollowState = Literal["no", "requested", "yes"]


@dataclass(frozen=True, slots=True)
class Marks:
    """What one viewer has done with some items and their creators."""

    liked: frozenset[ItemId]
    saved: frozenset[ItemId]
    follows: dict[PersonId, FollowState]
    blocked: frozenset[PersonId]  # either way round
    of_age: bool = False  # filled in only where an item is for adults only


NOTHING = Marks(frozenset(), frozenset(), {}, frozenset())
"""Of somebody without an account."""


class Relations(Protocol):
    """Answers in one SQL statement, whatever the number of items."""

    async def marks(
        self, tx: Transaction, person: PersonId | None, items: Sequence[ItemId], creators: Sequence[PersonId]
    ) -> Marks:
        """How this viewer stands to these items and people; nothing for None."""

    def marks_sql(self, people: str) -> str:
        """The columns of which `marks_of` makes the marks, for a statement that reads more than these.

        It names the viewer %(me)s and the items %(items)s; `people` is the SQL of an array.
        """

    def marks_of(self, row: Sequence[Any]) -> Marks:
        """The marks that these columns say."""

    async def of_age(self, tx: Transaction, person: PersonId) -> bool:
        """Whether this person may see what is for adults only."""
