"""The port of approvals: what is refused by default is asked for here, and two people of the region sign for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from plainview.kernel.errors import NotAllowedError
from plainview.kernel.ids import PersonId, RegionNumber
from plainview.ports.door import By

RequestKind = Literal["cross_region", "break_glass"]


class NotApprovedError(NotAllowedError):
    """An approval does not fit: the passkey, the person or the moment is not right."""

    code, title = "not_approved", "This approval cannot be accepted"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: whose data, which columns, why, as whom and in which case, for how long."""

    kind: RequestKind
    person: PersonId
    fields: tuple[str, ...]
    purpose: str
    by: By
    hours: float


@dataclass(frozen=True, slots=True)
class OpeningRequest:
    """A request as it stands. `until_ms` is 0 until two people approved, `refused_by` while nobody refused.

    `challenge` is what a passkey signs to approve, `refusal_challenge` to refuse.
    """

    number: int
    region: RegionNumber
    wish: Wish
    asked_at_ms: int
    approvers: tuple[PersonId, ...] = ()
    until_ms: int = 0
    refused_by: PersonId | None = None
    challenge: bytes = field(default=b"", repr=False)
    refusal_challenge: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class ApproverKey:
    """Somebody's passkey for approvals; `enrolled` once the warden's own machine let it in."""

    person: PersonId
    handle: str
    credential_id: bytes
    public_key: bytes
    enrolled: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides about a request: a passkey's assertion, as WebAuthn's JSON has it."""

    request: int
    approver: PersonId
    assertion: bytes
    approves: bool


class Approvals(Protocol):
    """Requests and approvers of each region, which its warden keeps.

    Raises (each call):
        UnavailableError: the region's warden does not answer.
        NotApprovedError: it refuses; the message says why.
    """

    async def ask(self, region: RegionNumber, wish: Wish) -> int:
        """Keep a request, which grants nothing yet; its number.

        Raises:
            InvalidInputError: it is not complete, or asks for too long.
        """

    async def requests(self, region: RegionNumber) -> Sequence[OpeningRequest]:
        """The newest requests of a region, newest first."""

    async def decide(self, region: RegionNumber, decision: Decision) -> None:
        """Book one person's approval or refusal. The second approval begins the time for which the request holds."""

    async def offer(self, region: RegionNumber, key: ApproverKey) -> bytes:
        """Keep a passkey that somebody would approve with; its fingerprint. It approves nothing until it is let in."""

    async def approvers(self, region: RegionNumber) -> Sequence[ApproverKey]:
        """Everybody of a region who may approve, or offered to."""
