"""Events accepted a second, durable, over HTTP; and whether any acknowledged one is lost when the server is killed.

Beside it: the same rows inserted straight into the same table by one connection, in the largest batches that the server
uses itself.
"""

import argparse
import asyncio
import random
import time
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import msgspec
import psycopg
import uvloop

from benchmarks.filling import Filled, fill
from benchmarks.instance import report
from benchmarks.load import Wire, post, press
from benchmarks.serving import Ground, ground

ITEMS, PEOPLE = 2_000, 500
BATCH = 50
CONNECTIONS = 8
LIMIT_BATCH = 4_000
SEGMENT_BYTES = 1_800  # Of a batch as it lies in the table.
# Small batches under kills: many answers are under way when the server dies, and little is to be read when it returns.
KILL_CLIENTS, KILL_BATCH = 4, 10


def main() -> None:
    """Measure, then kill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer seconds and kills")
    options = parser.parse_args()
    seconds, kills = (3.0, 2) if options.quick else (15.0, 50)
    with ground() as place:
        filled = fill(place.settings, ITEMS, PEOPLE, 0)
        place.launch()
        place.wait()
        # The kills come first: each start reads the log, which is short until then.
        figures = uvloop.run(killed(place, filled, kills))
        figures = uvloop.run(measured(place, filled, seconds)) | figures
        place.stop()
        figures["limit_events_per_s"] = straight(place.url, seconds / 3)
        report(figures)


def batch(filled: Filled, dice: random.Random, size: int = BATCH) -> list[dict[str, object]]:
    """What a screen sends after some videos."""
    now_ms = int(time.time() * 1000)
    events: list[dict[str, object]] = []
    for _ in range(size // 2):
        item = str(dice.choice(filled.items))
        common = {"item_id": item, "at_ms": now_ms, "session": "bench"}
        events.append({"id": str(uuid4()), "kind": "shown", "position": 1, **common})
        events.append({"id": str(uuid4()), "kind": "watched", "watched_ms": dice.randrange(60_000), **common})
    return events


async def measured(place: Ground, filled: Filled, seconds: float) -> dict[str, object]:
    """Events a second over HTTP."""
    dice = random.Random(5)
    encode = msgspec.json.encode
    # Made beforehand, so that making them does not take the server's processor.
    ready = [
        post("/api/events", encode({"events": batch(filled, dice)}), f"plainview={dice.choice(filled.tokens)}")
        for _ in range(int(400 * seconds))
    ]
    taken = await press(place.port, ready.pop, CONNECTIONS, seconds) if ready else None
    assert taken is not None
    return {
        "events_per_s": taken.per_second() * BATCH,
        "batch_ms_p50": sorted(taken.latencies_ms)[len(taken.latencies_ms) // 2],
        "batch_events": BATCH,
        "failures": taken.failures,
    }


@dataclass(slots=True)
class Ledger:
    """What clients were told is durable, and how often they had to send again."""

    acknowledged: set[str] = field(default_factory=set)
    retries: int = 0
    stopping: bool = False


async def killed(place: Ground, filled: Filled, kills: int) -> dict[str, object]:
    """Kill the server under load again and again; what was acknowledged must be there, once."""
    ledger = Ledger()
    clients = [asyncio.create_task(client(place, filled, ledger, number)) for number in range(KILL_CLIENTS)]
    dice = random.Random(11)
    for _ in range(kills):
        await asyncio.sleep(dice.uniform(0.2, 0.8))
        await asyncio.to_thread(place.kill)
        place.launch()
        await asyncio.to_thread(place.wait)
    await asyncio.sleep(0.5)
    ledger.stopping = True
    await asyncio.gather(*clients)
    with psycopg.connect(place.url) as connection:
        stored = {str(row[0]) for row in connection.execute("SELECT event_id FROM events")}
        twice = connection.execute("SELECT count(*) - count(DISTINCT event_id) FROM events").fetchone()
    return {
        "lost": len(ledger.acknowledged - stored),
        "kills": kills,
        "acknowledged_under_kills": len(ledger.acknowledged),
        "retries": ledger.retries,
        "stored_twice": int(twice[0]) if twice else -1,
    }


async def client(place: Ground, filled: Filled, ledger: Ledger, number: int) -> None:
    """Send batches, each until it is acknowledged, as a screen does."""
    dice = random.Random(number)
    wire: Wire | None = None
    while not ledger.stopping:
        events = batch(filled, dice, KILL_BATCH)
        request = post("/api/events", msgspec.json.encode({"events": events}), f"plainview={filled.tokens[number]}")
        while not ledger.stopping:
            try:
                wire = wire or await Wire.open(place.port)
                status, body = await asyncio.wait_for(wire.ask(request), 10)
            except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
                wire = None
                ledger.retries += 1
                await asyncio.sleep(0.2)
                continue
            if status == 200:
                ledger.acknowledged.update(msgspec.json.decode(body)["accepted"])
                break
            await asyncio.sleep(0.05)


def straight(url: str, seconds: float) -> float:
    """Events a second that one connection inserts into the same tables, already sealed, each batch committed."""
    ids = "INSERT INTO events (person_id, event_id) SELECT * FROM unnest(%b::bigint[], %b::uuid[])"
    segments = "INSERT INTO event_segments (person_id, body) SELECT * FROM unnest(%b::bigint[], %b::bytea[])"
    dice = random.Random(13)
    bodies = [dice.randbytes(SEGMENT_BYTES) for _ in range(LIMIT_BATCH // BATCH)]
    rows, until, started = 0, time.perf_counter() + seconds, time.perf_counter()
    with psycopg.connect(url) as connection:
        while time.perf_counter() < until:
            persons = [dice.getrandbits(62) for _ in bodies]
            events = [UUID(int=dice.getrandbits(128), version=4) for _ in range(LIMIT_BATCH)]
            connection.execute(ids, ([persons[place // BATCH] for place in range(LIMIT_BATCH)], events))
            connection.execute(segments, (persons, bodies))
            connection.commit()
            rows += LIMIT_BATCH
    return rows / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
