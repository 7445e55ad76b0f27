"""Owns approvals: what is refused by default, granted for a while when two people of the region sign with passkeys.

A request names persons, fields, purpose, who asks and in which case; its hash is the challenge that is signed, so that
an approval fits this request and no other. Who may sign, `approvers` knows.
"""

import secrets
from collections.abc import Collection, Mapping
from hashlib import sha256
from itertools import islice
from typing import Final

import msgspec
from msgspec import Struct

from plainview.kernel.errors import InvalidInputError, NotFoundError
from plainview.kernel.ids import RegionNumber, region_of
from plainview.ports.approvals import NotApprovedError
from plainview.warden.access_log import AccessLog
from plainview.warden.approvers import Approver, Approvers, Site
from plainview.warden.entries import Deed
from plainview.warden.policy import APPROVALS_NEEDED, STAFF
from plainview.warden.protocol import Approve, Ask, Asked, By, Requested
from plainview.warden.store import ONE, Txn

__all__ = ["Approvals", "Granted", "NotApprovedError", "Site"]

HOURS_MAX: Final = {"cross_region": 24.0, "break_glass": 1.0}
SIGN_HOURS_MAX: Final = 24.0
PERSONS_MAX: Final = 1_000
TOLD_MAX: Final = 200
_MS_PER_HOUR: Final = 3_600_000
_APPROVAL, _REFUSAL = b"plainview approval/1", b"plainview refusal/1"


class Granted(Struct, frozen=True):
    """How many people approved what is asked, and whether it is a breaking of the glass."""

    approvals: int = 0
    glass_broken: bool = False


class Request(Struct, array_like=True):
    """A request as it is kept."""

    ask: Ask
    asked_at_ms: int
    nonce: bytes
    approvers: list[int] = msgspec.field(default_factory=list)
    until_ms: int = 0
    refused_by: int = 0


NOTHING: Final = Granted()


