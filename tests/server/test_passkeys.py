"""Passkeys through the whole app, with an authenticator of our own."""

import pytest

from tests.server.authenticator import Authenticator
from tests.server.fixtures import ADDRESS, ADULT, Client, become, sign_up

pytestmark = pytest.mark.anyio
HOST = "testserver.local"


def an_authenticator() -> Authenticator:
    return Authenticator(ADDRESS, HOST)


async def sign_up_with_passkey(client: Client, handle: str) -> Authenticator:
    key = an_authenticator()
    options = await client.post("/api/sign-up/passkey/options", json={"handle": handle, "birth_date": ADULT})
    assert options.status_code == 200, options.text
    body = {"ceremony": options.json()["ceremony"], "credential": key.make(options.json()["options"])}
    made = await client.post("/api/sign-up/passkey", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["me"]["has_password"] is False
    return key


async def sign_in_with(client: Client, key: Authenticator) -> int:
    begun = (await client.post("/api/sign-in/passkey/options", json={})).json()
    body = {"ceremony": begun["ceremony"], "credential": key.use(begun["options"])}
    return (await client.post("/api/sign-in/passkey", json=body)).status_code


async def test_somebody_signs_up_and_in_again_with_a_passkey_and_no_handle(client: Client) -> None:
    key = await sign_up_with_passkey(client, "turing")
    become(client, None)
    assert await sign_in_with(client, key) == 200
    assert (await client.get("/api/me")).json()["me"]["handle"] == "turing"
    (passkey,) = (await client.get("/api/me/passkeys")).json()["passkeys"]
    assert passkey["used_at_ms"] is not None


async def test_the_options_ask_for_a_discoverable_passkey(client: Client) -> None:
    body = {"handle": "hopper", "birth_date": ADULT}
    options = (await client.post("/api/sign-up/passkey/options", json=body)).json()["options"]
    assert options["rp"]["id"] == HOST
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"


async def test_an_answer_counts_once(client: Client) -> None:
    key = await sign_up_with_passkey(client, "church")
    become(client, None)
    begun = (await client.post("/api/sign-in/passkey/options", json={})).json()
    body = {"ceremony": begun["ceremony"], "credential": key.use(begun["options"])}
    assert (await client.post("/api/sign-in/passkey", json=body)).status_code == 200
    again = await client.post("/api/sign-in/passkey", json=body)
    assert again.json()["code"] == "ceremony_over"


async def test_a_passkey_of_another_address_is_refused(client: Client) -> None:
    key = Authenticator("https://elsewhere.example", HOST)
    options = (
        await client.post("/api/sign-up/passkey/options", json={"handle": "phisher", "birth_date": ADULT})
    ).json()
    body = {"ceremony": options["ceremony"], "credential": key.make(options["options"])}
    response = await client.post("/api/sign-up/passkey", json=body)
    assert (response.status_code, response.json()["code"]) == (422, "passkey_refused")
    assert "own address" in response.json()["detail"]


@pytest.mark.parametrize(
    "credential",
    [{}, {"id": 3}, {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "AAAAAAAAAAE"}}],
)
async def test_a_broken_answer_is_refused_and_no_fault(client: Client, credential: dict[str, object]) -> None:
    for path in ("sign-up", "sign-in"):
        wish = {"handle": "breaker", "birth_date": ADULT} if path == "sign-up" else {}
        begun = (await client.post(f"/api/{path}/passkey/options", json=wish)).json()
        body = {"ceremony": begun["ceremony"], "credential": credential}
        response = await client.post(f"/api/{path}/passkey", json=body)
        assert (response.status_code, response.json()["code"]) == (422, "passkey_refused")


async def test_a_passkey_is_added_to_an_account_named_and_removed(client: Client) -> None:
    await sign_up(client, "hamilton")
    key = an_authenticator()
    begun = (await client.post("/api/me/passkeys/options")).json()
    body = {"ceremony": begun["ceremony"], "credential": key.make(begun["options"]), "name": "Laptop"}
    added = await client.post("/api/me/passkeys", json=body)
    assert (added.status_code, added.json()["name"]) == (201, "Laptop")
    assert (await client.delete(f"/api/me/passkeys/{added.json()['id']}")).status_code == 204
    become(client, None)
    assert await sign_in_with(client, key) == 422


async def test_the_only_way_in_stays(client: Client) -> None:
    await sign_up_with_passkey(client, "solo")
    (passkey,) = (await client.get("/api/me/passkeys")).json()["passkeys"]
    refused = await client.delete(f"/api/me/passkeys/{passkey['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "only_way_in")
    assert (await client.put("/api/me/password", json={"new": "a password at last"})).status_code == 204
    assert (await client.delete(f"/api/me/passkeys/{passkey['id']}")).status_code == 204


async def test_one_persons_ceremony_adds_no_passkey_to_another(client: Client) -> None:
    await sign_up(client, "first_one")
    begun = (await client.post("/api/me/passkeys/options")).json()
    await sign_up(client, "second_one")
    body = {"ceremony": begun["ceremony"], "credential": an_authenticator().make(begun["options"])}
    assert (await client.post("/api/me/passkeys", json=body)).json()["code"] == "passkey_refused"
