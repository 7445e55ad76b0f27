"""Signals on PostgreSQL's LISTEN and NOTIFY: one listening connection per region, reconnected when it breaks."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import psycopg
from psycopg import AsyncConnection

from plainview.ports.database import Transaction
from plainview.ports.signals import Handler

CHANNEL = "plainview"
SECONDS_BEFORE_SAID_AGAIN = 0.2
log = logging.getLogger(__name__)


class SignalsPostgres:
    """One listener task per region's database."""

    def __init__(self, urls: Iterable[str]) -> None:
        self._urls = list(urls)
        self._handlers: dict[str, list[Handler]] = defaultdict(list)
        self._at_once: dict[str, list[Handler]] = defaultdict(list)
        self._sent: WeakKeyDictionary[Transaction, list[tuple[str, dict[str, Any]]]] = WeakKeyDictionary()
        self._tasks: list[asyncio.Task[None]] = []

    async def send(self, tx: Transaction, name: str, **facts: str | int | bool | None) -> None:
        """Have all listeners hear `name` once the transaction commits."""
        await tx.execute("SELECT pg_notify(%s, %s)", (CHANNEL, msgspec.json.encode([name, facts]).decode()))
        if name in self._at_once:
            self._sent.setdefault(tx, []).append((name, facts))

    async def committed(self, tx: Transaction) -> None:
        """Tell those who wish to hear at once what was sent in this transaction.

        What one that was rolled back had sent may be told with the next on its connection: a hint too many.
        """
        for name, facts in self._sent.pop(tx, ()):
            await self._call(self._at_once[name], name, facts)

    async def hear(self, name: str, **facts: str | int | bool | None) -> None:
        """Call this process's own subscribers now (see the port)."""
        await self._call(self._handlers[name], name, facts)

    def subscribe(self, name: str, handler: Handler, *, at_once: bool = False) -> None:
        """Call the handler at each signal of this name (see the port)."""
        self._handlers[name].append(handler)
        if at_once:
            self._at_once[name].append(handler)

    async def start(self) -> None:
        """Begin to listen; returns when every region is listened to."""
        listening = [asyncio.Event() for _ in self._urls]
        for url, ready in zip(self._urls, listening, strict=True):
            self._tasks.append(asyncio.create_task(self._listen(url, ready)))
        await asyncio.gather(*(ready.wait() for ready in listening))

    async def close(self) -> None:
        """Stop listening."""
        listening, self._tasks = set(self._tasks), []
        while listening:
            # Said until it is heard: before Python 3.12 a wait that ends as it is cancelled goes on.
            for task in listening:
                task.cancel()
            _, listening = await asyncio.wait(listening, timeout=SECONDS_BEFORE_SAID_AGAIN)

    async def _listen(self, url: str, ready: asyncio.Event) -> None:
        while True:
            try:
                async with await AsyncConnection.connect(url, autocommit=True) as connection:
                    await self._hear(connection, ready)
            except psycopg.OperationalError:
                log.warning("signals_lost")
                await asyncio.sleep(0.5)

    async def _hear(self, connection: AsyncConnection[Any], ready: asyncio.Event) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        if ready.is_set():
            await self._missed()
        ready.set()
        async for notice in connection.notifies():
            await self._dispatch(notice.payload)

    async def _dispatch(self, payload: str) -> None:
        name, facts = msgspec.json.decode(payload, type=tuple[str, dict[str, Any]])
        await self._call(self._handlers[name], name, facts)

    async def _missed(self) -> None:
        for name, handlers in list(self._handlers.items()):
            await self._call(handlers, name, {"missed": True})

    async def _call(self, handlers: Iterable[Handler], name: str, facts: dict[str, Any]) -> None:
        for handler in handlers:
            try:
                await handler(facts)
            except Exception:
                log.exception("signal_handler_failed", extra={"signal": name})
