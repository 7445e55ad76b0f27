"""A page of the personal feed over HTTP, with 100,000 items and 10,000 people, beside a bare route of equal bytes.

Each person asks once first, which reads their session and whom they follow; the figures are of the pages after that, by
people drawn at random: how long one takes under `CONNECTIONS`, and how many a second there are at most, under
`FULL_CONNECTIONS`; in turn, three times, medians. Beside them the processor's time of each side, which says more than
the clock on a busy machine, and the same server without the log of each ranking, first and last, so that a machine that
slows down says so.
"""

import argparse
import asyncio
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

import psutil
import psycopg
import uvloop

from benchmarks.filling import Filled, fill
from benchmarks.instance import free_port, percentile, report
from benchmarks.load import Taken, Wire, ask_all, get, press, reached
from benchmarks.serving import Ground, ground

# Two for each processor; and as many as leave none of the three processes behind a page (server, engine, warden) idle.
CONNECTIONS = 4
FULL_CONNECTIONS = 8
ROUNDS = 3
COUNTED_PAGES = 50


def main() -> None:
    """Fill, serve, warm, measure, count statements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer items, people and seconds")
    options = parser.parse_args()
    items, people, events_each, seconds = (10_000, 500, 10, 2.0) if options.quick else (100_000, 10_000, 20, 12.0)
    with ground() as place:
        filled = fill(place.settings, items, people, events_each)
        before = uvloop.run(unlogged(place, filled, seconds))
        place.launch()
        place.wait()
        figures = uvloop.run(measured(place, filled, seconds))
        report(figures | without_log([before, uvloop.run(unlogged(place, filled, seconds))]))


async def measured(place: Ground, filled: Filled, seconds: float) -> dict[str, object]:
    """The figures of the feed and of the bare route."""
    first = await ask_all(place.port, map(page_of, filled.tokens), CONNECTIONS)
    spent = Spent(place)
    feed = await pages(place, filled, seconds)
    costs = spent.each_ms(feed.count())
    statements = await counted(place, filled)
    place.stop()
    body = feed.full[-1].last_body
    bare = await bare_press(place.data / "body.json", body, seconds / 2)
    return {
        **feed.figures(),
        "sql_statements": statements,
        "bare_requests_per_s": bare.per_second(),
        "bare_latency_ms_p50": percentile(bare.latencies_ms, 50),
        "first_page_ms_p50": percentile(first.latencies_ms, 50),
        **costs,
        "failures": feed.failures() + first.failures,
        "body_bytes": len(body),
        "connections": CONNECTIONS,
        "full_connections": FULL_CONNECTIONS,
        "items": len(filled.items),
        "people": len(filled.tokens),
    }


@dataclass(frozen=True, slots=True)
class Loads:
    """What was taken under each of the two loads, round after round."""

    light: Sequence[Taken]
    full: Sequence[Taken]

    def figures(self) -> dict[str, float]:
        """The medians of the rounds."""
        return {
            "requests_per_s": median(each.per_second() for each in self.full),
            "full_latency_ms_p50": _latency(self.full, 50),
            "full_latency_ms_p99": _latency(self.full, 99),
            "light_requests_per_s": median(each.per_second() for each in self.light),
            "latency_ms_p50": _latency(self.light, 50),
            "latency_ms_p99": _latency(self.light, 99),
        }

    def count(self) -> int:
        """All pages."""
        return sum(len(each.latencies_ms) for each in (*self.light, *self.full))

    def failures(self) -> int:
        """All that were no pages."""
        return sum(each.failures for each in (*self.light, *self.full))


def _latency(rounds: Sequence[Taken], percent: int) -> float:
    return median(percentile(each.latencies_ms, percent) for each in rounds)


async def pages(place: Ground, filled: Filled, seconds: float) -> Loads:
    """Pages of people drawn at random, as fast as they come: over few connections and over many, in turn."""
    dice = random.Random(3)
    taken: list[Taken] = []
    for connections in (CONNECTIONS, FULL_CONNECTIONS) * ROUNDS:
        load = press(place.port, lambda: page_of(dice.choice(filled.tokens)), connections, seconds / ROUNDS)
        taken.append(await load)
    return Loads(taken[::2], taken[1::2])


async def unlogged(place: Ground, filled: Filled, seconds: float) -> Loads:
    """The same load on the same server, which asks no warden before it ranks."""
    place.launch("benchmarks.unlogged")
    place.wait()
    await ask_all(place.port, map(page_of, filled.tokens), CONNECTIONS)
    taken = await pages(place, filled, seconds)
    place.stop()
    return taken


def without_log(runs: Sequence[Loads]) -> dict[str, float]:
    """The means of the runs without the log."""
    found = [run.figures() for run in runs]
    return {f"unlogged_{name}": mean(each[name] for each in found) for name in found[0]}


def page_of(token: str) -> bytes:
    """The request of a person's next page."""
    return get("/api/feed?size=8", f"plainview={token}")


class Spent:
    """The processor's time that the server, its database and this client take from now on."""

    def __init__(self, place: Ground) -> None:
        self._place = place
        self._before = self._now()

    def each_ms(self, pages: int) -> dict[str, float]:
        """Milliseconds for each of so many pages, by who took them."""
        now = self._now()
        return {f"{name}_cpu_ms": (now[name] - self._before[name]) / pages * 1000 for name in now}

    def _now(self) -> dict[str, float]:
        processes = {"server": self._place.server(), "database": self._place.database(), "client": [psutil.Process()]}
        return {name: sum(map(_cpu_s, found)) for name, found in processes.items()}


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


async def bare_press(file: Path, body: bytes, seconds: float) -> Taken:
    """The same load on a route that returns these bytes."""
    await asyncio.to_thread(file.write_bytes, body)
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare", str(port), str(file)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: ASYNC220 - Nothing else runs meanwhile.
    try:
        await reached(port)
        return await press(port, lambda: get("/bare"), CONNECTIONS, seconds)
    finally:
        process.kill()
        process.wait()


async def counted(place: Ground, filled: Filled) -> float:
    """Statements of one page, without BEGIN and COMMIT, as the database itself logs them: the mean of fifty pages."""
    log = place.data / "postgres" / "server.log"
    tokens = filled.tokens[:COUNTED_PAGES]
    wire = await Wire.open(place.port)
    # Each person's first page also reads their session and whom they follow, which the server then holds.
    for token in tokens:
        await wire.ask(page_of(token))
    await asyncio.to_thread(_log_statements, place.url, "all")
    start = log.stat().st_size
    for token in tokens:
        await wire.ask(page_of(token))
    wire.close()
    await asyncio.to_thread(_log_statements, place.url, "none")
    lines = (await asyncio.to_thread(log.read_bytes))[start:].decode(errors="replace").splitlines()
    ours = [line for line in lines if _is_statement(line)]
    return len(ours) / COUNTED_PAGES


def _is_statement(line: str) -> bool:
    _, is_one, text = line.partition("LOG:  ")
    return (
        bool(is_one)
        and text.startswith(("execute", "statement"))
        and not any(
            each in text for each in ("BEGIN", "COMMIT", "procrastinate", "ALTER SYSTEM", "pg_reload_conf", "LISTEN")
        )
    )


def _log_statements(url: str, which: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
        connection.execute("SELECT pg_reload_conf(), pg_sleep(0.5)")


if __name__ == "__main__":
    main()
