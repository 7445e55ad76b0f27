"""Exports and erases one person's rows of media; what lies in the object store goes by a job."""

from typing import Any

from psycopg.rows import dict_row

from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.ports.jobs import Jobs
from plainview.privacy.erasure import Erase

_ASSETS = "DELETE FROM assets WHERE person_id = %s RETURNING asset_id"
_UPLOADS = "DELETE FROM uploads WHERE person_id = %s"
_EXPORT = {
    "uploads": "SELECT upload_id, item_id, length, complete, expires_at FROM uploads WHERE person_id = %s",
    "assets": """
SELECT asset_id, item_id, state, bytes, duration_ms, width, height, captions, created_at FROM assets
WHERE person_id = %s
""",
}


def eraser(jobs: Jobs) -> Erase:
    """What deletes a person's uploads and assets, and has their files deleted after the commit."""

    async def erase(tx: Transaction, person: PersonId) -> None:
        for row in await (await tx.execute(_ASSETS, (person,))).fetchall():
            await jobs.enqueue(tx, "media.erase", asset_id=str(row[0]))
        # Files of unfinished uploads belong to nobody now; the sweep takes them.
        await tx.execute(_UPLOADS, (person,))

    return erase


async def export(tx: Transaction, person: PersonId) -> dict[str, Any]:
    """A person's uploads and assets, without the media itself."""
    async with tx.cursor(row_factory=dict_row) as reader:
        return {
            name: await (await reader.execute(statement.encode(), (person,))).fetchall()
            for name, statement in _EXPORT.items()
        }
