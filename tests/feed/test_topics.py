"""Who is new may say what they like: the next page shows it, it stays so after a restart, and it can be taken back."""

from typing import Any

import pytest

from plainview.catalog.topics import apart
from plainview.kernel.ids import PersonId
from plainview.kernel.wishes import hear, languages_asked
from plainview.wiring import Parts
from tests.feed.conftest import Catalogue, filled
from tests.server.fixtures import Client, become, sign_up

pytestmark = pytest.mark.anyio


async def _tagged(parts: Parts, made: Catalogue) -> None:
    async with parts.database.transaction(parts.region) as tx:
        for tag, items in (("cats", made.cats), ("cars", made.cars), ("sample", made.cats + made.cars)):
            for item in items:
                await tx.execute("INSERT INTO item_tags (tag, item_id) VALUES (%s, %s)", (tag, item))


async def _topics(client: Client, **headers: str) -> dict[str, bool]:
    answer = await client.get("/api/me/topics", headers=headers)
    assert answer.status_code == 200, answer.text
    return {topic["tag"]: topic["on"] for topic in answer.json()["topics"]}


async def _cars(client: Client, made: Catalogue) -> int:
    """How many of the 32 videos on four pages are of cars; on one page the lot has its say."""
    cars, found = {str(item) for item in made.cars}, 0
    for _ in range(4):
        entries: list[dict[str, Any]] = (await client.get("/api/feed?size=8")).json()["entries"]
        assert len(entries) == 8
        found += sum(entry["card"]["id"] in cars for entry in entries)
    return found


async def test_a_chosen_topic_is_on_the_next_page_and_can_be_taken_back(client: Client, parts: Parts) -> None:
    made = await filled(parts)
    await _tagged(parts, made)
    await sign_up(client, "mia")
    assert await _topics(client) == {"cats": False, "cars": False}, "what stands on every video is no topic"
    before = await _cars(client, made)
    assert (await client.post("/api/me/topics", json={"tags": ["Cars"]})).status_code == 204
    assert await _topics(client) == {"cats": False, "cars": True}
    assert await _cars(client, made) >= max(before + 4, 22)
    facts = (await client.get("/api/me/taste")).json()["facts"]
    assert ("tag", "cars") in {(fact["name"], fact["subject"]) for fact in facts}
    forgotten = {"tastes": [{"name": "tag", "subject": "cars"}]}
    assert (await client.post("/api/me/taste/forget", json=forgotten)).status_code == 204
    assert await _topics(client) == {"cats": False, "cars": False}


async def test_a_chosen_topic_is_in_the_log_and_so_is_there_after_a_restart(client: Client, parts: Parts) -> None:
    made = await filled(parts)
    me = await sign_up(client, "mia")
    person, learner = PersonId(int(me.person_id)), parts.living.learner
    assert (await client.post("/api/me/topics", json={"tags": ["cars"]})).status_code == 204
    facts = await learner.ranker.person_facts(person)
    await learner.forget(person)
    assert await learner.ranker.person_facts(person) == ()
    await learner.replay(parts.living.log.read(parts.region))
    assert await learner.ranker.person_facts(person) == facts
    assert made.cars


async def test_of_who_may_not_be_profiled_nothing_is_asked_or_kept(client: Client, parts: Parts) -> None:
    made = await filled(parts)
    await _tagged(parts, made)
    me = await sign_up(client, "mia")
    assert (await client.put("/api/me/profiling", json={"on": False})).status_code == 200
    assert await _topics(client) == {}
    assert (await client.post("/api/me/topics", json={"tags": ["cars"]})).status_code == 204
    become(client, None)
    client.cookies.clear()
    wish = {"Sec-GPC": "1"}
    assert await _topics(client, **wish) == {}
    assert (await client.post("/api/me/topics", json={"tags": ["cars"]}, headers=wish)).status_code == 204
    kept = [recorded.event.kind.name async for recorded in parts.living.log.read(parts.region)]
    assert "TOPIC_CHOSEN" not in kept
    assert await parts.living.learner.ranker.person_facts(PersonId(int(me.person_id))) == ()


def test_topics_are_different_from_each_other() -> None:
    found = {"cat": {1, 2, 3, 4}, "kitten": {1, 2, 3}, "car": {5, 6}, "van": {6}, "sea": {7}}
    assert apart(found, 3) == ["cat", "car", "sea"]
    assert apart(found, 9) == ["cat", "car", "sea"], "the rest adds nothing"
    assert apart({}, 3) == []


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", ("de", "en")),
        ("en;q=0.2, is , *;q=0.1", ("is", "en")),
        ("fr;q=0", ()),
        ("", ()),
        ("x" * 9_000, ()),
        ("de;q=oops,en", ("en",)),
    ],
)
def test_a_request_names_its_languages(header: str, languages: tuple[str, ...]) -> None:
    hear({"accept-language": header})
    assert languages_asked() == languages
    hear({})
