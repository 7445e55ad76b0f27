"""The way in, through the whole app: signing up, in and out, sessions and profiles."""

import pytest

from plainview.wiring import Parts
from tests.server.fixtures import ADULT, PASSWORD, Client, become, sign_up

pytestmark = pytest.mark.anyio


async def test_somebody_signs_up_and_is_known_at_once(client: Client) -> None:
    response = await client.post(
        "/api/sign-up", json={"handle": "@Ada.Lovelace", "name": "Ada", "birth_date": ADULT, "password": PASSWORD}
    )
    assert response.status_code == 201
    me = response.json()["me"]
    assert me["handle"] == "Ada.Lovelace"
    assert me["age_band"] == "18_plus"
    assert me["has_password"] is True
    assert me["region"] == "home"
    cookie = next(each for each in response.headers.get_list("set-cookie") if each.startswith("plainview="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await client.get("/api/me")).json()["me"] == me


async def test_signing_in_needs_the_right_password_and_says_the_same_for_an_unknown_handle(client: Client) -> None:
    await sign_up(client, "grace")
    become(client, None)
    wrong = await client.post("/api/sign-in", json={"handle": "grace", "password": "not her password"})
    unknown = await client.post("/api/sign-in", json={"handle": "nobody_at_all", "password": "not her password"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    right = await client.post("/api/sign-in", json={"handle": "@GRACE", "password": PASSWORD})
    assert right.status_code == 200
    assert (await client.get("/api/me")).json()["me"]["handle"] == "grace"


async def test_signing_out_ends_the_session_at_once(client: Client) -> None:
    person = await sign_up(client, "linus")
    assert (await client.post("/api/sign-out")).status_code == 204
    become(client, person)
    assert (await client.get("/api/me")).json() == {"me": None}
    assert (await client.get("/api/me/sessions")).status_code == 401


async def test_sessions_are_listed_and_one_or_all_others_ended(client: Client) -> None:
    first = await sign_up(client, "barbara")
    cookies = [first.cookie]
    for _ in range(2):
        become(client, None)
        await client.post("/api/sign-in", json={"handle": "barbara", "password": PASSWORD})
        cookies.append({"plainview": client.cookies["plainview"]})
    become(client, first)
    sessions = (await client.get("/api/me/sessions")).json()["sessions"]
    assert len(sessions) == 3
    assert [each["current"] for each in sessions].count(True) == 1
    other = next(each["id"] for each in sessions if not each["current"])
    assert (await client.delete(f"/api/me/sessions/{other}")).status_code == 204
    assert (await client.delete(f"/api/me/sessions/{other}")).status_code == 404
    assert (await client.delete("/api/me/sessions")).status_code == 204
    alive = []
    for cookie in cookies:
        client.cookies.clear()
        client.cookies.update(cookie)
        alive.append((await client.get("/api/me")).json()["me"] is not None)
    assert alive == [True, False, False]


async def test_a_child_is_refused_and_nothing_is_kept(client: Client) -> None:
    response = await client.post(
        "/api/sign-up", json={"handle": "tiny", "birth_date": "2020-01-01", "password": PASSWORD}
    )
    assert response.status_code == 403
    assert response.json()["code"] == "too_young"
    assert (await client.get("/api/people/tiny")).status_code == 404


async def test_a_handle_is_taken_in_any_writing(client: Client) -> None:
    await sign_up(client, "Margaret")
    become(client, None)
    check = await client.post("/api/sign-up/check", json={"handle": "mARGARET"})
    said = {"available": False, "code": "handle_taken", "reason": "Somebody has this handle already."}
    assert check.json() == said
    body = {"handle": "MARGARET", "birth_date": ADULT, "password": PASSWORD}
    response = await client.post("/api/sign-up", json=body)
    assert (response.status_code, response.json()["code"]) == (409, "handle_taken")


async def test_a_password_change_needs_the_old_one_and_ends_other_sessions(client: Client) -> None:
    person = await sign_up(client, "edsger")
    become(client, None)
    await client.post("/api/sign-in", json={"handle": "edsger", "password": PASSWORD})
    wrong = await client.put("/api/me/password", json={"current": "wrong", "new": "a new good password"})
    assert (wrong.status_code, wrong.json()["fields"].keys()) == (422, {"current"})
    right = await client.put("/api/me/password", json={"current": PASSWORD, "new": "a new good password"})
    assert right.status_code == 204
    assert (await client.get("/api/me")).json()["me"] is not None
    become(client, person)
    assert (await client.get("/api/me")).json()["me"] is None
    again = await client.post("/api/sign-in", json={"handle": "edsger", "password": "a new good password"})
    assert again.status_code == 200


async def test_a_profile_is_edited_and_read_by_others(client: Client) -> None:
    await sign_up(client, "katherine")
    change = {"name": "  Katherine   J.\u202e ", "bio": "Orbits.\n", "is_private": True}
    me = (await client.patch("/api/me", json=change)).json()["me"]
    assert (me["name"], me["bio"], me["is_private"]) == ("Katherine J.", "Orbits.", True)
    become(client, None)
    profile = (await client.get("/api/people/KATHERINE")).json()
    assert (profile["name"], profile["you"]["self"], profile["followers"]) == ("Katherine J.", False, 0)


async def test_a_deleted_account_is_gone_and_its_handle_free(client: Client) -> None:
    await sign_up(client, "ephemeral")
    assert (await client.request("DELETE", "/api/me", json={"handle": "wrong"})).status_code == 422
    assert (await client.request("DELETE", "/api/me", json={"handle": "Ephemeral"})).status_code == 204
    assert (await client.get("/api/people/ephemeral")).status_code == 404
    await sign_up(client, "ephemeral")


async def test_what_cannot_be_undone_or_lets_others_in_needs_a_sign_in_of_these_minutes(
    client: Client, parts: Parts
) -> None:
    await sign_up(client, "ursula")
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("UPDATE sessions SET created_at = now() - interval '1 hour'")
    leaving = await client.request("DELETE", "/api/me", json={"handle": "ursula"})
    assert (leaving.status_code, leaving.json()["code"]) == (403, "proof_needed")
    assert (await client.post("/api/me/passkeys/options")).json()["code"] == "proof_needed"
    async with parts.database.transaction(parts.region) as tx:
        kept = await (await tx.execute("DELETE FROM passwords RETURNING person_id, hash")).fetchone()
    assert (await client.put("/api/me/password", json={"new": "a new good password"})).json()["code"] == "proof_needed"
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("INSERT INTO passwords (person_id, hash) VALUES (%s, %s)", kept)
    assert (await client.post("/api/sign-in", json={"handle": "ursula", "password": PASSWORD})).status_code == 200
    assert len((await client.get("/api/me/sessions")).json()["sessions"]) == 1, "the new one is in the place of the old"
    assert (await client.post("/api/me/passkeys/options")).status_code == 200
    assert (await client.request("DELETE", "/api/me", json={"handle": "ursula"})).status_code == 204


async def test_a_realm_says_what_it_is(client: Client) -> None:
    realm = (await client.get("/api/realm")).json()
    assert realm["regions"] == ["home"]
    assert realm["limits"]["duration_ms_max"] == 600_000
