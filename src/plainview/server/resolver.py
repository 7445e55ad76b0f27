"""Owns who is asking: reads a request's two cookies, and nothing else in it, against what the route asks for."""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection

from plainview.accounts.cookies import GUEST, Cookies
from plainview.accounts.guests import Guests
from plainview.accounts.session_book import SessionBook
from plainview.accounts.sessions import FoundSession
from plainview.accounts.viewers import Moderator, Operator, Public, Role, Viewer
from plainview.kernel.errors import NotAllowedError, SignInNeededError
from plainview.kernel.ids import IdMaker, PersonId, RegionNumber, region_of
from plainview.server.asking import Asker

NEW_GUEST = "plainview_new_guest"
ADDRESS = "plainview_address"
FEED_PATH = "/api/feed"
NEEDED_ROLES: dict[type[Asker], frozenset[Role]] = {
    Moderator: frozenset({Role.MODERATOR, Role.OPERATOR}),
    Operator: frozenset({Role.OPERATOR}),
}


class RoleNeededError(NotAllowedError):
    """The account is known and has not the role."""

    code = "role_needed"


class ResolverCookies:
    """Finds a session or a guest; makes a guest where a visit begins to leave traces."""

    def __init__(self, book: SessionBook, guests: Guests, cookies: Cookies, maker: IdMaker, home: RegionNumber) -> None:
        self._book = book
        self._guests = guests
        self._cookies = cookies
        self._maker = maker
        self._home = home

    async def __call__(self, request: ASGIConnection[Any, Any, Any, Any], audience: type[Asker]) -> Asker:
        """The asker as the type that the route names (see asking.Resolver)."""
        address = str(request.scope.get("state", {}).get(ADDRESS, ""))
        if not issubclass(audience, Viewer):
            return Public(self._home, address)
        session = await self.session(request)
        if session is not None:
            return _as_member(session, audience, address)
        if audience is not Viewer:
            raise SignInNeededError("Sign in to do this, or open an account.")
        person = await self._guest(request)
        return Viewer(person, region_of(person), address)

    async def session(self, request: ASGIConnection[Any, Any, Any, Any]) -> FoundSession | None:
        """The living session of a request's cookie; None without one."""
        token = request.cookies.get(self._cookies.session_name)
        return await self._book.find(token) if token else None

    async def _guest(self, request: ASGIConnection[Any, Any, Any, Any]) -> PersonId:
        value = request.cookies.get(GUEST)
        person = await self._guests.find(value) if value else None
        if person is None:
            person = PersonId(self._maker.next())
            if _leaves_traces(request):
                # Whoever answers sends this on as a cookie. A mere look at a page makes nobody known.
                request.scope["state"][NEW_GUEST] = self._guests.sign(person)
        return person


def _leaves_traces(request: ASGIConnection[Any, Any, Any, Any]) -> bool:
    path = request.scope["path"]
    is_look = isinstance(request, Request) and request.method in {"GET", "HEAD"}
    return path == FEED_PATH or not (is_look or path.startswith("/api/sign-"))


def _as_member(session: FoundSession, audience: type[Viewer], address: str) -> Viewer:
    needed = NEEDED_ROLES.get(audience)
    if needed is not None and not needed & session.roles:
        raise RoleNeededError("This needs a role that your account does not have.")
    person = session.person_id
    return audience(person, region_of(person), address, session.session_id, session.roles)
