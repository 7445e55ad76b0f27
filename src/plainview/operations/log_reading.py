"""Owns reading a log's public files (C2SP tlog-tiles): from a folder, or over HTTP, a few at once, with patience."""

import json
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from plainview.kernel.errors import PlainviewError
from plainview.operations.auditing import LENGTHS
from plainview.operations.tiling import WIDTH
from plainview_verifier import Trust

# So many that an answer after 50 ms still leaves 80,000 entries a second.
AT_ONCE: Final = 16
AHEAD: Final = 64
TIMEOUT_S: Final = 15.0
# For the whole of an answer: who sends a byte now and then keeps every socket's own time.
REPLY_SECONDS_MAX: Final = 60.0
LOOKS_PER_REPLY: Final = 20
WAITS_S: Final = (0.2, 1.0, 3.0)
CHECKPOINT_BYTES_MAX: Final = 64 * 1024
HASH_BYTES: Final = 32
TILE_BYTES_MAX: Final = WIDTH * HASH_BYTES
BUNDLE_BYTES_MAX: Final = WIDTH * (2 + max(LENGTHS.values()))
DESCRIPTION_BYTES_MAX: Final = 1024 * 1024


class LogUnreachableError(PlainviewError):
    """The log's address gives no answer, or one that is none of a log's."""

    code, title = "log_unreachable", "The log cannot be read"


class _MissingError(LogUnreachableError):
    """There is no such file."""


@dataclass(frozen=True)
class Region:
    """A log as its server describes it: where it is, and the keys that the server says are its own."""

    name: str
    url: str
    trust: Trust


class Patience:
    """Cuts connections off whose answer takes too long as a whole."""

    def __init__(self, seconds_max: float) -> None:
        self._seconds_max = seconds_max
        self._under_way: dict[int, tuple[float, HTTPConnection]] = {}
        self._late: set[int] = set()
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None

    @contextmanager
    def waiting(self, connection: HTTPConnection, what: str) -> Iterator[None]:
        """Give the block so long, and no longer.

        Raises:
            LogUnreachableError: it took longer.
        """
        me = threading.get_ident()
        with self._lock:
            self._under_way[me] = (time.monotonic() + self._seconds_max, connection)
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="patience", daemon=True)
                self._watcher.start()
        late = LogUnreachableError(f"{what} took longer than {self._seconds_max:g} seconds.")
        try:
            yield
            # An answer that was cut off in its middle ends without an error.
            if me in self._late:
                raise late
        except (OSError, HTTPException) as error:
            if me in self._late:
                raise late from error
            raise
        finally:
            with self._lock:
                del self._under_way[me]
                self._late.discard(me)

    def _watch(self) -> None:
        """Look now and then for who is late; ends when nobody waits, and is begun anew."""
        while True:
            time.sleep(self._seconds_max / LOOKS_PER_REPLY)
            with self._lock:
                if not self._under_way:
                    self._watcher = None
                    return
                self._cut_off_late(time.monotonic())

    def _cut_off_late(self, now: float) -> None:
        for thread, (until, connection) in self._under_way.items():
            if now > until and connection.sock is not None:
                self._late.add(thread)
                with suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)


class LogFiles(ABC):
    """Reads a log's public files, wherever they lie. `url` names the place."""

    url: str

    def checkpoint(self) -> str:
        """The note of the newest checkpoint."""
        try:
            return self.get("checkpoint", CHECKPOINT_BYTES_MAX).decode()
        except UnicodeDecodeError:
            raise LogUnreachableError(f"{self.url}/checkpoint is not text.") from None

    def bundle(self, number: int, width: int) -> bytes:
        """An entry bundle of this width; a full one may be served where its partial one is gone."""
        name = f"tile/entries/{_in_thousands(number)}"
        if width == WIDTH:
            return self.get(name, BUNDLE_BYTES_MAX)
        try:
            return self.get(f"{name}.p/{width}", BUNDLE_BYTES_MAX)
        except _MissingError:
            return _first(self.get(name, BUNDLE_BYTES_MAX), width)

    @abstractmethod
    def get(self, name: str, bytes_max: int) -> bytes:
        """The content of a file."""


