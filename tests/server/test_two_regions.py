"""Two regions with two databases: a person's rows lie in the home region's database, and nowhere else."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import pytest

from plainview.adapters.postgres_embedded import PostgresEmbedded
from plainview.kernel.ids import ID_MAX, RegionNumber, region_of
from plainview.privacy.declared import PERSON_COLUMNS
from plainview.privacy.personal import tables
from plainview.server.app import make_app
from plainview.settings import Settings
from plainview.wiring import Parts, all_declarations, wire
from tests.feed.conftest import fill
from tests.guarding import guarded, running_warden
from tests.server.authenticator import Authenticator
from tests.server.fixtures import ADDRESS, ADULT, PASSWORD, browser_at

pytestmark = pytest.mark.anyio
REGIONS = {"ireland": RegionNumber(3), "brazil": RegionNumber(7)}
_numbers = itertools.count(1)
all_declarations()


@pytest.fixture
def urls(postgres: PostgresEmbedded) -> Iterator[dict[str, str]]:
    """A fresh migrated database for each region."""
    names = {region: f"region_{region}_{os.getpid()}_{next(_numbers)}" for region in REGIONS}
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        for name in names.values():
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
        yield {region: postgres.url(name) for region, name in names.items()}
        for name in names.values():
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def wardens_of_both() -> Iterator[Path]:
    """The data folder of a running warden for each region."""
    with running_warden("ireland=3,brazil=7") as folder:
        yield folder


@pytest.fixture
async def parts_of_both(urls: dict[str, str], tmp_path: Path, wardens_of_both: Path) -> AsyncIterator[Parts]:
    """The parts of one process of both regions."""
    wanted = Settings(data=tmp_path, regions="ireland=3,brazil=7", public_url=ADDRESS, limit_factor=1_000)
    settings = guarded(wanted, wardens_of_both)
    async with wire(settings, urls, node=1) as parts:
        yield parts


@pytest.fixture
async def client(parts_of_both: Parts) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at one server of both regions."""
    app = make_app(parts_of_both)
    async with app.lifespan(), browser_at(app) as opened:
        yield opened


async def sign_up(client: httpx.AsyncClient, handle: str, region: str) -> int:
    client.cookies.clear()
    body = {"handle": handle, "birth_date": ADULT, "password": PASSWORD, "region": region}
    response = await client.post("/api/sign-up", json=body)
    assert response.status_code == 201, response.text
    assert response.json()["me"]["region"] == region
    return int(response.json()["me"]["id"])


def places_of(url: str, person: int) -> set[str]:
    """The tables of a database in which any column that points to a person names this one."""
    found = set()
    with psycopg.connect(url) as connection:
        for table in tables.sorted_tables:
            for column in PERSON_COLUMNS & set(table.columns.keys()):
                query = f"SELECT 1 FROM {table.name} WHERE {column} = %s LIMIT 1"
                if connection.execute(query, (person,)).fetchone():
                    found.add(table.name)
    return found


def number_anywhere(url: str, person: int) -> bool:
    """Whether this number stands anywhere in a dump of every table's text."""
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return any(
            connection.execute(f"SELECT 1 FROM {name} AS t WHERE t::text LIKE %s LIMIT 1", (f"%{person}%",)).fetchone()
            for (name,) in names
        )


async def test_a_persons_rows_are_in_their_home_regions_database_only(
    client: httpx.AsyncClient, urls: dict[str, str]
) -> None:
    people = {region: await sign_up(client, f"from_{region}", region) for region in REGIONS}
    for region, person in people.items():
        assert region_of(person) == REGIONS[region]
        assert places_of(urls[region], person) >= {"persons", "passwords", "sessions"}
        for other in set(REGIONS) - {region}:
            assert places_of(urls[other], person) == set()
            assert not number_anywhere(urls[other], person)
    assert number_anywhere(urls["ireland"], people["ireland"])


async def test_somebody_of_either_region_signs_in_at_the_same_door(client: httpx.AsyncClient) -> None:
    for region in REGIONS:
        await sign_up(client, f"back_in_{region}", region)
    for region in REGIONS:
        client.cookies.clear()
        body = {"handle": f"back_in_{region}", "password": PASSWORD}
        assert (await client.post("/api/sign-in", json=body)).status_code == 200
        assert (await client.get("/api/me")).json()["me"]["region"] == region
        assert len((await client.get("/api/me/sessions")).json()["sessions"]) == 2


async def test_a_passkey_finds_its_region(client: httpx.AsyncClient) -> None:
    key = Authenticator(ADDRESS, "testserver.local")
    wish = {"handle": "carioca", "birth_date": ADULT, "region": "brazil"}
    begun = (await client.post("/api/sign-up/passkey/options", json=wish)).json()
    body = {"ceremony": begun["ceremony"], "credential": key.make(begun["options"])}
    assert (await client.post("/api/sign-up/passkey", json=body)).status_code == 201
    client.cookies.clear()
    begun = (await client.post("/api/sign-in/passkey/options", json={})).json()
    body = {"ceremony": begun["ceremony"], "credential": key.use(begun["options"])}
    response = await client.post("/api/sign-in/passkey", json=body)
    assert response.json()["me"]["region"] == "brazil"


async def test_a_handle_is_given_to_one_person_even_when_both_regions_ask_at_once(client: httpx.AsyncClient) -> None:
    async def ask(number: int) -> int:
        region = list(REGIONS)[number % 2]
        body = {"handle": "wanted", "birth_date": ADULT, "password": PASSWORD, "region": region}
        return (await client.post("/api/sign-up", json=body)).status_code

    # As many as a pool has connections, so that those who wait would hold all that the one who is served needs.
    assert sorted(await asyncio.gather(*(ask(number) for number in range(12)))) == [201] + [409] * 11


async def test_a_region_that_is_not_here_is_refused(client: httpx.AsyncClient) -> None:
    body = {"handle": "martian", "birth_date": ADULT, "password": PASSWORD, "region": "mars"}
    response = await client.post("/api/sign-up", json=body)
    assert (response.status_code, list(response.json()["fields"])) == (422, ["region"])


def test_ids_leave_room_for_sixty_four_regions() -> None:
    assert region_of(ID_MAX) == 63


async def test_what_is_held_of_one_region_is_on_no_page_of_another(
    client: httpx.AsyncClient, parts_of_both: Parts
) -> None:
    brazil = REGIONS["brazil"]
    await fill(replace(parts_of_both, ids=parts_of_both.makers[brazil], region=brazil), each=4)
    await sign_up(client, "bia", "brazil")
    for _ in range(200):
        if (await client.get("/api/feed")).json()["entries"]:
            break
        await asyncio.sleep(0.02)
    # The cards are held now. Whom somebody there blocked is not known here.
    assert (await client.get("/api/feed")).json()["entries"]
    client.cookies.clear()
    await sign_up(client, "aoife", "ireland")
    assert (await client.get("/api/feed")).json()["entries"] == []
