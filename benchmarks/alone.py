"""The engine alone: events acknowledged and rankings a second, beside a bare route of the same bytes; memory, erasure.

Events are durable when they are counted: fdatasync is in the figure. The floor beside them is how often this disk can
make one small write durable. Processor time is the server's own, so that it says something on a busy machine too.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

from benchmarks.instance import free_port, report, wait_until_ready
from benchmarks.load import Taken, Wire, get, post, press, reached

MIB = 1024**2
BATCH = 50
CONNECTIONS = 8
SINGLES_AT_ONCE = 64
KINDS = ("read", "watch", "watch", "watch", "like", "skip", "share", "dislike")


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is, and how long each figure is taken."""

    items: int
    users: int
    events: int
    seconds: float


QUICK, WHOLE = Size(5_000, 500, 6_000, 2.0), Size(100_000, 10_000, 200_000, 10.0)


@dataclass(slots=True)
class Running:
    """A service's process."""

    port: int
    process: "subprocess.Popen[bytes]"
    start_s: float

    def memory_mib(self) -> float:
        """What is resident."""
        return float(psutil.Process(self.process.pid).memory_info().rss / MIB)

    def cpu_s(self) -> float:
        """Processor time so far."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)


@contextmanager
def running(data: Path) -> Iterator[Running]:
    """The service over a folder."""
    port, log = free_port(), data.with_suffix(".log")
    command = [sys.executable, "-m", "plainview", "engine", "serve", "--data", str(data), "--port", str(port)]
    started = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        yield Running(port, process, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait(60)


def main() -> None:
    """Fill, measure, print the figures as the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the items and users, and 2 s a figure")
    size = QUICK if parser.parse_args().quick else WHOLE
    with tempfile.TemporaryDirectory(prefix="plainview-bench-") as folder:
        data = Path(folder) / "data"
        figures: dict[str, object] = {"items": size.items, "users": size.users}
        with running(data) as service:
            figures["empty_mib"], empty_cpu_s = service.memory_mib(), service.cpu_s()
            figures |= uvloop.run(measured(service, size))
            figures["memory_mib"] = service.memory_mib()
        figures |= starts(data, empty_cpu_s)
        figures["durable_writes_per_s"] = durable_writes(Path(folder) / "floor")
    report(figures)


def clip(number: int, dice: random.Random) -> dict[str, object]:
    """A video: one of 200 subjects, two more tags, one of a tenth as many makers, 5 to 60 s."""
    tags = [f"subject{number % 200}", f"tag{dice.randrange(2_000)}", f"tag{dice.randrange(2_000)}"]
    labels = {"creator": f"maker{number % 1_000}", "duration_ms": dice.randrange(5_000, 60_000), "tags": tags}
    return {"ItemId": f"video:{number}", "Labels": labels, "Categories": [f"category{number % 18}"]}


