"""Pages: what is ranked, for whom, and what is said about it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plainview.alone.handed import Handed
from plainview.alone.records import Happened
from tests.alone.serving import Asking, asking, clip

pytestmark = pytest.mark.anyio
KINDS = ("cats", "cars", "cooking", "chess")


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Asking]:
    """Eighty videos of four kinds, and somebody who likes cats and skips cars."""
    async with asking(tmp_path) as opened:
        videos = [clip(number, KINDS[number % 4], Categories=[KINDS[number % 4]]) for number in range(80)]
        await opened.send("POST", "items", videos)
        await opened.did("ann", "like", "v0", "v4", "v8")
        await opened.did("ann", "skip", "v1", "v5", "v9", Value=400)
        yield opened


def of_kind(ids: list[str], kind: str) -> int:
    return sum(KINDS[int(each[1:]) % 4] == kind for each in ids)


async def test_a_taste_fills_the_page_and_nobody_elses(service: Asking) -> None:
    page = await service.get("recommend/ann")
    assert of_kind(page, "cats") >= 5
    assert of_kind(page, "cars") <= 1
    assert not {"v0", "v4", "v8", "v1", "v5", "v9"} & set(page), "what was seen does not come again"
    assert of_kind(await service.get("recommend/bob"), "cats") <= 5


async def test_offset_continues_a_page_and_everything_comes_once(service: Asking) -> None:
    whole = await service.get("recommend/ann", n=74)
    assert len(whole) == len(set(whole)) == 74
    pieces = [await service.get("recommend/ann", n=7, offset=offset) for offset in range(0, 35, 7)]
    assert [each for piece in pieces for each in piece] == whole[:35]


async def test_what_was_seen_comes_again_only_when_it_is_wished(service: Asking) -> None:
    assert len(await service.get("recommend/ann", n=100)) == 74
    assert len(await service.get("recommend/ann", n=100, again=True)) == 80


async def test_a_category_holds_back_all_else(service: Asking) -> None:
    for path, query in (("recommend/ann/chess", {}), ("recommend/ann", {"category": "chess"}), ("popular/chess", {})):
        found = await service.get(path, n=20, **query)
        ids = [each if isinstance(each, str) else each["Id"] for each in found]
        assert len(ids) == of_kind(ids, "chess") == 20


async def test_a_rare_category_is_filled_by_its_newest_without_whom_the_user_hides(service: Asking) -> None:
    await service.send("POST", "items", [clip(number, "cars", Categories=["rare"]) for number in range(80, 90)])
    await service.send("POST", "items", [clip(number, "cats") for number in range(100, 1200)])
    await service.did("ann", "block", "v80")
    await service.did("ann", "read", "v81")
    found = await service.get("recommend/ann/rare", n=20)
    assert sorted(found) == [f"v{number}" for number in (82, 83, 84, 85, 86, 88, 89)], "v80 and v87 are of one maker"


async def test_every_place_can_say_how_it_came_about(service: Asking) -> None:
    page = await service.get("recommend/ann", reasons=True)
    assert {"Id", "Score", "Sources", "Reasons", "Propensity", "Exploring"} == set(page[0])
    named = {(reason["Code"], reason["Fact"]) for place in page for reason in place["Reasons"]}
    known = {"v0", "v4", "v8", "cats", "", *(f"maker{number}" for number in range(7))}
    assert {code for code, _ in named} & {"similar", "tag"}
    assert {fact for code, fact in named if code in {"similar", "tag", "co_watched", "creator"}} <= known
    assert all(0 < place["Propensity"] <= 1 for place in page)


async def test_scores_come_where_version_two_is_asked_for(service: Asking) -> None:
    answer = await service.client.get("/api/recommend/ann", headers={"X-API-Version": "2"})
    assert [each["Id"] for each in answer.json()] == await service.get("recommend/ann")
    assert all(isinstance(each["Score"], float) for each in answer.json())


async def test_sources_can_be_switched_off(service: Asking) -> None:
    page = await service.get("recommend/ann", reasons=True, without="fresh,popular")
    assert not {"fresh", "popular"} & {source for place in page for source in place["Sources"]}


async def test_a_user_moves_the_weights_with_sliders(service: Asking) -> None:
    as_published = await service.get("recommend/ann", reasons=True)
    new = await service.get("recommend/ann", reasons=True, sliders="familiar:-2,varied:+2")
    assert sum(each["Score"] for each in new) < sum(each["Score"] for each in as_published)


async def test_what_a_user_searched_for_leads_the_page_and_is_not_kept(service: Asking) -> None:
    before = await service.get("recommend/ann", reasons=True)
    page = await service.get("recommend/ann", reasons=True, looked_for="cars,,chess")
    led = [place["Id"] for place in page if "looked_for" in place["Sources"]]
    assert of_kind(led, "cars") >= 2
    assert of_kind(led, "cars") + of_kind(led, "chess") == len(led)
    told = {(reason["Code"], reason["Fact"]) for place in page for reason in place["Reasons"]}
    assert ("looked_for", "cars") in told
    assert await service.get("recommend/ann", reasons=True) == before


async def test_an_unprofiled_page_reads_nothing_that_was_liked(service: Asking) -> None:
    page = await service.get("recommend/ann", mode="unprofiled", reasons=True)
    assert not {"tag", "similar", "creator"} & {reason["Code"] for place in page for reason in place["Reasons"]}


async def test_a_written_back_page_is_not_given_again(service: Asking) -> None:
    first = await service.get("recommend/ann", write_back_type="read")
    assert not set(first) & set(await service.get("recommend/ann"))
    assert len(await service.get("user/ann/feedback/read")) == len(first)


async def test_an_event_tells_the_place_at_which_its_item_was_handed_out(service: Asking) -> None:
    first = await service.get("recommend/bob", n=5)
    further = await service.get("recommend/bob", n=5, offset=5)
    stranger = next(f"v{each}" for each in range(80) if f"v{each}" not in first + further)
    await service.did("bob", "watch", first[2], further[1], stranger, Value=4_000)
    told = [(each.kind, each.position) for each in service.logged() if isinstance(each, Happened)][-6:]
    assert told == [(kind, place) for place in (2, 6, -1) for kind in ("shown", "watched")]
    # What is written back was handed out, too.
    await service.get("recommend/cem", n=3, write_back_type="read")
    told = [(each.kind, each.position) for each in service.logged() if isinstance(each, Happened)][-3:]
    assert told == [("shown", 0), ("shown", 1), ("shown", 2)]


def test_of_what_was_handed_out_the_latest_is_remembered_for_the_latest_users() -> None:
    handed = Handed(users=2, items=3)
    handed.note(1, [10, 11, 12])
    handed.note(1, [13, 11], first=3)
    assert [handed.to(1).get(item, -1) for item in (10, 11, 12, 13)] == [-1, 4, 2, 3]
    # Of a page that is longer than what is held, the top is held.
    handed.note(1, range(20, 30))
    assert [handed.to(1).get(item, -1) for item in (13, 20, 22, 23)] == [-1, 0, 2, -1]
    handed.note(2, [10])
    handed.note(3, [10])
    assert [handed.to(user).get(10, -1) for user in (1, 2, 3)] == [-1, 0, 0]
    handed.forget(3)
    assert handed.to(3).get(10, -1) == -1


async def test_neighbours_share_what_the_item_has(service: Asking) -> None:
    found = [each["Id"] for each in await service.get("item/v2/neighbors")]
    assert len(found) == 10
    assert of_kind(found, "cooking") >= 6
    assert "v2" not in found
    assert await service.get("item/nobody/neighbors") == []
    assert [each["Id"] for each in await service.get("item/v2/neighbors", n=3, offset=2)] == found[2:5]


async def test_a_session_is_ranked_and_leaves_nothing(service: Asking) -> None:
    before = service.alone.engine.snapshot()
    session = [{"FeedbackType": "like", "UserId": "", "ItemId": each} for each in ("v3", "v7")]
    found = [each["Id"] for each in await service.send("POST", "session/recommend?n=8", session)]
    assert of_kind(found, "chess") >= 4
    assert not {"v3", "v7"} & set(found)
    assert service.alone.engine.snapshot() == before
    assert len((await service.get("users"))["Users"]) == 1


async def test_popular_and_latest_leave_out_what_a_named_user_has_seen(service: Asking) -> None:
    for user in ("bob", "eve", "joe"):
        await service.did(user, "like", "v40", "v0")
    popular = [each["Id"] for each in await service.get("popular")]
    assert set(popular[:3]) >= {"v40", "v0"}
    assert "v0" not in [each["Id"] for each in await service.get("popular", user_id="ann")]
    latest = [each["Id"] for each in await service.get("latest", n=100, user_id="ann")]
    assert len(latest) == 74
    assert latest[0] in {"v19", "v39", "v59", "v79"}


async def test_what_is_held_of_somebody_is_told_by_ids_and_forgotten_on_request(service: Asking) -> None:
    facts = {(each["Name"], each["Subject"]): each["Weight"] for each in await service.get("user/ann/facts")}
    assert facts["tag", "cats"] > 0 > facts["tag", "cars"]
    assert {subject for name, subject in facts if name == "enjoyed"} == {"v0", "v4", "v8"}
    await service.send("DELETE", "user/ann/facts")
    assert not [each for each in await service.get("user/ann/facts") if each["Name"] == "tag"]
    assert "v0" not in await service.get("recommend/ann", n=80)


REFUSED = """n=-1 n=501 offset=400&n=200 mode=all without=magic sliders=fresh:3 sliders=joy:1 sliders=fresh:1.0
write-back-type=joy write-back-type=read&write-back-delay=soon"""


@pytest.mark.parametrize("query", REFUSED.split())
async def test_a_wish_that_cannot_be_met_is_refused(service: Asking, query: str) -> None:
    answer = await service.client.get(f"/api/recommend/ann?{query}")
    assert answer.status_code in {400, 422}, answer.text
