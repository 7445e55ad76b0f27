"""The feed over HTTP: it shows what may be seen, learns from what is sent, and keeps its receipts."""

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import pytest

from plainview.feed.receipts import receipts_of
from plainview.kernel.ids import ItemId, PersonId
from plainview.kernel.purposes import Purpose
from plainview.kernel.time import now, to_ms
from plainview.ports.door import SERVER
from plainview.ports.engine import PageRequest
from plainview.wiring import Parts, wire
from tests.feed.conftest import fill, filled
from tests.server.fixtures import Client, become, sign_up

pytestmark = pytest.mark.anyio


async def _page(client: Client, **wish: Any) -> list[dict[str, Any]]:
    response = await client.get("/api/feed", params=wish)
    assert response.status_code == 200, response.text
    entries: list[dict[str, Any]] = response.json()["entries"]
    return entries


def _event(kind: str, item: ItemId | str, **more: Any) -> dict[str, Any]:
    facts = {"id": str(uuid4()), "kind": kind, "item_id": str(item), "at_ms": int(time.time() * 1000), "session": "s"}
    return facts | more


async def _watch(client: Client, item: ItemId | str, *, whole: bool) -> None:
    if whole:
        ending = [_event("watched", item, watched_ms=9000, loops=1), _event("finished", item)]
    else:
        ending = [_event("watched", item, watched_ms=400), _event("skipped", item, watched_ms=400)]
    body = {"events": [_event("shown", item), *ending]}
    response = await client.post("/api/events", json=body)
    assert response.status_code == 200, response.text
    assert response.json()["accepted"] == [event["id"] for event in body["events"]]


async def test_a_guest_gets_a_feed_that_learns_within_the_session(client: Client, parts: Parts) -> None:
    catalogue = await filled(parts)
    cats = {str(item) for item in catalogue.cats}
    held: list[str] = []
    for _ in range(2):
        for entry in await _page(client, size=8, exclude=",".join(held)):
            item = entry["card"]["id"]
            held.append(item)
            await _watch(client, item, whole=item in cats)
    after = await _page(client, size=8, exclude=",".join(held))
    assert sum(entry["card"]["id"] in cats for entry in after) >= 6
    assert not {entry["card"]["id"] for entry in after} & set(held)
    assert any(reason.get("tag") == "cats" or reason["code"] == "similar" for e in after for reason in e["reasons"])
    facts = (await client.get("/api/me/taste")).json()["facts"]
    assert any(fact["name"] == "tag" and fact["text"] == "You enjoy #cats" for fact in facts)
    assert (await client.delete("/api/me/taste")).status_code == 204
    facts = (await client.get("/api/me/taste")).json()["facts"]
    assert not any(fact["name"] == "tag" for fact in facts)


async def test_every_page_leaves_a_receipt(client: Client, parts: Parts) -> None:
    await filled(parts)
    page = (await client.get("/api/feed?size=8")).json()
    await parts.living.receipts.flush()
    person = PersonId(int(client.cookies["plainview_guest"].partition(".")[0]))
    async with parts.database.transaction(parts.region) as tx:
        receipts = await receipts_of(tx, parts.door, person, Purpose.OWN_VIEW, SERVER)
    (found,) = [each for each in receipts if each["page_id"] == int(page["page_id"])]
    assert [str(item) for item in found["item_ids"]] == [entry["card"]["id"] for entry in page["entries"]]
    assert found["sources"] == [entry["sources"] for entry in page["entries"]]
    assert len(found["scores"]) == len(found["reasons"]) == 8
    assert (found["model"], found["mode"]) == (page["model"], "for_you")


async def test_an_event_that_comes_twice_is_acknowledged_twice_and_counted_once(client: Client, parts: Parts) -> None:
    catalogue = await filled(parts)
    body = {"events": [_event("shown", catalogue.cats[0])]}
    for _ in range(3):
        assert (await client.post("/api/events", json=body)).json()["accepted"] == [body["events"][0]["id"]]
    await parts.living.views.flush()
    async with parts.database.transaction(parts.region) as tx:
        events = await (await tx.execute("SELECT count(*) FROM events")).fetchone()
        views = await (await tx.execute("SELECT views FROM items WHERE item_id = %s", (catalogue.cats[0],))).fetchone()
    assert (events, views) == ((1,), (1,))


async def test_beacons_are_taken_as_plain_text(client: Client, parts: Parts) -> None:
    catalogue = await filled(parts)
    content = json.dumps({"events": [_event("shown", catalogue.cats[0])]})
    headers = {"content-type": "text/plain;charset=UTF-8"}
    response = await client.post("/api/events", content=content, headers=headers)
    assert response.status_code == 200, response.text


async def test_a_wrong_clock_is_bounded(client: Client, parts: Parts) -> None:
    catalogue = await filled(parts)
    item = catalogue.cats[0]
    body = {"events": [_event("shown", item, at_ms=1), _event("shown", item, at_ms=2**53, watched_ms=2**53)]}
    assert (await client.post("/api/events", json=body)).status_code == 200
    early, late = sorted([each.event.at_ms async for each in parts.living.log.read(parts.region)])
    now_ms = time.time() * 1000
    assert now_ms - 8 * 86_400_000 < early < now_ms - 6 * 86_400_000
    assert late <= now_ms


