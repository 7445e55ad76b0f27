"""The port by which the catalog learns how a viewer stands to people and items, which social keeps above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

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


class Relations(Protocol):
    """Answers in one SQL statement, whatever the number of items."""

    async def marks(
        self, tx: Transaction, person: PersonId | None, items: Sequence[ItemId], creators: Sequence[PersonId]
    ) -> Marks:
        """How this viewer stands to these items and people; nothing for None."""

    async def of_age(self, tx: Transaction, person: PersonId) -> bool:
        """Whether this person may see what is for adults only."""
