"""What authority removes or restricts is in the access log before it happens: after a kill there may be no effect."""

import asyncio
import json
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plainview.adapters.door_warden import DoorWarden
from plainview.adapters.warden_wire import WardenCalls
from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import ItemId, PersonId, ReportId
from plainview.moderation.reports import report
from plainview.moderation.subjects import Subject
from plainview.moderation.verdicts import Court, Decision, Judgement, judge
from plainview.ports.database import Transaction
from plainview.ports.door import Deed
from plainview.server.feeding import bench_of
from plainview.wiring import Parts
from tests.server.fixtures import Client, become, moderator, sign_up
from tests.social.conftest import World

pytestmark = pytest.mark.anyio
TAKEDOWN = 2


async def _takedowns(parts: Parts) -> int:
    return (await parts.door.deeds(parts.region)).counts.get(TAKEDOWN, 0)


async def _reported(client: Client, parts: Parts) -> tuple[ItemId, ReportId]:
    owner = await sign_up(client, "olga")
    async with parts.database.transaction(parts.region) as tx:
        item = await World(parts.ids).item(tx, PersonId(int(owner.person_id)))
    await sign_up(client, "rita")
    wish = {"kind": "video", "id": str(item), "reason": "violence", "text": ""}
    return item, ReportId(int((await client.post("/api/reports", json=wish)).json()["id"]))


async def _decide(parts: Parts, number: ReportId, decision: Decision, **changes: Any) -> None:
    bench = bench_of(parts)
    court = Court(bench.ids, changes.pop("door", bench.door), replace(bench.subjects, **changes))
    async with parts.database.transaction(parts.region) as tx:
        await judge(tx, court, await report(tx, number), Judgement(PersonId(1), decision, "Rule 3"))


async def _is_seen(client: Client, item: ItemId) -> bool:
    become(client, None)
    return (await client.get(f"/api/videos/{item}")).status_code == 200


@pytest.mark.parametrize(("decision", "entries"), [("remove", 1), ("age_restrict", 1), ("keep", 0)])
async def test_a_verdict_that_takes_something_away_is_one_entry(
    client: Client, parts: Parts, decision: Decision, entries: int
) -> None:
    _, number = await _reported(client, parts)
    before = await _takedowns(parts)
    await _decide(parts, number, decision)
    assert await _takedowns(parts) == before + entries


async def test_the_entry_is_durable_when_the_removal_begins(client: Client, parts: Parts) -> None:
    item, number = await _reported(client, parts)
    before, seen = await _takedowns(parts), []

    async def removed(_: Transaction, __: Subject) -> None:
        seen.append(await _takedowns(parts))
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        await _decide(parts, number, "remove", remove=removed)
    assert seen == [before + 1]
    assert await _is_seen(client, item), "an entry without an effect is allowed"


async def test_a_process_that_is_killed_when_the_removal_begins_leaves_the_entry_and_the_video(
    client: Client, parts: Parts, warden: Path, database_url: str
) -> None:
    item, number = await _reported(client, parts)
    before = await _takedowns(parts)
    facts = (str(parts.settings.data), database_url, str(number))
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.moderation.dying", *facts)
    assert await child.wait() == -signal.SIGKILL
    assert await _takedowns(parts) == before + 1
    assert await _is_seen(client, item)
    await _decide(parts, number, "remove")
    assert not await _is_seen(client, item)


@pytest.mark.parametrize("decision", ["remove", "age_restrict"])
async def test_where_the_log_does_not_answer_nothing_is_taken_away(
    client: Client, parts: Parts, tmp_path: Path, decision: Decision
) -> None:
    item, number = await _reported(client, parts)
    nowhere = DoorWarden({parts.region: WardenCalls("home", tmp_path / "none" / "warden.sock", "server", 0)})
    with pytest.raises(UnavailableError):
        await _decide(parts, number, decision, door=nowhere)
    assert await _is_seen(client, item)


async def test_what_a_moderator_deletes_is_an_entry_and_what_its_owner_deletes_is_none(
    client: Client, parts: Parts
) -> None:
    item, _ = await _reported(client, parts)
    rita = await sign_up(client, "rosa")
    said = [(await client.post(f"/api/videos/{item}/comments", json={"text": f"No. {n}"})).json() for n in range(2)]
    before = await _takedowns(parts)
    become(client, rita)
    assert (await client.delete(f"/api/comments/{said[0]['id']}")).status_code == 204
    assert await _takedowns(parts) == before
    await moderator(client, parts)
    assert (await client.delete(f"/api/comments/{said[1]['id']}")).status_code == 204
    assert (await client.delete(f"/api/videos/{item}")).status_code == 204
    assert await _takedowns(parts) == before + 2


async def test_anyone_reads_how_often_and_what_authorities_asked_for(client: Client, parts: Parts) -> None:
    _, number = await _reported(client, parts)
    await _decide(parts, number, "remove")
    said = {"at": "2026-11-22T05:00:00+00:00", "asked_by": "A court", "basis": "§ 1", "done": "Nothing"}
    booked = await parts.door.act(parts.region, Deed.GOVERNMENT_REQUEST, json.dumps(said).encode())
    become(client, None)
    (home,) = (await client.get("/api/transparency/acts")).json()["regions"]
    assert home["takedowns"] == await _takedowns(parts)
    (told,) = [each for each in home["requests"] if each["number"] == booked]
    assert {name: told[name] for name in said} == said