async def test_what_a_person_refuses_does_not_come_again_until_they_take_it_back(client: Client, parts: Parts) -> None:
    catalogue = await filled(parts)
    await sign_up(client, "picky")
    gone = catalogue.cats[0]
    hidden = catalogue.creators[1]
    assert (await client.post(f"/api/videos/{gone}/not-interested")).status_code == 204
    assert (await client.post("/api/people/maker1/hide")).status_code == 204
    assert [p["handle"] for p in (await client.get("/api/me/hidden")).json()["people"]] == ["maker1"]
    held: list[str] = []
    for _ in range(4):
        page = await _page(client, size=20, exclude=",".join(held))
        assert str(gone) not in {entry["card"]["id"] for entry in page}
        assert str(hidden) not in {entry["card"]["creator"]["id"] for entry in page}
        held += [entry["card"]["id"] for entry in page]
    assert (await client.delete("/api/people/maker1/hide")).status_code == 204
    assert (await client.get("/api/me/hidden")).json()["people"] == []


async def test_following_shows_the_newest_of_those_one_follows(client: Client, parts: Parts) -> None:
    catalogue = await filled(parts)
    await sign_up(client, "fan")
    assert await _page(client, mode="following") == []
    assert (await client.put("/api/people/maker2/follow")).status_code == 200
    page: list[dict[str, Any]] = []
    for _ in range(100):
        page = await _page(client, mode="following", size=4)
        if page:
            break
        await asyncio.sleep(0.02)
    assert {entry["card"]["creator"]["handle"] for entry in page} == {"maker2"}
    newest = [entry["card"]["id"] for entry in page]
    assert newest == sorted(newest, reverse=True)
    await _watch(client, newest[0], whole=True)
    again = [entry["card"]["id"] for entry in await _page(client, mode="following", size=4)]
    assert again == newest, "what was watched is not read here"
    held = await _page(client, mode="following", size=4, exclude=newest[0])
    assert newest[0] not in [entry["card"]["id"] for entry in held], "the screen says what it holds"
    assert catalogue.creators[2] == int(page[0]["card"]["creator"]["id"])


async def test_a_block_empties_the_feed_of_that_person(client: Client, parts: Parts) -> None:
    catalogue = await filled(parts)
    await sign_up(client, "fan")
    await _page(client)
    assert (await client.put("/api/people/maker3/block")).status_code == 204
    for _ in range(5):
        page = await _page(client, size=20)
        assert str(catalogue.creators[3]) not in {entry["card"]["creator"]["id"] for entry in page}


async def test_what_the_feed_learned_survives_a_restart(client: Client, parts: Parts, database_url: str) -> None:
    catalogue = await filled(parts)
    fan = await sign_up(client, "fan")
    for item in catalogue.cats[:5]:
        await _watch(client, item, whole=True)
    person = PersonId(int(fan.person_id))
    before = await parts.living.learner.ranker.person_facts(person)
    async with wire(parts.settings, {"home": database_url}, node=2) as again, again.living.run(0):
        assert await again.living.learner.ranker.person_facts(person) == before


@pytest.mark.parametrize(
    "wish",
    [{"mode": "all"}, {"size": 0}, {"size": 21}, {"exclude": "1,x"}, {"exclude": "9" * 40}, {"session": "s" * 65}],
)
async def test_a_wish_that_cannot_be_met_is_refused(client: Client, wish: dict[str, Any]) -> None:
    assert (await client.get("/api/feed", params=wish)).status_code in {400, 422}


async def test_too_many_or_malformed_events_are_refused(client: Client) -> None:
    become(client, None)
    for events in ([_event("shown", "1")] * 201, [_event("liked", "1")], [_event("shown", "x")], [{"id": "1"}]):
        assert (await client.post("/api/events", json={"events": events})).status_code in {400, 422}
    assert (await client.post("/api/events", json={"events": []})).json() == {"accepted": []}


async def test_a_page_follows_the_languages_that_the_browser_asks_for(client: Client, parts: Parts) -> None:
    catalogue = await fill(parts, each=12)
    spoken = {"de": catalogue.cats, "is": catalogue.cars}
    async with parts.database.transaction(parts.region) as tx:
        for language, items in spoken.items():
            await tx.execute("UPDATE items SET language = %s WHERE item_id = ANY(%s)", (language, items))
            for item in items:
                await parts.signals.send(tx, "item.changed", item_id=item)

    # The engine hears of what changed a moment later.
    asked = PageRequest(to_ms(now()), 64, languages=("no one's",))
    for _ in range(500):
        page = await parts.living.learner.ranker.page(asked)
        told = page.part_names.index("language")
        if sum(place.parts[told] for place in page.items) == 24.0:
            break
        await asyncio.sleep(0.02)

    async def understood(language: str) -> int:
        client.headers["Accept-Language"] = f"{language}-{language.upper()},{language};q=0.9"
        shown = {int(entry["card"]["id"]) for entry in await _page(client, size=8)}
        return len(shown & set(spoken[language]))

    for language in spoken:
        assert sum([await understood(language) for _ in range(5)]) >= 30, "of 40, and as many are in the other"
