"""Owns profile pictures: each change gets a fresh random key, so that an address always means the same picture."""

import re
import secrets
from typing import TYPE_CHECKING

from plainview.accounts.persons import set_picture
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.ports.objects import Objects

if TYPE_CHECKING:
    # The desk of the routes brings the whole web framework with it, which the worker does without.
    from plainview.accounts.desk import Desk

_KEY = re.compile(r"[a-z0-9]{32}")


def object_key(key: str) -> str:
    """Where a picture lies in the object store."""
    return f"pictures/{key}.webp"


async def change_picture(desk: "Desk", tx: Transaction, person: PersonId, webp: bytes) -> None:
    """Store a new picture and take away the one before."""
    key = secrets.token_hex(16)
    await desk.objects.put(object_key(key), webp)
    await _replace(desk, tx, person, key)


async def remove_picture(desk: "Desk", tx: Transaction, person: PersonId) -> None:
    """Take the picture away."""
    await _replace(desk, tx, person, None)


async def _replace(desk: "Desk", tx: Transaction, person: PersonId, key: str | None) -> None:
    before = await set_picture(tx, person, key)
    if before is not None:
        await desk.jobs.enqueue(tx, "accounts.remove_picture", key=before)
    await desk.entrance.signals.send(tx, "person.changed", person_id=person)


async def picture_bytes(objects: Objects, key: str) -> bytes:
    """A picture's bytes.

    Raises:
        NotFoundError: there is none under this key.
    """
    found = await objects.get(object_key(key)) if _KEY.fullmatch(key) else None
    if found is None:
        raise NotFoundError("There is no such picture any more.")
    return found
