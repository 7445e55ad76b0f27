"""Follows: at once for public accounts, asked of private ones, cut by a block; counters stay right."""

import pytest

from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.ports.event_log import EventKind
from plainview.social import blocks, follows
from plainview.social.notices import notices, unread
from plainview.social.relations import RelationsSocial, standing
from tests.social.conftest import World, nobody

pytestmark = pytest.mark.anyio


async def _counters(tx: Transaction, person: PersonId) -> tuple[int, int]:
    row = await (
        await tx.execute("SELECT followers, following FROM persons WHERE person_id = %s", (person,))
    ).fetchone()
    assert row is not None
    return row[0], row[1]


async def test_a_public_account_is_followed_at_once_and_told(tx: Transaction, world: World) -> None:
    ada, bo = await world.person(tx, "ada"), await world.person(tx, "bo")
    assert await follows.follow(tx, world.telling, world.notices, ada.person_id, bo) == "yes"
    assert await follows.follow(tx, world.telling, world.notices, ada.person_id, bo) == "yes"
    assert await _counters(tx, bo.person_id) == (1, 0)
    assert await _counters(tx, ada.person_id) == (0, 1)
    assert [(event.kind, event.other_id) for event in world.events] == [(EventKind.FOLLOWED, bo.person_id)]
    told = (await notices(tx, bo.person_id, None)).rows
    assert [(notice.kind, notice.actor_id) for notice in told] == [("follow", ada.person_id)]


async def test_a_private_account_is_asked_and_may_accept_or_refuse(tx: Transaction, world: World) -> None:
    ada, bo, cy = (
        await world.person(tx, "ada"),
        await world.person(tx, "bo"),
        await world.person(tx, "cy", private=True),
    )
    for asker in (ada, bo):
        assert await follows.follow(tx, world.telling, world.notices, asker.person_id, cy) == "requested"
    assert await _counters(tx, cy.person_id) == (0, 0)
    assert set((await follows.people(tx, cy.person_id, "requests", None)).rows) == {ada.person_id, bo.person_id}
    await follows.accept(tx, world.telling, cy.person_id, ada.person_id)
    await follows.refuse(tx, world.telling, cy.person_id, bo.person_id)
    assert (await standing(tx, ada.person_id, cy.person_id)).follows == "yes"
    assert (await standing(tx, bo.person_id, cy.person_id)).follows == "no"
    assert await _counters(tx, cy.person_id) == (1, 0)
    assert await unread(tx, cy.person_id) == 0
    with pytest.raises(NotFoundError):
        await follows.accept(tx, world.telling, cy.person_id, bo.person_id)


async def test_a_block_cuts_follows_both_ways_and_stands_between(tx: Transaction, world: World) -> None:
    ada, bo = await world.person(tx, "ada"), await world.person(tx, "bo")
    await follows.follow(tx, world.telling, world.notices, ada.person_id, bo)
    await follows.follow(tx, world.telling, world.notices, bo.person_id, ada)
    await blocks.block(tx, world.telling, world.notices, ada.person_id, bo.person_id)
    assert await _counters(tx, ada.person_id) == (0, 0)
    assert await _counters(tx, bo.person_id) == (0, 0)
    with pytest.raises(NotFoundError):
        await follows.follow(tx, world.telling, world.notices, bo.person_id, ada)
    for me, other in ((ada, bo), (bo, ada)):
        marks = await RelationsSocial(nobody).marks(tx, me.person_id, [], [other.person_id])
        assert marks.blocked == {other.person_id}
    assert (await standing(tx, bo.person_id, ada.person_id)).blocked_by
    assert await unread(tx, ada.person_id) == await unread(tx, bo.person_id) == 0
    await blocks.unblock(tx, world.telling, ada.person_id, bo.person_id)
    assert await follows.follow(tx, world.telling, world.notices, bo.person_id, ada) == "yes"


async def test_nobody_follows_or_blocks_themselves(tx: Transaction, world: World) -> None:
    ada = await world.person(tx, "ada")
    with pytest.raises(follows.FollowSelfError):
        await follows.follow(tx, world.telling, world.notices, ada.person_id, ada)
    with pytest.raises(blocks.BlockSelfError):
        await blocks.block(tx, world.telling, world.notices, ada.person_id, ada.person_id)


async def test_many_followers_are_paged_without_loss(tx: Transaction, world: World) -> None:
    star = await world.person(tx, "star")
    fans = [await world.person(tx, f"fan{number}") for number in range(60)]
    for number, fan in enumerate(fans):
        await tx.execute(
            "INSERT INTO follows VALUES (%s, %s, true, now() + make_interval(secs => %s))",
            (fan.person_id, star.person_id, number),
        )
    found: list[PersonId] = []
    cursor: str | None = None
    while True:
        page = await follows.people(tx, star.person_id, "followers", cursor)
        found += page.rows
        cursor = page.next
        if cursor is None:
            break
    assert found == [fan.person_id for fan in reversed(fans)]
