"""Stands on the way between processes: hands on what they say, and looks at each answer of a warden before it goes on.

A tap takes a socket's place in the file system; who connects afterwards talks through it.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import lmdb
import msgspec

from plainview.kernel.frames import LENGTH_BYTES, OK, Frame, read_frame
from plainview.warden.protocol import Open, Proof, Seal, Use
from plainview.warden.store import DATABASES_MAX, ONE, TWO, rows

READ_BYTES = 256 * 1024
# A person is told of each reader by these: the full purpose, who, and the case.
Told = tuple[str, str, str | None]
_QUESTIONS: dict[str, msgspec.msgpack.Decoder[Any]] = {
    "open": msgspec.msgpack.Decoder(Open),
    "use": msgspec.msgpack.Decoder(Use),
    "proof": msgspec.msgpack.Decoder(Proof),
}
_seal = msgspec.msgpack.Decoder(Seal)
_opened = msgspec.msgpack.Decoder(list[bytes | None])
_gone = msgspec.msgpack.Decoder(list[int])


class Value(NamedTuple):
    """A value in the open, as it went into the warden or came out of it: whose, of which column."""

    person: int
    field: str
    plain: bytes


class Booked:
    """What stands committed in a warden's store, seen from another process: how many reads of each person."""

    def __init__(self, store: Path) -> None:
        self._env = lmdb.open(str(store), readonly=True, max_dbs=DATABASES_MAX, map_size=1 << 38, max_spare_txns=2)
        self._newest = self._env.open_db(b"newest", create=False)
        self._bodies = self._env.open_db(b"bodies", create=False)
        self._entries = self._env.open_db(b"entries", create=False)
        self._seen = 0
        self._counts: dict[int, int] = {}

    def of(self, persons: list[int]) -> dict[int, int]:
        """The reads booked on each of these, now."""
        with self._env.begin() as txn:
            with txn.cursor(self._newest) as cursor:
                for key, row in cursor.iternext() if cursor.set_range(ONE.pack(self._seen)) else ():
                    person, number = TWO.unpack_from(row)
                    self._counts[person] = number + 1
                    self._seen = ONE.unpack(key)[0] + 1
            return {person: max(self._counts.get(person, 0), self._settled(txn, person)) for person in persons}

    def entries(self) -> list[bytes]:
        """The whole log."""
        with self._env.begin() as txn:
            return [entry for _, entry in rows(txn, self._entries)]

    def size(self) -> int:
        """The number of entries in the log."""
        with self._env.begin() as txn:
            return int(txn.stat(self._entries)["entries"])

    def _settled(self, txn: Any, person: int) -> int:
        with txn.cursor(self._bodies) as cursor:
            there = cursor.set_range(TWO.pack(person + 1, 0))
            if not (cursor.prev() if there else cursor.last()):
                return 0
            owner, number = TWO.unpack(cursor.key())
            return int(number) + 1 if owner == person else 0

    def close(self) -> None:
        """Give the store back."""
        self._env.close()


@dataclass
class WardenEar:
    """What was said with a warden.

    `told` is what each person must find in their log; `early` what left the warden before its entry was on the disk.
    `sealed` and `opened` are values in the open, in questions to seal and answers to open; `other` is all the rest that
    the warden answered. The three are kept only when told. `answers` counts them by op, refusals by their code.
    """

    booked: Booked
    keeps: bool = False
    told: dict[int, Counter[Told]] = field(default_factory=dict)
    early: list[str] = field(default_factory=list)
    sealed: list[Value] = field(default_factory=list)
    opened: list[Value] = field(default_factory=list)
    other: bytearray = field(default_factory=bytearray)
    answers: Counter[str] = field(default_factory=Counter)

    def line(self) -> "_Line":
        """The ear for one connection."""
        return _Line(self)

    def count(self, person: int) -> int:
        """How many reads of this person the warden answered."""
        return sum(self.told.get(person, Counter()).values())

    def due(self, op: str, question: Any, answer: msgspec.Raw) -> list[tuple[int, Told]]:
        """What this answer owes: an entry for each person."""
        if op == "proof":
            return [(question.person, ("account.own_view", question.by.principal, question.by.case))]
        told = (question.purpose, question.by.principal, question.by.case)
        if op == "use":
            gone = set(_gone.decode(answer))
            return [(person, told) for person in dict.fromkeys(question.persons) if person not in gone]
        values = zip(question.sealed, _opened.decode(answer), strict=True)
        found = [Value(each.person, each.field, plain) for each, plain in values if plain is not None]
        if self.keeps:
            self.opened += found
        return [(person, told) for person in dict.fromkeys(each.person for each in found)]

    def answered(self, op: str, question: Any, answer: msgspec.Raw) -> None:
        """Look at an answer that is about to go on: what it owes must be on the disk already."""
        due = self.due(op, question, answer)
        there = self.booked.of([person for person, _ in due])
        for person, told in due:
            self.told.setdefault(person, Counter())[told] += 1
            if there[person] < self.count(person):
                self.early.append(f"{op} for {told} of {person}: {there[person]} of {self.count(person)}")


