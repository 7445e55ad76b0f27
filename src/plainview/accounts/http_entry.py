"""Routes of the way in: the realm, signing up, in and out with a password."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from plainview.accounts.desk import Desk
from plainview.accounts.devices import device_of
from plainview.accounts.entrance import Entered, Wish, apply, sign_in, sign_up
from plainview.accounts.handles import verdict
from plainview.accounts.me import me_reply
from plainview.accounts.sessions import Place, revoke
from plainview.accounts.shapes import (
    AccountReply,
    HandleCheck,
    HandleVerdict,
    MeReply,
    PasskeySignUp,
    PasswordSignIn,
    PasswordSignUp,
    RealmShape,
)
from plainview.accounts.viewers import Member, Public, Viewer
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId, region_of
from plainview.ports.database import Transaction
from plainview.ports.limits import Rule

HANDLE_CHECKS = Rule("handle_check", 60, 60)


def place_of(request: Request[Any, Any, Any], address: str) -> Place:
    """On what and from where this request comes."""
    return Place(device_of(request.headers.get("user-agent", "")), address)


def wish_of(data: PasskeySignUp) -> Wish:
    """What somebody who signs up asks for."""
    return Wish(data.handle, data.name, data.birth_date, data.region)


def guest_of(viewer: Viewer) -> PersonId | None:
    """The guest who asks; None for a member, who opens another account with a new id."""
    return None if viewer.is_member else viewer.person_id


async def entered_response(
    desk: Desk, request: Request[Any, Any, Any], entered: Entered, status: int
) -> Response[AccountReply]:
    """Me, with the cookie of the new session and without that of a guest; it takes the place of an own one before."""
    entrance, token = desk.entrance, request.cookies.get(desk.cookies.session_name)
    before = await entrance.book.find(token) if token else None
    async with entrance.database.transaction(region_of(entered.person_id)) as tx:
        if before is not None and before.person_id == entered.person_id:
            await revoke(tx, entrance.signals, before.person_id, before.session_id)
            entrance.book.drop(before.session_id)
        reply = await me_reply(desk, tx, entered.person_id)
    cookies = [desk.cookies.session(entered.token), desk.cookies.no_guest()]
    return Response(reply, status_code=status, cookies=cookies)


def entry_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The routes of the way in."""
    entrance = desk.entrance

    @get("/realm", summary="What this service is")
    async def realm(viewer: Public, tx: Transaction) -> RealmShape:
        regions = entrance.database.regions
        names = {number: name for name, number in regions.items()}
        return RealmShape(
            name=desk.site.name,
            region=names[viewer.region],
            regions=list(regions),
            signup_open=entrance.signup_open,
            limits=desk.limits,
            sample_count=await desk.sample_count(tx),
            source_url="/source",
        )

    @get("/me", summary="Who is signed in")
    async def me(viewer: Viewer, tx: Transaction) -> MeReply:
        if not viewer.is_member:
            return MeReply(None)
        try:
            return MeReply((await me_reply(desk, tx, viewer.person_id)).me)
        except NotFoundError:
            return MeReply(None)

    @post("/sign-up/check", status_code=200, summary="Whether a handle can be had")
    async def check(viewer: Public, data: HandleCheck) -> HandleVerdict:
        entrance.limits.take(HANDLE_CHECKS, viewer.address)
        found = await verdict(entrance.database, data.handle)
        return HandleVerdict(found.available, found.code, found.reason)

    @post("/sign-up", status_code=201, summary="Open an account with a password")
    async def up(request: Request[Any, Any, Any], viewer: Viewer, data: PasswordSignUp) -> Response[AccountReply]:
        applicant = await apply(entrance, wish_of(data), guest_of(viewer))
        entered = await sign_up(entrance, applicant, data.password, place_of(request, viewer.address))
        return await entered_response(desk, request, entered, 201)

    @post("/sign-in", status_code=200, summary="Sign in with a password")
    async def in_(request: Request[Any, Any, Any], viewer: Public, data: PasswordSignIn) -> Response[AccountReply]:
        entered = await sign_in(entrance, data.handle, data.password, place_of(request, viewer.address))
        return await entered_response(desk, request, entered, 200)

    @post("/sign-out", status_code=204, summary="End this session")
    async def out(viewer: Member, tx: Transaction) -> Response[None]:
        assert viewer.session_id is not None
        await revoke(tx, entrance.signals, viewer.person_id, viewer.session_id)
        entrance.book.drop(viewer.session_id)
        return Response(None, status_code=204, cookies=[desk.cookies.no_session()])

    return [realm, me, check, up, in_, out]