def feedback(size: Size, dice: random.Random, count: int) -> bytes:
    """What users did, most of it to videos of the subjects that are theirs."""
    rows = []
    for _ in range(count):
        user = dice.randrange(size.users)
        subject = (user * 7 + dice.randrange(3)) % 200
        item = dice.randrange(size.items // 200) * 200 + subject if dice.random() < 0.7 else dice.randrange(size.items)
        row = {"FeedbackType": dice.choice(KINDS), "UserId": f"user:{user}", "ItemId": f"video:{item}"}
        rows.append(row | {"Value": dice.randrange(60_000)})
    return json.dumps(rows).encode()


async def measured(service: Running, size: Size) -> dict[str, object]:
    """All figures that are taken over HTTP."""
    dice = random.Random(5)
    wire = await Wire.open(service.port)
    for start in range(0, size.items, 1_000):
        rows = [clip(number, dice) for number in range(start, start + 1_000)]
        assert (await wire.ask(post("/api/items", json.dumps(rows).encode())))[0] == 200
    for _ in range(0, size.events, 1_000):
        assert (await wire.ask(post("/api/feedback", feedback(size, dice, 1_000))))[0] == 200
    wire.close()
    figures: dict[str, object] = {}
    ready = [post("/api/feedback", feedback(size, dice, BATCH)) for _ in range(int(300 * size.seconds))]
    taken, cpu_s = await _pressed(service, ready.pop, CONNECTIONS, size.seconds)
    figures |= {"events_per_s": taken.per_second() * BATCH, "batch_events": BATCH}
    figures["event_cpu_us"] = cpu_s / (len(taken.latencies_ms) * BATCH) * 1e6
    singles = [post("/api/feedback", feedback(size, dice, 1)) for _ in range(int(3_000 * size.seconds))]
    taken, _ = await _pressed(service, singles.pop, SINGLES_AT_ONCE, size.seconds)
    figures |= {"single_events_per_s": taken.per_second(), "single_event_ms_p50": _p(taken, 0.5)}
    taken, cpu_s = await _pressed(
        service, lambda: get(f"/api/recommend/user:{dice.randrange(size.users)}?n=10"), CONNECTIONS, size.seconds
    )
    figures |= {"recommends_per_s": taken.per_second(), "recommend_ms_p50": _p(taken, 0.5)}
    figures |= {"recommend_ms_p99": _p(taken, 0.99), "recommend_cpu_ms": cpu_s / len(taken.latencies_ms) * 1e3}
    with bare(taken.last_body) as plain:
        await reached(plain.port)
        beside, cpu_s = await _pressed(plain, lambda: get("/bare"), CONNECTIONS, size.seconds)
    figures |= {"bare_requests_per_s": beside.per_second(), "bare_cpu_ms": cpu_s / len(beside.latencies_ms) * 1e3}
    figures["bytes"] = len(taken.last_body)
    wire = await Wire.open(service.port)  # A server closes what was not asked for a minute.
    started = time.perf_counter()
    assert (await wire.ask(_delete("/api/user/user:1")))[0] == 200
    figures["erasure_s"] = time.perf_counter() - started
    wire.close()
    return figures


@contextmanager
def bare(body: bytes) -> Iterator[Running]:
    """The same server with one route that returns the same bytes and does nothing else."""
    port = free_port()
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        process = subprocess.Popen([sys.executable, "-m", "benchmarks.bare", str(port), file.name])
        try:
            yield Running(port, process, 0.0)
        finally:
            process.terminate()
            process.wait()


def starts(data: Path, empty_cpu_s: float) -> dict[str, object]:
    """How long a start takes that replays the whole log, what the engine costs in it, and one from a snapshot."""
    for old in data.glob("store-*/snapshot"):
        old.unlink()
    with running(data) as service:
        replay_s, cpu_s = service.start_s, service.cpu_s() - empty_cpu_s
        records = _records(service.port)
    subprocess.run([sys.executable, "-m", "plainview", "engine", "snapshot", "--data", str(data)], check=True)
    with running(data) as service:
        size = sum(each.stat().st_size for each in data.glob("store-*/data.mdb"))
        return {
            "start_by_replay_s": replay_s,
            "start_by_snapshot_s": service.start_s,
            "store_mib": size / MIB,
            "records": records,
            "engine_record_cpu_us": cpu_s / records * 1e6,
        }


def _records(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    return int(float(text.split("\nplainview_log ")[1].split("\n")[0]))


def durable_writes(file: Path, seconds: float = 1.0) -> float:
    """How often a second this disk can append 4 kB and say that they are there."""
    count, until = 0, time.perf_counter() + seconds
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    while time.perf_counter() < until:
        os.write(descriptor, bytes(4_096))
        os.fdatasync(descriptor)
        count += 1
    os.close(descriptor)
    return count / seconds


async def _pressed(
    service: Running, request: Callable[[], bytes], connections: int, seconds: float
) -> tuple[Taken, float]:
    before = service.cpu_s()
    taken = await press(service.port, request, connections, seconds)
    assert not taken.failures
    return taken, service.cpu_s() - before


def _delete(path: str) -> bytes:
    return f"DELETE {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def _p(taken: Taken, share: float) -> float:
    ordered = sorted(taken.latencies_ms)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    main()
