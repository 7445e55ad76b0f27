"""Owns what moderation needs of the things it judges, of which it knows kind and id only. Wiring passes it in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec

from plainview.accounts.faces import PersonShape
from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.ports.door import By

SubjectKind = Literal["video", "comment", "person"]
Subject = tuple[SubjectKind, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A subject as a moderator sees it: the one that fits its kind, encoded already."""

    card: msgspec.Raw | None = None
    comment: msgspec.Raw | None = None
    person: PersonShape | None = None


class Show(Protocol):
    """Shows subjects to a moderator."""

    def __call__(
        self, tx: Transaction, moderator: PersonId, subjects: Mapping[Subject, By], *, deciding: bool
    ) -> Awaitable[Mapping[Subject, Shown]]:
        """Those of these that are there; each with the name and case in which what is sealed of it is opened."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """What the domains above do for moderation.

    `find` raises NotFoundError for what the person cannot see; `show` leaves out what is gone, and shows a
    moderator who is `deciding` what they could not see otherwise; `remove` takes a subject
    out of sight at once, `restrict` keeps a video from all who are not known to be adults, and `admit` ends that;
    `reported` is told of each new report, so that its author is not shown the subject again.
    """

    find: Callable[[Transaction, PersonId, Subject], Awaitable[None]]
    show: Show
    remove: Callable[[Transaction, Subject], Awaitable[None]]
    restrict: Callable[[Transaction, Subject], Awaitable[None]]
    admit: Callable[[Transaction, Subject], Awaitable[None]]
    reported: Callable[[Transaction, PersonId, Subject], Awaitable[None]]
