"""Owns people: the row of an account, how one is made, read and changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from plainview.accounts.ages import AgeBand
from plainview.accounts.handles import HandleTakenError
from plainview.accounts.viewers import Role
from plainview.kernel.errors import InvalidInputError, NotFoundError
from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Transaction
from plainview.ports.door import SERVER, By, Door, Sealed
from plainview.privacy.door import open_text, seal_text

BIO_CHARS_MAX = 300
BAND_FIELD = "persons.age_band"
_COLUMNS = """person_id, handle, name, bio, picture, is_private, sample, roles, followers, following, likes, videos,
    created_at"""
_BY_ID = f"SELECT {_COLUMNS} FROM persons WHERE person_id = %s"
_BY_HANDLE = f"SELECT {_COLUMNS} FROM persons WHERE lower(handle) = lower(%s)"
_MAKE = """
INSERT INTO persons (person_id, handle, name, age_band, roles, sample, is_private) VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_EXISTS = "SELECT 1 FROM persons WHERE person_id = %s"
_EDIT = """
UPDATE persons SET name = coalesce(%s, name), bio = coalesce(%s, bio), is_private = coalesce(%s, is_private)
WHERE person_id = %s
"""
_PICTURE = """
UPDATE persons SET picture = %s FROM (SELECT picture AS old FROM persons WHERE person_id = %s FOR UPDATE) AS before
WHERE person_id = %s RETURNING before.old
"""
_ROLES = "UPDATE persons SET roles = %s WHERE person_id = %s"
_SAMPLES = "SELECT coalesce(sum(videos), 0) FROM persons WHERE sample"
_BAND = "SELECT age_band FROM persons WHERE person_id = %s"


class BioTooLongError(InvalidInputError):
    """The biography is longer than one may be."""

    code = "bio_too_long"


@dataclass(frozen=True, slots=True)
class Person:
    """An account, without what is sealed of it."""

    person_id: PersonId
    handle: str
    name: str
    bio: str
    picture: str | None
    is_private: bool
    sample: bool
    roles: list[str]
    followers: int
    following: int
    likes: int
    videos: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is needed to open an account: the handle and name as checked, the band in place of a birth date."""

    person_id: PersonId
    handle: str
    name: str
    band: AgeBand
    roles: Sequence[Role] = field(default=(Role.PERSON,))
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person changes of their profile; None leaves a part as it is."""

    name: str | None = None
    bio: str | None = None
    is_private: bool | None = None


async def open_account(tx: Transaction, door: Door, new: NewPerson) -> None:
    """Make the row of a person. Minors under 16 start with a private account.

    Raises:
        HandleTakenError: somebody in this region has the handle.
    """
    band = await seal_text(door, new.person_id, BAND_FIELD, new.band)
    is_private = new.band is AgeBand.FROM_13
    values = (new.person_id, new.handle, new.name, band, [str(role) for role in new.roles], new.sample, is_private)
    try:
        async with tx.transaction():
            await tx.execute(_MAKE, values)
    except psycopg.errors.UniqueViolation as error:
        raise HandleTakenError("Somebody has this handle already. Please choose another.") from error


async def is_person(tx: Transaction, person: PersonId) -> bool:
    """Whether this id is an account's, not a guest's."""
    return await (await tx.execute(_EXISTS, (person,))).fetchone() is not None


async def person_of(tx: Transaction, person: PersonId) -> Person:
    """The person with this id.

    Raises:
        NotFoundError: there is none, or no longer.
    """
    found = await _one(tx, _BY_ID, person)
    if found is None:
        raise NotFoundError("This account no longer exists.")
    return found


async def person_of_handle(tx: Transaction, handle: str) -> Person | None:
    """The person with this handle in any writing; None when nobody has it."""
    if len(handle) > 64 or "\x00" in handle:
        return None
    return await _one(tx, _BY_HANDLE, handle)


async def _one(tx: Transaction, query: str, value: int | str) -> Person | None:
    async with tx.cursor(row_factory=class_row(Person)) as cursor:
        return await (await cursor.execute(query, (value,))).fetchone()


async def edit_profile(tx: Transaction, person: PersonId, edit: Edit) -> None:
    """Change name, biography or privacy.

    Raises:
        InvalidInputError: the biography is too long.
    """
    if edit.bio is not None and len(edit.bio) > BIO_CHARS_MAX:
        fault = f"A biography has at most {BIO_CHARS_MAX} characters."
        raise BioTooLongError(fault, fields={"bio": fault}, numbers={"n": BIO_CHARS_MAX})
    await tx.execute(_EDIT, (edit.name, edit.bio, edit.is_private, person))


async def set_picture(tx: Transaction, person: PersonId, key: str | None) -> str | None:
    """Make this the person's picture; the key of the one before."""
    row = await (await tx.execute(_PICTURE, (key, person, person))).fetchone()
    return None if row is None else row[0]


async def set_roles(tx: Transaction, person: PersonId, roles: Sequence[Role]) -> None:
    """Give a person exactly these roles, and that of a person."""
    await tx.execute(_ROLES, (sorted({Role.PERSON, *roles}), person))


async def band_of(tx: Transaction, door: Door, person: PersonId, purpose: Purpose, by: By = SERVER) -> AgeBand:
    """A person's age band, opened for a purpose.

    Raises:
        NotFoundError: there is no such account, or its key was destroyed.
    """
    row = await (await tx.execute(_BAND, (person,))).fetchone()
    if row is None:
        raise NotFoundError("This account no longer exists.")
    band = await open_text(door, Sealed(person, BAND_FIELD, bytes(row[0])), purpose, by)
    if band is None:
        raise NotFoundError("This account no longer exists.")
    return AgeBand(band)


async def sample_videos(tx: Transaction) -> int:
    """How many videos the sample accounts have posted."""
    row = await (await tx.execute(_SAMPLES)).fetchone()
    return 0 if row is None else int(row[0])
