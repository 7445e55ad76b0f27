"""Asks one server over a few kept connections, as fast as it answers: a client small enough to leave it the machine."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Taken:
    """What a run took: each answer's milliseconds, and how long the whole run was."""

    latencies_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0
    last_body: bytes = b""

    def per_second(self) -> float:
        """Answers a second."""
        return len(self.latencies_ms) / self.seconds


class Wire:
    """One kept HTTP/1.1 connection, for answers with a Content-Length."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> "Wire":
        """A connection to this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=2**20))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """The answer's status and body.

        Raises:
            OSError, asyncio.IncompleteReadError: the server went away.
        """
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        start = lower.index(b"content-length:") + 15
        length = int(lower[start : lower.index(b"\r\n", start)])
        body = await self._reader.readexactly(length) if length else b""
        return int(head[9:12]), body

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


def get(path: str, cookie: str = "") -> bytes:
    """The bytes of a GET request."""
    line = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{line}\r\n".encode()


def post(path: str, body: bytes, cookie: str = "") -> bytes:
    """The bytes of a POST of JSON."""
    line = f"Cookie: {cookie}\r\n" if cookie else ""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Plainview: 1\r\nContent-Type: application/json\r\n{line}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def press(port: int, request: Callable[[], bytes], connections: int, seconds: float) -> Taken:
    """Ask over `connections` at once, each again as soon as it is answered, for so many seconds."""
    until = time.perf_counter() + seconds

    def in_time() -> Iterator[bytes]:
        while time.perf_counter() < until:
            yield request()

    return await ask_all(port, in_time(), connections)


async def ask_all(port: int, requests: Iterator[bytes], connections: int) -> Taken:
    """Ask each of these once, over `connections` at once."""
    taken = Taken()

    async def one() -> None:
        wire = await Wire.open(port)
        for request in requests:
            started = time.perf_counter()
            status, taken.last_body = await wire.ask(request)
            if status == 200:
                taken.latencies_ms.append((time.perf_counter() - started) * 1000)
            else:
                taken.failures += 1
        wire.close()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    taken.seconds = time.perf_counter() - started
    return taken


async def reached(port: int) -> None:
    """Return when a server listens.

    Raises:
        TimeoutError: none did within twenty seconds.
    """
    for _ in range(400):
        try:
            (await Wire.open(port)).close()
        except OSError:
            await asyncio.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens at port {port}")
