"""Builds the app: Gorse's routes and ours over what lives, behind the gate."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

from litestar import Litestar, Response, get
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from prometheus_client import Gauge

import plainview
from plainview.alone import http_feedback, http_pages, http_rows
from plainview.alone.gate import Gate
from plainview.alone.limits import BODY_BYTES_MAX
from plainview.alone.living import Alone
from plainview.alone.wishes import asked, flags, reply
from plainview.ports.engine import EventKind
from plainview.server.metrics import Metrics
from plainview.server.problems import HANDLERS

COUNTED = {"items": "Items", "users": "Users", "feedback": "Rows of feedback", "log": "Records of the log"}


def make_app(alone: Alone, kinds: Mapping[str, EventKind], key: bytes | None) -> Litestar:
    """The app; `alone` is started and stopped with it."""
    metrics = _measured(alone)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await alone.start()
        yield
        await alone.stop()

    @get("/metrics", include_in_schema=False)
    async def measures() -> Response[bytes]:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")

    app = Litestar(
        route_handlers=[*http_rows.ROUTES, *http_feedback.ROUTES, *http_pages.ROUTES, healthz, measures],
        dependencies={
            "alone": Provide(lambda: alone, sync_to_thread=False),
            "kinds": Provide(lambda: kinds, sync_to_thread=False),
            "flags": Provide(flags),
            "asked": Provide(asked),
            "reply": Provide(reply),
        },
        exception_handlers=HANDLERS,
        lifespan=[lifespan],
        openapi_config=OpenAPIConfig(
            title="Plainview's engine",
            version=plainview.__version__,
            path="/api/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
        request_max_body_size=BODY_BYTES_MAX,
    )
    app.asgi_handler = Gate(app.asgi_handler, key, metrics)
    return app


@get(["/healthz", "/readyz", "/api/health/live", "/api/health/ready"], include_in_schema=False)
async def healthz() -> dict[str, bool]:
    """It answers, so it is ready: it listens only once the engine knows the whole log."""
    return {"Ready": True}


def _count(alone: Alone, name: str) -> int:
    return alone.store.count(name)


def _measured(alone: Alone) -> Metrics:
    metrics = Metrics()
    for name, text in COUNTED.items():
        gauge = Gauge(f"plainview_{name}", text, registry=metrics.registry)
        gauge.set_function(partial(_count, alone, name))
    size = Gauge("plainview_store_bytes", "What the store takes on the disk", registry=metrics.registry)
    size.set_function(lambda: alone.store.bytes_used())  # noqa: PLW0108 - An erasure changes the store.
    return metrics
