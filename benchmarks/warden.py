"""Logged reads of sealed values: how many a second, how long one takes, and what the log adds to a page of the feed.

The warden runs as `plainview warden`, in a process of its own, and syncs every batch to the disk. Callers hold a
connection each and ask for one value at a time; a page asks for one value of each of thirty people. Beside it: opening
the same values in one process, without a log.
"""

import argparse
import os
import secrets
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import psutil

from benchmarks.instance import report
from plainview.kernel.frames import LENGTH_BYTES, OK, framed, read_frame
from plainview.kernel.ids import IdMaker, RegionNumber
from plainview.warden.protocol import By, Open, Plain, Seal, Sealed, socket_of
from plainview.warden.sealing import new_key, seal, unseal

PEOPLE = 2_000
CALLERS = 64
PAGE_PEOPLE = 30
FIELD, PURPOSE, BY = "sessions.device", "account.own_view", By("server")
START_SECONDS_MAX = 60.0


def main() -> None:
    """Measure many callers, then pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer seconds")
    options = parser.parse_args()
    seconds = 3.0 if options.quick else 15.0
    pages = 300 if options.quick else 2_000
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, started(Path(folder)) as warden:
        path = socket_of(Path(folder), "home")
        sealed = filled(path)
        figures = pressed(path, warden, sealed, seconds)
        figures |= paged(path, sealed, pages)
        figures |= synced(Path(folder), pages)
    figures["unlogged_per_s"] = unlogged(seconds / 3)
    report(figures)


@contextmanager
def started(data: Path) -> Iterator[psutil.Process]:
    """A warden in a process of its own."""
    child = subprocess.Popen([sys.executable, "-m", "plainview", "--data", str(data), "warden", "--region", "home"])
    try:
        until = time.monotonic() + START_SECONDS_MAX
        while not socket_of(data, "home").is_socket():
            if child.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the warden did not start")
            time.sleep(0.05)
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait()


def connected(path: Path) -> socket.socket:
    """A connection to the warden."""
    wire = socket.socket(socket.AF_UNIX)
    wire.connect(str(path))
    return wire


def asked(wire: socket.socket, question: bytes) -> bytes:
    """The answer's frame, without its length."""
    wire.sendall(question)
    return taken(wire)


def taken(wire: socket.socket) -> bytes:
    """The next frame, without its length."""
    came = bytearray()
    while len(came) < LENGTH_BYTES or len(came) < LENGTH_BYTES + int.from_bytes(came[:LENGTH_BYTES], "big"):
        piece = wire.recv(1 << 20)
        if not piece:
            raise RuntimeError("the warden went away")
        came += piece
    return bytes(came[LENGTH_BYTES:])


def filled(path: Path) -> list[Sealed]:
    """A value of each of many people, sealed by the warden."""
    maker = IdMaker(RegionNumber(0), 7)
    plains = [Plain(maker.next(), FIELD, secrets.token_bytes(40)) for _ in range(PEOPLE)]
    with connected(path) as wire:
        frame = read_frame(asked(wire, framed(1, "seal", Seal(plains))))
    values = msgspec.msgpack.decode(frame.payload, type=list[bytes])
    return [Sealed(plain.person, FIELD, value) for plain, value in zip(plains, values, strict=True)]


@dataclass(slots=True)
class Run:
    """What came back: how long each answer took, and how many were refused."""

    latencies_ms: list[float] = field(default_factory=list)
    failures: int = 0

    def at(self, share: float) -> float:
        """The latency that this share of the answers did not exceed."""
        return sorted(self.latencies_ms)[min(int(len(self.latencies_ms) * share), len(self.latencies_ms) - 1)]

    def take(self, frame: bytes, started_at: float) -> None:
        """Count an answer."""
        if read_frame(frame).op == OK:
            self.latencies_ms.append((time.perf_counter() - started_at) * 1_000)
        else:
            self.failures += 1


def pressed(path: Path, warden: psutil.Process, sealed: list[Sealed], seconds: float) -> dict[str, object]:
    """Many callers, each asking again as soon as it is answered."""
    questions = [framed(1, "open", Open([each], PURPOSE, BY)) for each in sealed]
    with connected(path) as wire:
        # Everybody is read once, so that their keys and contexts are in memory, as those of people who are about are.
        asked(wire, framed(1, "open", Open(sealed, PURPOSE, BY)))
    spin(path, questions, 0.5)
    before, started_at = sum(warden.cpu_times()[:2]), time.perf_counter()
    run = spin(path, questions, seconds)
    wall, cores = time.perf_counter() - started_at, sum(warden.cpu_times()[:2]) - before
    count = len(run.latencies_ms)
    return {
        "reads_per_s": count / wall,
        "reads_per_s_core": count / cores,
        "latency_ms_p50": run.at(0.5),
        "latency_ms_p99": run.at(0.99),
        "callers": CALLERS,
        "failures": run.failures,
    }


def spin(path: Path, questions: list[bytes], seconds: float) -> Run:
    """One thread holds all callers' connections, so that the client leaves the machine to the warden."""
    run, selector, at = Run(), selectors.DefaultSelector(), 0
    until = time.perf_counter() + seconds
    for _ in range(CALLERS):
        wire = connected(path)
        wire.sendall(questions[at := (at + 1) % len(questions)])
        selector.register(wire, selectors.EVENT_READ, [time.perf_counter()])
    open_wires = CALLERS
    while open_wires:
        for key, _ in selector.select():
            caller = key.fileobj
            assert isinstance(caller, socket.socket)
            run.take(taken(caller), key.data[0])
            if time.perf_counter() > until:
                selector.unregister(caller)
                caller.close()
                open_wires -= 1
            else:
                key.data[0] = time.perf_counter()
                caller.sendall(questions[at := (at + 1) % len(questions)])
    return run


def paged(path: Path, sealed: list[Sealed], pages: int) -> dict[str, object]:
    """A page asks for one value of each of thirty people, and waits; the overhead is all of it."""
    run = Run()
    with connected(path) as wire:
        for page in range(pages):
            start = page * PAGE_PEOPLE % (PEOPLE - PAGE_PEOPLE)
            question = framed(page, "open", Open(sealed[start : start + PAGE_PEOPLE], PURPOSE, BY))
            started_at = time.perf_counter()
            run.take(asked(wire, question), started_at)
            time.sleep(0.002)
    return {
        "page_people": PAGE_PEOPLE,
        "page_overhead_ms_p50": run.at(0.5),
        "page_overhead_ms_p99": run.at(0.99),
        "page_failures": run.failures,
    }


def synced(folder: Path, count: int) -> dict[str, object]:
    """What one sync of one written page takes on this disk: a commit of the warden's syncs twice."""
    run, page = Run(), secrets.token_bytes(4096)
    handle = os.open(folder / "page", os.O_WRONLY | os.O_CREAT, 0o600)
    for _ in range(count):
        os.pwrite(handle, page, 0)
        started_at = time.perf_counter()
        os.fdatasync(handle)
        run.latencies_ms.append((time.perf_counter() - started_at) * 1_000)
    os.close(handle)
    return {"sync_ms_p50": run.at(0.5), "sync_ms_p99": run.at(0.99)}


def unlogged(seconds: float) -> float:
    """Values a second that one process opens with the key at hand."""
    key, bound = new_key(), b"somebody|sessions.device|0|1"
    value = seal(key, secrets.token_bytes(40), bound)
    count, started_at = 0, os.times().user
    while os.times().user - started_at < seconds:
        for _ in range(1_000):
            unseal(key, value, bound)
        count += 1_000
    return count / (os.times().user - started_at)


if __name__ == "__main__":
    main()
