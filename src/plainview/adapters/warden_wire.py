"""Owns the talk with one region's warden: one connection, many questions under way on it, made anew when it is lost."""

import asyncio
import os
import socket
from pathlib import Path
from typing import Any, Final

import msgspec

from plainview.adapters.wire import LostError, Wire
from plainview.kernel.errors import InvalidInputError, NotAllowedError, NotFoundError, PlainviewError, UnavailableError
from plainview.kernel.frames import OK
from plainview.ports.approvals import NotApprovedError
from plainview.ports.door import DoorBrokenError
from plainview.warden import protocol
from plainview.warden.protocol import reached

# A warden that is started again is back within this time; who asks meanwhile waits for it.
BACK_SECONDS_MAX: Final = 5.0
RECONNECT_SECONDS: Final = 0.05
ANSWER_SECONDS_MAX: Final = 30.0
TRIES: Final = 2
_text = msgspec.msgpack.Decoder(str)
_ERRORS: Final[dict[str, type[PlainviewError]]] = {
    "not_allowed": NotAllowedError,
    "not_approved": NotApprovedError,
    "wrong_region": NotAllowedError,
    "not_found": NotFoundError,
    "person_gone": NotFoundError,
    "door_broken": DoorBrokenError,
    "invalid_input": InvalidInputError,
    "unavailable": UnavailableError,
}


class WardenAwayError(UnavailableError):
    """The warden of a region does not answer: nothing personal is opened meanwhile, and nothing is lost."""

    code, title = "warden_away", "Personal data is out of reach just now"

    def __init__(self, region: str) -> None:
        super().__init__(f"The warden of region {region} does not answer; please try again in a moment.")


class WardenCalls:
    """Asks one region's warden. Connects at the first question, and again when the connection was lost."""

    def __init__(self, region: str, path: Path, client: str, patience_s: float = BACK_SECONDS_MAX) -> None:
        self.region = region
        self._patience_s = patience_s
        self._path = path
        self._client = client
        self._wire: Wire | None = None
        self._connecting = asyncio.Lock()

    async def ask(self, op: str, question: Any, answer: "msgspec.msgpack.Decoder[Any] | None" = None) -> Any:
        """The answer. All ops may be asked twice; so a question whose answer was lost is asked once more.

        Raises:
            WardenAwayError: no answer in time.
            PlainviewError: the warden refuses.
        """
        for _ in range(TRIES):
            wire = self._wire
            if wire is None or not wire.is_open:
                wire = await self._connected()
            try:
                async with asyncio.timeout(ANSWER_SECONDS_MAX):
                    code, payload = await wire.ask(op, question)
            except LostError:
                continue
            except TimeoutError as error:
                raise WardenAwayError(self.region) from error
            if code != OK:
                raise _refusal(code, _text.decode(payload))
            return answer.decode(payload) if answer is not None else None
        raise WardenAwayError(self.region)

    async def close(self) -> None:
        """Let go of the connection."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    async def _connected(self) -> Wire:
        async with self._connecting:
            until = asyncio.get_running_loop().time() + self._patience_s
            while self._wire is None or not self._wire.is_open:
                self._wire = await self._tried(until)
            return self._wire

    async def _tried(self, until: float) -> Wire | None:
        """A connection; None after a moment's rest where there was none, while there is time."""
        try:
            return await self._connect()
        except (OSError, LostError) as error:
            if asyncio.get_running_loop().time() >= until:
                raise WardenAwayError(self.region) from error
        await asyncio.sleep(RECONNECT_SECONDS)
        return None

    async def _connect(self) -> Wire:
        _, wire = await asyncio.get_running_loop().create_unix_connection(Wire, sock=_socket_to(self._path))
        code, payload = await wire.ask("hello", protocol.Hello(self._client))
        if code != OK:
            raise _refusal(code, _text.decode(payload))
        return wire


def _refusal(code: str, detail: str) -> PlainviewError:
    return _ERRORS.get(code, UnavailableError)(detail)


def _socket_to(path: Path) -> socket.socket:
    """A connected socket; a local one connects at once or not at all."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(reached(path, folder))
            connection.setblocking(False)
        except OSError:
            connection.close()
            raise
    finally:
        os.close(folder)
    return connection
