"""Runs the server in this process: one event loop, stopped gracefully by SIGTERM."""

import asyncio
import gc
import signal

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

from plainview.server.app import make_app
from plainview.settings import Settings
from plainview.wiring import start_logs, wire

BACKLOG = 1_024
OBJECTS_BETWEEN_COLLECTIONS = 20_000


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests in progress are finished first."""
    start_logs(settings)
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    async with wire(settings, settings.database_urls(), settings.node) as parts:
        app = make_app(parts)
        app.on_startup.append(settle)
        server = Server(
            app,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            websockets=True,
            backlog=BACKLOG,
            log_access=False,
            log_enabled=False,
        )
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, server.stop)
        await server.serve()


def settle() -> None:
    """Keep the collector off what stays: catalogue and people would otherwise be walked again and again, in the midst
    of a request. Cycles that requests leave are still found, just less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
