"""Owns what others see of a person beside their things: id, handle, name and picture. The wire's `Person`."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from psycopg.rows import class_row

from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction


class PersonShape(msgspec.Struct, frozen=True):
    """A person as others see them (contract: Person)."""

    id: str
    handle: str
    name: str
    picture: str | None
    is_private: bool
    sample: bool


@dataclass(frozen=True, slots=True)
class Face:
    """What is shown of a person next to a video, comment or notice."""

    person_id: PersonId
    handle: str
    name: str
    picture: str | None
    is_private: bool
    sample: bool

    def shape(self) -> PersonShape:
        """This face on the wire."""
        picture = f"/pictures/{self.picture}.webp" if self.picture else None
        return PersonShape(str(self.person_id), self.handle, self.name, picture, self.is_private, self.sample)


_COLUMNS = "person_id, handle, name, picture, is_private, sample"
_BY_HANDLE = f"SELECT {_COLUMNS} FROM persons WHERE lower(handle) = lower(%s)"
_BY_IDS = f"SELECT {_COLUMNS} FROM persons WHERE person_id = ANY(%s)"
_BY_HANDLES = f"SELECT {_COLUMNS} FROM persons WHERE lower(handle) = ANY(%s)"


async def face_of_handle(tx: Transaction, handle: str) -> Face:
    """The person with this handle, in any case.

    Raises:
        NotFoundError: nobody has it.
    """
    if len(handle) > 64 or "\x00" in handle:
        raise NotFoundError("Nobody here has that handle.")
    async with tx.cursor(row_factory=class_row(Face)) as cursor:
        found = await (await cursor.execute(_BY_HANDLE, (handle,))).fetchone()
    if found is None:
        raise NotFoundError("Nobody here has that handle.")
    return found


async def faces(tx: Transaction, persons: Iterable[PersonId]) -> dict[PersonId, Face]:
    """The faces of those of these persons who have an account."""
    wanted = sorted(set(persons))
    if not wanted:
        return {}
    async with tx.cursor(row_factory=class_row(Face)) as cursor:
        return {each.person_id: each async for each in await cursor.execute(_BY_IDS, (wanted,))}


async def faces_of_handles(tx: Transaction, handles: Iterable[str]) -> dict[str, Face]:
    """The faces of those of these handles that somebody has, by the handle in lower case."""
    wanted = sorted({handle.lower() for handle in handles if len(handle) <= 64})
    if not wanted:
        return {}
    async with tx.cursor(row_factory=class_row(Face)) as cursor:
        return {each.handle.lower(): each async for each in await cursor.execute(_BY_HANDLES, (wanted,))}
