"""Cards that are held and cards that are read are the same to everybody."""

from collections.abc import Sequence

import pytest

from plainview.accounts.faces import Face
from plainview.catalog.card_cache import CARDS
from plainview.catalog.cards import cards_of
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.social.relations import RelationsSocial
from tests.social.conftest import World, nobody

pytestmark = pytest.mark.anyio


async def _shown(tx: Transaction, viewer: PersonId | None, items: Sequence[ItemId]) -> dict[ItemId, bytes]:
    found = await cards_of(tx, viewer, items, RelationsSocial(nobody))
    return {item.item_id: bytes(card) for item, card in found}  # type: ignore[call-overload]


async def _scene(tx: Transaction, world: World) -> tuple[Face, list[ItemId]]:
    """A fan; a video that they like, two for followers (the fan is one, and asked to be one), one by who blocks."""
    fan = await world.person(tx, "fan")
    people = [await world.person(tx, name) for name in ("liked", "followed", "asked", "blocking")]
    kinds = ("public", "followers", "followers", "public")
    items = [await world.item(tx, owner.person_id, kind) for owner, kind in zip(people, kinds, strict=True)]
    liked, followed, asked, blocking = people
    await tx.execute("INSERT INTO likes (person_id, item_id) VALUES (%s, %s)", (fan.person_id, items[0]))
    for other, accepted in ((liked, False), (followed, True), (asked, False)):
        follow = (fan.person_id, other.person_id, accepted)
        await tx.execute("INSERT INTO follows (person_id, followed_id, accepted) VALUES (%s, %s, %s)", follow)
    block = (blocking.person_id, fan.person_id)
    await tx.execute("INSERT INTO blocks (person_id, blocked_id) VALUES (%s, %s)", block)
    return fan, items


async def test_a_card_is_the_same_whether_it_was_held_or_read_with_the_viewers_marks(
    tx: Transaction, world: World
) -> None:
    fan, items = await _scene(tx, world)
    CARDS.clear()
    read = await _shown(tx, fan.person_id, items)
    held = await _shown(tx, fan.person_id, items)
    CARDS.forget(items[0])
    assert read == held == await _shown(tx, fan.person_id, items)
    assert list(read) == items[:2]
    assert b'"liked":true,"saved":false,"follows":"requested"' in read[items[0]]
    assert b'"follows":"yes"' in read[items[1]]


async def test_a_stranger_without_a_name_sees_what_is_public(tx: Transaction, world: World) -> None:
    _, items = await _scene(tx, world)
    CARDS.clear()
    assert list(await _shown(tx, None, items)) == list(await _shown(tx, None, items)) == [items[0], items[3]]


async def test_items_that_are_gone_have_no_cards(tx: Transaction, world: World) -> None:
    CARDS.clear()
    fan = await world.person(tx, "fan")
    assert await _shown(tx, fan.person_id, [ItemId(7), ItemId(8)]) == {}
