"""What somebody looks at by themselves leads their next page, is said as the reason, and is learned by nobody."""

from typing import Any

import pytest

from plainview.kernel.ids import PersonId
from plainview.wiring import Parts
from tests.feed.conftest import filled
from tests.server.fixtures import Client, sign_up

pytestmark = pytest.mark.anyio


async def _page(client: Client, looked_for: str = "", **headers: str) -> list[dict[str, Any]]:
    answer = await client.get("/api/feed", params={"size": 8, "looked_for": looked_for}, headers=headers)
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["entries"]
    assert len(entries) == 8
    return entries


def _led(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entry for entry in entries if "looked_for" in entry["sources"]]


async def test_a_tag_that_was_looked_at_leads_the_next_page_and_nothing_is_learned_of_it(
    client: Client, parts: Parts
) -> None:
    made = await filled(parts)
    me = await sign_up(client, "mia")
    cars = {str(item) for item in made.cars}
    led = _led(await _page(client, "Cars,no such thing"))
    assert len(led) >= 3
    assert {entry["card"]["id"] for entry in led} <= cars
    said = {(reason["code"], reason["text"]) for entry in led for reason in entry["reasons"]}
    assert ("looked_for", "You just looked for “cars”") in said
    assert not _led(await _page(client))
    person = PersonId(int(me.person_id))
    assert await parts.living.learner.ranker.person_facts(person) == ()
    assert [recorded async for recorded in parts.living.log.read(parts.region)] == []


async def test_of_who_may_not_be_profiled_it_is_not_heard(client: Client, parts: Parts) -> None:
    await filled(parts)
    assert not _led(await _page(client, "cars", **{"Sec-GPC": "1"}))
    await sign_up(client, "mia")
    assert (await client.put("/api/me/profiling", json={"on": False})).status_code == 200
    assert not _led(await _page(client, "cars"))


async def test_too_long_a_search_is_refused_and_a_strange_one_is_none(client: Client, parts: Parts) -> None:
    await filled(parts)
    answer = await client.get("/api/feed", params={"looked_for": "x" * 300})
    assert answer.status_code == 400
    assert not _led(await _page(client, ",,\0,#,%00, ,🐈"))
