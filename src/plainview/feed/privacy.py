"""Exports and erases one person's feed rows: events, receipts, what they hid. The engine hears of it by a signal."""

from typing import Any

from psycopg.rows import dict_row

from plainview.feed.receipts import Receipts
from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.privacy.erasure import Erase

_EXPORT = {
    "events": """SELECT event_id::text, kind, item_id, other_id, at_ms, page_id, position, watched_ms, loops
        FROM events WHERE person_id = %s ORDER BY sequence""",
    "pages": """SELECT page_id, mode, model, item_ids, scores, propensities, sources, reasons
        FROM pages WHERE person_id = %s ORDER BY page_id""",
    "hidden": "SELECT kind, subject_id, created_at FROM hidden WHERE person_id = %s ORDER BY created_at",
}
_ERASE = (
    "DELETE FROM events WHERE person_id = %(p)s",
    "DELETE FROM pages WHERE person_id = %(p)s",
    "DELETE FROM hidden WHERE person_id = %(p)s OR (kind = 'person' AND subject_id = %(p)s)",
    "UPDATE events SET other_id = NULL WHERE other_id = %(p)s",
)


async def export(tx: Transaction, person: PersonId) -> dict[str, list[dict[str, Any]]]:
    """All that the feed holds about a person, by table."""
    found = {}
    async with tx.cursor(row_factory=dict_row) as reader:
        for name, statement in _EXPORT.items():
            found[name] = await (await reader.execute(statement, (person,))).fetchall()
    return found


def eraser(receipts: Receipts) -> Erase:
    """What deletes a person's feed rows, receipts that are not written yet included."""

    async def erase(tx: Transaction, person: PersonId) -> None:
        await receipts.drop(person)
        for statement in _ERASE:
            await tx.execute(statement, {"p": person})

    return erase
