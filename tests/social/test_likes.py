"""Likes: counted once each, right under concurrency, gathered into one notice."""

import asyncio

import pytest

from plainview.adapters.database_postgres import DatabasePostgres
from plainview.ports.database import Transaction
from plainview.ports.event_log import EventKind
from plainview.social import likes, saves
from plainview.social.gone import forget_items
from plainview.social.kept import kept
from plainview.social.notices import mark_read, notices, unread
from plainview.social.privacy import erase, export
from plainview.social.relations import RelationsSocial
from tests.conftest import REGION
from tests.social.conftest import World, nobody

pytestmark = pytest.mark.anyio


async def test_fifty_people_who_like_at_once_are_all_counted(database: DatabasePostgres, world: World) -> None:
    async with database.transaction(REGION) as tx:
        owner = await world.person(tx, "owner")
        fans = [await world.person(tx, f"fan{number}") for number in range(50)]
        item = await world.item(tx, owner.person_id)

    async def one(number: int) -> None:
        async with database.transaction(REGION) as tx:
            fan = fans[number].person_id
            await likes.like(tx, world.telling, world.notices, fan, item, owner.person_id)

    await asyncio.gather(*(one(number) for number in range(50)))
    async with database.transaction(REGION) as tx:
        row = await (await tx.execute("SELECT likes FROM items WHERE item_id = %s", (item,))).fetchone()
        assert row == (50,)
        row = await (await tx.execute("SELECT likes FROM persons WHERE person_id = %s", (owner.person_id,))).fetchone()
        assert row == (50,)
        told = (await notices(tx, owner.person_id, None)).rows
        assert [(notice.kind, notice.count) for notice in told] == [("like", 50)]
    assert len(world.events) == 50


async def test_liking_twice_counts_once_and_can_be_undone(tx: Transaction, world: World) -> None:
    owner, fan = await world.person(tx, "owner"), await world.person(tx, "fan")
    item = await world.item(tx, owner.person_id)
    dealings = (tx, world.telling, world.notices, fan.person_id, item, owner.person_id)
    assert await likes.like(*dealings) == 1
    assert await likes.like(*dealings) == 1
    assert await unread(tx, owner.person_id) == 1
    assert await likes.unlike(*dealings) == 0
    assert await likes.unlike(*dealings) == 0
    assert await unread(tx, owner.person_id) == 0
    assert [event.kind for event in world.events] == [EventKind.LIKED, EventKind.UNLIKED]


async def test_who_takes_a_like_back_is_no_longer_named(tx: Transaction, world: World) -> None:
    owner, ada, bo = [await world.person(tx, name) for name in ("owner", "ada", "bo")]
    item = await world.item(tx, owner.person_id)
    for fan in (ada, bo):
        await likes.like(tx, world.telling, world.notices, fan.person_id, item, owner.person_id)
    await likes.unlike(tx, world.telling, world.notices, bo.person_id, item, owner.person_id)
    told = (await notices(tx, owner.person_id, None)).rows
    assert [(notice.count, notice.actor_id) for notice in told] == [(1, ada.person_id)]


async def test_a_read_notice_is_not_gathered_into(tx: Transaction, world: World) -> None:
    owner, ada, bo = [await world.person(tx, name) for name in ("owner", "ada", "bo")]
    item = await world.item(tx, owner.person_id)
    await likes.like(tx, world.telling, world.notices, ada.person_id, item, owner.person_id)
    await mark_read(tx, owner.person_id)
    await likes.like(tx, world.telling, world.notices, bo.person_id, item, owner.person_id)
    assert [notice.count for notice in (await notices(tx, owner.person_id, None)).rows] == [1, 1]


async def test_liking_ones_own_video_tells_nobody(tx: Transaction, world: World) -> None:
    owner = await world.person(tx, "owner")
    item = await world.item(tx, owner.person_id)
    assert await likes.like(tx, world.telling, world.notices, owner.person_id, item, owner.person_id) == 1
    assert await unread(tx, owner.person_id) == 0


async def test_marks_and_lists_show_what_was_kept(tx: Transaction, world: World) -> None:
    owner, fan = await world.person(tx, "owner"), await world.person(tx, "fan")
    first, second = [await world.item(tx, owner.person_id) for _ in range(2)]
    await likes.like(tx, world.telling, world.notices, fan.person_id, first, owner.person_id)
    assert await saves.save(tx, world.telling, fan.person_id, second) == 1
    assert await saves.save(tx, world.telling, fan.person_id, second) == 1
    marks = await RelationsSocial(nobody).marks(tx, fan.person_id, [first, second], [owner.person_id])
    assert marks.liked == {first}
    assert marks.saved == {second}
    assert not marks.follows
    assert (await kept(tx, fan.person_id, "likes", None)).rows == [first]
    assert (await kept(tx, fan.person_id, "saves", None)).rows == [second]
    assert await saves.unsave(tx, world.telling, fan.person_id, second) == 0


async def test_a_gone_item_and_a_gone_person_leave_nothing(tx: Transaction, world: World) -> None:
    owner, fan = await world.person(tx, "owner"), await world.person(tx, "fan")
    kept_item, gone_item = [await world.item(tx, owner.person_id) for _ in range(2)]
    for item in (kept_item, gone_item):
        await likes.like(tx, world.telling, world.notices, fan.person_id, item, owner.person_id)
        await saves.save(tx, world.telling, fan.person_id, item)
    await forget_items(tx, [gone_item])
    assert (await kept(tx, fan.person_id, "likes", None)).rows == [kept_item]
    row = await (await tx.execute("SELECT likes FROM persons WHERE person_id = %s", (owner.person_id,))).fetchone()
    assert row == (1,)
    await erase(tx, fan.person_id)
    assert not any((await export(tx, fan.person_id)).values())
    row = await (await tx.execute("SELECT likes, saves FROM items WHERE item_id = %s", (kept_item,))).fetchone()
    assert row == (0, 0)
