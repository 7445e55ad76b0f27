"""Exports and erases the reports that a person filed. Their words cannot be read any more once the key is destroyed."""

from typing import Any

from psycopg.rows import dict_row

from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.moderation.reports import REASON, TEXT
from plainview.ports.database import Transaction
from plainview.ports.door import SERVER, Door, Sealed
from plainview.privacy.door import open_texts
from plainview.privacy.erasure import Export

_EXPORT = "SELECT report_id, kind, subject_id, reason, text, state, created_at FROM reports WHERE person_id = %s"
_SEALED = {"reason": REASON, "text": TEXT}
_ERASE = (
    "DELETE FROM reports WHERE person_id = %(p)s OR (kind = 'person' AND subject_id = %(p)s)",
    # A verdict stays as a fact about its subject; who gave it does not.
    "UPDATE verdicts SET person_id = 0 WHERE person_id = %(p)s",
)


def exporter(door: Door) -> Export:
    """What gathers the reports that a person filed, opened for them."""

    async def export(tx: Transaction, person: PersonId) -> dict[str, list[dict[str, Any]]]:
        async with tx.cursor(row_factory=dict_row) as reader:
            rows = await (await reader.execute(_EXPORT, (person,))).fetchall()
        sealed = [Sealed(person, field, row.pop(name)) for row in rows for name, field in _SEALED.items()]
        said = iter(await open_texts(door, sealed, Purpose.EXPORT, SERVER))
        return {"reports": [row | {name: next(said) for name in _SEALED} for row in rows]}

    return export


async def erase(tx: Transaction, person: PersonId) -> None:
    """Delete a person's reports."""
    for statement in _ERASE:
        await tx.execute(statement, {"p": person})
