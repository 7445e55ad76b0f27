"""Exports and erases one person's rows of accounts."""

from typing import Any

from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction

_ERASE = (
    "DELETE FROM sessions WHERE person_id = %s",
    "DELETE FROM passkeys WHERE person_id = %s",
    "DELETE FROM passwords WHERE person_id = %s",
    "DELETE FROM persons WHERE person_id = %s",
)
_PERSON = """
SELECT handle, name, bio, is_private, roles, followers, following, likes, videos, created_at FROM persons
WHERE person_id = %s
"""
_PASSKEYS = "SELECT created_at, used_at FROM passkeys WHERE person_id = %s ORDER BY passkey_id"
_SESSIONS = "SELECT created_at, seen_at, expires_at FROM sessions WHERE person_id = %s ORDER BY session_id"


async def erase(tx: Transaction, person: PersonId) -> None:
    """Delete the account, its ways in and its sessions."""
    for statement in _ERASE:
        await tx.execute(statement, (person,))


async def export(tx: Transaction, person: PersonId) -> dict[str, Any]:
    """The account, its passkeys and sessions. What is sealed is added by who opens it for the person."""
    return {
        "account": await _rows(tx, _PERSON, person),
        "passkeys": await _rows(tx, _PASSKEYS, person),
        "sessions": await _rows(tx, _SESSIONS, person),
    }


async def _rows(tx: Transaction, query: str, person: PersonId) -> list[dict[str, Any]]:
    cursor = await tx.execute(query, (person,))
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
