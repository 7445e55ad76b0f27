"""Runs the service in this process: one event loop, stopped gracefully by SIGTERM."""

import asyncio
import gc
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

from plainview.alone.app import make_app
from plainview.alone.gate import check_open, read_key
from plainview.alone.kinds import with_named
from plainview.alone.living import Alone
from plainview.ports.engine import Engine

OBJECTS_BETWEEN_COLLECTIONS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How the service is to run."""

    data: Path
    host: str
    port: int
    key_file: Path | None
    kinds: tuple[str, ...]
    """Feedback types that are ours by another name, each as `name=kind`."""


def serve(plan: Plan, engine: Engine, when_ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; requests in progress are finished first.

    Raises:
        KeyUnfitError: others could reach it without a key, or the key is none.
        FolderTakenError: another process writes in the data folder.
        InvalidInputError: a kind is none.
    """
    key, kinds = read_key(plan.key_file), with_named(plan.kinds)
    check_open(plan.host, key)
    app = make_app(Alone(plan.data, engine), kinds, key)
    app.on_startup += [_settle, when_ready]
    uvloop.run(_serve(Server(app, plan.host, plan.port, interface=Interfaces.ASGI, log_enabled=False)))


async def _serve(server: Server) -> None:
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, server.stop)
    await server.serve()


def _settle() -> None:
    """Keep the collector off what stays, as the product's server does."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
