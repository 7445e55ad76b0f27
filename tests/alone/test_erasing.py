"""An erasure is true: of rows, log, state and disk, and before it is answered."""

import asyncio
from pathlib import Path

import pytest

from plainview.alone.living import commit
from plainview.alone.numbers import PACKED, USER, number_of
from plainview.alone.records import Happened
from plainview.alone.replaying import snapshot_of
from plainview.alone.store import Store, newest_folder
from plainview.alone.users import erase
from plainview.engine.ranking import TasteEngine
from tests.alone.serving import Asking, asking, clip, places_of

pytestmark = pytest.mark.anyio
ANN = "ann-whose-name-is-nowhere-else"


async def lived(service: Asking, *users: str) -> None:
    """Thirty videos, and each of these users with feedback of every sort on some."""
    await service.send("POST", "items", [clip(number, f"kind{number % 3}") for number in range(30)])
    for user in users:
        await service.send("POST", "user", {"UserId": user, "Labels": {"note": f"of {user}"}})
        await service.did(user, "like", "v1", "v2", "v3")
        await service.did(user, "watch", "v4", Value=5000)
        await service.did(user, "follow", "v5")
        await service.did(user, "read", "v6", Timestamp="2099-01-01T00:00:00Z", Comment=f"of {user}")


async def test_nothing_of_an_erased_user_is_left_on_the_disk(tmp_path: Path) -> None:
    needles = (ANN.encode(), PACKED.pack(number_of(USER, ANN)))
    async with asking(tmp_path) as service:
        await lived(service, ANN, "bob")
        snapshot_of(service.alone.store, TasteEngine())
        assert places_of(tmp_path, *needles)
        assert await service.send("DELETE", f"user/{ANN}") == {"RowAffected": 1}
        assert places_of(tmp_path, *needles) == [], "before anything else happens"
        assert await service.send("DELETE", f"user/{ANN}") == {"RowAffected": 0}
        assert await service.get(f"user/{ANN}/feedback") == []
        assert await service.get(f"user/{ANN}/facts") == []
        assert not [each for each in service.logged() if isinstance(each, Happened) and each.person != _bob()]
        assert len(await service.get("user/bob/feedback")) == 5
        assert "v1" in await service.get(f"recommend/{ANN}", n=30)


def _bob() -> int:
    return number_of(USER, "bob")


async def test_a_state_made_again_is_as_if_they_had_never_been(tmp_path: Path) -> None:
    async with asking(tmp_path / "with") as service:
        await lived(service, "bob", ANN)
        await service.send("DELETE", f"user/{ANN}")
        rows = await service.get("feedback", n=100)
    async with asking(tmp_path / "with") as service:
        erased = await service.get("popular", n=30)
        assert await service.get("feedback", n=100) == rows
    async with asking(tmp_path / "without") as service:
        await lived(service, "bob")
        # Standing fades by the second, and the two were made some seconds apart.
        assert {each["Id"]: each["Score"] for each in await service.get("popular", n=30)} == pytest.approx(
            {each["Id"]: each["Score"] for each in erased}, abs=0.002
        )


async def test_an_erasure_that_a_kill_cut_off_is_finished_before_anything_is_served(tmp_path: Path) -> None:
    async with asking(tmp_path) as service:
        await lived(service, ANN, "bob")
    store = Store(newest_folder(tmp_path))
    commit(store, [lambda desk: erase(desk, ANN)])
    store.close()
    (tmp_path / "partial").mkdir()
    assert places_of(tmp_path, ANN.encode()), "on a free page"
    async with asking(tmp_path) as service:
        assert places_of(tmp_path, ANN.encode()) == []
        assert newest_folder(tmp_path).name == "store-000002"
        assert len(await service.get("user/bob/feedback")) == 5


async def test_an_erasure_that_finds_no_room_says_so_and_is_finished_later(tmp_path: Path) -> None:
    async with asking(tmp_path) as service:
        await lived(service, ANN, "bob", "eve")
        (tmp_path / "partial").write_text("in the way")
        answer = await service.client.delete(f"/api/user/{ANN}")
        assert answer.status_code == 503, "what held them is still there"
        assert await service.get(f"user/{ANN}/feedback") == []
        await service.did("bob", "like", "v20")
        (tmp_path / "partial").unlink()
        await service.send("DELETE", "user/eve")
        assert places_of(tmp_path, ANN.encode(), b"of eve") == []
        assert len(await service.get("user/bob/feedback")) == 6


async def test_many_are_erased_while_others_write(tmp_path: Path) -> None:
    async with asking(tmp_path) as service:
        await lived(service, *(f"gone{number}" for number in range(6)), "bob")
        answers = await asyncio.gather(
            *(service.send("DELETE", f"user/gone{number}") for number in range(6)),
            *(service.did("bob", "like", f"v{number}") for number in range(10, 20)),
        )
        assert [each["RowAffected"] for each in answers] == [1] * 16
        assert {each["UserId"] for each in (await service.get("feedback", n=1000))["Feedback"]} == {"bob"}
        assert len(await service.get("user/bob/feedback")) == 15
        assert places_of(tmp_path, b"of gone") == []


async def test_whoever_comes_back_after_an_erasure_begins_anew(tmp_path: Path) -> None:
    async with asking(tmp_path) as service:
        await lived(service, ANN)
        await service.send("DELETE", f"user/{ANN}")
        await service.did(ANN, "like", "v9")
        facts = {each["Name"]: each["Weight"] for each in await service.get(f"user/{ANN}/facts")}
        assert facts["seen"] == 1
