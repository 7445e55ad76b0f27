"""Owns the engine's process beside the server's: started with it, reached by one socket, ended with it.

So a page is ranked on one processor while another serves, and an event that is learned holds up no request.
"""

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from plainview.adapters.wire import LostError, Wire
from plainview.engine.beside import Taste
from plainview.kernel.errors import PlainviewError
from plainview.kernel.frames import OK
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import Fact, ItemFacts, Lesson, Observation, Origin, PageRequest, RankedPage
from plainview.ports.ranker import RankerAwayError

log = logging.getLogger(__name__)
END_SECONDS_MAX: Final = 5.0
PATIENCE_SECONDS: Final = 30.0
_page = msgspec.msgpack.Decoder(RankedPage)
_facts = msgspec.msgpack.Decoder(tuple[Fact, ...])
_lesson = msgspec.msgpack.Decoder(Lesson)
_told = msgspec.msgpack.Decoder(bool)
_model = msgspec.msgpack.Decoder(str)
_origins = msgspec.msgpack.Decoder(tuple[Origin, ...])


class RankingFailedError(PlainviewError):
    """The engine could not answer; its log says why."""

    code, status, title = "ranking_failed", 500, "The feed could not be made"


class _WatchedWire(Wire):
    """Tells when the other side has ended."""

    def __init__(self, on_lost: Callable[[], None]) -> None:
        super().__init__()
        self._on_lost = on_lost

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._on_lost()


class RankerProcess:
    """Implements `plainview.ports.ranker.Ranker` by a process that `arguments` of our program start.

    Args:
        arguments: before the number of the socket that the process inherits.
        on_lost: called when the process ended and was not told to: whoever serves then ends too, and begins again.
        patience_s: one that says nothing for so long is ended.
    """

    def __init__(
        self, arguments: Sequence[str], on_lost: Callable[[], None], patience_s: float = PATIENCE_SECONDS
    ) -> None:
        self._arguments = arguments
        self._on_lost = on_lost
        self._patience_s = patience_s
        self._watching: asyncio.Task[None] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._wire: Wire | None = None
        self._closing = False

    @property
    def number(self) -> int | None:
        """The process's number; None before there is one."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start the process, without waiting for it: what it is told meanwhile waits in the socket."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "plainview", *self._arguments, str(theirs.fileno())]
        self._process = subprocess.Popen(  # noqa: ASYNC220 - It is started before anybody is served.
            command, env=_environment(), pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        )
        theirs.close()
        ours.setblocking(False)
        loop = asyncio.get_running_loop()
        _, self._wire = await loop.create_unix_connection(lambda: _WatchedWire(self._lost), sock=ours)
        self._watching = asyncio.create_task(self._watch(self._process))

    async def close(self) -> None:
        """Have it end, and wait until it has."""
        self._closing = True
        if self._watching is not None:
            self._watching.cancel()
        if self._wire is not None:
            self._wire.close()
        if self._process is not None:
            await asyncio.to_thread(_ended, self._process)

    async def add_items(self, items: Sequence[ItemFacts]) -> None:
        """Lets these be shown."""
        await self._tell("add_items", items)

    async def remove_item(self, item: ItemId) -> None:
        """Takes an item out of every page."""
        await self._tell("remove_item", item)

    async def observe(self, events: Sequence[Observation]) -> None:
        """Learns from these."""
        await self._tell("observe", events)

    async def forget(self, person: PersonId) -> None:
        """Erases all that is held about a person."""
        await self._tell("forget", person)

    async def reset(self, person: PersonId) -> None:
        """Forgets a person's tastes."""
        await self._tell("reset", person)

    async def forget_taste(self, person: PersonId, name: str, subject: str) -> None:
        """Forgets one taste."""
        await self._tell("forget_taste", Taste(person, name, subject))

    async def recall_taste(self, person: PersonId, name: str, subject: str) -> None:
        """Takes that back."""
        await self._tell("recall_taste", Taste(person, name, subject))

    async def settle(self) -> None:
        """Returns when all that was said has taken effect."""
        await self._ask("settle", None)

    async def page(self, request: PageRequest) -> RankedPage:
        """The next items."""
        return _page.decode(await self._ask("page", request))

    async def person_facts(self, person: PersonId) -> tuple[Fact, ...]:
        """What is held about a person."""
        return _facts.decode(await self._ask("person_facts", person))

    async def lesson(self, at: tuple[int, int]) -> Lesson:
        """A slice of what a fit is told."""
        return _lesson.decode(await self._ask("lesson", at))

    async def take_in(self, piece: bytes, at: int) -> bool:
        """Takes in a slice of a fitted model."""
        return _told.decode(await self._ask("take_in", (piece, at)))

    async def model(self) -> str:
        """Which fitted model ranks."""
        return _model.decode(await self._ask("model", None))

    async def origins(self) -> tuple[Origin, ...]:
        """The sources that a person may switch off."""
        return _origins.decode(await self._ask("origins", None))

    async def _ask(self, op: str, question: Any) -> msgspec.Raw:
        if self._wire is None:
            raise RankerAwayError
        try:
            code, payload = await self._wire.ask(op, question)
        except LostError as error:
            raise RankerAwayError from error
        if code != OK:
            raise RankingFailedError
        return payload

    async def _tell(self, op: str, fact: Any) -> None:
        if self._wire is None:
            raise RankerAwayError
        try:
            await self._wire.tell(op, fact)
        except LostError as error:
            raise RankerAwayError from error

    async def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        """Ask now and then; whoever hangs is ended, so that it is begun again."""
        try:
            while True:
                await asyncio.wait_for(self.origins(), self._patience_s)
                await asyncio.sleep(self._patience_s / 4)
        except TimeoutError:
            log.warning("engine_hangs")
            process.kill()
        except RankerAwayError:
            return

    def _lost(self) -> None:
        if not self._closing:
            log.error("engine_ended")
            self._on_lost()


def _environment() -> dict[str, str]:
    """The same code as ours, and none of what our environment holds, which may be secret.

    Its matrices are small: a second thread would take the processor that serves.
    """
    return {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}


def _ended(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(END_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
