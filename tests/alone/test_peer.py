"""A real process, asked by Gorse's own Python client, and by schemathesis."""

import json
import math
from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
import schemathesis
from gorse import Gorse, GorseException
from hypothesis import HealthCheck, Phase, given, settings

from tests.alone.serving import Served, served

KEY = "a key of more than sixteen characters"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("alone")
    key = folder / "key"
    key.write_text(KEY)
    with served(folder / "data", "--key-file", str(key), "--kind", "clap=like") as opened:
        yield opened


def test_gorses_own_client_finds_what_it_expects(service: Served) -> None:
    client = Gorse(service.address, KEY, timeout=20)
    for number in range(30):
        client.insert_item(
            {
                "ItemId": f"repo:{number}",
                "IsHidden": False,
                "Categories": ["even" if number % 2 == 0 else "odd"],
                "Timestamp": f"2026-11-{1 + number % 20:02d}",
                "Labels": ["python" if number % 3 == 0 else "go"],
                "Comment": f"repository {number}",
            }
        )
    assert client.insert_user({"UserId": "bob", "Labels": ["a"], "Comment": "b"}) == {"RowAffected": 1}
    assert client.insert_users([{"UserId": "eve"}, {"UserId": "joe"}]) == {"RowAffected": 2}
    assert client.get_user("bob")["UserId"] == "bob"
    users, cursor = client.get_users(2)
    assert len(users) == 2
    assert len(client.get_users(2, cursor)[0]) == 1
    assert client.insert_feedback("clap", "bob", "repo:0", "2026-11-20T08:00:00Z", 1.0) == {"RowAffected": 1}
    stars = [
        {"FeedbackType": "star", "UserId": "bob", "ItemId": f"repo:{number}", "Timestamp": "2026-11-21"}
        for number in (3, 6)
    ]
    assert client.insert_feedbacks(stars) == {"RowAffected": 2}
    assert {each["ItemId"] for each in client.list_feedbacks("star", "bob")} == {"repo:3", "repo:6"}
    feedback, cursor = client.get_feedbacks(100)
    assert len(feedback) == 3
    assert cursor == ""
    ranked = client.get_recommend("bob", n=5)
    assert len(ranked) == 5
    assert sum(int(each.id[5:]) % 3 == 0 for each in ranked) >= 3
    # Not in order of score: one place is by lot, and none is like the one before.
    assert all(math.isfinite(each.score) for each in ranked)
    assert all(int(each.id[5:]) % 2 == 0 for each in client.get_recommend("bob", category="even"))
    assert client.get_recommend("bob", n=5, offset=2)[0].id == ranked[2].id
    written = client.get_recommend("eve", n=3, write_back_type="read", write_back_delay="10m")
    assert len(written) == 3
    assert {each["Id"] for each in client.session_recommend(stars, n=3)} & {f"repo:{each}" for each in range(0, 30, 3)}
    assert client.get_neighbors("repo:0", n=4)
    assert client.update_item("repo:1", is_hidden=True) == {"RowAffected": 1}
    assert client.get_item("repo:1")["Comment"] == "repository 1"
    assert client.delete_feedback("bob", "repo:0") == {"RowAffected": 1}
    assert client.delete_item("repo:2") == {"RowAffected": 1}
    assert len(client.get_items(100)[0]) == 29
    assert client.delete_user("joe") == {"RowAffected": 1}
    with pytest.raises(GorseException) as refused:
        client.get_item("repo:2")
    assert refused.value.status_code == 404
    with pytest.raises(GorseException) as refused:
        Gorse(service.address, "no key", timeout=20).get_user("bob")
    assert refused.value.status_code == 401


def test_no_body_that_the_description_allows_or_forbids_meets_a_fault(service: Served) -> None:
    assert fuzzed(service, {"post", "put", "patch"}, examples=2) > 10


@pytest.mark.long
def test_no_request_at_all_meets_a_fault(service: Served) -> None:
    assert fuzzed(service, {"get", "post", "put", "patch", "delete"}, examples=30) > 35


def fuzzed(service: Served, methods: set[str], examples: int) -> int:
    """How many operations answered requests made by schemathesis without a fault."""
    headers = {"X-API-Key": KEY}
    described = httpx.get(f"{service.address}/api/schema/openapi.json", headers=headers).json()
    found = schemathesis.openapi.from_dict(described).get_all_operations()
    operations: list[Any] = [each for one in found if (each := cast("Any", one).ok()).method in methods]
    for operation in operations:
        _fuzz(service.address, headers, operation, examples)
    return len(operations)


def _fuzz(address: str, headers: dict[str, str], operation: Any, examples: int) -> None:
    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def ask(case: Any) -> None:
        answer = case.call(base_url=address, headers=headers)
        assert answer.status_code < 500, (operation.method, operation.path, answer.text)

    ask()


ODD = [
    b"",
    b"{",
    b"null",
    b"[null]",
    b'[{"FeedbackType":"like","UserId":"\\ud800","ItemId":"a"}]',
    b'[{"FeedbackType":"like","UserId":"\xff","ItemId":"a"}]',
    b'[{"FeedbackType":"watch","UserId":"a","ItemId":"a","Value":1e308,"Timestamp":"9999-12-31T23:59:59+00:00"}]',
    b'[{"FeedbackType":"watch","UserId":"a","ItemId":"a","Value":-1e308,"Comment":"999999999999"}]',
    b'[{"FeedbackType":"like","UserId":"a","ItemId":"a","Timestamp":"0001-01-01T00:00:00Z"}]',
    b'[{"FeedbackType":"like","UserId":"a","ItemId":"a","Timestamp":"99999999999999999999999"}]',
    b'[{"FeedbackType":"like","UserId":"a","ItemId":"a","Timestamp":"0001-01-01T00:00:00+14:00"}]',
    b'[{"ItemId":"a","Labels":{"duration":1e308,"embedding":[1e308,2]}}]',
    b'[{"ItemId":"a","Labels":{"duration":' + b"9" * 400 + b',"embedding":[' + b"9" * 400 + b"]}}]",
    b'[{"ItemId":"a","Labels":' + b"[" * 5000 + b"]" * 5000 + b"}]",
    b'[{"ItemId":"a","Labels":{"language":7,"sound":true,"creator":[],"tags":[[null]]}}]',
]


@pytest.mark.parametrize("path", ["feedback", "items", "users", "session/recommend"])
def test_odd_bodies_are_refused_or_taken_and_meet_no_fault(service: Served, path: str) -> None:
    with httpx.Client(
        base_url=service.address, headers={"X-API-Key": KEY, "Content-Type": "application/json"}
    ) as client:
        for body in ODD:
            answer = client.post(f"/api/{path}", content=body)
            assert answer.status_code < 500, (body[:80], answer.text)
        for odd in ("%ff", "%00", "%ed%a0%80", "%2f", "..", "%20", "a" * 3000):
            for method, place in (("GET", "user/{}"), ("GET", "recommend/{}"), ("DELETE", "feedback/{}/{}"),
                                  ("PUT", "item/{}/category/{}"), ("GET", "feedback/{}")):  # fmt: skip
                answer = client.request(method, "/api/" + place.replace("{}", odd))
                assert answer.status_code < 500, (method, place, odd, answer.text)
        for cursor in ("x", "%ff", "AAAA", "é"):
            assert client.get("/api/items", params={"cursor": cursor}).status_code < 500
        assert json.loads(client.get("/api/health/ready").content) == {"Ready": True}
