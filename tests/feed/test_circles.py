"""What is held of how people stand to each other and to videos is what the database would say, at every moment."""

import asyncio
import random

import pytest

from plainview.catalog.card_cache import CARDS, SECONDS_MAX, listen
from plainview.catalog.cards import Card, cards_held, cards_of
from plainview.catalog.reading_ahead import read_due
from plainview.catalog.visibility import SeenItem
from plainview.feed import circles as feed_circles
from plainview.feed.circles import Circles
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.server.feeding import relations_of
from plainview.social.relations import KEPT_MAX
from plainview.wiring import Parts
from tests.feed.conftest import Catalogue, fill
from tests.server.fixtures import Client, SignedUp, become, sign_up

pytestmark = pytest.mark.anyio

ACTS = [
    ("PUT", "/api/videos/{item}/like"), ("DELETE", "/api/videos/{item}/like"),
    ("PUT", "/api/videos/{item}/save"), ("DELETE", "/api/videos/{item}/save"),
    ("PUT", "/api/people/{other}/follow"), ("DELETE", "/api/people/{other}/follow"),
    ("PUT", "/api/me/follow-requests/{other}"), ("DELETE", "/api/me/follow-requests/{other}"),
    ("PUT", "/api/people/{other}/block"), ("DELETE", "/api/people/{other}/block"),
]  # fmt: skip
STEPS = 120


async def test_a_page_from_memory_is_the_page_of_the_database_right_after_every_act(
    client: Client, parts: Parts
) -> None:
    people = [await sign_up(client, name) for name in ("ann", "bob", "cem")]
    assert (await client.patch("/api/me", json={"is_private": True})).status_code == 200
    catalogue = await fill(parts, each=4)
    items = [*catalogue.cats, *catalogue.cars]
    await _give(parts, items[:3], people)
    # From here on nothing is heard by way of the database: what is held is kept true as soon as an act has committed.
    await parts.signals.close()
    dice = random.Random(11)
    differing = set()
    for _ in range(STEPS):
        me, other = dice.sample(people, 2)
        become(client, me)
        method, path = dice.choice(ACTS)
        answer = await client.request(method, path.format(item=dice.choice(items[:4]), other=other.handle))
        assert answer.status_code < 500, answer.text
        for person in people:
            differing.add(await _same(parts, PersonId(int(person.person_id)), items))
    # The acts did change what is seen, or nothing would be shown by this.
    assert len(differing) > 10


async def _give(parts: Parts, items: list[ItemId], people: list[SignedUp]) -> None:
    """One of these items to each of these people."""
    async with parts.database.transaction(parts.region) as tx:
        for item, owner in zip(items, people, strict=True):
            await tx.execute("UPDATE items SET person_id = %s WHERE item_id = %s", (int(owner.person_id), item))
            await parts.signals.send(tx, "item.changed", item_id=item)


async def _same(parts: Parts, person: PersonId, items: list[ItemId]) -> bytes:
    """What this person is shown, the same both ways."""
    circles, relations = parts.living.circles, relations_of(parts)
    async with parts.database.statements(parts.region) as tx:
        asked = await cards_of(tx, person, items, relations)
        circle = circles.held(person) or await circles.read(tx, person)
        assert circle.marks is not None
        held = cards_held(person, items, circle.marks) or await cards_of(tx, person, items, relations, circle.marks)
    assert _bytes(held) == _bytes(asked)
    return b"".join(_bytes(asked))


def _bytes(cards: list[tuple[SeenItem, Card]]) -> list[bytes]:
    return [bytes(card) for _, card in cards]  # type: ignore[call-overload]


async def test_a_video_that_is_taken_down_is_gone_from_memory_before_its_owner_is_answered(
    parts: Parts,
) -> None:
    listen(parts.signals)
    catalogue = await fill(parts, each=2)
    item = catalogue.cats[0]
    async with parts.database.transaction(parts.region) as tx:
        assert await cards_of(tx, None, [item], relations_of(parts))
        await tx.execute("UPDATE items SET state = 'removed', caption = '' WHERE item_id = %s", (item,))
        await parts.signals.send(tx, "item.changed", item_id=item)
    assert CARDS.get(item) is None


async def _likes(tx: Transaction, person: PersonId, count: int) -> None:
    await tx.execute("INSERT INTO likes (person_id, item_id) SELECT %s, generate_series(1, %s)", (person, count))


async def test_of_somebody_who_marked_too_much_each_page_asks_for_its_own(tx: Transaction) -> None:
    circles = Circles()
    await _likes(tx, PersonId(1), KEPT_MAX)
    await _likes(tx, PersonId(2), KEPT_MAX + 1)
    few, many = await circles.read(tx, PersonId(1)), await circles.read(tx, PersonId(2))
    assert few.marks is not None
    assert len(few.marks.liked) == KEPT_MAX
    assert many.marks is None
    assert many.ids == 0


async def test_circles_give_way_when_they_hold_too_many_ids(tx: Transaction) -> None:
    circles = Circles(ids_max=25)
    for person in (1, 2, 3):
        await _likes(tx, PersonId(person), 10)
        await circles.read(tx, PersonId(person))
    assert [circles.held(PersonId(person)) is not None for person in (1, 2, 3)] == [False, True, True]
    circles.drop(PersonId(2))
    await circles.read(tx, PersonId(1))
    assert circles.held(PersonId(1)) is not None
    assert circles.held(PersonId(3)) is not None


async def test_a_circle_is_read_again_when_signals_were_missed_or_it_grew_old(tx: Transaction) -> None:
    now = 0.0
    circles = Circles(clock=lambda: now)
    person = PersonId(1)
    await circles.read(tx, person)
    assert circles.held(person) is not None
    now = feed_circles.SECONDS_MAX + 1
    assert circles.held(person) is None
    await circles.read(tx, person)
    assert circles.held(person) is not None
    await circles.heard({"missed": True})
    assert circles.held(person) is None


async def test_a_circle_that_changed_while_it_was_read_is_not_held(tx: Transaction) -> None:
    circles = Circles()
    reading = asyncio.create_task(circles.read(tx, PersonId(1)))
    await asyncio.sleep(0)
    circles.drop(PersonId(1))
    await reading
    assert circles.held(PersonId(1)) is None


async def test_cards_are_read_ahead_again_when_old_and_dropped_when_gone(parts: Parts) -> None:
    CARDS.clear()
    catalogue: Catalogue = await fill(parts, each=1)
    cat, car = catalogue.cats[0], catalogue.cars[0]
    CARDS.expect([cat, car])
    await read_due(parts.database)
    held = CARDS.get(cat)
    assert held is not None
    assert held.counts[0] == 0
    assert CARDS.take_due(9) == []
    held.until -= SECONDS_MAX + 1
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("UPDATE items SET views = 7 WHERE item_id = %s", (cat,))
        await tx.execute("DELETE FROM items WHERE item_id = %s", (car,))
    assert CARDS.get(cat) is held
    CARDS.expect([car])
    await read_due(parts.database)
    fresh = CARDS.get(cat)
    assert fresh is not None
    assert fresh.counts[0] == 7
    assert CARDS.get(car) is None
