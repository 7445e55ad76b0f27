"""Builds the app over the parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, get
from litestar.openapi.config import OpenAPIConfig
from litestar.types import ControllerRouterHandler

import plainview
from plainview.accounts.viewers import Public
from plainview.server.asking import Resolver, dependencies
from plainview.server.problems import HANDLERS
from plainview.wiring import Parts


@get("/healthz", sync_to_thread=False, include_in_schema=False)
def healthz(viewer: Public) -> dict[str, str]:  # noqa: ARG001 - A route says who may call it.
    """Whether the process answers at all."""
    return {"status": "ok"}


def make_app(parts: Parts, resolver: Resolver, routes: list[ControllerRouterHandler]) -> Litestar:
    """The app over these parts."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await parts.signals.start()
        yield

    return Litestar(
        route_handlers=[healthz, *routes],
        dependencies=dependencies(resolver, parts.database),
        exception_handlers=HANDLERS,
        lifespan=[lifespan],
        openapi_config=OpenAPIConfig(title="Plainview", version=plainview.__version__, path="/api/schema"),
        request_max_body_size=parts.settings.body_bytes_max,
    )
