"""The API's description: each route lists the problems with which it may answer, in the one shape that they have."""

import re
from pathlib import Path
from typing import Any

import pytest

from plainview.server.describing import CONFLICTS, SEARCHES, error_codes
from tests.server.fixtures import Client

pytestmark = pytest.mark.anyio
WEB = Path(__file__).parents[2] / "web"
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


async def _described(client: Client) -> dict[str, Any]:
    answer = await client.get("/api/schema/openapi.json")
    assert answer.status_code == 200
    described: dict[str, Any] = answer.json()
    return described


@pytest.mark.parametrize(
    ("path", "method", "refusals"),
    [
        ("/api/realm", "get", "429"),
        ("/api/me/sessions", "get", "401 429"),
        ("/api/live", "get", "401 426 429"),
        ("/api/people/{handle}", "get", "400 404 429"),
        ("/api/videos/{item_id}/like", "put", "400 401 403 404 429"),
        ("/api/sign-up", "post", "400 403 409 422 429"),
        ("/api/uploads/{upload_id}", "patch", "400 401 403 404 409 422 429"),
        ("/api/feed", "get", "400 422 429"),
        ("/oembed", "get", "400 404 422 429"),
        ("/api/reports", "post", "400 403 404 422 429"),
        ("/api/moderation/reports", "get", "400 401 403 422 429"),
        ("/api/moderation/reports/{report_id}/verdict", "post", "400 401 403 404 409 422 429"),
    ],
)
async def test_a_route_lists_its_refusals(client: Client, path: str, method: str, refusals: str) -> None:
    responses = (await _described(client))["paths"][path][method]["responses"]
    assert sorted(status for status in responses if status >= "400") == refusals.split()


async def test_every_refusal_is_a_problem(client: Client) -> None:
    described = await _described(client)
    assert {"title", "status", "detail", "code"} <= set(described["components"]["schemas"]["Problem"]["required"])
    responses = [
        (path, method, status, response["content"])
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
        for status, response in operation["responses"].items()
        if status >= "400"
    ]
    assert len(responses) > 200
    assert [each for each in responses if each[3] != PROBLEM] == []


async def test_every_route_in_the_lists_is_there(client: Client) -> None:
    paths = (await _described(client))["paths"]
    assert [each for each in CONFLICTS | SEARCHES if each[0].lower() not in paths.get(each[1], {})] == []


async def test_no_answer_holds_something_undescribed(client: Client) -> None:
    """The web client's types are made from the description, so a part that says nothing would be typed by hand."""
    described = await _described(client)
    shapes = described["components"]["schemas"]
    open_parts = [f"{name}.{part}" for name in shapes for part in _undescribed(shapes[name].get("properties", {}))]
    # WebAuthn's own JSON, which the browser's interface types.
    assert open_parts == [
        "CeremonyAnswer.credential",
        "CeremonyShape.options",
        "DecisionWish.credential",
        "NewPasskey.credential",
    ]


def _undescribed(properties: dict[str, Any]) -> list[str]:
    return [name for name, schema in properties.items() if _says_nothing(schema)]


def _says_nothing(schema: dict[str, Any]) -> bool:
    if schema == {}:
        return True
    inner = [*schema.get("oneOf", []), *(schema[key] for key in ("items", "additionalProperties") if key in schema)]
    return any(_says_nothing(each) for each in inner)


def test_every_code_has_a_sentence_in_english_and_in_german() -> None:
    codes = error_codes()
    assert len(codes) > 60
    for language in ("en", "de"):
        catalogue = (WEB / "src" / "i18n" / language / "problems.ts").read_text()
        assert sorted(re.findall(r'^  "problem\.([a-z_.]+)":', catalogue, re.MULTILINE)) == codes, language


async def test_a_problem_carries_the_numbers_of_its_sentence(client: Client) -> None:
    body = {"handle": "ab", "birth_date": "1990-01-01", "password": "long enough"}
    problem = (await client.post("/api/sign-up", json=body)).json()
    assert (problem["code"], problem["numbers"]) == ("handle_length", {"least": 3, "most": 24})
    assert problem["fields"] == {"handle": problem["detail"]}
    checked = (await client.post("/api/sign-up/check", json={"handle": "admin"})).json()
    assert (checked["available"], checked["code"]) == (False, "handle_reserved")
