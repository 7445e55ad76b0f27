"""Serves comments and their replies."""

from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post, put

from plainview.accounts.faces import faces, faces_of_handles
from plainview.accounts.viewers import Member, Role, Viewer
from plainview.catalog.visibility import SeenItem, seen_item
from plainview.kernel.errors import InvalidInputError, NotAllowedError
from plainview.kernel.ids import CommentId, ItemId, PersonId
from plainview.kernel.pages import Page
from plainview.kernel.wire import WireId, found_id
from plainview.moderation.takedowns import book_takedown
from plainview.ports.database import Transaction
from plainview.ports.event_log import EventKind
from plainview.social import comments as said
from plainview.social.comments import CommentRow, CommentsOffError, NewComment
from plainview.social.dealings import COMMENTS, Dealings
from plainview.social.lists import Cursor
from plainview.social.notices import Tidings
from plainview.social.relations import standing
from plainview.social.shapes import CommentPage, CommentShape, Liked, comment_shapes

# A NUL cannot be stored; all else that is text can.
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=said.TEXT_CHARS_MAX, pattern="^[^\\x00]*$")]


class CommentWish(msgspec.Struct, forbid_unknown_fields=True):
    """What somebody wants to say."""

    text: Text
    parent_id: str | None = None
    again: bool = False
    """It may have come already, its answer lost: then that one is the answer, and nothing is said twice."""


class CommentEdit(msgspec.Struct, forbid_unknown_fields=True):
    """What a comment shall say."""

    text: Text


@get("/videos/{item_id:str}/comments")
async def comments(
    viewer: Viewer, tx: Transaction, dealings: Dealings, item_id: WireId, cursor: Cursor = None
) -> CommentPage:
    """The comments of a video, newest first, without replies."""
    item = await seen_item(tx, dealings.relations, viewer.person_id, ItemId(found_id(item_id)))
    return await _page(tx, viewer, item, await said.comments_of(tx, viewer.person_id, item.item_id, cursor))


@get("/comments/{comment_id:str}/replies")
async def replies(
    viewer: Viewer, tx: Transaction, dealings: Dealings, comment_id: WireId, cursor: Cursor = None
) -> CommentPage:
    """The replies to a comment, oldest first."""
    row, item = await _found(tx, dealings, viewer, comment_id)
    return await _page(tx, viewer, item, await said.replies_of(tx, viewer.person_id, row, cursor))


@post("/videos/{item_id:str}/comments", status_code=201)
async def write(
    viewer: Member, tx: Transaction, dealings: Dealings, item_id: WireId, data: CommentWish
) -> CommentShape:
    """Say something about a video, or reply to a comment.

    Raises:
        CommentsOffError: the owner turned comments off.
    """
    dealings.limits.take(COMMENTS, viewer.person_id)
    item = await seen_item(tx, dealings.relations, viewer.person_id, ItemId(found_id(item_id)))
    if not item.allow_comments:
        raise CommentsOffError("The owner of this video has turned comments off.")
    answered = await _answered(tx, viewer, item, data.parent_id)
    # A reply to a reply stands under the same comment, since there is one level only.
    parent = None if answered is None else answered.parent_id or answered.comment_id
    new = NewComment(
        CommentId(dealings.telling.ids.next()), item.item_id, viewer.person_id, parent, _cleaned(data.text)
    )
    if data.again and (known := await said.said_already(tx, new)) is not None:
        return await _one(tx, viewer, item, known)
    await dealings.telling.event(viewer.person_id, EventKind.COMMENTED, item.item_id)
    await said.add_comment(tx, new)
    await _tell(tx, dealings, item, new, answered)
    await dealings.telling.counted(tx, item.item_id, item.person_id)
    return await _one(tx, viewer, item, new.comment_id)


@get("/comments/{comment_id:str}")
async def one(viewer: Viewer, tx: Transaction, dealings: Dealings, comment_id: WireId) -> CommentShape:
    """One comment, for who comes to it from a notice."""
    row, item = await _found(tx, dealings, viewer, comment_id)
    return await _one(tx, viewer, item, row.comment_id)


@patch("/comments/{comment_id:str}")
async def edit(
    viewer: Member, tx: Transaction, dealings: Dealings, comment_id: WireId, data: CommentEdit
) -> CommentShape:
    """Change one's own comment."""
    row, item = await _found(tx, dealings, viewer, comment_id)
    if row.person_id != viewer.person_id:
        raise NotAllowedError("Only its author can change a comment.")
    await said.edit_comment(tx, row.comment_id, _cleaned(data.text))
    return await _one(tx, viewer, item, row.comment_id)


