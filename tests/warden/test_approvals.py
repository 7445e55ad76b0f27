"""What is refused by default and granted for a while by two passkeys: across regions, and breaking the glass."""

import json
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from plainview.kernel.frames import framed, read_frame
from plainview.kernel.ids import IdMaker, RegionNumber
from plainview.kernel.purposes import Purpose
from plainview.warden.entries import Deed, Kind, body_info, head_of
from plainview.warden.hpke import receiver
from plainview.warden.keeper import Call
from plainview.warden.protocol import Approve, Approving, Ask, Asked, By, Dismiss, Enrol, Proof, Requested
from plainview.warden.starting import Warden
from plainview.warden.store import rows
from tests.server.authenticator import Authenticator, text
from tests.warden.living import BAND, DEVICE, SERVER, SITE, WATCHED, Caller, RefusedError, living, new_person, plan

ABROAD = By("server", "case 9", 7)
GLASS = By("staff:mo", "case 11")


@dataclass
class Person:
    """Somebody with a passkey."""

    number: int
    passkey: Authenticator

    def signs(self, asked: Asked, **changes: Any) -> Approve:
        assertion = self.passkey.use({"challenge": text(asked.challenge), **changes})
        return Approve(asked.request, self.number, json.dumps(assertion).encode())


@pytest.fixture
def warden(tmp_path: Path) -> Iterator[Warden]:
    with living(plan(tmp_path)) as started:
        yield started


@pytest.fixture
def caller(warden: Warden) -> Iterator[Caller]:
    with Caller(warden.plan.socket) as connected:
        yield connected


def approver(caller: Caller, handle: str) -> Person:
    person = Person(new_person(), Authenticator(SITE.origin, SITE.rp_id))
    caller.ask("enrol", Enrol(person.number, handle, person.passkey.credential_id, person.passkey._cose()))
    return person


def acts(warden: Warden) -> list[int]:
    with warden.store.env.begin() as txn:
        return [entry[7] for _, entry in rows(txn, warden.store.entries) if head_of(entry).kind is Kind.ACT]


def test_another_region_reads_only_with_two_approvals_and_the_person_is_told(warden: Warden, caller: Caller) -> None:
    person = new_person()
    sealed = caller.seal(person, DEVICE, b"a telephone")
    ada, bo = approver(caller, "ada"), approver(caller, "bo")
    with pytest.raises(RefusedError, match="another region"):
        caller.open([sealed], Purpose.SECURITY, By("server", None, 7))
    asked = caller.ask("ask", Ask("cross_region", [person], [DEVICE], Purpose.SECURITY, ABROAD, 2.0), Asked)
    by = By("server", "case 9", 7, asked.request)
    for signer in (ada, bo):
        with pytest.raises(RefusedError, match="another region"):
            caller.open([sealed], Purpose.SECURITY, by)
        asked = caller.ask("approve", signer.signs(asked), Asked)
    assert asked.approvers == [ada.number, bo.number]
    assert asked.until_ms > 0
    assert caller.open([sealed], Purpose.SECURITY, by) == [b"a telephone"]
    assert acts(warden) == [Deed.APPROVAL, Deed.APPROVAL]
    caller.ask("publish")
    proof = json.loads(caller.ask("proof", Proof(person, SERVER)))
    (context,) = proof["contexts"]
    told = receiver(b64decode(proof["private_key"]), b64decode(context["enc"]), body_info(proof["origin"]))
    body = json.loads(told.unseal(bytes(32), b64decode(context["bodies"][0])))
    assert (body["from"], body["case"], body["for"]) == ("7", "case 9", "account.security")


def test_an_approval_fits_its_request_and_no_other(caller: Caller) -> None:
    person, other = new_person(), new_person()
    sealed = caller.seal(person, DEVICE, b"a telephone")
    sealed_other, band = caller.seal(other, DEVICE, b"another"), caller.seal(person, BAND, b"18_plus")
    signers = [approver(caller, "ada"), approver(caller, "bo")]
    asked = caller.ask("ask", Ask("cross_region", [person], [DEVICE], Purpose.SECURITY, ABROAD, 2.0), Asked)
    for signer in signers:
        caller.ask("approve", signer.signs(asked))
    right = By("server", "case 9", 7, asked.request)
    assert caller.open([sealed], Purpose.SECURITY, right) == [b"a telephone"]
    wrong: list[tuple[Any, str, By]] = [
        ([sealed, sealed_other], Purpose.SECURITY, right),
        ([sealed, band], Purpose.OWN_VIEW, right),
        ([sealed], Purpose.OWN_VIEW, right),
        ([sealed], Purpose.SECURITY, By("worker", "case 9", 7, asked.request)),
        ([sealed], Purpose.SECURITY, By("server", "case 10", 7, asked.request)),
        ([sealed], Purpose.SECURITY, By("server", None, 7, asked.request)),
        ([sealed], Purpose.SECURITY, By("server", "case 9", 8, asked.request)),
    ]
    for values, purpose, by in wrong:
        with pytest.raises(RefusedError, match="not_allowed"):
            caller.open(values, purpose, by)
    with pytest.raises(RefusedError, match="not_found"):
        caller.open([sealed], Purpose.SECURITY, By("server", "case 9", 7, 99))


