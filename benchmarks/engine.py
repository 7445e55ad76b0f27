"""How fast the recommender is: pages and events, with 100,000 items and 10,000 people in its state, on one core.

The floor beside it is one product of a 100,000 × 64 matrix with a vector: what scoring the whole catalogue against one
learned vector would cost before anything else is done.

With a model of what comes next (numbers by lot, as large as a fitted one) the same pages and events are timed beside
those without it, turn about, what is expected of a person made anew for each page.
"""

import argparse
import gc
import json
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # One core is what is measured; set before numpy is loaded.

import random
import time
from collections.abc import Iterator

import numpy as np
import psutil

from plainview.engine.ranking import TasteEngine
from plainview.engine.sequence.serving import Floats, NextModel, trait_name
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import MODEL_PIECE_BYTES, EventKind, ItemFacts, Observation, PageRequest

NOW_MS = 1_800_000_000_000
DAY_MS = 86_400_000
TAGS = 2_000
CREATORS = 5_000
SOUNDS = 20_000


def main() -> None:
    """Fill an engine, then time events, pages, snapshot and restore."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the people")
    options = parser.parse_args()
    people = 2_000 if options.quick else 10_000
    dice = np.random.default_rng(1)
    before_mib = rss_mib()
    engine, items, add_us = filled(dice, 100_000)
    observe_us = watched(engine, items, people)
    gc.collect()
    gc.freeze()
    pages_ms, pages_cpu_ms = served(engine, people, dice, 3_000)
    held_mib = rss_mib() - before_mib
    started = time.perf_counter()
    data = engine.snapshot()
    snapshot_s = time.perf_counter() - started
    started = time.perf_counter()
    TasteEngine().restore(data)
    figures = {
        "page_ms_p50": round(float(np.percentile(pages_ms, 50)), 3),
        "page_ms_p99": round(float(np.percentile(pages_ms, 99)), 3),
        "page_cpu_ms_p50": round(float(np.percentile(pages_cpu_ms, 50)), 3),
        "page_ms_undisturbed": round(undisturbed(engine, people, dice), 3),
        "floor_matvec_ms_p50": round(matvec_ms(dice), 3),
        "observe_us_p50": round(float(np.percentile(observe_us, 50)), 1),
        "observe_us_mean": round(float(np.mean(observe_us)), 1),
        "observe_us_p99": round(float(np.percentile(observe_us, 99)), 1),
        "add_item_us": round(add_us, 1),
        "snapshot_s": round(snapshot_s, 2),
        "restore_s": round(time.perf_counter() - started, 2),
        "snapshot_mib": round(len(data) / 2**20, 1),
        "rss_mib": round(held_mib, 1),
        "items": 100_000,
        "people": people,
        **with_next(engine, made_next(engine, dice), items, people),
    }
    print(json.dumps(figures))


def rss_mib() -> float:
    """Memory of this process."""
    return float(psutil.Process().memory_info().rss) / 2**20


def filled(dice: np.random.Generator, count: int) -> tuple[TasteEngine, list[tuple[int, int]], float]:
    """An engine with this many items; their ids and lengths; the time of one addition."""
    engine, items, spent = TasteEngine(seed=7), list[tuple[int, int]](), 0.0
    for facts in made_up(dice, count):
        started = time.perf_counter()
        engine.add_items(facts)
        spent += time.perf_counter() - started
        items += [(each.item, each.duration_ms) for each in facts]
    return engine, items, spent / count * 1e6


def made_up(dice: np.random.Generator, count: int) -> Iterator[list[ItemFacts]]:
    """This many items, ten thousand at a time."""
    tags = dice.zipf(1.2, (count, 4)) % TAGS
    for start in range(0, count, 10_000):
        yield [
            ItemFacts(
                item=ItemId(1_000_000 + number),
                creator=PersonId(1 + int(dice.integers(CREATORS))),
                duration_ms=int(5_000 * 2 ** dice.uniform(0, 5)),
                published_at_ms=NOW_MS - int(dice.integers(60 * DAY_MS)),
                sound=int(dice.integers(SOUNDS)),
                tags=[f"tag{tag}" for tag in tags[number]],
                language=("en", "de", "es")[number % 3],
                caption=f"Something about topic{chr(97 + number % 26)}",
            )
            for number in range(start, min(start + 10_000, count))
        ]


def watched(engine: TasteEngine, items: list[tuple[int, int]], people: int) -> list[float]:
    """The time of each event in microseconds, while every person swipes through forty items."""
    return [each for swipe in range(40) for each in observed(engine, items, people, swipe)]


def observed(engine: TasteEngine, items: list[tuple[int, int]], people: int, swipe: int) -> list[float]:
    """The time of each event in microseconds, while every person swipes once more."""
    taken: list[float] = []
    lots = random.Random(5 + 100 * swipe)
    for person in range(1, people + 1):
        for event in swiped(lots, PersonId(person), items, NOW_MS + swipe * 15_000):
            started = time.perf_counter()
            engine.observe((event,))
            taken.append((time.perf_counter() - started) * 1e6)
    return taken


def swiped(lots: random.Random, person: PersonId, items: list[tuple[int, int]], at_ms: int) -> list[Observation]:
    """What one video makes happen: shown, watched, finished or skipped, and now and then liked."""
    item, duration_ms = items[lots.randrange(len(items))]
    watched_ms = int(lots.random() ** 2 * 1.3 * duration_ms)
    last = EventKind.FINISHED if watched_ms >= duration_ms else EventKind.SKIPPED
    kinds = [EventKind.SHOWN, EventKind.WATCHED, last, *([EventKind.LIKE] if lots.random() < 0.05 else [])]
    return [Observation(person, kind, at_ms, ItemId(item), None, watched_ms) for kind in kinds]


def served(engine: TasteEngine, people: int, dice: np.random.Generator, count: int) -> tuple[list[float], list[float]]:
    """The time of each page of 8 in milliseconds, on the clock and on the processor alone.

    People are drawn by lot and follow thirty creators each.
    """
    taken, spent = list[float](), list[float]()
    for turn in range(count):
        followed = [PersonId(int(each)) for each in dice.integers(1, CREATORS, 30)]
        request = PageRequest(
            now_ms=NOW_MS + 600_000 + turn,
            person=PersonId(1 + int(dice.integers(people))),
            followed=followed,
            languages=("en", "de"),
        )
        started, started_cpu = time.perf_counter(), time.thread_time()
        page = engine.page(request)
        spent.append((time.thread_time() - started_cpu) * 1e3)
        taken.append((time.perf_counter() - started) * 1e3)
        assert len(page.items) == 8
        assert not page.failed_sources
    return taken, spent


def with_next(engine: TasteEngine, model: bytes, items: list[tuple[int, int]], people: int) -> dict[str, float]:
    """What a model adds: the same pages and the same kind of events without it and with it, three times turn about."""
    pages: tuple[list[float], list[float]] = ([], [])
    events: tuple[list[float], list[float]] = ([], [])
    slices: list[float] = []
    for turn in range(3):
        engine.adopt(b"")
        for which in (0, 1):
            if which:
                slices += taken_in(engine, model)
            pages[which].append(undisturbed(engine, people, np.random.default_rng(3)))
            events[which].append(float(np.mean(observed(engine, items, min(people, 2_000), 40 + 2 * turn + which))))
    return {
        "next_page_ms_undisturbed": round(min(pages[1]), 3),
        "next_page_ms_undisturbed_without": round(min(pages[0]), 3),
        "next_observe_us_mean": round(min(events[1]), 1),
        "next_observe_us_mean_without": round(min(events[0]), 1),
        "next_slice_ms_p50": round(float(np.median(slices)), 2),
        "next_slice_ms_max": round(max(slices), 2),
    }


def taken_in(engine: TasteEngine, model: bytes) -> list[float]:
    """The processor time of each slice in milliseconds, until the model serves."""
    taken, pieces = list[float](), iter(range(0, len(model), MODEL_PIECE_BYTES))
    serves = False
    while not serves:
        at = next(pieces, len(model))
        started = time.thread_time()
        serves = engine.take_in(model[at : at + MODEL_PIECE_BYTES], at)
        taken.append((time.thread_time() - started) * 1e3)
    return taken


def made_next(engine: TasteEngine, dice: np.random.Generator) -> bytes:
    """A model with the form of `NightlyShape`, a vector for each item but a tenth, its numbers by lot."""
    catalogue, width, recent, heads = engine._learner.catalogue, 64, 32, 2
    ids = np.sort(catalogue.ids[: catalogue.count])
    ids = ids[np.arange(len(ids)) % 10 > 0]
    terms = catalogue.terms
    names = [trait_name(kind, name) for kind, name in zip(terms.kind.tolist(), terms.names, strict=False)]

    def drawn(*shape: int) -> Floats:
        return np.float32(0.1) * dice.standard_normal(shape, np.float32)

    def norm(name: str) -> dict[str, Floats]:
        return {f"{name}_stretch": np.ones(width, np.float32), f"{name}_move": np.zeros(width, np.float32)}

    arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {
        "ids": ids, "items": drawn(len(ids), width), "mean": drawn(width), "actions": drawn(3, width),
        "trait_names": np.unique(np.array(names, np.uint64)),
    }  # fmt: skip
    arrays |= {"traits": drawn(len(arrays["trait_names"]), width).astype(np.float16), **norm("norm")}
    for block in ("block0_", "block1_"):
        arrays |= {f"{block}{each}": drawn(width, 2 * width) for each in ("here", "there")}
        arrays |= {f"{block}{each}_move": drawn(2 * width) for each in ("here", "there")}
        arrays |= {f"{block}out": drawn(width, width), f"{block}out_move": drawn(width)}
        arrays |= {f"{block}bias": drawn(heads, recent), **norm(f"{block}before"), **norm(f"{block}after")}
    return NextModel({"heads": heads, "recent": recent, "blocks": 2, "spread": 1.0}, arrays).to_bytes()


def undisturbed(engine: TasteEngine, people: int, dice: np.random.Generator) -> float:
    """The median over 60 requests of the least of 30 times of the same page: what is left when nobody else computes."""
    expected = engine._learner.upcoming
    least = []
    for turn in range(60):
        followed = [PersonId(int(each)) for each in dice.integers(1, CREATORS, 30)]
        person = PersonId(1 + int(dice.integers(people)))
        request = PageRequest(now_ms=NOW_MS + 700_000 + turn, person=person, followed=followed, languages=("en", "de"))
        times = []
        for _ in range(30):
            expected.forget()
            started = time.perf_counter()
            engine.page(request)
            times.append(time.perf_counter() - started)
        least.append(min(times))
    return float(np.median(least)) * 1e3


def matvec_ms(dice: np.random.Generator) -> float:
    """The median time of one product of 100,000 × 64 float32 with a vector, in milliseconds."""
    matrix, vector = dice.random((100_000, 64), np.float32), dice.random(64, np.float32)
    taken = []
    for _ in range(50):
        started = time.perf_counter()
        matrix @ vector
        taken.append((time.perf_counter() - started) * 1e3)
    return float(np.median(taken))


if __name__ == "__main__":
    main()
