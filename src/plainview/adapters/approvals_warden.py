"""Approvals as the warden of each region keeps them."""

from collections.abc import Mapping, Sequence

import msgspec

from plainview.adapters.warden_wire import WardenCalls
from plainview.kernel.errors import NotAllowedError
from plainview.kernel.ids import PersonId, RegionNumber
from plainview.ports.approvals import ApproverKey, Decision, OpeningRequest, RequestKind, Wish
from plainview.ports.door import By
from plainview.warden import protocol

_asked = msgspec.msgpack.Decoder(protocol.Asked)
_requests = msgspec.msgpack.Decoder(list[protocol.Requested])
_approvers = msgspec.msgpack.Decoder(list[protocol.Approving])
_bytes = msgspec.msgpack.Decoder(bytes)


class ApprovalsWarden:
    """Asks each region's warden; the connections are the door's."""

    def __init__(self, wardens: Mapping[RegionNumber, WardenCalls]) -> None:
        self._wardens = wardens

    async def ask(self, region: RegionNumber, wish: Wish) -> int:
        """The number of a request (see the port)."""
        by = protocol.By(wish.by.principal, wish.by.case, wish.by.origin_region)
        question = protocol.Ask(wish.kind, [wish.person], list(wish.fields), wish.purpose, by, wish.hours)
        return int((await self._warden(region).ask("ask", question, _asked)).request)

    async def requests(self, region: RegionNumber) -> Sequence[OpeningRequest]:
        """The newest requests (see the port)."""
        return [_request(region, each) for each in await self._warden(region).ask("requests", None, _requests)]

    async def decide(self, region: RegionNumber, decision: Decision) -> None:
        """Book an approval or a refusal (see the port)."""
        question = protocol.Approve(decision.request, decision.approver, decision.assertion)
        await self._warden(region).ask("approve" if decision.approves else "refuse", question, _asked)

    async def offer(self, region: RegionNumber, key: ApproverKey) -> bytes:
        """Keep an offered passkey (see the port)."""
        question = protocol.Enrol(key.person, key.handle, key.credential_id, key.public_key)
        return bytes(await self._warden(region).ask("offer", question, _bytes))

    async def approvers(self, region: RegionNumber) -> Sequence[ApproverKey]:
        """Who may approve, or offered to (see the port)."""
        found = await self._warden(region).ask("approvers", None, _approvers)
        return [
            ApproverKey(PersonId(each.person), each.handle, each.credential_id, each.public_key, each.enrolled)
            for each in found
        ]

    def _warden(self, region: RegionNumber) -> WardenCalls:
        warden = self._wardens.get(region)
        if warden is None:
            raise NotAllowedError("This server does not serve that region.")
        return warden


def _request(region: RegionNumber, told: protocol.Requested) -> OpeningRequest:
    ask = told.ask
    by = By(ask.by.principal, ask.by.case, ask.by.origin_region)
    kind: RequestKind = "break_glass" if ask.kind == "break_glass" else "cross_region"
    return OpeningRequest(
        number=told.request,
        region=region,
        wish=Wish(kind, PersonId(ask.persons[0]), tuple(ask.fields), ask.purpose, by, ask.hours),
        asked_at_ms=told.asked_at_ms,
        approvers=tuple(PersonId(each) for each in told.approvers),
        until_ms=told.until_ms,
        refused_by=PersonId(told.refused_by) if told.refused_by else None,
        challenge=told.challenge,
        refusal_challenge=told.refusal_challenge,
    )
