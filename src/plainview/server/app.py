"""Builds the app over the parts."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ControllerRouterHandler

import plainview
from plainview.ports.limits import Rule
from plainview.server.asking import dependencies
from plainview.server.describing import PLUGINS, describe_refusals
from plainview.server.feeding import replay_since_ms
from plainview.server.gate import Gate, GateParts
from plainview.server.health import health_routes
from plainview.server.live import Live, live_described, live_route
from plainview.server.metrics import Metrics
from plainview.server.problems import HANDLERS
from plainview.server.resolver import ResolverCookies
from plainview.server.routes import routes
from plainview.server.transparency import say_what_is_served
from plainview.wiring import Parts


def make_app(parts: Parts, more: Sequence[ControllerRouterHandler] = ()) -> Litestar:
    """The app over these parts: every domain's routes, and `more` where a test brings its own."""
    metrics = Metrics()
    resolver = ResolverCookies(parts.book, parts.guests, parts.cookies, parts.ids, parts.region)

    live = Live(parts.database)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        parts.living.listen(parts.signals)
        live.listen(parts.signals)
        await parts.signals.start()
        async with parts.living.run(replay_since_ms(parts)):
            await say_what_is_served(parts)
            yield
            live.close_all()

    app = Litestar(
        route_handlers=[
            *health_routes(parts, metrics, resolver),
            *routes(parts),
            live_route(live, resolver),
            live_described,
            *more,
        ],
        dependencies=dependencies(resolver, parts.database),
        exception_handlers=HANDLERS,
        lifespan=[lifespan],
        openapi_config=OpenAPIConfig(
            title="Plainview",
            version=plainview.__version__,
            path="/api/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        plugins=PLUGINS,
        logging_config=None,  # Logs are set up once per process, by logs.py.
        request_max_body_size=parts.settings.body_bytes_max,
    )
    describe_refusals(app)
    limit = Rule("requests", parts.settings.requests_per_minute, 60)
    gate = GateParts(parts.limits, parts.cookies, metrics, parts.settings.address(), limit)
    app.asgi_handler = Gate(app.asgi_handler, gate)
    return app
