"""The port of the one door to personal plaintext. Behind it stands the warden: it logs, then unwraps, then releases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import PersonId, RegionNumber


class DoorBrokenError(PlainviewError):
    """Sealed bytes do not fit the key, person, field or region that they are said to be of."""

    code, status, title = "door_broken", 500, "Something sealed cannot be opened"


@dataclass(frozen=True, slots=True)
class Plain:
    """One value to be sealed: whose it is, the `table.column` it will stand in, and its bytes."""

    person: PersonId
    field: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed value: whose it is, the `table.column` it stands in, and its bytes."""

    person: PersonId
    field: str
    value: bytes


@dataclass(frozen=True, slots=True)
class By:
    """Who asks: `feed`, `server`, `worker` or `staff:<handle>`; and in which case, where there is one.

    `origin_region` is the number of the region that is read from, when that is not the person's own; `approval` that of
    a request which two people signed for (see `ports.approvals`).
    """

    principal: str
    case: str | None = None
    origin_region: int | None = None
    approval: int | None = None


FEED, SERVER, WORKER = By("feed"), By("server"), By("worker")


class Deed(IntEnum):
    """Acts by authority that are booked before they take effect: their numbers in the log's specification."""

    TAKEDOWN = 2
    GOVERNMENT_REQUEST = 3
    GAGGED_REQUEST = 4


class Door(Protocol):
    """Seals and opens personal values, per person, bound to field, region and key version.

    Its keys lie in no database of ours, so nothing here is undone when a transaction is.

    Raises (each call):
        UnavailableError: the warden of a person's region does not answer.
    """

    async def seal(self, plains: Sequence[Plain]) -> list[bytes]:
        """The sealed bytes of each, in order; makes a person's key at first use. Not a read, so not logged."""

    async def open(self, sealed: Sequence[Sealed], purpose: str, by: By) -> list[bytes | None]:
        """The plain bytes of each, in order; None where the person's key is gone.

        One entry per person and call stands in the access log, durable, before any of it is released.

        Raises:
            NotAllowedError: the policies do not let this principal open this for that purpose.
            DoorBrokenError: the bytes do not fit the person, field or region.
        """

    async def use(self, persons: Collection[PersonId], fields: Collection[str], purpose: str, by: By) -> None:
        """Log the use of what this process holds open already: one entry per person; returns once it is durable.

        Raises:
            NotAllowedError: as for `open`.
        """

    async def begin_erasure(self, person: PersonId) -> None:
        """Book that a person's erasure begins: delete their rows only when this has returned. Idempotent."""

    async def destroy(self, person: PersonId) -> None:
        """Destroy a person's keys, with an entry that says so: nobody opens what they sealed. Idempotent."""

    async def act(self, region: RegionNumber, deed: Deed, body: bytes) -> int:
        """Book an act by authority: its number among those of its kind, once the entry is durable.

        The body stays with the warden; the log has its hash. Act only when this has returned.
        """

    async def proof(self, person: PersonId, by: By) -> bytes:
        """The person's proof file: all reads of their data, with what it takes to check it (JSON)."""
