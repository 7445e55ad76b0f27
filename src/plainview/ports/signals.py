"""The port of signals: short messages between the processes of a region, sent when a transaction commits.

Signals are hints for caches and open sockets (a session was revoked, an item changed, a transcode moved on). They may
be lost when a listener is down; whoever listens reads the truth from the database.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from plainview.ports.database import Transaction

Handler = Callable[[dict[str, Any]], Awaitable[None]]


class Signals(Protocol):
    """Sends within a transaction; calls every subscriber of that name in every process of the region."""

    async def send(self, tx: Transaction, name: str, **facts: str | int | bool | None) -> None:
        """Have all listeners hear `name` with these facts (at most 7,000 bytes) once the transaction commits."""

    async def hear(self, name: str, **facts: str | int | bool | None) -> None:
        """Call this process's own subscribers now: for who has sent this and committed, and answers only then."""

    def subscribe(self, name: str, handler: Handler, *, at_once: bool = False) -> None:
        """Call the handler at each signal of this name, from now on; and with {"missed": True} after a reconnection.

        With `at_once` also as soon as a transaction of this process that sends it has committed, before its block ends:
        for what is held of something that whoever asks next must see changed.
        """

    async def start(self) -> None:
        """Begin to listen; signals sent from now on are heard."""

    async def close(self) -> None:
        """Stop listening."""
