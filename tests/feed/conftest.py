"""Gives the feed's tests a catalogue of two kinds of video, by several people."""

import asyncio
from dataclasses import dataclass

from plainview.kernel.ids import ItemId, PersonId
from plainview.kernel.time import now, to_ms
from plainview.ports.engine import PageRequest
from plainview.wiring import Parts


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Items by tag, and their creators."""

    cats: list[ItemId]
    cars: list[ItemId]
    creators: list[PersonId]


async def fill(parts: Parts, each: int = 30) -> Catalogue:
    """A catalogue of `each` videos of cats and as many of cars, by six people, known to the engine."""
    made = Catalogue([], [], [])
    async with parts.database.transaction(parts.region) as tx:
        for number in range(6):
            person = PersonId(parts.ids.next())
            made.creators.append(person)
            await tx.execute(
                "INSERT INTO persons (person_id, handle, name, age_band) VALUES (%s, %s, %s, '')",
                (person, f"maker{number}", f"Maker {number}"),
            )
        for number in range(each):
            for items, tag in ((made.cats, "cats"), (made.cars, "cars")):
                item, asset = ItemId(parts.ids.next()), parts.ids.next()
                owner = made.creators[number % 6]
                await tx.execute(
                    "INSERT INTO items (item_id, person_id, asset_id, sound_id, state, caption, published_at)"
                    " VALUES (%s, %s, %s, %s, 'published', %s, now())",
                    (item, owner, asset, asset, f"Number {number} #{tag}"),
                )
                await tx.execute(
                    "INSERT INTO assets (asset_id, person_id, item_id, state, playable, duration_ms, width, height)"
                    " VALUES (%s, %s, %s, 'ready', true, 9000, 1080, 1920)",
                    (asset, owner, item),
                )
                items.append(item)
                await parts.signals.send(tx, "item.changed", item_id=item)
    return made


async def filled(parts: Parts, each: int = 30) -> Catalogue:
    """The same, once the engine of these parts has heard of all of it."""
    made = await fill(parts, each)
    ranker, wanted = parts.living.learner.ranker, {*made.cats, *made.cars}
    for _ in range(500):
        heard: set[ItemId] = set()
        while page := (await ranker.page(PageRequest(to_ms(now()), 20, excluded_items=tuple(heard)))).items:
            heard.update(place.item for place in page)
        if wanted <= heard:
            return made
        await asyncio.sleep(0.02)
    raise AssertionError("the engine never heard of all items")