def test_two_different_people_must_sign_and_neither_is_who_asks(caller: Caller) -> None:
    person = new_person()
    caller.seal(person, DEVICE, b"a telephone")
    ada, mo = approver(caller, "ada"), approver(caller, "mo")
    asked = caller.ask("ask", Ask("break_glass", [person], [DEVICE], Purpose.EMERGENCY, GLASS, 1.0), Asked)
    caller.ask("approve", ada.signs(asked))
    with pytest.raises(RefusedError, match="Two different people"):
        caller.ask("approve", ada.signs(asked))
    with pytest.raises(RefusedError, match="Who asks may not approve"):
        caller.ask("approve", mo.signs(asked))


def test_a_signature_that_is_not_right_approves_nothing(warden: Warden, caller: Caller) -> None:
    person = new_person()
    ada, bo = approver(caller, "ada"), approver(caller, "bo")
    ask = Ask("cross_region", [person], [DEVICE], Purpose.SECURITY, ABROAD, 2.0)
    asked, another = caller.ask("ask", ask, Asked), caller.ask("ask", ask, Asked)
    assert asked.challenge != another.challenge
    stranger = Person(ada.number, Authenticator(SITE.origin, SITE.rp_id))
    phished = Person(ada.number, Authenticator("https://evil.example", SITE.rp_id, key=ada.passkey.key))
    phished.passkey.credential_id = ada.passkey.credential_id
    forged = Person(ada.number, Authenticator(SITE.origin, SITE.rp_id, credential_id=ada.passkey.credential_id))
    claimed = Approve(asked.request, bo.number, ada.signs(asked).assertion)
    for approve in (
        Approve(asked.request, ada.number, ada.signs(another).assertion),
        stranger.signs(asked),
        phished.signs(asked),
        forged.signs(asked),
        claimed,
        Approve(asked.request, ada.number, b"{}"),
        Approve(asked.request, ada.number, b"\xff"),
        Approve(asked.request, ada.number, b'{"id": ""}'),
    ):
        with pytest.raises(RefusedError, match="not_approved"):
            caller.ask("approve", approve)
    assert acts(warden) == []
    signed = ada.signs(asked)
    caller.ask("approve", signed)
    with pytest.raises(RefusedError, match="not_approved"):
        caller.ask("approve", signed)


def test_breaking_the_glass_is_counted_in_public_and_ends_by_itself(warden: Warden, caller: Caller) -> None:
    person = new_person()
    sealed = caller.seal(person, DEVICE, b"a telephone")
    ada, bo = approver(caller, "ada"), approver(caller, "bo")
    with pytest.raises(RefusedError, match="not_allowed"):
        caller.open([sealed], Purpose.EMERGENCY, GLASS)
    asked = caller.ask("ask", Ask("break_glass", [person], [DEVICE], Purpose.EMERGENCY, GLASS, 0.0004), Asked)
    for signer in (ada, bo):
        asked = caller.ask("approve", signer.signs(asked), Asked)
    by = By("staff:mo", "case 11", None, asked.request)
    assert caller.open([sealed], Purpose.EMERGENCY, by) == [b"a telephone"]
    assert acts(warden) == [Deed.APPROVAL, Deed.APPROVAL, Deed.BREAK_GLASS]
    time.sleep(max(0.0, asked.until_ms / 1000 - time.time()) + 0.05)
    with pytest.raises(RefusedError, match="not_allowed"):
        caller.open([sealed], Purpose.EMERGENCY, by)
    with pytest.raises(RefusedError, match="decided"):
        caller.ask("approve", approver(caller, "cy").signs(asked))


def test_breaking_the_glass_does_not_reach_what_a_minor_watched(caller: Caller) -> None:
    minor = new_person()
    caller.seal(minor, BAND, b"13_15")
    watched = caller.seal(minor, WATCHED, b"cats")
    asked = caller.ask("ask", Ask("break_glass", [minor], [WATCHED], Purpose.EMERGENCY, GLASS, 1.0), Asked)
    for handle in ("ada", "bo"):
        caller.ask("approve", approver(caller, handle).signs(asked))
    with pytest.raises(RefusedError, match="not_allowed"):
        caller.open([watched], Purpose.EMERGENCY, By("staff:mo", "case 11", None, asked.request))


