"""Owns who may approve in a region: people who offered a passkey, and those whom the warden's own machine let in.

A server can bring an offer; it grants nothing. Only the warden's own account or root turns one into an approver, by the
fingerprint that the person reads from their screen. So a server that was taken over approves nothing.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct
from webauthn import base64url_to_bytes, verify_authentication_response
from webauthn.helpers.exceptions import InvalidAuthenticationResponse, InvalidJSONStructure

from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import RegionNumber, region_of
from plainview.ports.approvals import NotApprovedError
from plainview.warden.protocol import Approve, Approving, Enrol
from plainview.warden.store import ONE, Store, Txn, rows

OFFERS_MAX: Final = 200
CREDENTIAL_BYTES_MAX: Final = 511
KEY_BYTES_MAX: Final = 2_048


class Site(Struct, frozen=True):
    """Where passkeys are used: the relying party's id and the origin of its pages."""

    rp_id: str
    origin: str


class Approver(Struct, array_like=True):
    """Somebody who may approve, and with which passkey."""

    person: int
    handle: str
    public_key: bytes
    signatures: int = 0


class Approvers:
    """The approvers of one region, and those who offered to be."""

    def __init__(self, store: Store, region: RegionNumber, site: Site) -> None:
        self._store = store
        self._approvers = store.database("approvers")
        self._offers = store.database("offers")
        self._region = region
        self._site = site

    def offer(self, txn: Txn, offered: Enrol) -> bytes:
        """Keep somebody's passkey until it is let in; its fingerprint. A later offer of theirs takes its place.

        Raises:
            NotApprovedError: they are at home in another region.
            InvalidInputError: it is no passkey, or too many wait.
        """
        self._check(offered)
        if txn.stat(self._offers)["entries"] >= OFFERS_MAX:
            raise InvalidInputError("Too many passkeys wait to be let in.")
        txn.put(ONE.pack(offered.approver), msgspec.msgpack.encode(offered), db=self._offers)
        return sha256(offered.public_key).digest()

    def enrol(self, txn: Txn, enrol: Enrol) -> bytes:
        """Let somebody of this region approve with a passkey; its fingerprint, which the log's key entry names.

        Raises:
            NotApprovedError: they are at home in another region.
        """
        self._check(enrol)
        approver = Approver(enrol.approver, enrol.handle, enrol.public_key)
        txn.put(enrol.credential_id, msgspec.msgpack.encode(approver), db=self._approvers)
        txn.delete(ONE.pack(enrol.approver), db=self._offers)
        return sha256(enrol.public_key).digest()

    def dismiss(self, txn: Txn, person: int) -> list[bytes]:
        """Let a person approve no more, and forget what they offered; the fingerprints of their passkeys."""
        theirs = [(key, each) for key, each in self._enrolled(txn) if each.person == person]
        for credential_id, _ in theirs:
            txn.delete(credential_id, db=self._approvers)
        txn.delete(ONE.pack(person), db=self._offers)
        return [sha256(each.public_key).digest() for _, each in theirs]

    def told(self) -> list[Approving]:
        """Everybody who may approve or offered to, with the passkey of each."""
        with self._store.env.begin() as txn:
            enrolled = [
                Approving(each.person, each.handle, key, each.public_key, enrolled=True)
                for key, each in self._enrolled(txn)
            ]
            offered = [msgspec.msgpack.decode(row, type=Enrol) for _, row in rows(txn, self._offers)]
        waiting = [
            Approving(each.approver, each.handle, each.credential_id, each.public_key, enrolled=False)
            for each in offered
        ]
        return enrolled + waiting

    def signed(self, txn: Txn, answer: Approve, challenge: bytes) -> Approver:
        """The approver whose passkey signed this challenge; their count of signatures is kept.

        Raises:
            NotApprovedError: the passkey or the person is not right.
        """
        credential_id = _credential_of(answer.assertion)
        row = txn.get(credential_id, db=self._approvers) if credential_id else None
        approver = None if row is None else msgspec.msgpack.decode(row, type=Approver)
        if approver is None or approver.person != answer.approver:
            raise NotApprovedError("Nobody is enrolled here with this passkey.")
        approver.signatures = self._verify(answer, challenge, approver)
        txn.put(credential_id, msgspec.msgpack.encode(approver), db=self._approvers)
        return approver

    def _verify(self, answer: Approve, challenge: bytes, approver: Approver) -> int:
        """The passkey's count of signatures, when the assertion is right."""
        try:
            verified = verify_authentication_response(
                credential=answer.assertion.decode(),
                expected_challenge=challenge,
                expected_rp_id=self._site.rp_id,
                expected_origin=self._site.origin,
                credential_public_key=approver.public_key,
                credential_current_sign_count=approver.signatures,
                require_user_verification=True,
            )
        except (InvalidAuthenticationResponse, InvalidJSONStructure, ValueError) as error:
            raise NotApprovedError(f"The passkey's signature does not hold: {error}") from error
        return verified.new_sign_count

    def _check(self, enrol: Enrol) -> None:
        if region_of(enrol.approver) != self._region:
            raise NotApprovedError("Only people of this region may approve for it.")
        if not 0 < len(enrol.credential_id) <= CREDENTIAL_BYTES_MAX or len(enrol.public_key) > KEY_BYTES_MAX:
            raise InvalidInputError("This is no passkey.")

    def _enrolled(self, txn: Txn) -> Iterator[tuple[bytes, Approver]]:
        for key, row in list(rows(txn, self._approvers)):
            yield key, msgspec.msgpack.decode(row, type=Approver)


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
        return base64url_to_bytes(self.id)[:CREDENTIAL_BYTES_MAX]
