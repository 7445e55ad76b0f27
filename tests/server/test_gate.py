"""What every request passes: origins, limits, headers, addresses; and what is measured and logged of it."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from litestar import Litestar

from plainview.server.app import make_app
from plainview.server.origins import ForgedRequestError, address_of, check_origin, is_local
from plainview.settings import Settings
from plainview.wiring import Parts, wire
from tests.server.fixtures import ADULT, PASSWORD, Client, browser_at, sign_up

pytestmark = pytest.mark.anyio
OWN = "https://plainview.example"


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"x-plainview": "1", "sec-fetch-site": "same-origin"}, True),
        ({"x-plainview": "1", "origin": OWN}, True),
        ({"x-plainview": "1", "origin": "http://192.168.1.7:8080", "host": "192.168.1.7:8080"}, True),
        ({"x-plainview": "1"}, True),
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"x-plainview": "1", "sec-fetch-site": "cross-site"}, False),
        ({"x-plainview": "1", "sec-fetch-site": "same-site"}, False),
        ({"x-plainview": "1", "origin": "https://evil.example", "host": "plainview.example"}, False),
        ({"x-plainview": "1", "origin": "null", "host": "plainview.example"}, False),
    ],
)
def test_what_changes_something_comes_from_our_own_pages(headers: dict[str, str], passes: bool) -> None:
    if passes:
        check_origin("POST", "/api/sign-in", headers, OWN)
    else:
        with pytest.raises(ForgedRequestError):
            check_origin("POST", "/api/sign-in", headers, OWN)
    check_origin("GET", "/api/me", headers, OWN)


def test_a_beacon_needs_no_header_but_an_origin() -> None:
    check_origin("POST", "/api/events", {"origin": OWN}, OWN)
    with pytest.raises(ForgedRequestError):
        check_origin("POST", "/api/events", {}, OWN)
    with pytest.raises(ForgedRequestError):
        check_origin("POST", "/api/events", {"origin": "https://evil.example"}, OWN)


def test_a_forwarded_address_counts_only_from_a_proxy_on_this_machine() -> None:
    assert address_of("127.0.0.1", "10.0.0.1, 203.0.113.9") == "203.0.113.9"
    assert address_of("203.0.113.5", "198.51.100.1") == "203.0.113.5"
    assert address_of("2001:db8:1:2:3:4:5:6", None) == "2001:db8:1:2::"
    assert address_of("::ffff:203.0.113.5", None) == "203.0.113.5"
    assert address_of("nonsense", None) == "unknown"
    assert is_local("127.0.0.1", None)
    assert not is_local("127.0.0.1", "203.0.113.9")


async def test_every_response_carries_the_security_headers_even_a_refusal(client: Client) -> None:
    answers = [
        await client.get("/api/realm"),
        await client.get("/no/such/page"),
        await client.post("/api/sign-in", json={}, headers={"X-Plainview": "0"}),
        await client.put("/api/realm"),
    ]
    assert [each.status_code for each in answers] == [200, 404, 403, 405]
    for each in answers:
        assert each.headers["x-content-type-options"] == "nosniff"
        assert each.headers["cross-origin-opener-policy"] == "same-origin"
        assert each.headers["referrer-policy"] == "same-origin"
        assert "camera=()" in each.headers["permissions-policy"]
        csp = each.headers["content-security-policy"]
        assert "default-src 'self'" in csp
        assert "require-trusted-types-for 'script'" in csp
        assert "unsafe" not in csp


async def test_on_https_cookies_are_secure_and_bound_to_the_host(settings: Settings, database_url: str) -> None:
    on_https = replace(settings, public_url=OWN)
    async with (
        wire(on_https, {"home": database_url}, node=3) as parts,
        browser_at(make_app(parts), base_url=OWN) as client,
    ):
        body = {"handle": "secured", "birth_date": ADULT, "password": PASSWORD}
        response = await client.post("/api/sign-up", json=body)
    assert response.headers["strict-transport-security"].startswith("max-age=63072000")
    cookie = next(each for each in response.headers.get_list("set-cookie") if each.startswith("__Host-plainview="))
    assert all(mark in cookie for mark in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))
    assert "Domain" not in cookie


async def test_too_many_requests_are_refused_with_the_time_to_wait(settings: Settings, database_url: str) -> None:
    few = replace(settings, limit_factor=1, requests_per_minute=5)
    async with wire(few, {"home": database_url}, node=3) as parts, browser_at(make_app(parts), "203.0.113.5") as client:
        answers = [await client.get("/healthz") for _ in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].json()["code"] == "too_many_requests"


async def test_guessing_a_password_is_slowed(settings: Settings, database_url: str) -> None:
    async with (
        wire(replace(settings, limit_factor=1), {"home": database_url}, node=3) as parts,
        browser_at(make_app(parts)) as client,
    ):
        body = {"handle": "victim", "password": "guess number one"}
        answers = [(await client.post("/api/sign-in", json=body)).status_code for _ in range(21)]
    assert answers == [401] * 20 + [429]


async def test_a_body_too_large_is_refused(client: Client) -> None:
    response = await client.post("/api/sign-in", content=b"x" * 300_000)
    assert response.status_code == 413


async def test_every_answer_about_uploads_names_the_protocol_even_a_refusal(client: Client) -> None:
    tus, unsafe = {"Tus-Resumable": "1.0.0", "Upload-Length": "5"}, {"X-Plainview": "0"}
    answers = [
        await client.options("/api/uploads"),
        await client.post("/api/uploads", headers=tus),
        await client.post("/api/uploads", headers={**tus, **unsafe}),
        await client.put("/api/uploads"),
    ]
    await sign_up(client, "sender")
    answers += [
        await client.post("/api/uploads", headers=tus),
        await client.post("/api/uploads", headers={**tus, "Tus-Resumable": "0.2.2"}),
        await client.post("/api/uploads", headers={**tus, "Upload-Length": "0"}),
        await client.head("/api/uploads/12", headers=tus),
    ]
    assert [each.status_code for each in answers] == [204, 401, 403, 405, 201, 412, 422, 404]
    assert [each.headers.get_list("tus-resumable") for each in answers] == [["1.0.0"]] * 8
    assert "tus-resumable" not in (await client.get("/api/realm")).headers


async def test_measures_are_for_this_machine_and_operators(client: Client, app: Litestar) -> None:
    await client.get("/api/realm")
    measures = (await client.get("/metrics")).text
    assert "plainview_videos_undescribed 0.0" in measures
    assert 'plainview_requests_total{method="GET",route="/api/realm",status="200"} 1.0' in measures
    async with browser_at(app, "203.0.113.5") as stranger:
        assert (await stranger.get("/metrics")).status_code == 401


async def test_it_says_whether_it_is_ready(client: Client) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 200, answer.text
    assert answer.json()["schema home"] == "ok"


async def test_it_is_not_ready_for_a_database_of_another_version(parts: Parts) -> None:
    async with browser_at(make_app(replace(parts, schema="9999"))) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["schema home"]) == (503, f"is {parts.schema}, this program wants 9999")


async def test_without_its_database_it_lives_but_is_not_ready(settings: Settings, tmp_path: Path) -> None:
    from plainview.wiring import build

    parts = build(settings, {"home": f"postgresql://nobody@/nothing?host={tmp_path}"}, node=3)
    async with browser_at(make_app(parts)) as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database home"].startswith("does not answer")


async def test_the_log_names_routes_and_nobody(written: io.StringIO, client: Client) -> None:
    person = await sign_up(client, "unspoken_name")
    await client.get("/api/people/unspoken_name", headers={"X-Forwarded-For": "203.0.113.77"})
    await client.post("/api/sign-in", json={"handle": "unspoken_name", "password": "wrong password"})
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {"/api/sign-up", "/api/people/{handle}"} <= {line.get("route") for line in lines}
    for secret in ("unspoken", "203.0.113.77", person.person_id, PASSWORD, person.cookie["plainview"]):
        assert secret not in written.getvalue()
