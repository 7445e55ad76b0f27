"""Sessions in several processes: found without SQL, gone everywhere at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plainview.accounts.ages import AgeBand
from plainview.accounts.guests import Guests
from plainview.accounts.persons import NewPerson, open_account, set_roles
from plainview.accounts.sessions import NewSession, Place, hash_of, list_sessions, open_session, revoke
from plainview.accounts.viewers import Role
from plainview.kernel.ids import PersonId, SessionId
from plainview.settings import Settings
from plainview.wiring import Parts, wire
from tests.guarding import guarded

pytestmark = pytest.mark.anyio
PLACE = Place("Firefox on Linux", "203.0.113.9")


@pytest.fixture
async def two(tmp_path: Path, database_url: str, warden: Path) -> AsyncIterator[tuple[Parts, Parts]]:
    """Two processes over one database and data folder, both listening."""
    settings, urls = guarded(Settings(data=tmp_path), warden), {"home": database_url}
    async with wire(settings, urls, node=1) as one, wire(settings, urls, node=2) as other:
        await one.signals.start()
        await other.signals.start()
        yield one, other


async def somebody(parts: Parts, handle: str = "somebody") -> tuple[PersonId, SessionId, str]:
    """A person with a session: their id, the session's, and the token."""
    person, session = PersonId(parts.ids.next()), SessionId(parts.ids.next())
    async with parts.database.transaction(parts.region) as tx:
        await open_account(tx, parts.door, NewPerson(person, handle, "Somebody", AgeBand.ADULT))
        token = await open_session(tx, parts.door, NewSession(person, session, parts.region, PLACE, days=60))
    return person, session, token


async def until_gone(parts: Parts, token: str) -> float:
    """How many seconds a token went on opening a session."""
    started = time.monotonic()
    while await parts.book.find(token) is not None:
        assert time.monotonic() - started < 5
        await asyncio.sleep(0.002)
    return time.monotonic() - started


async def test_only_the_hash_of_a_token_is_kept_and_place_is_sealed(two: tuple[Parts, Parts]) -> None:
    one, _ = two
    person, _, token = await somebody(one)
    async with one.database.transaction(one.region) as tx:
        row = await (await tx.execute("SELECT token_hash, device, address FROM sessions")).fetchone()
        assert row is not None
        assert bytes(row[0]) == hash_of(token)
        assert b"Firefox" not in bytes(row[1])
        assert b"203.0.113.9" not in bytes(row[2])
        (listed,) = await list_sessions(tx, one.door, person)
    assert (listed.device, listed.address) == (PLACE.device, PLACE.address)


async def test_a_revoked_session_ends_in_every_process_within_a_second(two: tuple[Parts, Parts]) -> None:
    one, other = two
    person, session, token = await somebody(one)
    assert await one.book.find(token) is not None
    assert await other.book.find(token) is not None
    async with one.database.transaction(one.region) as tx:
        await revoke(tx, one.signals, person, session)
    assert await until_gone(other, token) < 1
    assert await until_gone(one, token) < 1


async def test_new_roles_count_in_every_process(two: tuple[Parts, Parts]) -> None:
    one, other = two
    person, _, token = await somebody(one)
    assert (await other.book.find(token)).roles == {Role.PERSON}  # type: ignore[union-attr]
    async with one.database.transaction(one.region) as tx:
        await set_roles(tx, person, [Role.MODERATOR])
        await one.signals.send(tx, "person.changed", person_id=person)
    for _ in range(500):
        found = await other.book.find(token)
        if found is not None and Role.MODERATOR in found.roles:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the other process never learned of the role")


async def test_a_session_that_is_known_is_found_without_the_database_in_under_50_microseconds(
    two: tuple[Parts, Parts],
) -> None:
    one, _ = two
    _, _, token = await somebody(one)
    await one.book.find(token)
    await one.database.close()  # From here on, SQL would fail.
    best_us = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(1_000):
            assert await one.book.find(token) is not None
        best_us = min(best_us, (time.perf_counter() - started) * 1_000)
    assert best_us < 50, f"{best_us:.1f} µs"


async def test_what_is_no_token_opens_nothing(two: tuple[Parts, Parts]) -> None:
    one, _ = two
    _, _, token = await somebody(one)
    for nonsense in ("", "x", "é" * 9, token[:-4] + "AAA=", "/" * 44):
        assert await one.book.find(nonsense) is None


async def test_a_guests_cookie_is_believed_only_when_signed_here_and_only_until_they_sign_up(
    two: tuple[Parts, Parts],
) -> None:
    one, other = two
    person = PersonId(one.ids.next())
    cookie = one.guests.sign(person)
    assert await other.guests.find(cookie) == person
    forged = Guests(bytes(32), one.database).sign(person)
    for nonsense in (
        forged,
        f"{person}.",
        str(person),
        cookie + "x",
        f"{person + 1}.{cookie.partition('.')[2]}",
        "é.é",
    ):
        assert await other.guests.find(nonsense) is None
    async with one.database.transaction(one.region) as tx:
        await open_account(tx, one.door, NewPerson(person, "grownup", "Grown Up", AgeBand.ADULT))
        await one.signals.send(tx, "person.opened", person_id=person)
    for _ in range(500):
        if await other.guests.find(cookie) is None:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the guest's cookie went on being believed")
