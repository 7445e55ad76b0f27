"""A person steers their own feed: the next page obeys, nobody else's does, and what they chose is theirs alone."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from plainview.engine.candidates import SOURCES
from plainview.feed.receipts import receipts_of
from plainview.feed.steering import FIELD, Steering, Steerings
from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.door import SERVER
from plainview.ports.engine import Sliders
from plainview.wiring import Parts, wire
from plainview_verifier import verify
from tests.feed.conftest import Catalogue, filled
from tests.guarding import publish
from tests.server.fixtures import Client, become, sign_up

pytestmark = pytest.mark.anyio
NAMES = [source.name for source in SOURCES]
PROFILED = [source.name for source in SOURCES if source.profiled]
MIDDLE = dict.fromkeys(("familiar", "followed", "popular", "fresh", "varied"), 0)


async def _enjoy(client: Client, items: list[Any]) -> None:
    for item in items:
        events = [
            {"id": str(uuid4()), "kind": kind, "item_id": str(item), "at_ms": 1, "watched_ms": 9000}
            for kind in ("shown", "watched", "finished")
        ]
        assert (await client.post("/api/events", json={"events": events})).status_code == 200


async def _steer(client: Client, off: list[str] | None = None, **sliders: int) -> dict[str, Any]:
    answer = await client.put("/api/me/steering", json={"sliders": sliders, "off": off or []})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _entries(client: Client) -> list[dict[str, Any]]:
    answer = await client.get("/api/feed?size=8")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


def _cats(entries: list[dict[str, Any]], made: Catalogue) -> int:
    cats = {str(item) for item in made.cats}
    return sum(entry["card"]["id"] in cats for entry in entries)


async def test_all_stands_in_the_middle_until_somebody_moves_it(client: Client, parts: Parts) -> None:
    await sign_up(client, "mia")
    found = (await client.get("/api/me/steering")).json()
    assert found["sliders"] == MIDDLE
    assert [source["name"] for source in found["sources"] if source["on"]] == NAMES
    assert [source["name"] for source in found["sources"] if source["profiled"]] == PROFILED
    async with parts.database.transaction(parts.region) as tx:
        assert await (await tx.execute("SELECT 1 FROM steering")).fetchall() == []


async def test_the_next_page_is_by_the_new_sliders_and_nobody_elses_is(client: Client, parts: Parts) -> None:
    made = await filled(parts)
    await _enjoy(client, made.cats[:6])
    await _entries(client)
    guest = client.cookies["plainview_guest"]
    await _steer(client, familiar=-2, varied=2)
    new = [await _entries(client) for _ in range(3)]
    await _steer(client, familiar=2, varied=-2)
    alike = [await _entries(client) for _ in range(3)]
    assert sum(_cats(page, made) for page in new) < sum(_cats(page, made) for page in alike)
    become(client, None)
    client.cookies.clear()
    await _enjoy(client, made.cats[:6])
    assert client.cookies["plainview_guest"] != guest
    assert (await client.get("/api/me/steering")).json()["sliders"] == MIDDLE
    found = (await client.get("/api/feed?size=8")).json()
    person = PersonId(int(client.cookies["plainview_guest"].partition(".")[0]))
    assert (await _receipt(parts, person, int(found["page_id"])))["sliders"] == {}


async def _receipt(parts: Parts, person: PersonId, page: int) -> dict[str, Any]:
    await parts.living.receipts.flush()
    async with parts.database.transaction(parts.region) as tx:
        receipts = await receipts_of(tx, parts.door, person, Purpose.OWN_VIEW, SERVER)
    return next(each for each in receipts if each["page_id"] == page)


async def test_a_source_that_is_off_names_nothing_and_the_receipt_says_how_the_page_was_made(
    client: Client, parts: Parts
) -> None:
    made = await filled(parts)
    await _enjoy(client, made.cats[:3])
    person = PersonId(int(client.cookies["plainview_guest"].partition(".")[0]))
    for off in NAMES:
        shape = await _steer(client, [off], fresh=1)
        assert [source["name"] for source in shape["sources"] if not source["on"]] == [off]
        page = (await client.get("/api/feed?size=8")).json()
        assert len(page["entries"]) == 8
        assert off not in {source for entry in page["entries"] for source in entry["sources"]}
        receipt = await _receipt(parts, person, int(page["page_id"]))
        assert (receipt["sliders"], receipt["without_sources"]) == ({"fresh": 1}, [off])
    await _steer(client, NAMES)
    assert {source for entry in await _entries(client) for source in entry["sources"]} == {"anything"}


async def test_a_page_asks_for_what_was_chosen_once_and_every_process_hears_of_a_change(
    client: Client, parts: Parts
) -> None:
    me = await sign_up(client, "mia")
    person = PersonId(int(me.person_id))
    await _steer(client, ["trending"], popular=-2)
    # One that hears no signals, but for those that it is told here.
    steerings = Steerings(parts.database, parts.door)
    chosen = Steering(Sliders(popular=-2), ("trending",))
    assert await steerings.of(person) == chosen
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("DELETE FROM steering")
    assert await steerings.of(person) == chosen, "held, not read"
    await steerings.heard({"person_id": person})
    assert await steerings.of(person) == Steering()
    await _steer(client, popular=1)
    assert await parts.living.steerings.of(person) == Steering(Sliders(popular=1)), "heard before that was answered"
    await steerings.heard({"missed": True})
    assert await steerings.of(person) == Steering(Sliders(popular=1))


async def test_what_was_chosen_lies_sealed_goes_with_the_account_and_stands_in_the_copy(
    client: Client, parts: Parts, warden: Path
) -> None:
    await filled(parts, each=3)
    await sign_up(client, "mia")
    await _steer(client, ["trending"], popular=-2)
    for _ in range(5):
        await _entries(client)
    async with parts.database.transaction(parts.region) as tx:
        ((body,),) = await (await tx.execute("SELECT body FROM steering")).fetchall()
    assert b"trending" not in body
    copy = (await client.get("/api/me/export")).json()["steering"]
    assert copy == {"sliders": MIDDLE | {"popular": -2}, "off": ["trending"]}
    await asyncio.to_thread(publish, warden)
    reads = verify((await client.get("/api/me/access-log")).content).reads
    ranked = [read for read in reads if FIELD in read.get("fields", [FIELD]) and read["of"] == ["account"]]
    opened = [read for read in ranked if read["for"] == "feed.rank"]
    assert 1 <= len(opened) <= 2, "opened once, then held; once more where the database tells it after the first page"
    assert (await client.request("DELETE", "/api/me", json={"handle": "mia"})).status_code == 204
    async with parts.database.transaction(parts.region) as tx:
        assert await (await tx.execute("SELECT 1 FROM steering")).fetchall() == []


async def test_without_profiling_what_needs_no_profile_still_obeys(client: Client, parts: Parts) -> None:
    made = await filled(parts)
    await sign_up(client, "mia")
    await _enjoy(client, made.cats[:3])
    assert (await client.put("/api/me/profiling", json={"on": False})).status_code == 200
    await _steer(client, ["fresh", "popular"])
    found = {source for entry in await _entries(client) for source in entry["sources"]}
    assert found
    assert not found & {"fresh", "popular", *PROFILED}


async def test_a_taste_that_was_forgotten_stays_so_after_a_restart_until_it_is_recalled(
    client: Client, parts: Parts, database_url: str
) -> None:
    made = await filled(parts)
    me = await sign_up(client, "fan")
    await _enjoy(client, made.cats[:5])
    ranker, person = parts.living.learner.ranker, PersonId(int(me.person_id))
    before = await ranker.person_facts(person)
    cats = {"tastes": [{"name": "tag", "subject": "cats"}]}
    assert (await client.post("/api/me/taste/forget", json=cats)).status_code == 204
    facts = (await client.get("/api/me/taste")).json()["facts"]
    assert [(f["kind"], f["text"]) for f in facts if f["subject"] == "cats"] == [("forgotten", "You enjoy #cats")]
    assert not any(reason.get("tag") == "cats" for entry in await _entries(client) for reason in entry["reasons"])
    async with wire(parts.settings, {"home": database_url}, node=2) as again, again.living.run(0):
        assert await again.living.learner.ranker.person_facts(person) == await ranker.person_facts(person)
    assert (await client.post("/api/me/taste/recall", json=cats)).status_code == 204
    assert sorted(await ranker.person_facts(person)) == sorted(before)
    async with wire(parts.settings, {"home": database_url}, node=3) as again, again.living.run(0):
        assert await again.living.learner.ranker.person_facts(person) == await ranker.person_facts(person)


@pytest.mark.parametrize(
    "wish",
    [
        {"sliders": {"fresh": 3}, "off": []},
        {"sliders": {"fresh": 0.5}, "off": []},
        {"sliders": {"luck": 1}, "off": []},
        {"sliders": {}, "off": ["advertisers"]},
        {"sliders": {}},
    ],
)
async def test_a_wish_beyond_the_bounds_is_refused(client: Client, wish: dict[str, Any]) -> None:
    become(client, None)
    assert (await client.put("/api/me/steering", json=wish)).status_code in {400, 422}


async def test_forgetting_what_nobody_knows_changes_nothing(client: Client, parts: Parts) -> None:
    await filled(parts, each=3)
    odd = [("tag", "no such"), ("creator", "x"), ("creator", "٣"), ("sound", "-1"), ("look", ":")]
    body = {"tastes": [{"name": name, "subject": subject} for name, subject in odd]}
    for path in ("forget", "recall"):
        assert (await client.post(f"/api/me/taste/{path}", json=body)).status_code == 204
    assert (await client.post("/api/me/taste/forget", json={"tastes": []})).status_code == 204
