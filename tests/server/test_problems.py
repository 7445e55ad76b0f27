"""Errors as problem+json, where the framework hands them over in a form of its own."""

from collections.abc import AsyncIterator

import pytest
from litestar import Litestar, get, post
from litestar.di import Provide

from plainview.kernel.errors import UnavailableError
from plainview.server.problems import HANDLERS
from tests.server.fixtures import browser_at

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("fault", "status"), [(UnavailableError("Away."), 503), (ValueError("ours"), 500)])
async def test_what_goes_away_in_the_middle_of_a_request_is_said_to_be_away(fault: Exception, status: int) -> None:
    async def transaction() -> AsyncIterator[str]:
        try:
            yield "open"
        except RuntimeError:
            raise fault from None

    @get("/", dependencies={"tx": Provide(transaction)})
    async def read(tx: str) -> None:
        raise RuntimeError(f"the {tx} transaction's connection broke")

    async with browser_at(Litestar([read], exception_handlers=HANDLERS)) as client:
        answer = await client.get("/")
    assert answer.status_code == status
    assert answer.json()["status"] == status


@pytest.mark.parametrize("body", [b'{"a": "\xff"}', b"[" * 5_000 + b"]" * 5_000])
async def test_a_body_that_nobody_can_read_is_the_clients_to_mend(body: bytes) -> None:
    @post("/")
    async def write(data: dict[str, str]) -> None:
        raise AssertionError(data)

    async with browser_at(Litestar([write], exception_handlers=HANDLERS)) as client:
        answer = await client.post("/", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