class LogFolder(LogFiles):
    """Reads the files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.url = str(folder)
        self._folder = folder

    def get(self, name: str, bytes_max: int) -> bytes:
        """The content of a file.

        Raises:
            LogUnreachableError: it is not there, or is larger than any such file may be.
        """
        try:
            with self._folder.joinpath(name).open("rb") as file:
                content = file.read(bytes_max + 1)
        except OSError as error:
            raise _MissingError(f"{self.url}/{name}: {error}.") from error
        if len(content) > bytes_max:
            raise LogUnreachableError(f"{self.url}/{name} is larger than any such file may be.")
        return content


class LogReader(LogFiles):
    """Reads the files below one address over HTTP, each thread by a connection of its own."""

    def __init__(self, url: str, reply_seconds_max: float = REPLY_SECONDS_MAX) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise LogUnreachableError(f"{url} is not the http address of a log or a server.")
        self.url = url.rstrip("/")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._path = parts.path.rstrip("/")
        self._own = threading.local()
        self._patience = Patience(reply_seconds_max)
        self._ahead: dict[int, Future[bytes]] = {}

    def tile(self, level: int, number: int, width: int) -> bytes:
        """A tile's first hashes, so many; those over leaves are fetched ahead with their bundles."""
        ahead = self._ahead.pop(number, None) if level == 0 else None
        return self._tile(level, number, width) if ahead is None else ahead.result()

    def _tile(self, level: int, number: int, width: int) -> bytes:
        name = f"tile/{level}/{_in_thousands(number)}"
        if width == WIDTH:
            return self.get(name, TILE_BYTES_MAX)
        try:
            return self.get(f"{name}.p/{width}", TILE_BYTES_MAX)
        except _MissingError:
            return self.get(name, TILE_BYTES_MAX)[: width * HASH_BYTES]

    def bundles(self, start: int, size: int) -> Iterator[bytes]:
        """All bundles that hold the entries from `start` (a bundle's edge) up to `size`, in order, fetched ahead."""
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bundle")
        waiting: deque[Future[bytes]] = deque()
        try:
            for at in range(start, size, WIDTH):
                number, width = at // WIDTH, min(WIDTH, size - at)
                waiting.append(pool.submit(self.bundle, number, width))
                self._ahead[number] = pool.submit(self._tile, 0, number, width)
                if len(waiting) >= AHEAD:
                    yield waiting.popleft().result()
            yield from (each.result() for each in waiting)
        finally:
            pool.shutdown(cancel_futures=True)
            self._ahead.clear()

    def get(self, name: str, bytes_max: int) -> bytes:
        """The content of a file; asked for again after a fault that may pass."""
        for wait in (*WAITS_S, None):
            try:
                return self._get(name, bytes_max)
            except (OSError, HTTPException) as error:
                self._own.connection = None
                if wait is None:
                    raise LogUnreachableError(f"{self.url}/{name}: {error or type(error).__name__}.") from error
                time.sleep(wait)
        raise AssertionError

    def _get(self, name: str, bytes_max: int) -> bytes:
        connection: HTTPConnection | None = getattr(self._own, "connection", None)
        if connection is None:
            kind = HTTPSConnection if self._secure else HTTPConnection
            connection = self._own.connection = kind(self._host, self._port, timeout=TIMEOUT_S)
        with (
            self._patience.waiting(connection, f"{self.url}/{name}"),
            self._asked(connection, name) as answer,
        ):
            content = answer.read(bytes_max + 1)
            if len(content) > bytes_max:
                connection.close()
                raise LogUnreachableError(f"{self.url}/{name} is larger than any such file may be.")
            self._insist(answer, name)
            return content

    def _asked(self, connection: HTTPConnection, name: str) -> HTTPResponse:
        connection.request("GET", f"{self._path}/{name}")
        return connection.getresponse()

    def _insist(self, answer: HTTPResponse, name: str) -> None:
        if answer.status >= 500 or answer.status == 429:
            raise HTTPException(f"the server answered {answer.status}")
        if answer.status == 404:
            raise _MissingError(f"{self.url}/{name} is not there.")
        if answer.status != 200:
            raise LogUnreachableError(f"{self.url}/{name} was answered with {answer.status}.")


def regions_of(url: str) -> list[Region]:
    """The logs of the server at this address, or the one log that it names, with the keys that the server tells.

    Raises:
        LogUnreachableError: the server tells of no logs, or in another form.
    """
    root, _, name = url.rstrip("/").partition("/log/")
    told = LogReader(root).get("api/transparency/log", DESCRIPTION_BYTES_MAX)
    try:
        regions = [_region(each, root) for each in json.loads(told)["regions"]]
    except (ValueError, KeyError, TypeError) as error:
        raise LogUnreachableError(f"{root}/api/transparency/log is not in the form of Plainview's.") from error
    return [each for each in regions if name in {"", each.name}]


def _region(told: dict[str, Any], root: str) -> Region:
    name, log_key, witness_keys, quorum = (told[each] for each in ("name", "log_key", "witness_keys", "quorum"))
    texts = [name, log_key, *witness_keys]
    if not all(isinstance(each, str) for each in texts) or type(quorum) is not int:
        raise TypeError
    return Region(name, f"{root}/log/{name}", Trust(log_key, tuple(witness_keys), quorum))


def _first(bundle: bytes, width: int) -> bytes:
    """The first entries of a bundle, so many."""
    at = 0
    for _ in range(width):
        at += 2 + int.from_bytes(bundle[at : at + 2], "big")
    return bundle[:at]


def _in_thousands(number: int) -> str:
    digits = f"{number % 1000:03d}"
    while number := number // 1000:
        digits = f"x{number % 1000:03d}/{digits}"
    return digits
