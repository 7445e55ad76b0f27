"""What was acknowledged is there after a kill, and the engine's state is that of the log."""

import asyncio
import threading
from pathlib import Path

import httpx
import pytest

from plainview.alone.replaying import replay, snapshot_of, write_snapshot
from plainview.alone.store import FolderTakenError, Lock, Store, newest_folder
from plainview.engine.ranking import TasteEngine
from tests.alone.serving import asking, clip, served

pytestmark = pytest.mark.anyio


async def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged: set[tuple[str, str]] = set()
    enough = threading.Event()
    with served(tmp_path) as service:

        def post(writer: int) -> None:
            with httpx.Client(base_url=service.address) as client:
                for number in range(10_000):
                    row = {"FeedbackType": "watch", "UserId": f"u{writer}", "ItemId": f"v{number}", "Value": number}
                    try:
                        if client.post("/api/feedback", json=[row]).status_code == 200:
                            acknowledged.add((f"u{writer}", f"v{number}"))
                        if len(acknowledged) == 60:
                            enough.set()
                    except httpx.TransportError:
                        return

        writers = [threading.Thread(target=post, args=(writer,)) for writer in range(4)]
        for each in writers:
            each.start()
        enough.wait(60)
        service.kill()
        for each in writers:
            each.join()
    async with asking(tmp_path) as restarted:
        found = set()
        for writer in range(4):
            found |= {(row["UserId"], row["ItemId"]) for row in await restarted.get(f"user/u{writer}/feedback")}
    assert acknowledged <= found
    assert len(found) <= len(acknowledged) + 4, "at most what was on its way"


async def test_a_snapshot_and_the_log_behind_it_are_the_state_bit_for_bit(tmp_path: Path) -> None:
    async with asking(tmp_path) as service:
        await service.send("POST", "items", [clip(number, f"kind{number % 3}") for number in range(30)])
        await service.did("ann", "like", "v1", "v2")
        snapshot_of(service.alone.store, TasteEngine())
        await service.did("bob", "watch", "v3", "v4", Value=5000)
        await service.send("DELETE", "feedback/like/ann/v1")
        live = service.alone.engine.snapshot()
    resumed, replayed = TasteEngine(), TasteEngine()
    store = Store(newest_folder(tmp_path))
    assert replay(store, resumed)[1] == 5
    store.snapshot.unlink()
    assert replay(store, replayed)[1] > 30
    store.close()
    assert resumed.snapshot() == replayed.snapshot() == live


async def test_a_torn_snapshot_is_made_again_from_the_log(tmp_path: Path) -> None:
    async with asking(tmp_path) as service:
        await service.send("POST", "items", [clip(number, "cats") for number in range(5)])
        await service.did("ann", "like", "v1")
        live = service.alone.engine.snapshot()
    write_snapshot(tmp_path, TasteEngine)
    torn = newest_folder(tmp_path) / "snapshot"
    torn.write_bytes(torn.read_bytes()[:-9])
    async with asking(tmp_path) as service:
        assert service.alone.engine.snapshot() == live
        assert await service.get("recommend/ann") != []


async def test_the_service_writes_snapshots_by_itself(tmp_path: Path) -> None:
    async with asking(tmp_path, snapshot_every=10) as service:
        await service.send("POST", "items", [clip(number, "cats") for number in range(20)])
        for _ in range(400):
            if service.alone.store.snapshot.exists():
                break
            await asyncio.sleep(0.05)
        assert service.alone.store.snapshot.exists()


async def test_a_folder_has_one_owner(tmp_path: Path) -> None:
    async with asking(tmp_path):
        with pytest.raises(FolderTakenError, match="another process"):
            Lock(tmp_path)
    Lock(tmp_path).release()


async def test_what_was_learned_is_there_after_a_restart(tmp_path: Path) -> None:
    async with asking(tmp_path) as service:
        await service.send("POST", "items", [clip(number, ("cats", "cars")[number % 2]) for number in range(40)])
        await service.did("ann", "like", "v0", "v2", "v4")
        before = await service.get("user/ann/facts")
    async with asking(tmp_path) as service:
        assert await service.get("user/ann/facts") == before
        assert len(await service.get("user/ann/feedback")) == 3
