"""The port of the one door to personal plaintext. Behind it stands the warden: it logs, then unwraps, then releases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import PersonId


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
    """Who asks: `feed`, `server`, `worker` or `staff:<handle>`; and in which case, where there is one."""

    principal: str
    case: str | None = None


FEED, SERVER, WORKER = By("feed"), By("server"), By("worker")


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

    async def destroy(self, person: PersonId) -> None:
        """Destroy a person's keys, after an entry that says so: nobody opens what they sealed. Idempotent."""

    async def proof(self, person: PersonId, by: By) -> bytes:
        """The person's proof file: all reads of their data, with what it takes to check it (JSON)."""
