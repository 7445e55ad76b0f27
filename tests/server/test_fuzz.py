"""The API under schemathesis: what its description allows, and much that it does not, is answered without a fault."""

import asyncio
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from plainview.server.app import make_app
from plainview.settings import Settings
from plainview.wiring import wire
from tests.server.cast import Cast

pytestmark = pytest.mark.anyio
EXAMPLES = 10


def a_free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


KNOWN = {"item_id": "video", "comment_id": "comment", "report_id": "report"}
# These end the session that all the others need: the fuzzer reads ids and handles from answers, and uses them.
EXCLUDED = "sign-out|me/sessions/|^DELETE /api/me$"


@asynccontextmanager
async def served(settings: Settings, database_url: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """A real server: the session cookie of an operator, to whom every route is open, and the ids of things there."""
    async with wire(settings, {"home": database_url}, node=1) as parts:
        cast = await Cast.assemble(parts)
        server = Server(
            make_app(parts),
            address="127.0.0.1",
            port=settings.port,
            interface=Interfaces.ASGI,
            websockets=False,
            log_enabled=False,
        )
        serving = asyncio.create_task(server.serve())
        try:
            await until_it_answers(settings.address())
            yield (await cast.cookie("operator"))["plainview"], await cast.things()
        finally:
            server.stop()  # type: ignore[no-untyped-call]
            await serving


async def until_it_answers(address: str) -> None:
    """Return once the server is up."""
    async with httpx.AsyncClient(base_url=address) as client:
        for _ in range(200):
            with suppress(httpx.TransportError):
                if (await client.get("/healthz")).status_code == 200:
                    return
            await asyncio.sleep(0.05)
    pytest.fail("the server never answered")


async def fuzz(address: str, cookie: str, folder: Path, known: dict[str, str]) -> tuple[int, str]:
    """Run schemathesis as its command, with some path parameters known; its exit status and what it said."""
    config = folder / "schemathesis.toml"
    config.write_text("[parameters]\n" + "".join(f'"path.{name}" = "{value}"\n' for name, value in known.items()))
    command = [
        *(str(Path(sys.executable).with_name("st")), "--config-file", str(config)),
        *("run", f"{address}/api/schema/openapi.json", "--exclude-name-regex", EXCLUDED),
        *("--checks", "not_a_server_error", "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color"),
        *("--header", "X-Plainview: 1", "--header", f"Cookie: plainview={cookie}"),
        *("--phases", "coverage,fuzzing", "--suppress-health-check", "all", "--generation-database", "none"),
    ]
    child = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await child.communicate()
    return child.returncode or 0, output.decode()


@pytest.mark.long
async def test_no_request_that_the_description_allows_or_forbids_meets_a_fault(
    settings: Settings, database_url: str, tmp_path: Path
) -> None:
    settings = replace(settings, port=a_free_port(), public_url="")
    async with served(settings, database_url) as (cookie, things):
        for known in ({}, {name: things[thing] for name, thing in KNOWN.items()}):
            status, said = await fuzz(settings.address(), cookie, tmp_path, known)
            assert status == 0, said[-6_000:]
            tested = re.search(r"Tested: (\d+)", said)
            assert tested is not None
            assert int(tested[1]) > 60
            assert "Authentication failed" not in said, said[-6_000:]
