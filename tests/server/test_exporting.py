"""The copy of all that is kept about oneself: whole, one's own only, and not asked for all the time."""

from dataclasses import replace
from uuid import uuid4

import pytest

from plainview.kernel.ids import PersonId
from plainview.server.exporting import EXPORTS
from plainview.settings import Settings
from plainview.wiring import Parts
from tests.server.fixtures import Client, become, sign_up
from tests.social.conftest import World

pytestmark = pytest.mark.anyio


async def test_a_person_takes_along_all_that_is_kept_about_them_and_nothing_of_others(
    client: Client, parts: Parts
) -> None:
    olga = await sign_up(client, "olga")
    async with parts.database.transaction(parts.region) as tx:
        item = await World(parts.ids).item(tx, PersonId(int(olga.person_id)))
        await parts.signals.send(tx, "item.changed", item_id=item)
    await sign_up(client, "fan")
    assert (await client.put(f"/api/videos/{item}/like")).status_code == 200
    assert (await client.post(f"/api/videos/{item}/comments", json={"text": "Lovely"})).status_code == 201
    shown = {"id": str(uuid4()), "kind": "shown", "item_id": str(item), "at_ms": 1}
    assert (await client.post("/api/events", json={"events": [shown]})).status_code == 200
    answer = await client.get("/api/me/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="plainview-fan-')
    whole = answer.json()
    assert [each["handle"] for each in whole["account"]] == ["fan"]
    assert whole["age_band"] == "18_plus"
    assert len(whole["devices"]) == 1
    assert [each["text"] for each in whole["comments"]] == ["Lovely"]
    assert str(item) in {event["item_id"] for event in whole["events"]}, "ids are text, so that no reader rounds them"
    assert whole["videos"] == []
    assert "olga" not in answer.text
    become(client, olga)
    own = (await client.get("/api/me/export")).json()
    assert [video["item_id"] for video in own["videos"]] == [str(item)]
    become(client, None)
    assert (await client.get("/api/me/export")).status_code == 401


class TestLimits:
    """With the limits that hold for everybody."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, limit_factor=1)

    async def test_it_is_not_gathered_again_and_again(self, client: Client) -> None:
        await sign_up(client, "olga")
        answers = [(await client.get("/api/me/export")).status_code for _ in range(EXPORTS.count + 1)]
        assert answers == [200] * EXPORTS.count + [429]
