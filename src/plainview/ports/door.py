"""The port of the door to personal plaintext. Today it opens in process; later the warden stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed value: whose it is, the `table.column` it stands in, and its bytes."""

    person: PersonId
    field: str
    value: bytes


class Door(Protocol):
    """Seals and opens personal values, per person, bound to field, region and key version."""

    async def seal(self, tx: Transaction, person: PersonId, field: str, plain: bytes) -> bytes:
        """The sealed bytes of one value; makes the person's key at first use."""

    async def open(self, tx: Transaction, sealed: Sequence[Sealed], purpose: str) -> list[bytes | None]:
        """The plain bytes of each, in order; None where the person's key is gone.

        Raises:
            NotAllowedError: the purpose is not among those that the column declares.
            DoorBrokenError: the bytes do not fit the person, field or region.
        """

    async def destroy(self, tx: Transaction, person: PersonId) -> None:
        """Destroy a person's key: what it sealed can no longer be opened by anyone."""
