"""Owns the live socket: tells a member at once of notices, processing and counts; closed when they sign out."""

import asyncio
import contextlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import msgspec
from litestar import WebSocket, get, websocket
from litestar.di import Provide
from litestar.exceptions import WebSocketDisconnect, WebSocketException
from litestar.handlers import WebsocketRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from plainview.accounts.viewers import Member
from plainview.catalog.counts import counts_of
from plainview.catalog.shapes import CountsShape
from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import ItemId, NoticeId, PersonId, SessionId, region_of
from plainview.media.assets import assets_of_items
from plainview.media.processing import Processing, processing_of
from plainview.ports.database import Database
from plainview.ports.signals import Signals
from plainview.server.asking import Resolver
from plainview.server.problems import MEDIA_TYPE, Problem
from plainview.social.inbox import notice_shapes
from plainview.social.notices import notice, unread
from plainview.social.shapes import NoticeShape

MESSAGES_WAITING_MAX = 100
SOCKETS_PER_PERSON_MAX = 20
SIGNED_OUT = 4401
START_AGAIN = 1012


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """The socket is open."""


class NoticeTold(msgspec.Struct, frozen=True, tag_field="type", tag="notice"):
    """Somebody did something; so many notices are unread now."""

    notice: NoticeShape
    unread: int


class ProcessingTold(msgspec.Struct, frozen=True, tag_field="type", tag="processing"):
    """A transcode moved on."""

    item_id: str
    processing: Processing


class CountsTold(msgspec.Struct, frozen=True, tag_field="type", tag="counts"):
    """The counters of an own video moved."""

    item_id: str
    counts: CountsShape


LiveMessage = Hello | NoticeTold | ProcessingTold | CountsTold


class SocketWantedError(PlainviewError):
    """The live socket was asked for as if it were a page."""

    code, status, title = "socket_wanted", 426, "This is a socket"


@dataclass(eq=False, slots=True)
class Line:
    """One open socket: whose session it lives by, what waits to be sent, and why it must close."""

    session: SessionId
    waiting: asyncio.Queue[bytes | int] = field(default_factory=lambda: asyncio.Queue(MESSAGES_WAITING_MAX))

    def send(self, message: bytes) -> None:
        """Queue a message. Whoever reads too slowly is closed, and reads the truth when it comes back."""
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.close(START_AGAIN)

    def close(self, code: int) -> None:
        """Have the socket closed before anything else that waits."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(code)


class Live:
    """All open sockets of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lines: dict[PersonId, set[Line]] = defaultdict(set)

    def listen(self, signals: Signals) -> None:
        """Hear what there is to tell."""
        signals.subscribe("notice", self.on_notice)
        signals.subscribe("asset.moved", self.on_asset_moved)
        signals.subscribe("item.counted", self.on_counted)
        signals.subscribe("session.revoked", self.on_revoked)
        signals.subscribe("person.erased", self.on_erased)

    def open(self, person: PersonId, session: SessionId) -> Line:
        """A new line; the oldest of too many is closed."""
        lines = self._lines[person]
        if len(lines) >= SOCKETS_PER_PERSON_MAX:
            next(iter(lines)).close(START_AGAIN)
        line = Line(session)
        lines.add(line)
        return line

    def drop(self, person: PersonId, line: Line) -> None:
        """Forget a line that was closed."""
        lines = self._lines.get(person)
        if lines is not None:
            lines.discard(line)
            if not lines:
                del self._lines[person]

    def close_all(self) -> None:
        """Have all sockets closed: the server stops, or may have missed something."""
        for lines in self._lines.values():
            for line in lines:
                line.close(START_AGAIN)

    async def on_notice(self, facts: dict[str, Any]) -> None:
        """Somebody did something: show it."""
        person = self._told(facts)
        if person is None:
            return
        async with self._database.transaction(region_of(person)) as tx:
            found = await notice(tx, person, NoticeId(int(facts["notice_id"])))
            shapes = await notice_shapes(tx, person, [found]) if found else []
            count = await unread(tx, person)
        if shapes:
            self._tell(person, NoticeTold(shapes[0], count))

    async def on_asset_moved(self, facts: dict[str, Any]) -> None:
        """A transcode moved on: show how far it is."""
        person = self._told(facts)
        if person is None:
            return
        item = ItemId(int(facts["item_id"]))
        async with self._database.transaction(region_of(item)) as tx:
            found = (await assets_of_items(tx, [item])).get(item)
        if found is not None:
            self._tell(person, ProcessingTold(str(item), processing_of(found)))

    async def on_counted(self, facts: dict[str, Any]) -> None:
        """An item's counters moved: show them to its owner."""
        person = self._told(facts)
        if person is None:
            return
        item = ItemId(int(facts["item_id"]))
        async with self._database.transaction(region_of(item)) as tx:
            counts = await counts_of(tx, item)
        if counts is not None:
            self._tell(person, CountsTold(str(item), CountsShape(**counts)))

    async def on_revoked(self, facts: dict[str, Any]) -> None:
        """A session ended: its sockets end with it."""
        if "missed" in facts:
            self.close_all()
            return
        for line in self._lines.get(PersonId(int(facts["person_id"])), ()):
            if line.session == int(facts["session_id"]):
                line.close(SIGNED_OUT)

    async def on_erased(self, facts: dict[str, Any]) -> None:
        """An account is gone."""
        if "missed" not in facts:
            for line in self._lines.get(PersonId(int(facts["person_id"])), ()):
                line.close(SIGNED_OUT)

    def _told(self, facts: dict[str, Any]) -> PersonId | None:
        """Whom a signal is for, where they have a socket here."""
        if "missed" in facts:
            return None
        person = PersonId(int(facts["person_id"]))
        return person if person in self._lines else None

    def _tell(self, person: PersonId, message: LiveMessage) -> None:
        encoded = msgspec.json.encode(message)
        for line in list(self._lines.get(person, ())):
            line.send(encoded)


