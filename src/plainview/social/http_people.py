"""Serves how people stand to each other: follows, requests, blocks and their lists."""

from typing import Any, Literal

from litestar import delete, get, put

from plainview.accounts.faces import Face, face_of_handle
from plainview.accounts.viewers import Member, Viewer
from plainview.kernel.errors import NotAllowedError, NotFoundError
from plainview.ports.database import Transaction
from plainview.social import blocks, follows
from plainview.social.dealings import FOLLOWS, Dealings
from plainview.social.lists import Cursor, WireHandle, people_page
from plainview.social.relations import standing
from plainview.social.shapes import Followed, PeoplePage


@put("/people/{handle:str}/follow", status_code=200)
async def follow(viewer: Member, tx: Transaction, dealings: Dealings, handle: WireHandle) -> Followed:
    """Follow someone, or ask a private account for it."""
    dealings.limits.take(FOLLOWS, viewer.person_id)
    other = await face_of_handle(tx, handle)
    return Followed(await follows.follow(tx, dealings.telling, dealings.notices, viewer.person_id, other))


@delete("/people/{handle:str}/follow", status_code=200)
async def unfollow(viewer: Member, tx: Transaction, dealings: Dealings, handle: WireHandle) -> Followed:
    """Stop following someone, or take a request back."""
    other = await face_of_handle(tx, handle)
    await follows.unfollow(tx, dealings.telling, dealings.notices, viewer.person_id, other.person_id)
    return Followed("no")


@get("/people/{handle:str}/followers")
async def followers(viewer: Viewer, tx: Transaction, handle: WireHandle, cursor: Cursor = None) -> PeoplePage:
    """Who follows someone."""
    return await _circle_of(tx, viewer, handle, "followers", cursor)


@get("/people/{handle:str}/following")
async def following(viewer: Viewer, tx: Transaction, handle: WireHandle, cursor: Cursor = None) -> PeoplePage:
    """Whom someone follows."""
    return await _circle_of(tx, viewer, handle, "following", cursor)


@get("/me/follow-requests")
async def requests(viewer: Member, tx: Transaction, cursor: Cursor = None) -> PeoplePage:
    """Who asks to follow the member."""
    return await people_page(tx, await follows.people(tx, viewer.person_id, "requests", cursor))


@put("/me/follow-requests/{handle:str}", status_code=204)
async def accept(viewer: Member, tx: Transaction, dealings: Dealings, handle: WireHandle) -> None:
    """Let someone follow."""
    asker = await face_of_handle(tx, handle)
    await follows.accept(tx, dealings.telling, viewer.person_id, asker.person_id)


@delete("/me/follow-requests/{handle:str}", status_code=204)
async def refuse(viewer: Member, tx: Transaction, dealings: Dealings, handle: WireHandle) -> None:
    """Turn a request down; nobody is told."""
    asker = await face_of_handle(tx, handle)
    await follows.refuse(tx, dealings.telling, viewer.person_id, asker.person_id)


@put("/people/{handle:str}/block", status_code=204)
async def block(viewer: Member, tx: Transaction, dealings: Dealings, handle: WireHandle) -> None:
    """Block someone: neither sees the other from now on."""
    other = await face_of_handle(tx, handle)
    await blocks.block(tx, dealings.telling, dealings.notices, viewer.person_id, other.person_id)


@delete("/people/{handle:str}/block", status_code=204)
async def unblock(viewer: Member, tx: Transaction, dealings: Dealings, handle: WireHandle) -> None:
    """Take a block back."""
    other = await face_of_handle(tx, handle)
    await blocks.unblock(tx, dealings.telling, viewer.person_id, other.person_id)


@get("/me/blocked")
async def blocked(viewer: Member, tx: Transaction, cursor: Cursor = None) -> PeoplePage:
    """Whom the member has blocked."""
    return await people_page(tx, await blocks.blocked(tx, viewer.person_id, cursor))


async def _circle_of(
    tx: Transaction, viewer: Viewer, handle: str, which: Literal["followers", "following"], cursor: str | None
) -> PeoplePage:
    person = await face_of_handle(tx, handle)
    await _may_see_circle(tx, viewer, person)
    return await people_page(tx, await follows.people(tx, person.person_id, which, cursor))


class PrivateAccountError(NotAllowedError):
    """Only followers see this of a private account."""

    code = "private_account"


async def _may_see_circle(tx: Transaction, viewer: Viewer, person: Face) -> None:
    if viewer.person_id == person.person_id:
        return
    stands = await standing(tx, viewer.person_id, person.person_id)
    if stands.blocked_by:
        raise NotFoundError("Nobody here has that handle.")
    if person.is_private and stands.follows != "yes":
        raise PrivateAccountError("This account is private: only followers see whom it follows and who follows it.")


HANDLERS: list[Any] = [
    follow, unfollow, followers, following, requests, accept, refuse, block, unblock, blocked,
]  # fmt: skip
