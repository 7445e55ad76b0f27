"""The limit beside the feed: the same server, with one route that returns the same bytes and does nothing else."""

import asyncio
import sys
from pathlib import Path

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar, Response, get


def app(body: bytes) -> Litestar:
    """An app with one route."""

    @get("/bare")
    async def bare() -> Response[bytes]:
        return Response(body, media_type="application/json")

    return Litestar([bare], openapi_config=None, logging_config=None)


async def main(port: int, file: Path) -> None:
    """Serve until killed."""
    body = await asyncio.to_thread(file.read_bytes)
    server = Server(app(body), address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    await server.serve()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2])))
