"""Owns how one person's rows are exported and erased: each domain brings its part, wiring makes the list."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.ports.door import Door
from plainview.ports.jobs import Jobs
from plainview.privacy.jobs import DESTROY_KEY
from plainview.privacy.wiping import enqueue_wipe

# A domain's `privacy.erase`: deletes this person's rows, and enqueues what must happen after the commit.
Erase = Callable[[Transaction, PersonId], Awaitable[None]]
# A domain's `privacy.export`: this person's rows, as plain data for JSON.
Export = Callable[[Transaction, PersonId], Awaitable[dict[str, Any]]]


async def erase_person(tx: Transaction, person: PersonId, erasers: Sequence[Erase], jobs: Jobs, door: Door) -> None:
    """Erase a person from every domain, the uppermost first, all of it or nothing; once that is so, their key.

    That it begins is in the access log before: when the transaction fails, an entry without an effect is left.

    Raises:
        UnavailableError: the access log does not answer, so nothing is erased.
    """
    await door.begin_erasure(person)
    for erase in erasers:
        await erase(tx, person)
    # Not here: a key that is gone does not come back when this transaction fails.
    await jobs.enqueue(tx, DESTROY_KEY, person_id=person)
    await enqueue_wipe(tx, jobs)


async def export_person(tx: Transaction, person: PersonId, exports: Sequence[Export]) -> dict[str, Any]:
    """All that is kept about a person, by domain."""
    whole: dict[str, Any] = {}
    for export in exports:
        whole.update(await export(tx, person))
    return whole
