"""The live socket: what happens is told at once, and a session that ends takes its sockets along."""

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import websockets
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from plainview.kernel.ids import PersonId
from plainview.wiring import Parts
from tests.server.fixtures import MARKED, SignedUp, become, sign_up
from tests.social.conftest import World

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, slots=True)
class Served:
    """The app on a port of this machine."""

    client: httpx.AsyncClient
    port: int

    @asynccontextmanager
    async def socket(self, person: SignedUp | None) -> AsyncIterator[websockets.ClientConnection]:
        headers = {} if person is None else {"Cookie": f"plainview={person.cookie['plainview']}"}
        address = f"ws://127.0.0.1:{self.port}/api/live"
        async with websockets.connect(address, additional_headers=headers) as opened:
            yield opened


@pytest.fixture
async def served(app: Litestar) -> AsyncIterator[Served]:
    with sockets.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    running = asyncio.create_task(server.serve())
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=MARKED) as client:
        for _ in range(200):
            try:
                await client.get("/healthz")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.05)
        yield Served(client, port)
    server.stop()  # type: ignore[no-untyped-call]  # Granian publishes no type for it.
    await running


async def _next(opened: websockets.ClientConnection, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] = json.loads(await opened.recv())
            if message["type"] == kind:
                return message


async def test_a_like_arrives_at_once_with_fresh_counts(served: Served, parts: Parts) -> None:
    owner = await sign_up(served.client, "olga")
    async with parts.database.transaction(parts.region) as tx:
        item = await World(parts.ids).item(tx, PersonId(int(owner.person_id)))
    await sign_up(served.client, "fan")
    async with served.socket(owner) as opened:
        assert (await _next(opened, "hello")) == {"type": "hello"}
        assert (await served.client.put(f"/api/videos/{item}/like")).status_code == 200
        told = await _next(opened, "notice")
        assert (told["unread"], told["notice"]["kind"], told["notice"]["actor"]["handle"]) == (1, "like", "fan")
        async with parts.database.transaction(parts.region) as tx:
            await parts.signals.send(tx, "asset.moved", asset_id=1, item_id=item, person_id=int(owner.person_id))
            await parts.signals.send(tx, "item.counted", item_id=item, person_id=int(owner.person_id))
        assert (await _next(opened, "processing"))["processing"]["state"] == "ready"
        assert (await _next(opened, "counts"))["counts"]["likes"] == 1


async def test_signing_out_closes_the_sockets_of_that_session_within_a_second(served: Served) -> None:
    person = await sign_up(served.client, "olga")
    async with served.socket(person) as opened:
        await _next(opened, "hello")
        become(served.client, person)
        assert (await served.client.post("/api/sign-out")).status_code == 204
        async with asyncio.timeout(1):
            await opened.wait_closed()
        assert opened.close_code == 4401


async def test_a_stranger_gets_no_socket(served: Served) -> None:
    with pytest.raises(websockets.WebSocketException):
        async with served.socket(None) as opened:
            await opened.recv()


async def test_a_socket_from_another_site_is_refused(served: Served) -> None:
    person = await sign_up(served.client, "olga")
    headers = {"Cookie": f"plainview={person.cookie['plainview']}", "Origin": "https://elsewhere.example"}
    with pytest.raises(websockets.WebSocketException):
        async with websockets.connect(f"ws://127.0.0.1:{served.port}/api/live", additional_headers=headers) as opened:
            await opened.recv()
