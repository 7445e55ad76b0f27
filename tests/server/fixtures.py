"""Gives tests the whole app over a real database, a client of it, and people who have signed up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar

from plainview.kernel.ids import PersonId
from plainview.server.app import make_app
from plainview.settings import Settings
from plainview.wiring import Parts, wire
from tests.guarding import SITE_ADDRESS, guarded

PASSWORD = "correct horse battery"
ADULT = "1990-05-17"
ADDRESS = SITE_ADDRESS
MARKED = {"X-Plainview": "1"}
Client = httpx.AsyncClient


@pytest.fixture
def settings(tmp_path: Path, warden: Path) -> Settings:
    """Settings of a server whose limits no test reaches by accident."""
    plain = Settings(data=tmp_path / "data", limit_factor=1_000, public_url=ADDRESS, engine_beside=False)
    return guarded(plain, warden)


@pytest.fixture
async def parts(settings: Settings, database_url: str) -> AsyncIterator[Parts]:
    """The parts of one process on a fresh database."""
    async with wire(settings, {"home": database_url}, node=1) as made:
        yield made


@pytest.fixture
def app(parts: Parts) -> Litestar:
    """The whole app."""
    return make_app(parts)


def browser_at(app: Any, peer: str = "127.0.0.1", base_url: str = ADDRESS) -> Client:
    """A browser at an app, from some address.

    Litestar's own test client would run the app in a loop of its own, apart from the database's connections.
    """
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(peer, 1))
    return httpx.AsyncClient(transport=transport, base_url=base_url, headers=MARKED)


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[Client]:
    """A browser at the app: it keeps cookies and marks its requests as our own pages do."""
    async with app.lifespan(), browser_at(app) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class SignedUp:
    """Somebody with an account: a cookie, and who they are."""

    person_id: str
    handle: str
    cookie: dict[str, str]


async def sign_up(client: Client, handle: str, *, birth_date: str = ADULT) -> SignedUp:
    """Open an account with a password; the client is signed in as that person afterwards."""
    client.cookies.clear()
    body = {"handle": handle, "birth_date": birth_date, "password": PASSWORD}
    response = await client.post("/api/sign-up", json=body)
    assert response.status_code == 201, response.text
    me = response.json()["me"]
    return SignedUp(me["id"], me["handle"], {"plainview": client.cookies["plainview"]})


def become(client: Client, person: SignedUp | None) -> None:
    """Let the client go on as this person, or as a stranger."""
    client.cookies.clear()
    if person is not None:
        client.cookies.update(person.cookie)


async def moderator(client: Client, parts: Parts) -> SignedUp:
    """Somebody who judges reports; the client is signed in as them."""
    person = await sign_up(client, "judge")
    roles = "UPDATE persons SET roles = '{person,moderator}' WHERE person_id = %s"
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute(roles, (int(person.person_id),))
    parts.book.drop_person(PersonId(int(person.person_id)))
    return person
