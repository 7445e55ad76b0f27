"""A person's own age band is opened once, which stands in their access log, and not at each page that shows it."""

import asyncio
from pathlib import Path

import pytest

from plainview.accounts.adults import Adults
from plainview.accounts.ages import AgeBand
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId
from plainview.wiring import Parts
from plainview_verifier import verify
from tests.guarding import publish
from tests.server.fixtures import Client, sign_up

pytestmark = pytest.mark.anyio


async def test_ten_page_loads_make_one_entry(client: Client, warden: Path, parts: Parts) -> None:
    mia = await sign_up(client, "mia")
    # A process that has just started, which holds nothing of anybody.
    await parts.adults.on_person_changed({"missed": True})
    before = await _bands_opened(client, warden)
    for _ in range(10):
        me = (await client.get("/api/me")).json()["me"]
        assert (me["id"], me["age_band"]) == (mia.person_id, "18_plus")
    assert await _bands_opened(client, warden) == before + 1


async def test_what_is_held_of_a_band_goes_with_a_change_and_with_the_account(client: Client, parts: Parts) -> None:
    person = PersonId(int((await sign_up(client, "mia")).person_id))
    # One that hears no signals, but for those that it is told here.
    adults = Adults(parts.door, parts.database)
    async with parts.database.transaction(parts.region) as tx:
        assert await adults.own_band(tx, person) is AgeBand.ADULT
    assert (await client.request("DELETE", "/api/me", json={"handle": "mia"})).status_code == 204
    async with parts.database.transaction(parts.region) as tx:
        assert await adults.own_band(tx, person) is AgeBand.ADULT, "held, not read"
        await adults.on_person_changed({"person_id": str(person)})
        with pytest.raises(NotFoundError):
            await adults.own_band(tx, person)


async def _bands_opened(client: Client, warden: Path) -> int:
    await asyncio.to_thread(publish, warden)
    reads = verify((await client.get("/api/me/access-log")).content).reads
    return sum(read["of"] == ["age_band"] and read["for"] == "account.own_view" for read in reads)
