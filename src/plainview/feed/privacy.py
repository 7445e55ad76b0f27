"""Exports and erases one person's feed rows: events, receipts, what they hid. The engine hears of it by a signal."""

from dataclasses import asdict
from typing import Any

from psycopg.rows import dict_row

from plainview.feed.receipts import Receipts, receipts_of
from plainview.feed.steering import steering_of
from plainview.kernel.ids import PersonId, region_of
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Transaction
from plainview.ports.door import SERVER, Door
from plainview.ports.event_log import EventLog
from plainview.privacy.erasure import Erase, Export

_HIDDEN = "SELECT kind, subject_id, created_at FROM hidden WHERE person_id = %s ORDER BY created_at"
_UNPROFILED = "SELECT created_at AS since FROM unprofiled WHERE person_id = %s"
_ERASE = (
    "DELETE FROM event_segments WHERE person_id = %(p)s",
    "DELETE FROM events WHERE person_id = %(p)s",
    "DELETE FROM pages WHERE person_id = %(p)s",
    "DELETE FROM unprofiled WHERE person_id = %(p)s",
    "DELETE FROM steering WHERE person_id = %(p)s",
    "DELETE FROM hidden WHERE person_id = %(p)s OR (kind = 'person' AND subject_id = %(p)s)",
)


def exporter(log: EventLog, door: Door) -> Export:
    """What gathers all that the feed holds about a person, by table; opened for them, with an entry."""

    async def export(tx: Transaction, person: PersonId) -> dict[str, Any]:
        events = await log.of_person(region_of(person), person, Purpose.EXPORT, SERVER)
        async with tx.cursor(row_factory=dict_row) as reader:
            hidden = await (await reader.execute(_HIDDEN, (person,))).fetchall()
            declined = await (await reader.execute(_UNPROFILED, (person,))).fetchall()
        pages = await receipts_of(tx, door, person, Purpose.EXPORT, SERVER)
        return {
            "events": [asdict(event) for event in events],
            "pages": pages,
            "hidden": hidden,
            "profiling_off": declined,
            "steering": asdict(await steering_of(tx, door, person, Purpose.EXPORT, SERVER)),
        }

    return export


def eraser(receipts: Receipts) -> Erase:
    """What deletes a person's feed rows, receipts that are not written yet included."""

    async def erase(tx: Transaction, person: PersonId) -> None:
        await receipts.drop(person)
        for statement in _ERASE:
            await tx.execute(statement, {"p": person})

    return erase
