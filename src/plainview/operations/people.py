"""What an operator does to accounts from the command line: list, give roles, set a password, erase."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from plainview.accounts.leaving import erase_account
from plainview.accounts.passwords import keep_hash
from plainview.accounts.persons import Person, person_of_handle, set_roles
from plainview.accounts.sessions import revoke_others
from plainview.accounts.viewers import Role
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import RegionNumber, SessionId
from plainview.ports.database import Transaction
from plainview.server.routes import desk_of
from plainview.settings import Settings
from plainview.wiring import Parts, wire

# The command line's own place among the processes that make ids.
NODE = 63
LISTED_MAX = 1_000
_LIST = "SELECT handle, name, roles, videos, created_at FROM persons ORDER BY person_id DESC LIMIT %s"


@asynccontextmanager
async def _person(settings: Settings, handle: str) -> AsyncIterator[tuple[Parts, Transaction, Person]]:
    async with wire(settings, settings.database_urls(), NODE) as parts:
        region = await _home(parts, handle)
        async with parts.database.transaction(region) as tx:
            found = await person_of_handle(tx, handle.removeprefix("@"))
            if found is None:
                raise NotFoundError(f"Nobody here is called {handle}.")
            yield parts, tx, found


async def _home(parts: Parts, handle: str) -> RegionNumber:
    """The region in which somebody has this handle; the default one when nobody has it."""
    for region in parts.database.regions.values():
        async with parts.database.transaction(region) as tx:
            if await person_of_handle(tx, handle.removeprefix("@")):
                return region
    return parts.region


def listed(settings: Settings) -> list[tuple[str, str, list[str], int, str]]:
    """The newest accounts: handle, name, roles, videos and day of sign-up."""

    async def read() -> list[tuple[str, str, list[str], int, str]]:
        async with wire(settings, settings.database_urls(), NODE) as parts:
            found = []
            for region in parts.database.regions.values():
                async with parts.database.transaction(region) as tx:
                    found += await (await tx.execute(_LIST, (LISTED_MAX,))).fetchall()
            return [(handle, name, roles, videos, f"{at:%Y-%m-%d}") for handle, name, roles, videos, at in found]

    return asyncio.run(read())


def give_roles(settings: Settings, handle: str, roles: Sequence[Role]) -> None:
    """Give an account exactly these roles; every process knows at once.

    Raises:
        NotFoundError: nobody has this handle.
    """

    async def change() -> None:
        async with _person(settings, handle) as (parts, tx, person):
            await set_roles(tx, person.person_id, roles)
            await parts.signals.send(tx, "person.changed", person_id=person.person_id)

    asyncio.run(change())


def set_password(settings: Settings, handle: str, password: str) -> None:
    """Give an account a new password and end all its sessions.

    Raises:
        NotFoundError: nobody has this handle.
        InvalidInputError: the password is too weak.
    """

    async def change() -> None:
        async with _person(settings, handle) as (parts, tx, person):
            hashed = await parts.hashing.hash(await parts.hashing.checked(password, person.handle))
            await keep_hash(tx, parts.door, person.person_id, hashed)
            await revoke_others(tx, parts.signals, person.person_id, SessionId(0))

    asyncio.run(change())


def erase(settings: Settings, handle: str) -> None:
    """Erase an account and all that belongs to it, as its owner could.

    Raises:
        NotFoundError: nobody has this handle.
    """

    async def change() -> None:
        async with _person(settings, handle) as (parts, tx, person):
            await erase_account(desk_of(parts), tx, person.person_id)

    asyncio.run(change())
