"""The port by which accounts learns how two people stand to each other, which social keeps above it."""

from dataclasses import dataclass
from typing import Protocol

from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.ports.relations import FollowState


@dataclass(frozen=True, slots=True)
class Standing:
    """How a viewer stands to another person."""

    follows: FollowState = "no"
    followed_by: bool = False
    blocked: bool = False  # the viewer blocked the other
    blocked_by: bool = False  # the other blocked the viewer: then there is nobody to be seen


class Standings(Protocol):
    """Answers from the social graph."""

    async def between(self, tx: Transaction, viewer: PersonId, other: PersonId) -> Standing:
        """How this viewer stands to the other person."""

    async def unread(self, tx: Transaction, person: PersonId) -> int:
        """How many of a person's notices are unread."""


class NoStandings:
    """The answers of a server without a social graph: nobody follows anybody."""

    async def between(self, tx: Transaction, viewer: PersonId, other: PersonId) -> Standing:  # noqa: ARG002 - As the port says.
        """Strangers."""
        return Standing()

    async def unread(self, tx: Transaction, person: PersonId) -> int:  # noqa: ARG002 - As the port says.
        """Nothing unread."""
        return 0
