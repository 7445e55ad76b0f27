"""What was acknowledged is there after a kill, and the engine's state is that of the log."""

import asyncio
import random
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from plainview.alone.replaying import replay, snapshot_of, write_snapshot
from plainview.alone.store import FolderTakenError, Lock, Store, newest_folder
from plainview.engine.ranking import TasteEngine
from tests.alone.serving import asking, clip, places_of, served

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


@pytest.mark.long
async def test_kills_snapshots_and_erasures_in_any_order_lose_nothing_and_leave_nothing(tmp_path: Path) -> None:
    dice, acknowledged, erased = random.Random(3), set[tuple[str, str]](), set[str]()
    for round_ in range(12):
        with served(tmp_path) as service:

            def work(writer: int, round_: int = round_, address: str = service.address) -> None:
                """Post until the service is killed, and have every third of the users erased."""
                with httpx.Client(base_url=address, timeout=30) as client, suppress(httpx.TransportError):
                    for number in range(10_000):
                        user, item = f"secret-{writer}-{round_}-{number // 10:04d}", f"v{number % 50}"
                        row = {"FeedbackType": "watch", "UserId": user, "ItemId": item, "Value": 9}
                        assert client.post("/api/feedback", json=[row]).status_code == 200
                        acknowledged.add((user, item))
                        if number % 30 == 29:
                            assert client.delete(f"/api/user/{user}").status_code == 200
                            erased.add(user)

            writers = [threading.Thread(target=work, args=(writer,)) for writer in range(3)]
            for each in writers:
                each.start()
            await asyncio.sleep(dice.uniform(0.5, 2.5))
            if round_ % 3 == 1:
                command = [sys.executable, "-m", "plainview", "engine", "snapshot", "--data", str(tmp_path)]
                await asyncio.to_thread(subprocess.run, command, check=False, capture_output=True)
            service.kill()
            for each in writers:
                each.join()
    async with asking(tmp_path) as restarted:
        kept = {each for each in acknowledged if each[0] not in erased}
        found = set()
        for user in {user for user, _ in kept}:
            found |= {(row["UserId"], row["ItemId"]) for row in await restarted.get(f"user/{user}/feedback")}
        assert len(erased) > 10
        # Whose erasure was on its way when the kill came may be gone already.
        assert len({user for user, _ in kept - found}) <= 36
        assert places_of(tmp_path, *(user.encode() for user in erased)) == []
