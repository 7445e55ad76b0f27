"""Owns what a person does not want to see: items they are not interested in or reported, and people they hid."""

from typing import Literal

from plainview.kernel.ids import PersonId
from plainview.kernel.pages import PAGE_SIZE, Page, after, page_of
from plainview.ports.database import Transaction

HiddenKind = Literal["item", "person"]
_HIDE = "INSERT INTO hidden (person_id, kind, subject_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_SHOW = "DELETE FROM hidden WHERE person_id = %s AND kind = %s AND subject_id = %s"
_MICROS = "(extract(epoch FROM created_at) * 1000000)::bigint"
_PEOPLE = f"""
SELECT subject_id, {_MICROS} FROM hidden WHERE person_id = %s AND kind = 'person' AND {_MICROS} < %s
ORDER BY created_at DESC LIMIT %s
"""


async def hide(tx: Transaction, person: PersonId, kind: HiddenKind, subject: int) -> bool:
    """Never show this to the person again; whether that is new."""
    return (await tx.execute(_HIDE, (person, kind, subject))).rowcount > 0


async def unhide(tx: Transaction, person: PersonId, kind: HiddenKind, subject: int) -> bool:
    """Let this be shown to the person again; whether it was hidden."""
    return (await tx.execute(_SHOW, (person, kind, subject))).rowcount > 0


async def hidden_people(tx: Transaction, person: PersonId, cursor: str | None) -> Page[PersonId]:
    """A page of the people whom a person hid, the latest first."""
    rows = await (await tx.execute(_PEOPLE, (person, after(cursor), PAGE_SIZE + 1))).fetchall()
    return page_of([PersonId(row[0]) for row in rows], PAGE_SIZE, [row[1] for row in rows])