def live_route(live: Live, resolver: Resolver) -> WebsocketRouteHandler:
    """/api/live."""

    async def member(socket: WebSocket[Any, Any, Any]) -> Member:
        try:
            found = await resolver(socket, Member)
        except PlainviewError as error:
            raise WebSocketException(detail=error.detail, code=SIGNED_OUT) from error
        assert isinstance(found, Member)
        return found

    @websocket("/api/live", dependencies={"viewer": Provide(member)})
    async def serve(socket: WebSocket[Any, Any, Any], viewer: Member) -> None:
        assert viewer.session_id is not None
        line = live.open(viewer.person_id, viewer.session_id)
        try:
            await socket.accept()
            await socket.send_data(msgspec.json.encode(Hello()).decode(), mode="text")
            await _carry(socket, line)
        finally:
            live.drop(viewer.person_id, line)

    return serve


@get(
    "/api/live",
    status_code=426,  # All that a plain request gets; no 200 is described.
    tags=["live"],
    summary="The live socket",
    responses={
        101: ResponseSpec(LiveMessage, generate_examples=False, description="A WebSocket of these messages, as text"),
        426: ResponseSpec(Problem, generate_examples=False, description="Not a WebSocket", media_type=MEDIA_TYPE),
    },
)
async def live_described(viewer: Member) -> None:  # noqa: ARG001 - A route says who may call it.
    """Open it as a WebSocket: it tells at once of notices, of processing and of counts. The client sends nothing."""
    raise SocketWantedError("Open this address as a WebSocket.")


async def _carry(socket: WebSocket[Any, Any, Any], line: Line) -> None:
    """Send what waits until either side closes. What the client says is not read; only that it left is."""
    hearing = asyncio.create_task(_until_left(socket))
    try:
        code = await _send_all(socket, line, hearing)
    except WebSocketDisconnect:
        code = None
    finally:
        # Granian closes a socket only once nobody waits to receive from it any more.
        hearing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await hearing
    if code is not None:
        await socket.close(code)


async def _send_all(socket: WebSocket[Any, Any, Any], line: Line, hearing: asyncio.Task[None]) -> int | None:
    """The code to close with; None where the client left."""
    while True:
        getting = asyncio.create_task(line.waiting.get())
        done, _ = await asyncio.wait({getting, hearing}, return_when=asyncio.FIRST_COMPLETED)
        if getting not in done:
            getting.cancel()
            return None
        message = getting.result()
        if isinstance(message, int):
            return message
        await socket.send_data(message.decode(), mode="text")


async def _until_left(socket: WebSocket[Any, Any, Any]) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_data(mode="text")
