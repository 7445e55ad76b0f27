"""Who turned profiling off, or whose browser asks so: what they do is neither read nor kept, and acts stay acts."""

from pathlib import Path
from uuid import uuid4

import pytest

from plainview.kernel.ids import PersonId
from plainview.ports.event_log import EventKind
from plainview.wiring import Parts
from tests.feed.conftest import Catalogue, filled
from tests.server.fixtures import PASSWORD, Client, SignedUp, sign_up
from tests.trust.test_reads import _of_behaviour, _reads

pytestmark = pytest.mark.anyio
GPC, OWN_WORD = {"Sec-GPC": "1"}, {"X-Plainview-Learning": "no"}


async def _watch(client: Client, item: int, headers: dict[str, str] | None = None) -> None:
    event = {"id": str(uuid4()), "kind": "finished", "item_id": str(item), "at_ms": 1_800_000_000_000}
    shown = {**event, "id": str(uuid4()), "kind": "shown"}
    answer = await client.post("/api/events", json={"events": [shown, event]}, headers=headers)
    assert answer.status_code == 200
    assert len(answer.json()["accepted"]) == 2, "the screen need not send them again"


async def _acts(client: Client, item: int, headers: dict[str, str] | None = None) -> None:
    assert (await client.put(f"/api/videos/{item}/like", headers=headers)).json()["liked"]
    assert (await client.put(f"/api/videos/{item}/save", headers=headers)).json()["saved"]
    assert (await client.post(f"/api/videos/{item}/not-interested", headers=headers)).status_code == 204


async def _kept(parts: Parts) -> tuple[list[EventKind], int]:
    """The kinds of events in the log, and how many receipts are written."""
    await parts.living.receipts.flush()
    events = [each.event.kind async for each in parts.living.log.read(parts.region)]
    async with parts.database.transaction(parts.region) as tx:
        row = await (await tx.execute("SELECT count(*) FROM pages")).fetchone()
    assert row is not None
    return events, row[0]


async def _learned(parts: Parts, me: SignedUp) -> int:
    return len(await parts.living.learner.ranker.person_facts(PersonId(int(me.person_id))))


async def _pages(client: Client, headers: dict[str, str] | None = None, made: str = "unprofiled") -> None:
    for mode in ("for_you", "following", "for_you"):
        answer = await client.get("/api/feed", params={"mode": mode}, headers=headers)
        assert answer.status_code == 200
        assert answer.json()["mode"] == (mode if mode == "following" else made), "the page says how it was made"
        assert mode == "following" or answer.json()["entries"], "there is a feed without a profile too"


async def _lived(client: Client, made: Catalogue) -> None:
    for item in made.cats:
        await _watch(client, item)
    await client.put(f"/api/videos/{made.cats[0]}/like")
    await _pages(client, made="for_you")


async def test_turned_off_means_neither_read_nor_kept_on_any_device(client: Client, parts: Parts, warden: Path) -> None:
    made = await filled(parts, each=3)
    me = await sign_up(client, "mia")
    await _lived(client, made)
    events, receipts = await _kept(parts)
    assert events
    assert receipts == 3
    assert await _learned(parts, me) > 0
    assert (await client.get("/api/me/profiling")).json() == {"on": True}

    assert (await client.put("/api/me/profiling", json={"on": False})).json() == {"on": False}
    assert await _kept(parts) == ([], 0), "what was learned is gone once that is answered"
    assert await _learned(parts, me) == 0
    before = len(_of_behaviour(await _reads(client, warden)))
    client.cookies.clear()
    again = await client.post("/api/sign-in", json={"handle": "mia", "password": PASSWORD})
    assert again.status_code == 200, "another device"
    for item in made.cats:
        await _watch(client, item)
    await _acts(client, made.cats[1])
    await _pages(client)
    assert (await client.get("/api/me/taste")).json() == {"facts": []}
    assert await _kept(parts) == ([], 0)
    assert await _learned(parts, me) == 0
    assert len(_of_behaviour(await _reads(client, warden))) == before, "no read of behaviour stands in the access log"
    liked = (await client.get("/api/me/liked")).json()["cards"]
    assert {each["id"] for each in liked} >= {str(made.cats[0])}, "a like stays a like"
    assert (await client.get(f"/api/videos/{made.cats[0]}")).json()["card"]["counts"]["likes"] == 1


async def test_turned_on_again_it_starts_from_nothing(client: Client, parts: Parts, warden: Path) -> None:
    made = await filled(parts, each=3)
    me = await sign_up(client, "mia")
    await _lived(client, made)
    for on in (False, True):
        assert (await client.put("/api/me/profiling", json={"on": on})).status_code == 200
    assert await _learned(parts, me) == 0
    assert await _kept(parts) == ([], 0)
    await _watch(client, made.cats[0])
    assert await _kept(parts) == ([EventKind.SHOWN, EventKind.FINISHED], 0)
    assert await _learned(parts, me) > 0
    await client.get("/api/feed")
    assert _of_behaviour(await _reads(client, warden))[-1] == "feed.rank"


async def test_the_choice_goes_with_the_account_and_stands_in_the_copy(client: Client, parts: Parts) -> None:
    await sign_up(client, "mia")
    await client.put("/api/me/profiling", json={"on": False})
    assert len((await client.get("/api/me/export")).json()["profiling_off"]) == 1
    assert (await client.request("DELETE", "/api/me", json={"handle": "mia"})).status_code == 204
    async with parts.database.transaction(parts.region) as tx:
        assert await (await tx.execute("SELECT 1 FROM unprofiled")).fetchall() == []


@pytest.mark.parametrize("wish", [GPC, OWN_WORD])
async def test_a_request_that_asks_for_privacy_teaches_nothing_and_reads_nothing(
    client: Client, parts: Parts, warden: Path, wish: dict[str, str]
) -> None:
    made = await filled(parts, each=3)
    me = await sign_up(client, "mia")
    await _watch(client, made.cats[0])
    events, receipts = await _kept(parts)
    known = await _learned(parts, me)
    for item in made.cats:
        await _watch(client, item, wish)
    await _acts(client, made.cats[1], wish)
    await _pages(client, wish)
    assert await _kept(parts) == (events, receipts)
    assert await _learned(parts, me) == known
    assert "feed.rank" not in _of_behaviour(await _reads(client, warden))
    card = (await client.get(f"/api/videos/{made.cats[1]}")).json()["card"]
    assert (card["you"]["liked"], card["you"]["saved"]) == (True, True)
    assert (await client.delete("/api/me/taste", headers=wish)).status_code == 204
    assert EventKind.FORGOTTEN in (await _kept(parts))[0], "forgetting works for who asks for privacy too"


async def test_a_persons_own_word_on_a_device_counts_more_than_their_browsers(client: Client, parts: Parts) -> None:
    made = await filled(parts, each=3)
    await sign_up(client, "mia")
    await _watch(client, made.cats[0], {**GPC, "X-Plainview-Learning": "yes"})
    assert (await _kept(parts))[0] == [EventKind.SHOWN, EventKind.FINISHED]


async def test_a_guest_whose_browser_asks_for_privacy_leaves_nothing(client: Client, parts: Parts) -> None:
    made = await filled(parts, each=3)
    client.headers.update(GPC)
    await _pages(client)
    await _watch(client, made.cats[0])
    assert await _kept(parts) == ([], 0)
