"""Comments: one level of replies, right counters, hidden by blocks, gone with their author."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import CommentId, ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.social import blocks
from plainview.social import comments as said
from plainview.social.comments import NewComment, mentioned
from plainview.social.privacy import erase
from tests.social.conftest import World

pytestmark = pytest.mark.anyio


async def _say(
    tx: Transaction, world: World, item: ItemId, person: PersonId, parent: CommentId | None = None
) -> CommentId:
    new = NewComment(CommentId(world.ids.next()), item, person, parent, "Well said.")
    await said.add_comment(tx, new)
    return new.comment_id


async def _count(tx: Transaction, item: ItemId) -> int:
    row = await (await tx.execute("SELECT comments FROM items WHERE item_id = %s", (item,))).fetchone()
    assert row is not None
    return int(row[0])


async def test_comments_stand_newest_first_and_replies_oldest_first(tx: Transaction, world: World) -> None:
    ada = (await world.person(tx, "ada")).person_id
    item = await world.item(tx, ada)
    roots = [await _say(tx, world, item, ada) for _ in range(3)]
    replies = [await _say(tx, world, item, ada, roots[0]) for _ in range(3)]
    page = await said.comments_of(tx, ada, item, None)
    assert [row.comment_id for row in page.rows] == roots[::-1]
    assert page.rows[-1].replies == 3
    answers = await said.replies_of(tx, ada, page.rows[-1], None)
    assert [row.comment_id for row in answers.rows] == replies
    assert await _count(tx, item) == 6


async def test_a_deleted_comment_takes_its_replies_along(tx: Transaction, world: World) -> None:
    ada, bo = [(await world.person(tx, name)).person_id for name in ("ada", "bo")]
    item = await world.item(tx, ada)
    root, other = await _say(tx, world, item, ada), await _say(tx, world, item, bo)
    reply = await _say(tx, world, item, bo, root)
    assert await said.like_comment(tx, ada, reply, liked=True) == 1
    assert await said.like_comment(tx, ada, reply, liked=True) == 1
    await said.delete_comment(tx, await said.comment(tx, ada, root))
    assert [row.comment_id for row in (await said.comments_of(tx, ada, item, None)).rows] == [other]
    assert await _count(tx, item) == 1
    with pytest.raises(NotFoundError):
        await said.comment(tx, ada, reply)


async def test_who_is_blocked_is_not_read_either_way(tx: Transaction, world: World) -> None:
    ada, bo, cy = [(await world.person(tx, name)).person_id for name in ("ada", "bo", "cy")]
    item = await world.item(tx, cy)
    of_ada, of_bo = await _say(tx, world, item, ada), await _say(tx, world, item, bo)
    await blocks.block(tx, world.telling, world.notices, ada, bo)
    for reader, own in ((ada, of_ada), (bo, of_bo)):
        assert [row.comment_id for row in (await said.comments_of(tx, reader, item, None)).rows] == [own]
    assert len((await said.comments_of(tx, cy, item, None)).rows) == 2


async def test_an_erased_person_leaves_right_counters(tx: Transaction, world: World) -> None:
    ada, bo = [(await world.person(tx, name)).person_id for name in ("ada", "bo")]
    item = await world.item(tx, ada)
    of_ada, of_bo = await _say(tx, world, item, ada), await _say(tx, world, item, bo)
    await _say(tx, world, item, ada, of_bo)
    await _say(tx, world, item, bo, of_ada)
    await erase(tx, bo)
    rows = (await said.comments_of(tx, ada, item, None)).rows
    assert [(row.comment_id, row.replies) for row in rows] == [(of_ada, 0)]
    assert await _count(tx, item) == 1


@given(st.text())
def test_any_text_can_be_searched_for_mentions(text: str) -> None:
    assert len(mentioned(text)) <= 10


def test_mentions_are_found_once_each_and_not_in_addresses() -> None:
    assert mentioned("@Ada and @bo. again @ada, but not mail@example.com") == ["ada", "bo"]
