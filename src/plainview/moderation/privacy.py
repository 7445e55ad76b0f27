"""Exports and erases the reports that a person filed. Their words cannot be read any more once the key is destroyed."""

from typing import Any

from psycopg.rows import dict_row

from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction

_EXPORT = "SELECT report_id, kind, subject_id, reason, state, created_at FROM reports WHERE person_id = %s"
_ERASE = (
    "DELETE FROM reports WHERE person_id = %(p)s OR (kind = 'person' AND subject_id = %(p)s)",
    # A verdict stays as a fact about its subject; who gave it does not.
    "UPDATE verdicts SET person_id = 0 WHERE person_id = %(p)s",
)


async def export(tx: Transaction, person: PersonId) -> dict[str, list[dict[str, Any]]]:
    """The reports that a person filed, without their sealed words."""
    async with tx.cursor(row_factory=dict_row) as reader:
        return {"reports": await (await reader.execute(_EXPORT, (person,))).fetchall()}


async def erase(tx: Transaction, person: PersonId) -> None:
    """Delete a person's reports."""
    for statement in _ERASE:
        await tx.execute(statement, {"p": person})
