"""Owns a connection to another process of ours: frames out, answers in, by the number of their question."""

import asyncio
from typing import Any, cast

import msgspec

from plainview.kernel.frames import framed, taken_out

_AT_ONCE = 1 << 16
"""So many bytes are sent without waiting for the turn's end, so that who never waits is told when there is no room."""


class LostError(Exception):
    """The connection ended before the answer came."""


class Wire(asyncio.Protocol):
    """One connection. Frames are gathered within a turn of the loop, and leave in the order they were given in."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[tuple[str, msgspec.Raw]]] = {}
        self._incoming = bytearray()
        self._outgoing: list[bytes] = []
        self._gathered = 0
        self._transport: asyncio.Transport | None = None
        self._number = 0
        self._loop = asyncio.get_running_loop()
        self._room: asyncio.Future[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether something said now may still arrive."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; called by the loop."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio names it so.
        """Fail what waits for an answer; called by the loop."""
        self._transport = None
        self.resume_writing()
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(LostError())

    def pause_writing(self) -> None:
        """Note that the other side reads more slowly than we write; called by the loop."""
        self._room = self._loop.create_future()

    def resume_writing(self) -> None:
        """Note that there is room again; called by the loop."""
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

    def data_received(self, data: bytes) -> None:
        """Hand each answer to who asked; called by the loop."""
        self._incoming += data
        for frame in taken_out(self._incoming):
            future = self._waiting.pop(frame.id, None)
            if future is not None and not future.done():
                future.set_result((frame.op, frame.payload))

    def ask(self, op: str, question: Any) -> "asyncio.Future[tuple[str, msgspec.Raw]]":
        """What comes back; the frame leaves with others of this turn."""
        future: asyncio.Future[tuple[str, msgspec.Raw]] = self._loop.create_future()
        if self._transport is None:
            future.set_exception(LostError())
            return future
        self._number += 1
        self._waiting[self._number] = future
        self._send_soon(framed(self._number, op, question))
        return future

    async def tell(self, op: str, fact: Any) -> None:
        """Say what wants no answer; returns when there is room for more.

        Raises:
            LostError: there is nobody any more to say it to.
        """
        if self._transport is None:
            raise LostError
        self._send_soon(framed(0, op, fact))
        if self._room is not None:
            await asyncio.shield(self._room)

    def close(self) -> None:
        """Let go of the connection."""
        if self._transport is not None:
            self._send()
            self._transport.close()

    def _send_soon(self, frame: bytes) -> None:
        if not self._outgoing:
            self._loop.call_soon(self._send)
        self._outgoing.append(frame)
        self._gathered += len(frame)
        if self._gathered >= _AT_ONCE:
            self._send()

    def _send(self) -> None:
        outgoing, self._outgoing, self._gathered = self._outgoing, [], 0
        if self._transport is not None and outgoing:
            self._transport.write(b"".join(outgoing))
