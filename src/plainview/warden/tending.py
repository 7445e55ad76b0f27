"""Owns what the warden does besides opening: acts, notes, approvals, rotation, checkpoints; and telling how it is."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, Final

from plainview.kernel.errors import InvalidInputError
from plainview.warden.access_log import AccessLog
from plainview.warden.approvals import Approvals
from plainview.warden.custody import own_number
from plainview.warden.entries import Deed, KeyChange, Kind
from plainview.warden.keys import Keys
from plainview.warden.opening import Opening, Release, blinded
from plainview.warden.policy import Policy
from plainview.warden.proofs import proof_file
from plainview.warden.protocol import (
    Act,
    Approve,
    Approving,
    Ask,
    Client,
    Deeds,
    Destroy,
    Dismiss,
    Enrol,
    Held,
    Policies,
    Proof,
    Requested,
    Status,
    Told,
    Welcome,
)
from plainview.warden.publishing import Publisher
from plainview.warden.store import ONE, TWO, Txn, rows

REWRAPPED_AT_ONCE: Final = 200
# A destroyed key's bytes may stay in free pages of the store until they are used again. They are worth nothing once the
# region key that wrapped them is destroyed too, so after a destruction the region key is renewed within this time.
RENEW_MS_MAX: Final = 20 * 3_600_000
DEEDS_TOLD: Final = (Deed.TAKEDOWN, Deed.GOVERNMENT_REQUEST, Deed.GAGGED_REQUEST)
REQUESTS_SHOWN_MAX: Final = 100
_POLICY, _CLIENT, _KEY = b"policy", b"client", b"region key"
# What the next log must say again when this one is retired.
NOTED_ANEW: Final = (_POLICY, _CLIENT, _KEY)
_REWRAPPED, DESTROYED = b"rewrapped up to", b"first destroyed at"


@dataclass(frozen=True, slots=True)
class House:
    """What a warden is made of, as far as tending needs it."""

    log: AccessLog
    keys: Keys
    policy: Policy
    approvals: Approvals
    opening: Opening
    publisher: Publisher
    custodian: str
    clock_ms: Callable[[], int]


class Tending:
    """Tends one region's warden. One thread uses it, but for what it returns to be done later."""

    def __init__(self, house: House, confinement: Sequence[Held]) -> None:
        self._house = house
        self._confinement = list(confinement)
        self._notes = house.log.store.database("house")
        self._started_at_ms = house.clock_ms()
        self._rewrapped: int | None = None
        self._note_what_holds()
        under_way = self._seen().get(_REWRAPPED)
        if under_way is not None:
            self._rewrapped = house.keys.count_up_to(int.from_bytes(under_way, "big", signed=True))

    def welcome(self) -> Welcome:
        """Whom the caller has reached."""
        house = self._house
        return Welcome(house.log.region, house.publisher.terms.origin, house.policy.hash.hex())

    def policies(self) -> Policies:
        """The policies in force."""
        return Policies(self._house.policy.hash.hex(), self._house.policy.texts)

    def status(self) -> Status:
        """How the warden is."""
        house = self._house
        return Status(
            region=house.log.region,
            origin=house.publisher.terms.origin,
            log_key=house.publisher.terms.signer.verifier.vkey,
            policy_hash=house.policy.hash.hex(),
            custodian=house.custodian,
            key_version=own_number(house.keys.version),
            account=os.geteuid(),
            persons=house.keys.count(),
            entries=house.log.size,
            reads=house.log.reads,
            checkpoint_at_ms=house.publisher.published_at_ms,
            witnesses=len(house.publisher.witnesses.keys),
            quorum=house.publisher.terms.quorum,
            started_at_ms=self._started_at_ms,
            confinement=self._confinement,
            rewrapped=self._rewrapped,
        )

    def requests(self) -> list[Requested]:
        """The newest requests for what is refused by default."""
        return self._house.approvals.told()

    def approvers(self) -> list[Approving]:
        """Who may approve, and who offered to."""
        return self._house.approvals.approvers.told()

    def deeds(self) -> Deeds:
        """The acts of each kind, counted; and what was told of government requests that are not gagged."""
        log = self._house.log
        with log.store.env.begin() as txn:
            found = rows(txn, log.store.acts, ONE.pack(Deed.GOVERNMENT_REQUEST))
            told = [Told(TWO.unpack(key)[1], row) for key, row in found]
        return Deeds(log.acts, told[-REQUESTS_SHOWN_MAX:])

    def act(self, txn: Txn, question: Act) -> Release:
        """Book an act by authority, before it takes effect. Deletions and approvals the warden books itself."""
        if question.act not in DEEDS_TOLD:
            raise InvalidInputError(f"act is one of {', '.join(str(int(each)) for each in DEEDS_TOLD)}.")
        number = self._house.log.act(txn, question.act, blinded(question.body))
        return lambda: number

    def client(self, txn: Txn, question: Client) -> Release:
        """Book the web client that is served from here on, when it is another one than before."""
        if len(question.manifest_hash) != 32:
            raise InvalidInputError("A manifest's hash has 32 bytes.")
        if txn.get(_CLIENT, db=self._notes) != question.manifest_hash:
            self._house.log.note(txn, Kind.CLIENT, question.manifest_hash)
            txn.put(_CLIENT, question.manifest_hash, db=self._notes)
        return lambda: None

    def ask(self, txn: Txn, question: Ask) -> Release:
        """Keep a request for what is refused by default."""
        asked = self._house.approvals.ask(txn, question, self._house.clock_ms())
        return lambda: asked

    def approve(self, txn: Txn, question: Approve) -> Release:
        """Book one person's approval."""
        asked = self._house.approvals.approve(txn, question, self._house.clock_ms())
        return lambda: asked

    def refuse(self, txn: Txn, question: Approve) -> Release:
        """Note one person's refusal."""
        asked = self._house.approvals.refuse(txn, question, self._house.clock_ms())
        return lambda: asked

    def offer(self, txn: Txn, question: Enrol) -> Release:
        """Keep a passkey that somebody would approve with."""
        digest = self._house.approvals.approvers.offer(txn, question)
        return lambda: digest

    def enrol(self, txn: Txn, question: Enrol) -> Release:
        """Let somebody approve; the log names their passkey's hash."""
        digest = self._house.approvals.approvers.enrol(txn, question)
        self._house.log.note(txn, Kind.KEY, bytes([KeyChange.MADE]) + digest)
        return lambda: None

    def dismiss(self, txn: Txn, question: Dismiss) -> Release:
        """Let somebody approve no more; the log names their passkeys' hashes."""
        digests = self._house.approvals.approvers.dismiss(txn, question.approver)
        for digest in digests:
            self._house.log.note(txn, Kind.KEY, bytes([KeyChange.RETIRED]) + digest)
        return lambda: len(digests)

    def destroy(self, txn: Txn, question: Destroy) -> Release:
        """Destroy a person's keys, and note that the region key must be renewed for their traces' sake."""
        release = self._house.opening.destroy(txn, question)
        if txn.get(DESTROYED, db=self._notes) is None:
            txn.put(DESTROYED, self._house.clock_ms().to_bytes(8, "big"), db=self._notes)
        return release

    def proof(self, txn: Txn, question: Proof) -> Release:
        """Book the person's own view; the proof file is made later, elsewhere."""
        keys = self._house.opening.own_view(txn, question)
        house, secrets = self._house, (keys.tag_key, keys.private_key)
        return lambda: partial(proof_file, house.log, house.publisher, question.person, secrets)

    def publish(self, _: Txn, __: Any) -> Release:
        """A checkpoint now: made elsewhere, for witnesses are asked."""
        return lambda: self.publish_now

    def publish_now(self) -> str:
        """Make and publish a checkpoint. Its text."""
        return self._house.publisher.publish(self._house.clock_ms())

    def rotate(self, txn: Txn, _: Any) -> Release:
        """Make a new region key. Persons' keys are wrapped under it step by step, while the warden answers."""
        version = self._renew(txn)
        return lambda: version

    def step(self) -> bool:
        """Do the next piece of what is under way; whether there is more to do now."""
        notes = self._seen()
        if _REWRAPPED in notes:
            return self._rewrap(int.from_bytes(notes[_REWRAPPED], "big", signed=True))
        first = int.from_bytes(notes.get(DESTROYED, b""), "big")
        if not first or self._house.clock_ms() - first < RENEW_MS_MAX:
            return False
        with self._house.log.writing() as txn:
            self._renew(txn)
        self._house.keys.committed()
        return True

    def _renew(self, txn: Txn) -> int:
        """Begin to rotate. A crash before the commit leaves a version that nothing is wrapped under, and no harm."""
        version = self._house.keys.rotate()
        self._note_key(txn, KeyChange.ROTATED, version)
        txn.put(_REWRAPPED, (-1).to_bytes(8, "big", signed=True), db=self._notes)
        txn.delete(DESTROYED, db=self._notes)
        self._rewrapped = 0
        return version

    def _rewrap(self, after: int) -> bool:
        keys = self._house.keys
        with self._house.log.writing() as txn:
            last = keys.rewrap(txn, after, REWRAPPED_AT_ONCE)
            if last is not None:
                txn.put(_REWRAPPED, last.to_bytes(8, "big", signed=True), db=self._notes)
        keys.committed()
        if last is not None:
            self._rewrapped = min((self._rewrapped or 0) + REWRAPPED_AT_ONCE, keys.count())
        else:
            # The old versions go before the log says so: a log that is ahead of the truth would claim too much.
            keys.retire()
            with self._house.log.writing() as txn:
                self._note_key(txn, KeyChange.RETIRED, keys.version - 1)
                txn.delete(_REWRAPPED, db=self._notes)
            self._rewrapped = None
        return last is not None

    def _note_what_holds(self) -> None:
        """Book the policies when they changed, and the region's key when it is new."""
        house, noted = self._house, self._seen()
        with house.log.writing() as txn:
            if noted.get(_POLICY) != house.policy.hash:
                house.log.note(txn, Kind.POLICY, house.policy.hash)
                txn.put(_POLICY, house.policy.hash, db=self._notes)
            if _KEY not in noted:
                self._note_key(txn, KeyChange.MADE, house.keys.version)

    def _note_key(self, txn: Txn, what: KeyChange, version: int) -> None:
        """Book what became of the region's key. It has no public part, so its name is what is hashed."""
        name = f"plainview region key|{self._house.log.region}|{version}".encode()
        self._house.log.note(txn, Kind.KEY, bytes([what]) + sha256(name).digest())
        txn.put(_KEY, name, db=self._notes)

    def _seen(self) -> dict[bytes, bytes]:
        """All notes of the house."""
        with self._house.log.store.env.begin() as txn, txn.cursor(self._notes) as cursor:
            return dict(cursor.iternext())