class Approvals:
    """The requests of one region."""

    def __init__(self, log: AccessLog, site: Site) -> None:
        self._requests = log.store.database("requests")
        self._log = log
        self._region = RegionNumber(log.region)
        self.approvers = Approvers(log.store, self._region, site)

    def granted(self, txn: Txn, by: By, purpose: str, fields: Mapping[int, Collection[str]], now_ms: int) -> Granted:
        """What the request that `by` names grants for this; nothing where it names none, or where it does not fit."""
        if by.approval is None:
            return NOTHING
        request = self._read(txn, by.approval)
        ask = request.ask
        fits = (
            now_ms < request.until_ms
            and (ask.by.principal, ask.by.case, ask.by.origin_region) == (by.principal, by.case, by.origin_region)
            and ask.purpose == purpose
            and set(fields) <= set(ask.persons)
            and all(set(wanted) <= set(ask.fields) for wanted in fields.values())
        )
        if not fits:
            return NOTHING
        return Granted(len(request.approvers), ask.kind == "break_glass")

    def ask(self, txn: Txn, ask: Ask, now_ms: int) -> Asked:
        """Keep a request; it grants nothing yet.

        Raises:
            InvalidInputError: it is not complete, too long, or about people of another region.
        """
        _check(ask)
        if any(region_of(person) != self._region for person in ask.persons):
            raise InvalidInputError("Ask the region where these people's data lies.")
        with txn.cursor(self._requests) as cursor:
            number = ONE.unpack(cursor.key())[0] + 1 if cursor.last() else 1
        request = Request(ask, now_ms, secrets.token_bytes(16))
        self._write(txn, number, request)
        return self._asked(number, request)

    def approve(self, txn: Txn, approve: Approve, now_ms: int) -> Asked:
        """Book one person's approval; the second one opens the time for which the request holds.

        Raises:
            NotApprovedError: the passkey, the person or the moment is not right.
        """
        request = self._read(txn, approve.request)
        approver = self.approvers.signed(txn, approve, self._challenge(_APPROVAL, approve.request, request))
        _check_open(request, approver, now_ms)
        self._log.act(
            txn, Deed.APPROVAL, msgspec.msgpack.encode((approve.request, approver.person, secrets.token_bytes(16)))
        )
        request.approvers.append(approver.person)
        if len(request.approvers) == APPROVALS_NEEDED:
            request.until_ms = now_ms + int(request.ask.hours * _MS_PER_HOUR)
            if request.ask.kind == "break_glass":
                self._log.act(txn, Deed.BREAK_GLASS, msgspec.msgpack.encode(request))
        self._write(txn, approve.request, request)
        return self._asked(approve.request, request)

    def refuse(self, txn: Txn, refuse: Approve, now_ms: int) -> Asked:
        """Note that an approver refused: nobody can approve this request any more. It grants nothing, so it is no act.

        Raises:
            NotApprovedError: the passkey, the person or the moment is not right.
        """
        request = self._read(txn, refuse.request)
        approver = self.approvers.signed(txn, refuse, self._challenge(_REFUSAL, refuse.request, request))
        _check_open(request, approver, now_ms)
        request.refused_by = approver.person
        self._write(txn, refuse.request, request)
        return self._asked(refuse.request, request)

    def told(self) -> list[Requested]:
        """The newest requests, newest first."""
        with self._log.store.env.begin() as txn, txn.cursor(self._requests) as cursor:
            found = list(islice(cursor.iterprev(), TOLD_MAX)) if cursor.last() else []
        read = [(ONE.unpack(key)[0], msgspec.msgpack.decode(row, type=Request)) for key, row in found]
        return [
            Requested(
                number,
                request.ask,
                request.asked_at_ms,
                request.approvers,
                request.until_ms,
                request.refused_by,
                self._challenge(_APPROVAL, number, request),
                self._challenge(_REFUSAL, number, request),
            )
            for number, request in read
        ]

    def _challenge(self, label: bytes, number: int, request: Request) -> bytes:
        """What a passkey signs: the hash of the whole request, and of what is said to it."""
        whole = (number, self._region, request.ask, request.asked_at_ms, request.nonce)
        return sha256(label + msgspec.msgpack.encode(whole)).digest()

    def _read(self, txn: Txn, number: int) -> Request:
        row = txn.get(ONE.pack(number), db=self._requests) if 0 < number < 1 << 64 else None
        if row is None:
            raise NotFoundError(f"There is no request {number}.")
        return msgspec.msgpack.decode(row, type=Request)

    def _write(self, txn: Txn, number: int, request: Request) -> None:
        txn.put(ONE.pack(number), msgspec.msgpack.encode(request), db=self._requests)

    def _asked(self, number: int, request: Request) -> Asked:
        return Asked(number, self._challenge(_APPROVAL, number, request), request.approvers, request.until_ms)


def _check(ask: Ask) -> None:
    longest = HOURS_MAX.get(ask.kind)
    if longest is None:
        raise InvalidInputError(f"kind is one of {', '.join(HOURS_MAX)}.")
    if not 0 < ask.hours <= longest:
        raise InvalidInputError(f"A request of this kind holds for at most {longest:g} hours.")
    if not ask.by.case or not ask.persons or not ask.fields or len(ask.persons) > PERSONS_MAX:
        raise InvalidInputError(f"A request names a case, fields, and 1 to {PERSONS_MAX} persons.")


def _check_open(request: Request, approver: Approver, now_ms: int) -> None:
    if request.until_ms or request.refused_by or now_ms > request.asked_at_ms + SIGN_HOURS_MAX * _MS_PER_HOUR:
        raise NotApprovedError("This request is decided, or too old: ask again.")
    if approver.person in request.approvers:
        raise NotApprovedError("Two different people must approve.")
    if request.ask.by.principal == f"{STAFF}:{approver.handle}":
        raise NotApprovedError("Who asks may not approve.")
