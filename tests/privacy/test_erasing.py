"""An erasure is in the access log before anything goes: a kill may leave an entry without effect, never the reverse."""

import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path

import lmdb
import pytest

from plainview.accounts.leaving import erase_account
from plainview.adapters.door_warden import DoorWarden
from plainview.adapters.warden_wire import WardenCalls
from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Transaction
from plainview.ports.door import SERVER, Plain, Sealed
from plainview.privacy.jobs import DESTROY_KEY
from plainview.server.routes import desk_of
from plainview.warden.entries import Kind, head_of
from plainview.warden.store import rows
from plainview.wiring import Parts
from plainview.worker import all_tasks, workshop_of
from tests.server.fixtures import PASSWORD, Client, SignedUp, become, sign_up

pytestmark = pytest.mark.anyio
DELETION = 1
DEVICE = "sessions.device"


async def _deletions(parts: Parts) -> int:
    return (await parts.door.deeds(parts.region)).counts.get(DELETION, 0)


def _key_entries(warden: Path) -> int:
    """How many entries tell of a key; others are booked at any time, as for a checkpoint."""
    with lmdb.open(str(warden / "warden-home" / "store"), readonly=True, max_dbs=64) as store:
        entries = store.open_db(b"entries", create=False)
        with store.begin() as txn:
            return sum(head_of(entry).kind is Kind.KEY for _, entry in rows(txn, entries))


async def _enters(client: Client, person: SignedUp) -> bool:
    """Whether their account opens with the password that lies sealed in it."""
    become(client, None)
    answer = await client.post("/api/sign-in", json={"handle": person.handle, "password": PASSWORD})
    return answer.status_code == 200


async def _jobs(parts: Parts) -> list[tuple[str, dict[str, int]]]:
    async with parts.database.transaction(parts.region) as tx:
        rows = await tx.execute("SELECT task_name, args FROM procrastinate_jobs WHERE task_name = %s", (DESTROY_KEY,))
        return [(name, args) for name, args in await rows.fetchall()]


async def test_a_process_that_is_killed_when_the_first_row_would_go_leaves_the_entry_and_the_account(
    client: Client, parts: Parts, warden: Path, database_url: str
) -> None:
    ada = await sign_up(client, "ada")
    (value,) = await parts.door.seal([Plain(PersonId(int(ada.person_id)), DEVICE, b"a telephone")])
    sealed, before = Sealed(PersonId(int(ada.person_id)), DEVICE, value), await _deletions(parts)
    facts = (str(parts.settings.data), database_url, ada.person_id)
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.privacy.dying", *facts)
    assert await child.wait() == -signal.SIGKILL
    assert await _deletions(parts) == before + 1
    assert await _enters(client, ada)

    assert (await client.request("DELETE", "/api/me", json={"handle": "ada"})).status_code == 204
    assert await _deletions(parts) == before + 1, "that it begins is said once"
    assert not await _enters(client, ada)
    # Nobody has run the job yet, as when the worker was killed: it is in the queue since the commit.
    assert await parts.door.open([sealed], Purpose.OWN_VIEW, SERVER) == [b"a telephone"]
    ((task, arguments),) = await _jobs(parts)
    entries = _key_entries(warden)
    for _ in range(2):
        await all_tasks(workshop_of(parts, parts.region), parts)[task](**arguments)
    assert await parts.door.open([sealed], Purpose.OWN_VIEW, SERVER) == [None]
    assert await _deletions(parts) == before + 1
    assert _key_entries(warden) == entries + 1, "one for the key that is destroyed, however often the job runs"


async def test_the_entry_is_durable_when_the_first_row_goes(client: Client, parts: Parts) -> None:
    ada = await sign_up(client, "ada")
    before, seen = await _deletions(parts), []

    async def erased(_: Transaction, __: PersonId) -> None:
        seen.append(await _deletions(parts))
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        async with parts.database.transaction(parts.region) as tx:
            await erase_account(replace(desk_of(parts), erasers=[erased]), tx, PersonId(int(ada.person_id)))
    assert seen == [before + 1]
    assert await _enters(client, ada), "an entry without an effect is allowed"


async def test_where_the_log_does_not_answer_nobody_is_erased(client: Client, parts: Parts, tmp_path: Path) -> None:
    ada = await sign_up(client, "ada")
    nowhere = DoorWarden({parts.region: WardenCalls("home", tmp_path / "none" / "warden.sock", "server", 0)})
    desk = desk_of(parts)
    closed = replace(desk, entrance=replace(desk.entrance, door=nowhere))
    with pytest.raises(UnavailableError):
        async with parts.database.transaction(parts.region) as tx:
            await erase_account(closed, tx, PersonId(int(ada.person_id)))
    assert await _enters(client, ada)
