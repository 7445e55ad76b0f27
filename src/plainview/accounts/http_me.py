"""Routes of one's own account: sessions, password, profile, picture, farewell; and of other people's profiles."""

from typing import Any

from litestar import Request, Response, delete, get, patch, put
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from plainview.accounts.desk import Desk
from plainview.accounts.handles import checked_name, visible
from plainview.accounts.leaving import leave
from plainview.accounts.me import me_reply
from plainview.accounts.passwords import PasswordWrongError, keep_hash, kept_hash, normal
from plainview.accounts.persons import Edit, edit_profile, person_of, person_of_handle
from plainview.accounts.pictures import change_picture, remove_picture
from plainview.accounts.sessions import list_sessions, must_be_fresh, revoke, revoke_others
from plainview.accounts.shapes import (
    AccountReply,
    Farewell,
    PasswordChange,
    ProfileChange,
    ProfileShape,
    SessionsReply,
    profile_shape,
    session_shape,
)
from plainview.accounts.viewers import Member, Viewer
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import SessionId
from plainview.kernel.wire import WireId, found_id
from plainview.ports.database import Transaction
from plainview.ports.limits import Rule
from plainview.ports.standing import Standing

PASSWORD_CHANGES = Rule("password_change", 10, 600)
PROFILE_CHANGES = Rule("profile_change", 60, 600)
PICTURE_CHANGES = Rule("picture_change", 20, 600)


def session_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """One's own sessions."""
    entrance = desk.entrance

    @get("/me/sessions", summary="One's own sessions")
    async def listed(viewer: Member, tx: Transaction) -> SessionsReply:
        sessions = await list_sessions(tx, entrance.door, viewer.person_id)
        return SessionsReply([session_shape(each, viewer.session_id) for each in sessions])

    @delete("/me/sessions/{session_id:str}", status_code=204, summary="End one session")
    async def end(viewer: Member, tx: Transaction, session_id: WireId) -> None:
        session = SessionId(found_id(session_id))
        await revoke(tx, entrance.signals, viewer.person_id, session)
        entrance.book.drop(session)

    @delete("/me/sessions", status_code=204, summary="End all other sessions")
    async def end_others(viewer: Member, tx: Transaction) -> None:
        assert viewer.session_id is not None
        for session in await revoke_others(tx, entrance.signals, viewer.person_id, viewer.session_id):
            entrance.book.drop(session)

    return [listed, end, end_others]


def password_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """One's own password."""
    entrance = desk.entrance

    @put("/me/password", status_code=204, summary="Set or change the password; all other sessions end")
    async def change(viewer: Member, data: PasswordChange) -> None:
        entrance.limits.take(PASSWORD_CHANGES, viewer.person_id)
        # No transaction is held while hashes are computed: connections are fewer than people who wait.
        async with entrance.database.transaction(viewer.region) as tx:
            handle = (await person_of(tx, viewer.person_id)).handle
            kept = await kept_hash(tx, entrance.door, viewer.person_id)
            if kept is None:
                await must_be_fresh(tx, viewer.person_id, viewer.session_id)
        fresh = await entrance.hashing.checked(data.new, handle)
        if kept is not None and not await entrance.hashing.is_right(kept, normal(data.current or "")):
            fault = "This is not your current password."
            raise PasswordWrongError(fault, fields={"current": fault})
        hashed = await entrance.hashing.hash(fresh)
        assert viewer.session_id is not None
        async with entrance.database.transaction(viewer.region) as tx:
            await keep_hash(tx, entrance.door, viewer.person_id, hashed)
            for session in await revoke_others(tx, entrance.signals, viewer.person_id, viewer.session_id):
                entrance.book.drop(session)

    return [change]


def own_profile_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """One's own profile, picture and the end of the account."""
    entrance = desk.entrance

    @patch("/me", summary="Change the own profile")
    async def edit(viewer: Member, data: ProfileChange) -> AccountReply:
        entrance.limits.take(PROFILE_CHANGES, viewer.person_id)
        # Its own transaction, so that nobody here is shown what became private once this is answered.
        async with entrance.database.transaction(viewer.region) as tx:
            person = await person_of(tx, viewer.person_id)
            change = Edit(
                name=None if data.name is UNSET else checked_name(data.name, person.handle),
                bio=None if data.bio is UNSET else visible(data.bio).strip(),
                is_private=None if data.is_private is UNSET else data.is_private,
            )
            await edit_profile(tx, viewer.person_id, change)
            await entrance.signals.send(tx, "person.changed", person_id=viewer.person_id)
            reply = await me_reply(desk, tx, viewer.person_id)
        await entrance.signals.hear("person.changed", person_id=viewer.person_id)
        return reply

    @put("/me/picture", request_max_body_size=desk.picture_bytes_max, summary="Change the own picture")
    async def picture(request: Request[Any, Any, Any], viewer: Member) -> AccountReply:
        entrance.limits.take(PICTURE_CHANGES, viewer.person_id)
        small = await desk.portraits.make(await request.body())
        async with entrance.database.transaction(viewer.region) as tx:
            await change_picture(desk, tx, viewer.person_id, small)
            return await me_reply(desk, tx, viewer.person_id)

    @delete("/me/picture", status_code=200, summary="Remove the own picture")
    async def no_picture(viewer: Member, tx: Transaction) -> AccountReply:
        await remove_picture(desk, tx, viewer.person_id)
        return await me_reply(desk, tx, viewer.person_id)

    @delete("/me", status_code=204, summary="Delete the own account, and all that belongs to it")
    async def farewell(viewer: Member, tx: Transaction, data: Farewell) -> Response[None]:
        await leave(desk, tx, viewer, data.handle)
        return Response(None, status_code=204, cookies=[desk.cookies.no_session(), desk.cookies.no_guest()])

    return [edit, picture, no_picture, farewell]


def people_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Other people's profiles."""

    @get("/people/{handle:str}", summary="A person's profile")
    async def profile(viewer: Viewer, tx: Transaction, handle: str) -> ProfileShape:
        person = await person_of_handle(tx, handle)
        if person is None:
            raise NotFoundError("Nobody here has that handle.")
        is_self = viewer.is_member and viewer.person_id == person.person_id
        if is_self:
            return profile_shape(person, Standing(), is_self=True)
        standing = await desk.standings.between(tx, viewer.person_id, person.person_id)
        if standing.blocked_by:
            raise NotFoundError("Nobody here has that handle.")
        return profile_shape(person, standing, is_self=False)

    return [profile]
