"""The port of the key custodian: holds one region's key and uses it for the warden; the key need never leave it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from plainview.kernel.errors import UnavailableError


class CustodianUnavailableError(UnavailableError):
    """The key custodian does not answer, or refuses what it is asked."""

    code, title = "custodian_unavailable", "The keys to personal data are not reachable just now"


class KeyUnreadableError(UnavailableError):
    """A key is missing, damaged, or open to others."""

    code, title = "key_unreadable", "A key cannot be used"


@dataclass(frozen=True, slots=True)
class Bound:
    """Bytes, plain or wrapped, and what they are bound to: unwrapping fails unless the same is given again."""

    value: bytes
    to: bytes


class Custodian(Protocol):
    """One region's key, in versions that count from 1. Retired versions are destroyed, and what they wrapped with them.

    Raises (each call):
        CustodianUnavailableError: it does not answer.
        KeyUnreadableError: the version named was retired, or its key is damaged.
    """

    def version(self) -> int:
        """The newest version; the first is made at first use."""

    def wrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value wrapped under this version, in order."""

    def unwrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value, in order.

        Raises:
            DoorBrokenError: one was wrapped for something else, or under another key.
        """

    def rotate(self) -> int:
        """Make a newer version, and return it. The older ones still unwrap."""

    def retire(self, version: int) -> None:
        """Destroy a version and all older ones; never the newest. Idempotent."""

    def end(self) -> None:
        """Destroy all versions: the keys lie with another custodian now. Idempotent."""

    def fact(self) -> str:
        """What holds the key, and what that does not protect from: a sentence for the doctor."""
