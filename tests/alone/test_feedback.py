"""Feedback: rows as Gorse keeps them, events as the engine learns them."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plainview.alone.kinds import KINDS, with_named
from plainview.alone.records import Happened
from plainview.kernel.errors import InvalidInputError
from plainview.ports.engine import EventKind
from tests.alone.serving import Asking, asking, clip

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Asking]:
    async with asking(tmp_path) as opened:
        await opened.send("POST", "items", [clip(number, "cats") for number in range(5)])
        yield opened


def events(service: Asking) -> list[tuple[str, int]]:
    return [(each.kind, each.watched_ms) for each in service.logged() if isinstance(each, Happened)]


async def test_a_state_said_twice_is_one_event_and_taking_it_back_is_another(service: Asking) -> None:
    await service.did("ann", "like", "v1", Value=1)
    await service.did("ann", "like", "v1", Value=1)
    await service.send("PUT", "feedback", [{"FeedbackType": "like", "UserId": "ann", "ItemId": "v1", "Value": 5}])
    assert (await service.get("feedback/like/ann/v1"))["Value"] == 5
    assert await service.send("DELETE", "feedback/like/ann/v1") == {"RowAffected": 1}
    assert await service.send("DELETE", "feedback/like/ann/v1") == {"RowAffected": 0}
    assert [kind for kind, _ in events(service)] == ["shown", "like", "unlike"]
    assert (await service.client.get("/api/feedback/like/ann/v1")).status_code == 404


async def test_the_word_for_taking_back_takes_the_row_away_too(service: Asking) -> None:
    await service.did("ann", "star", "v1")
    await service.did("ann", "unlike", "v1", "v2")
    assert await service.get("user/ann/feedback") == []
    assert [kind for kind, _ in events(service)] == ["shown", "like", "unlike"]


async def test_watches_add_up_and_the_same_moment_said_twice_is_one_watch(service: Asking) -> None:
    for _ in range(2):
        await service.did("ann", "watch", "v1", Value=3000, Timestamp="2026-11-20T10:00:00Z")
    await service.did("ann", "watch", "v1", Value=4500, Timestamp="2026-11-20T10:05:00Z")
    await service.send("PUT", "feedback", [{"FeedbackType": "watch", "UserId": "ann", "ItemId": "v1", "Value": 1}])
    assert events(service) == [("shown", 0), ("watched", 3000), ("watched", 4500)]
    assert (await service.get("feedback/watch/ann/v1"))["Value"] == 1


async def test_an_exposure_counts_once_whichever_comes_first(service: Asking) -> None:
    await service.did("ann", "like", "v1")
    await service.did("ann", "read", "v1")
    await service.did("ann", "read", "v2")
    await service.did("ann", "like", "v2")
    assert [kind for kind, _ in events(service)] == ["shown", "like", "shown", "like"]
    await service.did("ann", "read", "v2")
    assert [kind for kind, _ in events(service)][4:] == ["shown"], "a second reading is another exposure"


async def test_a_watch_may_say_how_long_an_unknown_item_is(service: Asking) -> None:
    await service.did("ann", "watch", "new", Value=4000, Comment="9000")
    assert (await service.get("item/new"))["Labels"] == {"duration_ms": 9000}
    await service.did("ann", "watch", "v1", Value=4000, Comment="9000")
    assert (await service.get("item/v1"))["Labels"]["duration_ms"] == 10_000, "what the operator said stands"


async def test_a_dislike_keeps_the_item_away(service: Asking) -> None:
    await service.did("ann", "dislike", "v1")
    assert "v1" not in await service.get("recommend/ann", again=True)
    await service.send("DELETE", "feedback/ann/v1")
    assert "v1" in await service.get("recommend/ann", again=True)


async def test_blocking_by_one_video_keeps_its_maker_away(service: Asking) -> None:
    await service.send("POST", "items", [clip(number) for number in range(20)])
    await service.did("ann", "block", "v1")
    assert not {"v1", "v8", "v15"} & set(await service.get("recommend/ann", n=20, again=True))


async def test_following_by_one_video_brings_the_others_of_its_maker(service: Asking) -> None:
    await service.send("POST", "items", [clip(number) for number in range(20)])
    await service.did("ann", "follow", "v1")
    assert set(await service.get("recommend/ann", mode="following")) == {"v8", "v15"}
    await service.send("PUT", "item/v2/category/fun")
    assert await service.get("recommend/ann/fun", mode="following") == []
    await service.send("DELETE", "feedback/follow/ann/v1")
    assert await service.get("recommend/ann", mode="following") == []


async def test_feedback_of_the_future_waits_for_its_time(service: Asking) -> None:
    soon_ms = int(time.time() * 1000) + 1_600
    await service.did("ann", "read", "v1", Timestamp=str(soon_ms))
    early, still_in = await service.get("user/ann/feedback"), "v1" in await service.get("recommend/ann")
    assert (early, still_in) == ([], True) or time.time() * 1000 >= soon_ms
    for _ in range(100):
        if await service.get("user/ann/feedback"):
            break
        await asyncio.sleep(0.05)
    assert [each["FeedbackType"] for each in await service.get("user/ann/feedback")] == ["read"]
    assert "v1" not in await service.get("recommend/ann")


async def test_a_type_that_means_nothing_is_refused_with_what_to_do(service: Asking) -> None:
    answer = await service.client.post(
        "/api/feedback", json=[{"FeedbackType": "frobnicate", "UserId": "ann", "ItemId": "v1"}]
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_kind")
    assert "--kind frobnicate=KIND" in answer.json()["detail"]
    assert await service.get("users") == {"Cursor": "", "Users": []}


def test_a_type_can_be_given_a_meaning() -> None:
    assert with_named(["Clap=like"])["clap"] is EventKind.LIKE
    assert with_named([]) == KINDS
    for wrong in ("clap", "clap=", "=like", "clap=joy"):
        with pytest.raises(InvalidInputError):
            with_named([wrong])


async def test_one_write_that_fails_undoes_nothing_of_those_it_shares_a_commit_with(service: Asking) -> None:
    answers = await asyncio.gather(
        service.client.patch("/api/item/nobody", json={}),
        service.client.post("/api/feedback", json=[{"FeedbackType": "like", "UserId": "ann", "ItemId": "v1"}]),
        service.client.patch("/api/user/nobody", json={}),
    )
    assert [each.status_code for each in answers] == [404, 200, 404]
    assert len(await service.get("user/ann/feedback")) == 1


@pytest.mark.parametrize("when", ["2026-11-20", "2026-11-20T08:00:00.5+02:00", "1795161600", "1795161600000", "", None])
async def test_times_are_taken_as_clients_write_them(service: Asking, when: str | None) -> None:
    await service.did("ann", "like", "v1", Timestamp=when)
    assert (await service.get("feedback/like/ann/v1"))["Timestamp"].startswith("2026-11-2")
