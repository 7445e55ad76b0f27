"""What stands in a person's own access log after they used the product: each use of their profile, and no other."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import BEHAVIOUR
from plainview.ports.door import SERVER, Sealed
from plainview.privacy.jobs import destroy_key_job
from plainview.wiring import Parts
from plainview_verifier import verify
from tests.feed.conftest import filled
from tests.guarding import publish
from tests.server.fixtures import Client, sign_up

pytestmark = pytest.mark.anyio
MINOR = "2011-01-01"


async def _reads(client: Client, warden: Path) -> list[dict[str, Any]]:
    """A person's own view, verified as they would."""
    await asyncio.to_thread(publish, warden)
    answer = await client.get("/api/me/access-log")
    assert answer.status_code == 200, answer.text
    return list(verify(answer.content).reads)


def _of_behaviour(reads: list[dict[str, Any]]) -> list[str]:
    return [read["for"] for read in reads if BEHAVIOUR & set(read["of"])]


async def _watch(client: Client, item: int) -> None:
    event = {"id": str(uuid4()), "kind": "shown", "item_id": str(item), "at_ms": 1_800_000_000_000}
    assert (await client.post("/api/events", json={"events": [event]})).status_code == 200


async def test_each_page_made_by_a_profile_is_an_entry_and_following_reads_nothing(
    client: Client, parts: Parts, warden: Path
) -> None:
    made = await filled(parts, each=3)
    await sign_up(client, "mia")
    await client.put("/api/people/maker1/follow")
    await _watch(client, made.cats[0])
    for _ in range(3):
        assert (await client.get("/api/feed?mode=following")).status_code == 200
    assert _of_behaviour(await _reads(client, warden)) == []
    for _ in range(3):
        assert (await client.get("/api/feed")).status_code == 200
    assert (await client.get("/api/me/taste")).status_code == 200
    reads = await _reads(client, warden)
    assert _of_behaviour(reads) == ["feed.rank"] * 3 + ["account.own_view"]
    assert {read["by"] for read in reads if read["for"] == "feed.rank"} == {"feed"}


async def test_a_minors_behaviour_is_read_by_nobody_and_teaches_nothing(
    client: Client, parts: Parts, warden: Path
) -> None:
    made = await filled(parts, each=3)
    me = await sign_up(client, "young", birth_date=MINOR)
    for item in made.cats:
        await _watch(client, item)
    for mode in ("for_you", "following", "for_you"):
        assert (await client.get("/api/feed", params={"mode": mode})).status_code == 200
    assert _of_behaviour(await _reads(client, warden)) == []
    assert await parts.living.learner.ranker.person_facts(PersonId(int(me.person_id))) == ()
    assert [each async for each in parts.living.log.read(parts.region)] == []


async def test_what_was_learned_of_a_guest_goes_when_they_turn_out_to_be_a_minor(client: Client, parts: Parts) -> None:
    made = await filled(parts, each=3)
    await client.get("/api/feed")
    guest = client.cookies["plainview_guest"]
    await _watch(client, made.cats[0])
    assert len([each async for each in parts.living.log.read(parts.region)]) == 1
    body = {"handle": "young", "birth_date": MINOR, "password": "correct horse battery"}
    client.cookies.clear()
    client.cookies.set("plainview_guest", guest)
    assert (await client.post("/api/sign-up", json=body)).status_code == 201
    for _ in range(200):
        async with parts.database.transaction(parts.region) as tx:
            if await (await tx.execute("SELECT 1 FROM event_segments")).fetchone() is None:
                break
        await asyncio.sleep(0.02)
    else:
        raise AssertionError("what the guest watched is still there")


async def test_nothing_that_somebody_sealed_opens_once_they_left(client: Client, parts: Parts) -> None:
    me = await sign_up(client, "gone")
    person = PersonId(int(me.person_id))
    async with parts.database.transaction(parts.region) as tx:
        row = await (await tx.execute("SELECT age_band FROM persons WHERE person_id = %s", (person,))).fetchone()
    assert row is not None
    assert (await client.request("DELETE", "/api/me", json={"handle": "gone"})).status_code == 204
    await destroy_key_job(parts.door, person)
    kept = Sealed(person, "persons.age_band", row[0])
    assert await parts.door.open([kept], "safety.minors", SERVER) == [None], (
        "a copy that somebody kept is worth nothing"
    )
