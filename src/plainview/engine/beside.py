"""Owns an engine in a process of its own: it takes frames from one socket and obeys them in order.

It has no database, no files and no network: what it knows it is told, and when the other side ends, so does it. A
change (a frame whose id is 0) is not answered; one that fails is logged, and the next is taken.

| op | question | result |
|---|---|---|
| add_items | list of ItemFacts | a change |
| remove_item | ItemId | a change |
| observe | list of Observation | a change |
| forget, reset | PersonId | a change |
| forget_taste, recall_taste | Taste | a change |
| settle | null | null, when all changes before it have taken effect |
| page | PageRequest | RankedPage |
| person_facts | PersonId | tuple of Fact |
| lesson | where it begins | Lesson |
| take_in | a piece of a model's bytes, and where it begins | whether the model ranks |
| model | null | its digest, or nothing |
| origins | null | tuple of Origin |
"""

import gc
import logging
import socket
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from plainview.kernel.frames import OK, Frame, framed, taken_out
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import Engine, ItemFacts, Observation, PageRequest

log = logging.getLogger(__name__)
FAILED: Final = "ranking_failed"
RECEIVED_BYTES: Final = 1 << 18
OBJECTS_BETWEEN_COLLECTIONS: Final = 20_000


class Taste(Struct, array_like=True, frozen=True):
    """One taste of a person, as its `Fact` says it."""

    person: PersonId
    name: str
    subject: str


def obey(engine: Engine, wire: socket.socket) -> None:
    """Take in and answer until the other side closes the connection."""
    obeying = _Obeying(engine)
    for frames in _incoming(wire):
        answers = b"".join(answer for frame in frames if (answer := obeying.answer(frame)))
        if answers:
            wire.sendall(answers)


class _Obeying:
    """Every op, with what its question is read as."""

    def __init__(self, engine: Engine) -> None:
        def taste(act: Callable[[PersonId, str, str], None]) -> Callable[[Taste], None]:
            return lambda told: act(told.person, told.name, told.subject)

        ops: dict[str, tuple[Any, Callable[[Any], object]]] = {
            "add_items": (list[ItemFacts], engine.add_items),
            "remove_item": (ItemId, engine.remove_item),
            "observe": (list[Observation], engine.observe),
            "forget": (PersonId, engine.forget),
            "reset": (PersonId, engine.reset),
            "forget_taste": (Taste, taste(engine.forget_taste)),
            "recall_taste": (Taste, taste(engine.recall_taste)),
            "settle": (None, lambda _: _settle()),
            "page": (PageRequest, engine.page),
            "person_facts": (PersonId, engine.person_facts),
            "lesson": (tuple[int, int], engine.lesson),
            "take_in": (tuple[bytes, int], lambda told: engine.take_in(*told)),
            "model": (None, lambda _: engine.model()),
            "origins": (None, lambda _: engine.origins()),
        }
        self._ops = {op: (msgspec.msgpack.Decoder(kind), act) for op, (kind, act) in ops.items()}

    def answer(self, frame: Frame) -> bytes | None:
        """What to send back; None for a change."""
        decoder, act = self._ops[frame.op]
        try:
            result = act(decoder.decode(frame.payload))
        except Exception as error:  # One bad question must not end what all others ask.
            log.exception("The engine failed at %s.", frame.op)
            return framed(frame.id, FAILED, type(error).__name__) if frame.id else None
        return framed(frame.id, OK, result) if frame.id else None


def _incoming(wire: socket.socket) -> Iterator[list[Frame]]:
    """The whole frames of each piece that arrives."""
    held = bytearray()
    while piece := wire.recv(RECEIVED_BYTES):
        held += piece
        yield taken_out(held)


def _settle() -> None:
    """Keeps the collector off what stays, and lets it come seldom: little of what a page makes has cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
