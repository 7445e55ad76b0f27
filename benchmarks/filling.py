"""Fills a database with items, people, sessions and what they watched, by COPY."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from plainview.accounts.sessions import hash_of, new_token
from plainview.kernel.ids import IdMaker, RegionNumber
from plainview.ports.event_log import EventKind

REGION = RegionNumber(0)
CREATORS = 2_000
TAGS = 300


@dataclass(frozen=True, slots=True)
class Filled:
    """What is in the database now: items, and each person's session token."""

    items: list[int]
    tokens: list[str]


def fill(url: str, items: int, people: int, events_each: int) -> Filled:
    """A catalogue of `items` by 2,000 creators, and people of whom each has watched `events_each` videos."""
    dice, ids = random.Random(7), IdMaker(REGION, 60)
    creators = [ids.next() for _ in range(CREATORS)]
    persons = [ids.next() for _ in range(people)]
    tokens = [new_token(REGION) for _ in persons]
    numbers = [ids.next() for _ in range(items)]
    now = datetime.now(UTC)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        _people(cursor, creators + persons)
        later = now + timedelta(days=30)
        with cursor.copy(
            "COPY sessions (person_id, session_id, token_hash, device, address, expires_at) FROM STDIN"
        ) as copy:
            for person, token in zip(persons, tokens, strict=True):
                copy.write_row((person, ids.next(), hash_of(token), b"", b"", later))
        _items(cursor, numbers, creators, dice, now)
        _events(cursor, persons, numbers, events_each, dice)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return Filled(numbers, tokens)


def _people(cursor: "psycopg.Cursor[tuple[object, ...]]", persons: list[int]) -> None:
    with cursor.copy("COPY persons (person_id, handle, name, age_band) FROM STDIN") as copy:
        for number, person in enumerate(persons):
            copy.write_row((person, f"person{number}", f"Person {number}", b""))


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


def _events(
    cursor: "psycopg.Cursor[tuple[object, ...]]",
    persons: list[int],
    numbers: list[int],
    events_each: int,
    dice: random.Random,
) -> None:
    at_ms = int(datetime.now(UTC).timestamp() * 1000)
    with cursor.copy("COPY events (person_id, event_id, kind, item_id, at_ms, watched_ms) FROM STDIN") as copy:
        for person in persons:
            for _ in range(events_each // 2):
                item = dice.choice(numbers)
                for kind, watched in ((EventKind.SHOWN, None), (EventKind.WATCHED, dice.randrange(500, 40_000))):
                    event = UUID(int=dice.getrandbits(128), version=4)
                    copy.write_row((person, event, int(kind), item, at_ms - dice.randrange(86_400_000), watched))