class _Line:
    """One connection to a warden: which question each answer belongs to."""

    def __init__(self, ear: WardenEar) -> None:
        self._ear = ear
        self._asked: dict[int, tuple[str, Any]] = {}
        self._buffers = {True: bytearray(), False: bytearray()}

    def heard(self, data: bytes, *, is_answer: bool) -> None:
        """Some bytes that are about to go on."""
        buffer = self._buffers[is_answer]
        buffer += data
        while len(buffer) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(buffer[:LENGTH_BYTES], "big")
            if len(buffer) < end:
                return
            frame = read_frame(bytes(buffer[LENGTH_BYTES:end]))
            del buffer[:end]
            (self._answer if is_answer else self._question)(frame)

    def _question(self, frame: Frame) -> None:
        if self._ear.keeps and frame.op == "seal":
            plains = _seal.decode(frame.payload).plains
            self._ear.sealed += [Value(each.person, each.field, each.value) for each in plains]
        decoder = _QUESTIONS.get(frame.op)
        self._asked[frame.id] = frame.op, decoder.decode(frame.payload) if decoder else None

    def _answer(self, frame: Frame) -> None:
        op, question = self._asked.pop(frame.id)
        self._ear.answers[op if frame.op == OK else frame.op] += 1
        if frame.op == OK and question is not None:
            self._ear.answered(op, question, frame.payload)
        if self._ear.keeps and not (frame.op == OK and op == "open"):
            self._ear.other += bytes(frame.payload)


class _Keep:
    """Keeps all that goes by, for those who search it later."""

    def __init__(self, kept: bytearray) -> None:
        self._kept = kept

    def heard(self, data: bytes, *, is_answer: bool) -> None:
        """Some bytes that are about to go on."""
        self._kept += data


def keeper(kept: bytearray) -> Callable[[], _Keep]:
    """An ear that keeps everything in these bytes."""
    return lambda: _Keep(kept)


class Tap:
    """Listens at one path and hands on to another; each piece is heard before it goes on."""

    def __init__(self, path: Path, real: Path, ear: Callable[[], Any]) -> None:
        self._path, self._real, self._ear = path, real, ear
        self._tasks: set[asyncio.Task[None]] = set()
        self.faults: list[BaseException] = []

    async def listen(self) -> None:
        """Take the path from now on."""
        self._server = await asyncio.start_unix_server(self._take, str(self._path), limit=READ_BYTES)
        self._path.chmod(0o777)

    async def close(self) -> None:
        """Hand on nothing more."""
        self._server.close()
        for each in list(self._tasks):
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(str(self._real), limit=READ_BYTES)
        except OSError:
            writer.close()
            return
        line = self._ear()
        for source, target, is_answer in ((reader, far_writer, False), (far_reader, writer, True)):
            task = asyncio.create_task(self._hand_on(source, target, line, is_answer=is_answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _hand_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, line: Any, *, is_answer: bool
    ) -> None:
        try:
            while data := await source.read(READ_BYTES):
                line.heard(data, is_answer=is_answer)
                target.write(data)
                await target.drain()
        except OSError:
            pass
        except Exception as fault:  # noqa: BLE001 - A fault of the ear's fails the test, and must not hide in a task.
            self.faults.append(fault)
        finally:
            with suppress(OSError):
                target.close()


@contextmanager
def listening(*taps: Tap) -> Iterator[None]:
    """The taps hand on, in a thread of their own, until the block ends."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        for each in taps:
            asyncio.run_coroutine_threadsafe(each.listen(), loop).result(10)
        yield
    finally:
        for each in taps:
            asyncio.run_coroutine_threadsafe(each.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
    assert [each.faults for each in taps] == [[] for _ in taps]