def test_a_request_is_complete_short_and_about_people_of_the_region(caller: Caller) -> None:
    person, abroad = new_person(), IdMaker(RegionNumber(9), 1).next()
    whole = Ask("cross_region", [person], [DEVICE], Purpose.SECURITY, ABROAD, 2.0)
    changes: tuple[dict[str, Any], ...] = (
        {"kind": "curiosity"},
        {"persons": []},
        {"persons": [abroad]},
        {"fields": []},
        {"hours": 25.0},
        {"hours": 0.0},
        {"hours": float("nan")},
        {"by": By("server", None, 7)},
        {"kind": "break_glass", "hours": 2.0},
    )
    for change in changes:
        with pytest.raises(RefusedError, match="invalid_input"):
            caller.ask("ask", msgspec.structs.replace(whole, **change))
    with pytest.raises(RefusedError, match="not_approved"):
        caller.ask("enrol", Enrol(abroad, "cy", b"id", b"key"))


def test_an_offered_passkey_approves_nothing_until_it_is_let_in(warden: Warden, caller: Caller) -> None:
    person, ada = new_person(), Person(new_person(), Authenticator(SITE.origin, SITE.rp_id))
    asked = caller.ask("ask", Ask("cross_region", [person], [DEVICE], Purpose.SECURITY, ABROAD, 2.0), Asked)
    offered = Enrol(ada.number, "ada", ada.passkey.credential_id, ada.passkey._cose())
    fingerprint = caller.ask("offer", offered, bytes)
    assert fingerprint == sha256(ada.passkey._cose()).digest()
    (waiting,) = caller.ask("approvers", None, list[Approving])
    assert (waiting.person, waiting.handle, waiting.enrolled) == (ada.number, "ada", False)
    with pytest.raises(RefusedError, match="Nobody is enrolled"):
        caller.ask("approve", ada.signs(asked))
    caller.ask("enrol", offered)
    (enrolled,) = caller.ask("approvers", None, list[Approving])
    assert enrolled.enrolled
    caller.ask("approve", ada.signs(asked))
    with pytest.raises(RefusedError, match="Only people of this region"):
        caller.ask("offer", Enrol(IdMaker(RegionNumber(9), 1).next(), "cy", b"id", b"key"))


def test_who_was_dismissed_approves_no_more_and_the_log_says_so(warden: Warden, caller: Caller) -> None:
    person, ada = new_person(), approver(caller, "ada")
    asked = caller.ask("ask", Ask("cross_region", [person], [DEVICE], Purpose.SECURITY, ABROAD, 2.0), Asked)
    assert caller.ask("dismiss", Dismiss(ada.number), int) == 1
    assert caller.ask("approvers", None, list[Approving]) == []
    with pytest.raises(RefusedError, match="Nobody is enrolled"):
        caller.ask("approve", ada.signs(asked))
    with warden.store.env.begin() as txn:
        keys = [entry[7:] for _, entry in rows(txn, warden.store.entries) if head_of(entry).kind is Kind.KEY]
    assert keys[-2:] == [bytes([what]) + sha256(ada.passkey._cose()).digest() for what in (1, 3)]


def test_one_refusal_ends_a_request_and_takes_a_signature_of_its_own(caller: Caller) -> None:
    person = new_person()
    sealed = caller.seal(person, DEVICE, b"a telephone")
    ada, bo, cy = (approver(caller, handle) for handle in ("ada", "bo", "cy"))
    asked = caller.ask("ask", Ask("cross_region", [person], [DEVICE], Purpose.SECURITY, ABROAD, 2.0), Asked)
    (told,) = caller.ask("requests", None, list[Requested])
    assert (told.ask.by.case, told.challenge, told.refused_by) == ("case 9", asked.challenge, 0)
    caller.ask("approve", ada.signs(asked))
    with pytest.raises(RefusedError, match="does not hold"):
        caller.ask("refuse", bo.signs(asked))
    no = Asked(told.request, told.refusal_challenge, [], 0)
    with pytest.raises(RefusedError, match="does not hold"):
        caller.ask("approve", bo.signs(no))
    caller.ask("refuse", bo.signs(no))
    with pytest.raises(RefusedError, match="decided"):
        caller.ask("approve", cy.signs(asked))
    (told,) = caller.ask("requests", None, list[Requested])
    assert (told.approvers, told.refused_by, told.until_ms) == ([ada.number], bo.number, 0)
    with pytest.raises(RefusedError, match="another region"):
        caller.open([sealed], Purpose.SECURITY, By("server", "case 9", 7, asked.request))


def test_only_the_wardens_own_account_enrols_dismisses_rotates_and_publishes(tmp_path: Path) -> None:
    warden = Warden(plan(tmp_path))
    eve = Enrol(new_person(), "eve", b"id", b"key")
    try:
        for op, payload in (("enrol", eve), ("dismiss", Dismiss(1)), ("rotate", None), ("publish", None)):
            frame = read_frame(framed(1, op, payload)[4:])
            (answer,) = warden.keeper.answer([Call(frame, own_account=False)])
            assert isinstance(answer, bytes)
            assert read_frame(answer[4:]).op == "not_allowed"
    finally:
        warden.server._close()
        warden.store.close()
