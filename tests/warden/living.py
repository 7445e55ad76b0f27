"""A warden in this process, and a caller that asks it over its socket, as the server does."""

import gc
import itertools
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec

from plainview.adapters.custodian_file import CustodianFiles
from plainview.kernel.frames import LENGTH_BYTES, OK, Frame, framed, read_frame
from plainview.kernel.ids import IdMaker, RegionNumber
from plainview.kernel.purposes import DataClass, Purpose, SealedField
from plainview.warden.approvals import Site
from plainview.warden.protocol import By, Open, Plain, Seal, Sealed
from plainview.warden.starting import Plan, Warden, run

REGION = RegionNumber(3)
BAND, WATCHED, DEVICE, REPORT = "persons.age_band", "watch_events.sealed", "sessions.device", "reports.text"
FIELDS = {
    BAND: SealedField(DataClass.AGE_BAND, frozenset({Purpose.MINORS, Purpose.OWN_VIEW})),
    WATCHED: SealedField(
        DataClass.WATCH_HISTORY,
        frozenset({Purpose.FEED_RANK, Purpose.FEED_LEARN, Purpose.OWN_VIEW, Purpose.EXPORT}),
    ),
    DEVICE: SealedField(DataClass.DEVICE, frozenset({Purpose.OWN_VIEW, Purpose.SECURITY})),
    REPORT: SealedField(DataClass.REPORTS, frozenset({Purpose.MODERATION})),
}
SITE = Site("localhost", "http://localhost:8080")
FEED, SERVER = By("feed"), By("server")
_ids = IdMaker(REGION, 5)


class RefusedError(Exception):
    """The warden's answer was an error; `code` says which."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class Caller:
    """Asks one question after another."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(str(path))
        self._numbers = itertools.count(1)
        self._reader = self.socket.makefile("rb")

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()
        self.socket.close()

    def send(self, op: str, payload: Any = None) -> int:
        """Ask, and do not wait."""
        number = next(self._numbers)
        self.socket.sendall(framed(number, op, payload))
        return number

    def receive(self) -> Frame:
        """The next answer."""
        head = self._reader.read(LENGTH_BYTES)
        if len(head) < LENGTH_BYTES:
            raise ConnectionError("the warden is gone")
        length = int.from_bytes(head, "big")
        body = self._reader.read(length)
        if len(body) < length:
            raise ConnectionError("the warden is gone")
        return read_frame(body)

    def ask(self, op: str, payload: Any = None, result: Any = Any) -> Any:
        """Ask, and wait for the answer."""
        number = self.send(op, payload)
        frame = self.receive()
        assert frame.id == number
        if frame.op != OK:
            raise RefusedError(frame.op, msgspec.msgpack.decode(frame.payload, type=str))
        return msgspec.msgpack.decode(frame.payload, type=result)

    def seal(self, person: int, field: str, value: bytes) -> Sealed:
        """One value, sealed."""
        (sealed,) = self.ask("seal", Seal([Plain(person, field, value)]), list[bytes])
        return Sealed(person, field, sealed)

    def open(self, sealed: Sequence[Sealed], purpose: str, by: By = SERVER) -> list[bytes | None]:
        """The values of these."""
        opened: list[bytes | None] = self.ask("open", Open(list(sealed), purpose, by), list[bytes | None])
        return opened


def new_person() -> int:
    """The id of somebody at home in the region."""
    return _ids.next()


def plan(folder: Path, **changes: Any) -> Plan:
    """What a warden in this folder is started with."""
    whole: dict[str, Any] = {
        "region": REGION,
        "origin": "localhost/log/test",
        "site": SITE,
        "store": folder / "store",
        "public": folder / "public",
        "socket": folder / "w.sock",
        "fields": FIELDS,
        "custodian": lambda: CustodianFiles(folder / "keys", REGION),
        "custodian_name": "file",
        "callers": frozenset({os.geteuid()}),
        "publish_seconds": 60.0,
    }
    return Plan(**{**whole, **changes})


def nursery() -> None:
    """Bring a warden to life for each folder that is named on standard input, and say its number.

    Each is forked from this process, which has imported everything: so a life begins in milliseconds.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # A life collects what it can when it begins; what it inherits is left out, or each would copy all of it.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            run(plan(Path(line.strip()), publish_seconds=0.1))
            os._exit(0)
        print(child, flush=True)


@contextmanager
def living(its_plan: Plan) -> Iterator[Warden]:
    """A warden that serves in a thread of its own until the block ends."""
    warden = Warden(its_plan)
    thread = Thread(target=warden.run)
    thread.start()
    try:
        yield warden
    finally:
        warden.stop()
        thread.join(timeout=30)
    assert not thread.is_alive()


if __name__ == "__main__":
    nursery()
