"""Resolves who is asking, and opens the transaction of a request in that person's region."""

from collections.abc import AsyncIterator
from typing import Any, Protocol

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from plainview.accounts.viewers import Public, Viewer
from plainview.ports.database import Database, Transaction

Asker = Public | Viewer


class Resolver(Protocol):
    """Finds out who asks from a request's cookies, without trusting anything else in it."""

    async def __call__(self, request: ASGIConnection[Any, Any, Any, Any], audience: type[Asker]) -> Asker:
        """The asker as the type that the route names.

        Raises:
            SignInNeededError, NotAllowedError: the route wants more than this asker is.
        """


def audience_of(handler: BaseRouteHandler) -> type[Asker] | None:
    """Who may call a route: the type of its `viewer`; None when it does not say."""
    parameter = handler.parsed_fn_signature.parameters.get("viewer")
    found = parameter.annotation if parameter else None
    return found if isinstance(found, type) and issubclass(found, Asker) else None


def dependencies(resolver: Resolver, database: Database) -> dict[str, Provide]:
    """What every route may take by name: `viewer` and `tx`."""
    audiences: dict[BaseRouteHandler, type[Asker]] = {}

    async def viewer(request: Request[Any, Any, Any]) -> Asker:
        handler = request.route_handler
        audience = audiences.get(handler)
        if audience is None:
            audience = audiences[handler] = audience_of(handler) or Public
        return await resolver(request, audience)

    async def tx(viewer: Any) -> AsyncIterator[Transaction]:
        async with database.transaction(viewer.region) as transaction:
            yield transaction

    return {"viewer": Provide(viewer), "tx": Provide(tx)}
