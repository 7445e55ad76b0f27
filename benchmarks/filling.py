"""Fills a database with items, people and sessions, by COPY; and with what they watched, through the event log."""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from plainview.accounts.ages import AgeBand
from plainview.accounts.persons import BAND_FIELD
from plainview.accounts.sessions import hash_of, new_token
from plainview.kernel.ids import IdMaker, PersonId, RegionNumber
from plainview.ports.door import Plain
from plainview.ports.event_log import Event, EventKind
from plainview.settings import Settings
from plainview.wiring import make_door, wire

REGION = RegionNumber(0)
CREATORS = 2_000
TAGS = 300
PERSONS_PER_BATCH = 200


@dataclass(frozen=True, slots=True)
class Filled:
    """What is in the database now: items, and each person's session token."""

    items: list[int]
    tokens: list[str]


def fill(settings: Settings, items: int, people: int, events_each: int) -> Filled:
    """A catalogue of `items` by 2,000 creators, and people of whom each has watched `events_each` videos."""
    url = settings.database_urls()["home"]
    dice, ids = random.Random(7), IdMaker(REGION, 60)
    creators = [ids.next() for _ in range(CREATORS)]
    persons = [ids.next() for _ in range(people)]
    tokens = [new_token(REGION) for _ in persons]
    numbers = [ids.next() for _ in range(items)]
    now = datetime.now(UTC)
    bands = asyncio.run(_bands(settings, creators + persons))
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        _people(cursor, creators + persons, bands)
        later = now + timedelta(days=30)
        with cursor.copy(
            "COPY sessions (person_id, session_id, token_hash, device, address, expires_at) FROM STDIN"
        ) as copy:
            for person, token in zip(persons, tokens, strict=True):
                copy.write_row((person, ids.next(), hash_of(token), b"", b"", later))
        _items(cursor, numbers, creators, dice, now)
        connection.commit()
    if events_each:
        asyncio.run(_watch(settings, persons, numbers, events_each))
    with psycopg.connect(url) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return Filled(numbers, tokens)


def _people(cursor: "psycopg.Cursor[tuple[object, ...]]", persons: list[int], bands: list[bytes]) -> None:
    with cursor.copy("COPY persons (person_id, handle, name, age_band) FROM STDIN") as copy:
        for number, (person, band) in enumerate(zip(persons, bands, strict=True)):
            copy.write_row((person, f"person{number}", f"Person {number}", band))


def _items(
    cursor: "psycopg.Cursor[tuple[object, ...]]",
    numbers: list[int],
    creators: list[int],
    dice: random.Random,
    now: datetime,
) -> None:
    owners = [dice.choice(creators) for _ in numbers]
    with cursor.copy(
        "COPY items (item_id, person_id, asset_id, sound_id, state, caption, language, published_at, views) FROM STDIN"
    ) as copy:
        for item, owner in zip(numbers, owners, strict=True):
            caption = f"A look at this #tag{dice.randrange(TAGS)} #tag{dice.randrange(TAGS)}"
            published = now - timedelta(seconds=dice.randrange(60 * 86_400))
            copy.write_row((item, owner, item, item, "published", caption, "en", published, dice.randrange(10_000)))
    placeholder = "data:image/webp;base64," + "A" * 120
    with cursor.copy(
        "COPY assets (asset_id, person_id, item_id, state, playable, duration_ms, width, height, has_sound,"
        " placeholder) FROM STDIN"
    ) as copy:
        for item, owner in zip(numbers, owners, strict=True):
            copy.write_row(
                (item, owner, item, "ready", True, dice.randrange(4_000, 60_000), 1080, 1920, True, placeholder)
            )


async def _bands(settings: Settings, persons: list[int]) -> list[bytes]:
    """Everybody's age band, sealed: all are grown up."""
    door = make_door(settings)
    bands: list[bytes] = []
    for start in range(0, len(persons), PERSONS_PER_BATCH):
        those = persons[start : start + PERSONS_PER_BATCH]
        bands += await door.seal([Plain(PersonId(each), BAND_FIELD, AgeBand.ADULT.encode()) for each in those])
    await door.close()
    return bands


async def _watch(settings: Settings, persons: list[int], numbers: list[int], events_each: int) -> None:
    """Events as screens would have sent them, sealed on their way into the log."""
    dice = random.Random(8)
    at_ms = int(datetime.now(UTC).timestamp() * 1000)
    async with wire(settings, settings.database_urls(), node=61) as parts:
        for start in range(0, len(persons), PERSONS_PER_BATCH):
            events: list[Event] = []
            for person in persons[start : start + PERSONS_PER_BATCH]:
                for _ in range(events_each // 2):
                    item = dice.choice(numbers)
                    for kind, watched in ((EventKind.SHOWN, None), (EventKind.WATCHED, dice.randrange(500, 40_000))):
                        number = UUID(int=dice.getrandbits(128), version=4)
                        when = at_ms - dice.randrange(86_400_000)
                        events.append(Event(PersonId(person), number, kind, item, when, watched_ms=watched))
            await parts.living.log.append(REGION, events)
