"""Owns approvals: what is refused by default, granted for a while when two people of the region sign with passkeys.

A request names persons, fields, purpose, who asks and in which case; its hash is the challenge that is signed, so that
an approval fits this request and no other. Approvers are enrolled on the warden's own machine (see `protocol`): a
server that was taken over can ask, and approve nothing.
"""

import secrets
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct
from webauthn import base64url_to_bytes, verify_authentication_response
from webauthn.helpers.exceptions import InvalidAuthenticationResponse, InvalidJSONStructure

from plainview.kernel.errors import InvalidInputError, NotAllowedError, NotFoundError
from plainview.kernel.ids import RegionNumber, region_of
from plainview.warden.access_log import AccessLog
from plainview.warden.entries import Deed
from plainview.warden.policy import APPROVALS_NEEDED, STAFF
from plainview.warden.protocol import Approve, Ask, Asked, By, Enrol
from plainview.warden.store import ONE, Txn

HOURS_MAX: Final = {"cross_region": 24.0, "break_glass": 1.0}
SIGN_HOURS_MAX: Final = 24.0
PERSONS_MAX: Final = 1_000
_MS_PER_HOUR: Final = 3_600_000
_LABEL: Final = b"plainview approval/1"


class NotApprovedError(NotAllowedError):
    """An approval does not fit: the passkey, the person or the moment is not right."""

    code, title = "not_approved", "This approval cannot be accepted"


class Granted(Struct, frozen=True):
    """How many people approved what is asked, and whether it is a breaking of the glass."""

    approvals: int = 0
    glass_broken: bool = False


class Site(Struct, frozen=True):
    """Where passkeys are used: the relying party's id and the origin of its pages."""

    rp_id: str
    origin: str


class Request(Struct, array_like=True):
    """A request as it is kept."""

    ask: Ask
    asked_at_ms: int
    nonce: bytes
    approvers: list[int] = msgspec.field(default_factory=list)
    until_ms: int = 0


class Approver(Struct, array_like=True):
    """Somebody who may approve, and with which passkey."""

    person: int
    handle: str
    public_key: bytes
    signatures: int = 0


NOTHING: Final = Granted()


class Approvals:
    """The requests and the approvers of one region."""

    def __init__(self, log: AccessLog, site: Site) -> None:
        self._requests = log.store.database("requests")
        self._approvers = log.store.database("approvers")
        self._log = log
        self._region = RegionNumber(log.region)
        self._site = site

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
        return self._told(number, request)

    def approve(self, txn: Txn, approve: Approve, now_ms: int) -> Asked:
        """Book one person's approval; the second one opens the time for which the request holds.

        Raises:
            NotApprovedError: the passkey, the person or the moment is not right.
        """
        request = self._read(txn, approve.request)
        credential_id, approver = self._approver(txn, approve)
        self._check_approver(request, approver, now_ms)
        approver.signatures = self._verify(approve, request, approver)
        txn.put(credential_id, msgspec.msgpack.encode(approver), db=self._approvers)
        self._log.act(
            txn, Deed.APPROVAL, msgspec.msgpack.encode((approve.request, approver.person, secrets.token_bytes(16)))
        )
        request.approvers.append(approver.person)
        if len(request.approvers) == APPROVALS_NEEDED:
            request.until_ms = now_ms + int(request.ask.hours * _MS_PER_HOUR)
            if request.ask.kind == "break_glass":
                self._log.act(txn, Deed.BREAK_GLASS, msgspec.msgpack.encode(request))
        self._write(txn, approve.request, request)
        return self._told(approve.request, request)

    def enrol(self, txn: Txn, enrol: Enrol) -> bytes:
        """Let somebody of this region approve with a passkey; the hash that the log's key entry names.

        Raises:
            NotApprovedError: they are at home in another region.
        """
        if region_of(enrol.approver) != self._region:
            raise NotApprovedError("Only people of this region may approve for it.")
        approver = Approver(enrol.approver, enrol.handle, enrol.public_key)
        txn.put(enrol.credential_id, msgspec.msgpack.encode(approver), db=self._approvers)
        return sha256(enrol.public_key).digest()

    def _check_approver(self, request: Request, approver: Approver, now_ms: int) -> None:
        if request.until_ms or now_ms > request.asked_at_ms + SIGN_HOURS_MAX * _MS_PER_HOUR:
            raise NotApprovedError("This request is decided, or too old: ask again.")
        if approver.person in request.approvers:
            raise NotApprovedError("Two different people must approve.")
        if request.ask.by.principal == f"{STAFF}:{approver.handle}":
            raise NotApprovedError("Who asks may not approve.")

    def _verify(self, approve: Approve, request: Request, approver: Approver) -> int:
        """The passkey's count of signatures, when the assertion is right."""
        try:
            verified = verify_authentication_response(
                credential=approve.assertion.decode(),
                expected_challenge=challenge_of(approve.request, self._region, request),
                expected_rp_id=self._site.rp_id,
                expected_origin=self._site.origin,
                credential_public_key=approver.public_key,
                credential_current_sign_count=approver.signatures,
                require_user_verification=True,
            )
        except (InvalidAuthenticationResponse, InvalidJSONStructure, ValueError) as error:
            raise NotApprovedError(f"The passkey's signature does not hold: {error}") from error
        return verified.new_sign_count

    def _approver(self, txn: Txn, approve: Approve) -> tuple[bytes, Approver]:
        """Who approves, by their credential's id."""
        credential_id = _credential_of(approve.assertion)
        row = txn.get(credential_id, db=self._approvers) if credential_id else None
        approver = None if row is None else msgspec.msgpack.decode(row, type=Approver)
        if approver is None or approver.person != approve.approver:
            raise NotApprovedError("Nobody is enrolled here with this passkey.")
        return credential_id, approver

    def _read(self, txn: Txn, number: int) -> Request:
        row = txn.get(ONE.pack(number), db=self._requests) if 0 < number < 1 << 64 else None
        if row is None:
            raise NotFoundError(f"There is no request {number}.")
        return msgspec.msgpack.decode(row, type=Request)

    def _write(self, txn: Txn, number: int, request: Request) -> None:
        txn.put(ONE.pack(number), msgspec.msgpack.encode(request), db=self._requests)

    def _told(self, number: int, request: Request) -> Asked:
        return Asked(number, challenge_of(number, self._region, request), request.approvers, request.until_ms)


def challenge_of(number: int, region: int, request: Request) -> bytes:
    """What the approvers' passkeys sign: the hash of the whole request."""
    return sha256(
        _LABEL + msgspec.msgpack.encode((number, region, request.ask, request.asked_at_ms, request.nonce))
    ).digest()


def _check(ask: Ask) -> None:
    longest = HOURS_MAX.get(ask.kind)
    if longest is None:
        raise InvalidInputError(f"kind is one of {', '.join(HOURS_MAX)}.")
    if not 0 < ask.hours <= longest:
        raise InvalidInputError(f"A request of this kind holds for at most {longest:g} hours.")
    if not ask.by.case or not ask.persons or not ask.fields or len(ask.persons) > PERSONS_MAX:
        raise InvalidInputError(f"A request names a case, fields, and 1 to {PERSONS_MAX} persons.")


def _credential_of(assertion: bytes) -> bytes:
    """The credential's id in an assertion; empty when there is none to be found."""
    try:
        return msgspec.json.decode(assertion, type=_Assertion).raw()
    except (msgspec.DecodeError, ValueError):
        return b""


class _Assertion(Struct):
    id: str

    def raw(self) -> bytes:
        """The id's bytes: LMDB's keys have 1 to 511."""
        return base64url_to_bytes(self.id)[:511]
