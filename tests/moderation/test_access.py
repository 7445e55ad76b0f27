"""Staff access over HTTP: a passkey offered and let in, a request asked and signed by two people, opened and told."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from plainview.kernel.ids import PersonId, RegionNumber
from plainview.moderation.access import state_of
from plainview.operations.wardens_asked import FingerprintError, admit, approvers, dismiss
from plainview.ports.approvals import OpeningRequest, Wish
from plainview.ports.door import By
from plainview.settings import Settings
from plainview.wiring import Parts
from plainview_verifier import verify
from tests.guarding import publish
from tests.server.authenticator import Authenticator
from tests.server.fixtures import ADDRESS, Client, SignedUp, become, sign_up

pytestmark = pytest.mark.anyio
ROOT = "/api/staff/access"
EMERGENCY = {"kind": "break_glass", "classes": ["device", "address"], "case": "police 44/26", "hours": 1}


@dataclass
class Staff:
    """Somebody who works here, with the passkey for approvals."""

    who: SignedUp
    passkey: Authenticator


async def _staff(client: Client, parts: Parts, handle: str) -> SignedUp:
    person = await sign_up(client, handle)
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute(
            "UPDATE persons SET roles = '{person,moderator}' WHERE person_id = %s", (int(person.person_id),)
        )
    parts.book.drop_person(PersonId(int(person.person_id)))
    return person


async def _offered(client: Client, who: SignedUp) -> tuple[Staff, str]:
    become(client, who)
    passkey = Authenticator(ADDRESS, "testserver.local")
    begun = (await client.post(f"{ROOT}/passkey/options")).json()
    assert begun["options"]["authenticatorSelection"]["userVerification"] == "required"
    answer = {"ceremony": begun["ceremony"], "credential": passkey.make(begun["options"])}
    offered = await client.post(f"{ROOT}/passkey", json=answer)
    assert offered.status_code == 201, offered.text
    return Staff(who, passkey), offered.json()["fingerprint"]


def _operator(warden: Path) -> Settings:
    return Settings(data=warden)


async def _approver(client: Client, parts: Parts, warden: Path, handle: str) -> Staff:
    staff, fingerprint = await _offered(client, await _staff(client, parts, handle))
    await asyncio.to_thread(admit, _operator(warden), "home", handle, fingerprint)
    return staff


async def _decided(client: Client, staff: Staff, made: dict[str, Any], *, approves: bool = True) -> httpx.Response:
    become(client, staff.who)
    row = await _row(client, made)
    challenge = row["challenge" if approves else "refusal_challenge"]
    body = {"approves": approves, "credential": staff.passkey.use({"challenge": challenge})}
    return await client.post(f"{ROOT}/requests/{made['region']}/{made['number']}/decision", json=body)


async def _row(client: Client, made: dict[str, Any]) -> dict[str, Any]:
    rows = (await client.get(ROOT)).json()["requests"]
    return next(each for each in rows if each["number"] == made["number"])


async def _asked(client: Client, who: SignedUp, handle: str, **changes: Any) -> dict[str, Any]:
    become(client, who)
    asked = await client.post(f"{ROOT}/requests", json={"handle": handle, **EMERGENCY, **changes})
    assert asked.status_code == 201, asked.text
    return dict(asked.json())


async def _opened(client: Client, who: SignedUp, made: dict[str, Any]) -> httpx.Response:
    become(client, who)
    return await client.post(f"{ROOT}/requests/{made['region']}/{made['number']}/open")


async def _reads(client: Client, warden: Path) -> list[dict[str, Any]]:
    await asyncio.to_thread(publish, warden)
    return list(verify((await client.get("/api/me/access-log")).content).reads)


async def test_two_people_approve_and_what_is_opened_is_told_to_its_owner(
    client: Client, parts: Parts, warden: Path
) -> None:
    mia = await sign_up(client, "mia_a")
    ada, bo = [await _approver(client, parts, warden, handle) for handle in ("ada_a", "bo_a")]
    mo = await _staff(client, parts, "mo_a")
    made = await _asked(client, mo, "@mia_a")
    assert (await _opened(client, mo, made)).json()["code"] == "not_granted"
    assert (await _decided(client, ada, made)).status_code == 204
    row = await _row(client, made)
    assert (row["state"], row["approved_by"], row["may_decide"]) == ("waiting", ["ada_a"], False)
    assert (row["subject"], row["asked_by"], row["case"], row["classes"]) == (
        "mia_a", "mo_a", "police 44/26", ["address", "device"],
    )  # fmt: skip
    assert (await _opened(client, mo, made)).json()["code"] == "not_granted"
    twice = await _decided(client, ada, made)
    assert (twice.status_code, twice.json()["detail"]) == (403, "Two different people must approve.")
    become(client, mia)
    before = await _reads(client, warden)
    assert (await client.get("/api/me/notices")).json()["notices"] == []

    assert (await _decided(client, bo, made)).status_code == 204
    assert (await _opened(client, ada.who, made)).status_code == 403, "only who asked opens it"
    opened = await _opened(client, mo, made)
    assert opened.status_code == 200, opened.text
    assert {each["column"] for each in opened.json()["values"]} == {"sessions.address", "sessions.device"}
    become(client, mia)
    (notice,) = (await client.get("/api/me/notices")).json()["notices"]
    assert (notice["kind"], notice["count"]) == ("access", 1)
    reads = (await _reads(client, warden))[len(before) :]
    (read,) = [each for each in reads if each["by"] == "staff:mo_a"]
    assert (read["for"], read["case"], read["of"]) == ("safety.emergency", "police 44/26", ["address", "device"])


async def test_a_refusal_ends_it(client: Client, parts: Parts, warden: Path) -> None:
    await sign_up(client, "mia_b")
    ada, bo = [await _approver(client, parts, warden, handle) for handle in ("ada_b", "bo_b")]
    mo = await _staff(client, parts, "mo_b")
    made = await _asked(client, mo, "mia_b")
    assert (await _decided(client, ada, made)).status_code == 204
    assert (await _decided(client, bo, made, approves=False)).status_code == 204
    row = await _row(client, made)
    assert (row["state"], row["refused_by"]) == ("refused", "bo_b")
    assert (await _opened(client, mo, made)).json()["code"] == "not_granted"


async def test_an_offered_passkey_is_let_in_by_the_operator_alone_and_by_its_fingerprint(
    client: Client, parts: Parts, warden: Path
) -> None:
    await sign_up(client, "mia_c")
    mo = await _staff(client, parts, "mo_c")
    ada, fingerprint = await _offered(client, await _staff(client, parts, "ada_c"))
    made = await _asked(client, mo, "mia_c")
    assert (await _decided(client, ada, made)).status_code == 403
    shown = (await client.get(ROOT)).json()["approver"]
    assert (shown["state"], shown["fingerprint"], shown["credentials"]) == ("offered", fingerprint, [])
    with pytest.raises(FingerprintError, match="do not let it in"):
        await asyncio.to_thread(admit, _operator(warden), "home", "ada_c", "0000 0000 0000 0000")
    await asyncio.to_thread(admit, _operator(warden), "home", "@ada_c", fingerprint.upper().replace(" ", ""))
    listed = await asyncio.to_thread(approvers, _operator(warden), "home")
    assert [(each.fingerprint, each.enrolled) for each in listed if each.handle == "ada_c"] == [(fingerprint, True)]
    assert (await client.get(ROOT)).json()["approver"]["state"] == "enrolled"
    await asyncio.to_thread(dismiss, _operator(warden), "home", "ada_c")
    assert (await client.get(ROOT)).json()["approver"]["state"] == "none"
    assert (await _decided(client, ada, made)).status_code == 403


async def test_a_ceremony_of_another_person_or_for_something_else_offers_nothing(client: Client, parts: Parts) -> None:
    ada = await _staff(client, parts, "ada_d")
    become(client, ada)
    passkey = Authenticator(ADDRESS, "testserver.local")
    for path in ("/api/me/passkeys/options", "/api/sign-in/passkey/options"):
        begun = (await client.post(path)).json()
        options = {"user": {"id": "AAAA"}, **begun["options"]}
        answer = {"ceremony": begun["ceremony"], "credential": passkey.make(options)}
        assert (await client.post(f"{ROOT}/passkey", json=answer)).json()["code"] == "passkey_refused"
    begun = (await client.post(f"{ROOT}/passkey/options")).json()
    become(client, await _staff(client, parts, "bo_d"))
    answer = {"ceremony": begun["ceremony"], "credential": passkey.make(begun["options"])}
    assert (await client.post(f"{ROOT}/passkey", json=answer)).json()["code"] == "passkey_refused"


async def test_what_cannot_be_asked_is_said_at_once(client: Client, parts: Parts) -> None:
    await sign_up(client, "mia_e")
    mo = await _staff(client, parts, "mo_e")
    become(client, mo)
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"handle": "nobody_e"}, 404),
        ({"classes": []}, 422),
        ({"classes": ["credential"]}, 422),
        ({"classes": ["watch_history", "device"]}, 422),
        ({"case": "  "}, 422),
        ({"case": "a\u2028b"}, 422),
        ({"hours": 2}, 422),
        ({"hours": 0}, 422),
        ({"kind": "cross_region", "classes": ["reports"]}, 422),
        ({"kind": "curiosity"}, 400),
    ]
    for change, status in wrong:
        asked = await client.post(f"{ROOT}/requests", json={"handle": "mia_e", **EMERGENCY, **change})
        assert asked.status_code == status, (change, asked.text)
    assert (await _opened(client, mo, {"region": "mars", "number": 1})).status_code == 404
    assert (await _opened(client, mo, {"region": "home", "number": 10**6})).status_code == 404


def test_a_request_waits_a_day_holds_its_time_and_is_over() -> None:
    wish = Wish("break_glass", PersonId(1), ("sessions.device",), "safety.emergency", By("staff:mo", "1"), 1.0)
    day = 24 * 3_600_000
    asked = OpeningRequest(1, RegionNumber(1), wish, 1_000)
    granted = OpeningRequest(1, asked.region, wish, 1_000, until_ms=5_000)
    refused = OpeningRequest(1, asked.region, wish, 1_000, refused_by=PersonId(2))
    assert [state_of(asked, at) for at in (1_000, 1_000 + day, 1_001 + day)] == ["waiting", "waiting", "lapsed"]
    assert [state_of(granted, at) for at in (4_999, 5_000)] == ["granted", "over"]
    assert state_of(refused, 2_000) == "refused"
