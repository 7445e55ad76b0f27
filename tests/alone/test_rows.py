"""Items and users: Gorse's rows in, the same rows out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plainview.alone.records import ItemOut, ItemPut
from tests.alone.serving import Asking, asking, clip

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Asking]:
    async with asking(tmp_path) as opened:
        yield opened


async def test_an_item_comes_back_as_it_was_given(service: Asking) -> None:
    item = {
        "ItemId": "vuejs:vue 💚",
        "IsHidden": False,
        "Categories": ["js", "web"],
        "Timestamp": "2022-02-24T00:00:00Z",
        "Labels": {"topics": ["frontend", {"deep": [1.5]}]},
        "Comment": "A framework",
    }
    assert await service.send("POST", "item", item) == {"RowAffected": 1}
    assert await service.get("item/vuejs:vue 💚") == item


async def test_what_a_client_leaves_out_or_says_null_takes_its_default(service: Asking) -> None:
    nothing = {"Categories": None, "Labels": None, "Comment": None, "Timestamp": None}
    await service.send("POST", "items", [{"ItemId": "a"}, {"ItemId": "b", **nothing}])
    first, second = await service.get("item/a"), await service.get("item/b")
    assert (first["IsHidden"], first["Categories"], first["Labels"], first["Comment"]) == (False, [], None, "")
    assert second["Categories"] == []


async def test_a_patch_changes_what_is_not_null(service: Asking) -> None:
    await service.send("POST", "item", clip(1, "cats", Categories=["fun"], Comment="before"))
    await service.send("PATCH", "item/v1", {"Comment": "after", "Labels": None, "Categories": None})
    item = await service.get("item/v1")
    assert (item["Comment"], item["Categories"], item["Labels"]["tags"]) == ("after", ["fun"], ["cats"])
    assert (await service.client.patch("/api/item/nobody", json={})).status_code == 404


async def test_a_hidden_item_is_recommended_to_nobody_until_it_is_shown_again(service: Asking) -> None:
    await service.send("POST", "items", [clip(1, "cats"), clip(2, "cats", IsHidden=True)])
    assert await service.get("recommend/ann") == ["v1"]
    assert [each["Id"] for each in await service.get("latest")] == ["v1"]
    await service.send("PATCH", "item/v2", {"IsHidden": False})
    assert sorted(await service.get("recommend/ann")) == ["v1", "v2"]
    await service.send("PATCH", "item/v1", {"IsHidden": True})
    assert await service.get("recommend/ann") == ["v2"]


async def test_a_removed_item_takes_its_words_and_its_feedback_with_it(service: Asking) -> None:
    await service.send("POST", "items", [clip(1, "cats", Comment="a secret"), clip(2, "cats")])
    await service.did("ann", "like", "v1", "v2")
    assert await service.send("DELETE", "item/v1") == {"RowAffected": 1}
    assert await service.send("DELETE", "item/v1") == {"RowAffected": 0}
    assert [each["ItemId"] for each in await service.get("user/ann/feedback")] == ["v2"]
    assert await service.get("item/v1/feedback") == []
    assert [each.caption for each in service.logged() if isinstance(each, ItemPut)] == [""]
    assert (await service.client.get("/api/item/v1")).status_code == 404


async def test_an_item_said_again_a_thousand_times_makes_the_log_no_longer(service: Asking) -> None:
    await service.send("POST", "item", clip(1, "cats"))
    for number in range(5):
        await service.send("POST", "item", clip(1, "cats"))
        await service.send("PATCH", "item/v1", {"Comment": f"caption {number}"})
    puts = [each for each in service.logged() if isinstance(each, ItemPut)]
    assert [each.caption for each in puts] == ["caption 4", "caption 4"], "its first place, and the newest"
    assert not any(isinstance(each, ItemOut) for each in service.logged())


async def test_categories_are_added_and_taken_away(service: Asking) -> None:
    await service.send("POST", "items", [clip(1), clip(2)])
    assert await service.send("PUT", "item/v1/category/fun") == {"RowAffected": 1}
    assert await service.send("PUT", "item/v1/category/fun") == {"RowAffected": 0}
    assert [each["Id"] for each in await service.get("latest/fun")] == ["v1"]
    assert await service.get("recommend/ann/fun") == ["v1"]
    assert await service.send("DELETE", "item/v1/category/fun") == {"RowAffected": 1}
    assert await service.get("latest/fun") == []


async def test_lists_give_everything_once_whatever_the_size_of_a_page(service: Asking) -> None:
    await service.send("POST", "items", [clip(number) for number in range(7)])
    await service.send("POST", "users", [{"UserId": f"u{number}"} for number in range(7)])
    await service.did("u1", "like", *[f"v{number}" for number in range(7)])
    for path, rows in (("items", "Items"), ("users", "Users"), ("feedback", "Feedback"), ("feedback/like", "Feedback")):
        for size in (1, 3, 7, 100):
            found, cursor = [], ""
            while True:
                page = await service.get(path, n=size, cursor=cursor)
                found += [str(each) for each in page[rows]]
                cursor = page["Cursor"]
                if not cursor:
                    break
            assert len(found) == len(set(found)) == 7


async def test_a_users_labels_come_back_and_their_languages_count(service: Asking) -> None:
    english, german = clip(1), clip(2)
    english["Labels"]["language"], german["Labels"]["language"] = "en", "de"
    await service.send("POST", "items", [english, german])
    await service.send("POST", "user", {"UserId": "ann", "Labels": {"languages": ["de"]}, "Comment": "A"})
    assert (await service.get("user/ann"))["Labels"] == {"languages": ["de"]}
    assert (await service.get("recommend/ann"))[0] == "v2"
    await service.send("PATCH", "user/ann", {"Labels": {"languages": ["en"]}})
    assert (await service.get("recommend/ann"))[0] == "v1"
    assert (await service.get("user/ann"))["Comment"] == "A"


@pytest.mark.parametrize(
    "item",
    [
        {"ItemId": ""},
        {"ItemId": "a/b"},
        {"ItemId": "a\nb"},
        {"ItemId": "x" * 257},
        {"ItemId": "a", "Timestamp": "yesterday"},
        {"ItemId": "a", "Labels": {"words": "x" * 40_000}},
        {"ItemId": "a", "Labels": [[[[[[[[[[1]]]]]]]]]]},
        {"ItemId": "a", "Categories": ["a/b"]},
        {},
        [],
    ],
)
async def test_what_cannot_be_an_item_is_refused_and_nothing_is_kept(service: Asking, item: object) -> None:
    answer = await service.client.post("/api/item", json=item)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await service.get("items") == {"Cursor": "", "Items": []}