@delete("/comments/{comment_id:str}", status_code=204)
async def remove(viewer: Member, tx: Transaction, dealings: Dealings, comment_id: WireId) -> None:
    """Delete a comment with its replies: its author, the video's owner or a moderator may."""
    row, item = await _found(tx, dealings, viewer, comment_id)
    may = viewer.person_id in {row.person_id, item.person_id} or {Role.MODERATOR, Role.OPERATOR} & viewer.roles
    if not may:
        raise NotAllowedError("Only its author or the video's owner can delete a comment.")
    if viewer.person_id not in {row.person_id, item.person_id}:
        await book_takedown(dealings.door, ("comment", row.comment_id), "remove")
    await said.delete_comment(tx, row)
    await dealings.telling.counted(tx, item.item_id, item.person_id)


@put("/comments/{comment_id:str}/like", status_code=200)
async def like(viewer: Member, tx: Transaction, dealings: Dealings, comment_id: WireId) -> Liked:
    """Like a comment."""
    row, _ = await _found(tx, dealings, viewer, comment_id)
    return Liked(liked=True, likes=await said.like_comment(tx, viewer.person_id, row.comment_id, liked=True))


@delete("/comments/{comment_id:str}/like", status_code=200)
async def unlike(viewer: Member, tx: Transaction, dealings: Dealings, comment_id: WireId) -> Liked:
    """Take the like of a comment back."""
    row, _ = await _found(tx, dealings, viewer, comment_id)
    return Liked(liked=False, likes=await said.like_comment(tx, viewer.person_id, row.comment_id, liked=False))


class CommentEmptyError(InvalidInputError):
    """There is nothing in the comment."""

    code = "comment_empty"


def _cleaned(text: str) -> str:
    cleaned = text.strip()
    if not cleaned:
        raise CommentEmptyError("A comment needs some text.", fields={"text": "Write something first."})
    return cleaned


async def _found(tx: Transaction, dealings: Dealings, viewer: Viewer, comment_id: str) -> tuple[CommentRow, SeenItem]:
    row = await said.comment(tx, viewer.person_id, CommentId(found_id(comment_id)))
    return row, await seen_item(tx, dealings.relations, viewer.person_id, row.item_id)


async def _answered(tx: Transaction, viewer: Member, item: SeenItem, parent_id: str | None) -> CommentRow | None:
    if parent_id is None:
        return None
    row = await said.comment(tx, viewer.person_id, CommentId(found_id(parent_id)))
    if row.item_id != item.item_id:
        raise InvalidInputError("That comment belongs to another video.", fields={"parent_id": "Of another video."})
    return row


async def _page(tx: Transaction, viewer: Viewer, item: SeenItem, page: Page[CommentRow]) -> CommentPage:
    people = await faces(tx, [row.person_id for row in page.rows])
    return CommentPage(comment_shapes(page.rows, people, viewer, item.person_id), page.next)


async def _one(tx: Transaction, viewer: Viewer, item: SeenItem, comment_id: CommentId) -> CommentShape:
    row = await said.comment(tx, viewer.person_id, comment_id)
    return comment_shapes([row], await faces(tx, [row.person_id]), viewer, item.person_id)[0]


async def _tell(
    tx: Transaction, dealings: Dealings, item: SeenItem, new: NewComment, answered: CommentRow | None
) -> None:
    """Tell whom it answers, the item's owner and those it mentions; each once, with the nearest reason."""
    told: set[PersonId] = {new.person_id}
    if answered is not None and answered.person_id not in told:
        told.add(answered.person_id)
        await _give(tx, dealings, Tidings(answered.person_id, "reply", new.person_id, item.item_id, new.comment_id))
    if item.person_id not in told:
        told.add(item.person_id)
        await _give(tx, dealings, Tidings(item.person_id, "comment", new.person_id, item.item_id, new.comment_id))
    for face in (await faces_of_handles(tx, said.mentioned(new.text))).values():
        apart = await standing(tx, new.person_id, face.person_id)
        if face.person_id not in told and not (apart.blocked or apart.blocked_by):
            told.add(face.person_id)
            await _give(tx, dealings, Tidings(face.person_id, "mention", new.person_id, item.item_id, new.comment_id))


async def _give(tx: Transaction, dealings: Dealings, tidings: Tidings) -> None:
    await dealings.notices.give(tx, tidings)


HANDLERS: list[Any] = [comments, replies, one, write, edit, remove, like, unlike]
