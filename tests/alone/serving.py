"""Gives tests of the engine alone an app of their own over a fresh folder, or a real process."""

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx

from benchmarks.instance import free_port
from plainview.alone.app import make_app
from plainview.alone.desk import View
from plainview.alone.kinds import KINDS
from plainview.alone.living import Alone
from plainview.alone.records import Record, decode
from plainview.alone.store import under
from plainview.engine.ranking import TasteEngine

ADDRESS = "http://127.0.0.1"


@dataclass(slots=True)
class Asking:
    """A running app and somebody who asks it."""

    alone: Alone
    client: httpx.AsyncClient

    async def get(self, path: str, **query: str | float) -> Any:
        """The JSON of an answer that must be good."""
        return self._good(
            await self.client.get(f"/api/{path}", params={k.replace("_", "-"): v for k, v in query.items()})
        )

    async def send(self, method: str, path: str, body: object = None) -> Any:
        """The same for what changes something."""
        return self._good(await self.client.request(method, f"/api/{path}", json=body))

    async def did(self, user: str, kind: str, *items: str, **more: object) -> Any:
        """Send one kind of feedback by a user on some items."""
        rows = [{"FeedbackType": kind, "UserId": user, "ItemId": each, **more} for each in items]
        return await self.send("POST", "feedback", rows)

    def logged(self) -> list[Record]:
        """The log."""
        return self.alone.read(logged)

    @staticmethod
    def _good(answer: httpx.Response) -> Any:
        assert answer.status_code == 200, answer.text
        return answer.json()


def logged(view: View) -> list[Record]:
    return [decode(value) for _, value in under(view.txn, view.db["log"], b"")]


@asynccontextmanager
async def asking(folder: Path, key: bytes | None = None, snapshot_every: int = 10**9) -> AsyncIterator[Asking]:
    """An app over a folder, started, and stopped when the block ends."""
    alone = Alone(folder, TasteEngine(), snapshot_every)
    app = make_app(alone, KINDS, key)
    transport = httpx.ASGITransport(cast("Any", app))
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        yield Asking(alone, client)


@dataclass(slots=True)
class Served:
    """A process that serves."""

    address: str
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Served]:
    """A process that serves a folder, terminated when the block ends."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "plainview",
        "engine",
        "serve",
        "--data",
        str(folder),
        "--port",
        str(port),
        *options,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        until_it_answers(f"{ADDRESS}:{port}/healthz", process)
        yield Served(f"{ADDRESS}:{port}", process)
    finally:
        process.terminate()
        process.wait(20)


def until_it_answers(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        with suppress(httpx.TransportError):
            if httpx.get(address).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError("it never answered")


def clip(number: int, *tags: str, **more: Any) -> dict[str, Any]:
    """A video as an operator would send it."""
    labels = {"creator": f"maker{number % 7}", "duration_ms": 10_000, "tags": list(tags)}
    return {"ItemId": f"v{number}", "Labels": labels, "Timestamp": f"2026-11-{1 + number % 20:02d}T08:00:00Z", **more}


def places_of(folder: Path, *needles: bytes) -> list[Path]:
    """The files under a folder that hold any of these bytes."""
    files = (each for each in folder.rglob("*") if each.is_file())
    return [each for each in files if any(needle in each.read_bytes() for needle in needles)]
