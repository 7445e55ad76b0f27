"""Owns the socket: one thread that takes in what callers sent, has it answered in one batch, and sends the answers.

While a batch is being written to the disk the next one gathers in the sockets, so batches grow with the load and nobody
waits for a timer. What takes long is made by other threads.
"""

import os
import selectors
import socket
import stat
import struct
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
import structlog

from plainview.kernel.frames import LENGTH_BYTES, Frame, read_frame
from plainview.warden.keeper import Call, Keeper, Later, made
from plainview.warden.protocol import FRAME_BYTES_MAX, reached

READ_BYTES: Final = 256 * 1024
BATCH_MAX: Final = 256
WAITING_BYTES_MAX: Final = 64 * 1024 * 1024
CONNECTIONS_MAX: Final = 512
LATER_AT_ONCE: Final = 2
IDLE_SECONDS: Final = 1.0
_CREDENTIALS: Final = struct.Struct("3i")

log = structlog.get_logger()


class Caller:
    """One connection: what came in and is not a whole frame yet, what goes out and was not taken yet."""

    __slots__ = ("account", "incoming", "is_open", "outgoing", "socket")

    def __init__(self, connection: socket.socket, account: int) -> None:
        self.socket = connection
        self.account = account
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.is_open = True

    def frames(self) -> list[Frame]:
        """The whole frames that came in.

        Raises:
            ValueError: what came is no frame: the connection is of no use any more.
        """
        frames, at = [], 0
        while len(self.incoming) - at >= LENGTH_BYTES:
            length = int.from_bytes(self.incoming[at : at + LENGTH_BYTES], "big")
            if length > FRAME_BYTES_MAX:
                raise ValueError(f"a frame of {length} bytes")
            end = at + LENGTH_BYTES + length
            if len(self.incoming) < end:
                break
            frames.append(read_frame(bytes(self.incoming[at + LENGTH_BYTES : end])))
            at = end
        del self.incoming[:at]
        return frames


class WardenServer:
    """Serves one region's callers on a local socket. `run` returns when `stop` was called."""

    def __init__(self, path: Path, keeper: Keeper, callers: frozenset[int], step: Callable[[], bool]) -> None:
        self._keeper = keeper
        self._callers = callers
        self._step = step
        self._selector = selectors.DefaultSelector()
        self._listener = listen(path)
        self._path = path
        self._asked: deque[tuple[Caller, Call]] = deque()
        self._made: deque[tuple[Caller, bytes]] = deque()
        self._pool = ThreadPoolExecutor(LATER_AT_ONCE, "later")
        self._wake_end, self._wake = socket.socketpair()
        self._wake.setblocking(False)
        self._wake_end.setblocking(False)
        self._stopping = False
        self._count = 0
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        self._selector.register(self._wake_end, selectors.EVENT_READ, None)

    def stop(self) -> None:
        """Have `run` return after the batch under way. Any thread or signal handler may call it."""
        self._stopping = True
        self._ring()

    def run(self) -> None:
        """Serve."""
        more = False
        try:
            while not self._stopping:
                self._take_in(0.0 if more or self._asked else IDLE_SECONDS)
                if self._asked:
                    self._answer_batch()
                self._send_made()
                more = self._step()
        finally:
            self._close()

    def _take_in(self, timeout_s: float) -> None:
        for key, events in self._selector.select(timeout_s):
            if key.fileobj is self._listener:
                self._accept()
            elif key.fileobj is self._wake_end:
                with suppress(BlockingIOError):
                    self._wake_end.recv(4096)
            else:
                self._attend(key.data, events)

    def _attend(self, caller: Caller, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            self._send(caller)
        if events & selectors.EVENT_READ and caller.is_open:
            self._read(caller)

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        account = peer_account(connection)
        if account not in self._callers or self._count >= CONNECTIONS_MAX:
            log.warning("refused a connection to the warden", account=account, connections=self._count)
            connection.close()
            return
        connection.setblocking(False)
        self._count += 1
        self._selector.register(connection, selectors.EVENT_READ, Caller(connection, account))

    def _read(self, caller: Caller) -> None:
        try:
            came = caller.socket.recv(READ_BYTES)
            caller.incoming += came
            frames = caller.frames() if came else []
        except BlockingIOError:
            return
        except (OSError, ValueError, msgspec.DecodeError):
            came, frames = b"", []
        if not came:
            self._drop(caller)
            return
        own = caller.account in (0, os.geteuid())
        self._asked.extend((caller, Call(frame, own)) for frame in frames)

    def _answer_batch(self) -> None:
        batch = [self._asked.popleft() for _ in range(min(BATCH_MAX, len(self._asked)))]
        answers = self._keeper.answer([call for _, call in batch])
        touched: dict[Caller, None] = {}
        for (caller, _), answer in zip(batch, answers, strict=True):
            if isinstance(answer, Later):
                self._pool.submit(self._make, caller, answer)
            elif caller.is_open:
                caller.outgoing += answer
                touched[caller] = None
        for caller in touched:
            self._send(caller)

    def _make(self, caller: Caller, later: Later) -> None:
        """Runs in a thread of the pool."""
        self._made.append((caller, made(later)))
        self._ring()

    def _send_made(self) -> None:
        while self._made:
            caller, answer = self._made.popleft()
            if caller.is_open:
                caller.outgoing += answer
                self._send(caller)

    def _send(self, caller: Caller) -> None:
        try:
            sent = caller.socket.send(caller.outgoing) if caller.outgoing else 0
        except BlockingIOError:
            sent = 0
        except OSError:
            self._drop(caller)
            return
        del caller.outgoing[:sent]
        if len(caller.outgoing) > WAITING_BYTES_MAX:
            self._drop(caller)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if caller.outgoing else 0)
        self._selector.modify(caller.socket, events, caller)

    def _drop(self, caller: Caller) -> None:
        if caller.is_open:
            caller.is_open = False
            self._count -= 1
            self._selector.unregister(caller.socket)
            caller.socket.close()

    def _ring(self) -> None:
        with suppress(OSError):
            self._wake.send(b"\x00")

    def _close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, Caller):
                self._drop(key.data)
        self._selector.close()
        for each in (self._listener, self._wake, self._wake_end):
            each.close()
        with suppress(OSError):
            self._path.unlink()


def listen(path: Path) -> socket.socket:
    """A listening socket in the file system. Any account may connect; who may speak, `peer_account` tells."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise OSError(f"{path} is not a socket; remove it")
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        listener.bind(reached(path, folder))
        path.chmod(0o666)
    finally:
        os.close(folder)
    listener.listen(CONNECTIONS_MAX)
    listener.setblocking(False)
    return listener


def peer_account(connection: socket.socket) -> int:
    """The account of the process at the other end, as the kernel tells; −1 where it does not."""
    if sys.platform != "linux":
        return os.geteuid()
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(credentials)[1])
