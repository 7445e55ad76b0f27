"""Owns who is asking. A route names one of these types as its `viewer`, and so says who may call it.

The server resolves them; nothing else makes one. A route without a `viewer` fails the house test.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from plainview.kernel.ids import PersonId, RegionNumber, SessionId


class Role(StrEnum):
    """What an account may do beyond its own things."""

    PERSON = "person"
    CREATOR = "creator"
    MODERATOR = "moderator"
    OPERATOR = "operator"


JUDGES = frozenset({Role.MODERATOR, Role.OPERATOR})
"""Who decides about what was reported."""


@dataclass(frozen=True, slots=True)
class Public:
    """Anyone; who it is was not looked up. `region` is the server's default."""

    region: RegionNumber
    address: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who watches: a guest (no session) or a member."""

    person_id: PersonId
    region: RegionNumber
    address: str
    session_id: SessionId | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)

    @property
    def is_member(self) -> bool:
        """Whether this is a signed-in account."""
        return self.session_id is not None


@dataclass(frozen=True, slots=True)
class Member(Viewer):
    """A signed-in account."""


@dataclass(frozen=True, slots=True)
class Moderator(Member):
    """A signed-in account with the role moderator (or operator)."""


@dataclass(frozen=True, slots=True)
class Operator(Member):
    """A signed-in account with the role operator."""
