"""Owns the routes of feedback: Gorse's paths, fields and answers."""

from typing import Final

from litestar import delete, get, post, put

from plainview.alone import feedback
from plainview.alone.desk import View
from plainview.alone.feedback import understood, with_positions
from plainview.alone.http_rows import Cursor, ListCount
from plainview.alone.living import Alone
from plainview.alone.rows import page_of
from plainview.alone.shapes import Feedback, FeedbackIterator, Feedbacks, Id, KindName, RowAffected
from plainview.alone.wishes import Kinds
from plainview.kernel.errors import NotFoundError


@post("/api/feedback", status_code=200)
async def insert_feedback(data: Feedbacks, alone: Alone, kinds: Kinds) -> RowAffected:
    """Take in what users did. It is durable and learned when the answer comes."""
    given = with_positions(understood(kinds, data), alone.handed)
    return RowAffected(await alone.write(lambda desk: feedback.take(desk, given, overwrite=False), len(given)))


@put("/api/feedback")
async def overwrite_feedback(data: Feedbacks, alone: Alone, kinds: Kinds) -> RowAffected:
    """The same, replacing rows that are there already; these say nothing new to the engine."""
    given = with_positions(understood(kinds, data), alone.handed)
    return RowAffected(await alone.write(lambda desk: feedback.take(desk, given, overwrite=True), len(given)))


@get("/api/feedback")
async def get_feedback(alone: Alone, n: ListCount = 10, cursor: Cursor = "") -> FeedbackIterator:
    """Feedback in an order that does not change; the cursor leads to the next."""
    return alone.read(lambda view: _page(view, cursor, n, ""))


@get("/api/feedback/{feedback_type:str}")
async def get_typed_feedback(
    feedback_type: KindName, alone: Alone, n: ListCount = 10, cursor: Cursor = ""
) -> FeedbackIterator:
    """The same of one type. A page may be short, or empty, and still have a cursor."""
    return alone.read(lambda view: _page(view, cursor, n, feedback_type))


@get("/api/feedback/{user_id:str}/{item_id:str}")
async def get_pair(user_id: Id, item_id: Id, alone: Alone) -> list[Feedback]:
    """All feedback of a user on an item."""
    return alone.read(lambda view: feedback.of_pair(view, user_id, item_id))


@get("/api/feedback/{feedback_type:str}/{user_id:str}/{item_id:str}")
async def get_typed_pair(feedback_type: KindName, user_id: Id, item_id: Id, alone: Alone) -> Feedback:
    """The feedback of a user on an item of one type."""
    found = alone.read(lambda view: feedback.of_pair(view, user_id, item_id, feedback_type))
    if not found:
        raise NotFoundError("There is no such feedback.")
    return found[0]


@delete("/api/feedback/{user_id:str}/{item_id:str}", status_code=200)
async def delete_pair(user_id: Id, item_id: Id, alone: Alone) -> RowAffected:
    """Remove all feedback of a user on an item; states (a like) are taken back."""
    return RowAffected(await alone.write(lambda desk: feedback.drop(desk, user_id, item_id)))


@delete("/api/feedback/{feedback_type:str}/{user_id:str}/{item_id:str}", status_code=200)
async def delete_typed_pair(feedback_type: KindName, user_id: Id, item_id: Id, alone: Alone) -> RowAffected:
    """The same of one type."""
    return RowAffected(await alone.write(lambda desk: feedback.drop(desk, user_id, item_id, feedback_type)))


@get("/api/user/{user_id:str}/feedback")
async def get_of_user(user_id: Id, alone: Alone) -> list[Feedback]:
    """All feedback of a user."""
    return alone.read(lambda view: feedback.of_user(view, user_id))


@get("/api/user/{user_id:str}/feedback/{feedback_type:str}")
async def get_typed_of_user(user_id: Id, feedback_type: KindName, alone: Alone) -> list[Feedback]:
    """The same of one type."""
    return alone.read(lambda view: feedback.of_user(view, user_id, feedback_type))


@get("/api/item/{item_id:str}/feedback")
async def get_of_item(item_id: Id, alone: Alone) -> list[Feedback]:
    """All feedback on an item."""
    return alone.read(lambda view: feedback.of_item(view, item_id))


@get("/api/item/{item_id:str}/feedback/{feedback_type:str}")
async def get_typed_of_item(item_id: Id, feedback_type: KindName, alone: Alone) -> list[Feedback]:
    """The same of one type."""
    return alone.read(lambda view: feedback.of_item(view, item_id, feedback_type))


ROUTES: Final = (
    insert_feedback, overwrite_feedback, get_feedback, get_typed_feedback, get_pair, get_typed_pair, delete_pair,
    delete_typed_pair, get_of_user, get_typed_of_user, get_of_item, get_typed_of_item,
)  # fmt: skip


def _page(view: View, cursor: str, count: int, feedback_type: str) -> FeedbackIterator:
    found, after = page_of(view, "feedback", cursor, count)
    wanted = feedback_type.encode("utf-8", "surrogatepass")
    rows = [feedback.shown(view, key, value) for key, value in found if not wanted or key[16:] == wanted]
    return FeedbackIterator(after, rows)
