"""Runs the server in this process: one event loop, stopped gracefully by SIGTERM."""

import asyncio
import signal

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

from plainview.server.app import make_app
from plainview.settings import Settings
from plainview.wiring import start_logs, wire

BACKLOG = 1_024


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests in progress are finished first."""
    start_logs(settings)
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    async with wire(settings, settings.database_urls(), settings.node) as parts:
        server = Server(
            make_app(parts),
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
