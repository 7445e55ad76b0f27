"""Real time on two cores: one process learns from 5,000 events a second, another serves 50 pages a second meanwhile.

The serving process holds 1 million items (64 numbers each), the states of 100,000 persons and a copy of the model. It
writes what it serves and what comes back to the event log, and takes the deltas that the training process writes. All
times are on the clock, from when a page was due, so that waiting counts.

- `own_page_ms`: from an event's arrival to the end of its person's next page, which has it in it.
- `parameters_s`: from an event's arrival to the moment when the serving copy holds parameters learned from it; for the
  ends of watches and what follows, since what was only served is not learned yet.
- `engine_ms`: one page of 8, from about 1,000 candidates.

People lean towards a few of 300 planted directions and watch accordingly; the numbers mean nothing, their amount does.
"""

import argparse
import json
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # One core for each process; set before numpy is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import gc
import subprocess
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import psutil
from numpy.typing import NDArray

from plainview.engine.online.delta_folder import DeltaFolder, Tail
from plainview.engine.online.events import Action, Feedback, Served, Tick, packed
from plainview.engine.online.joiner import Waiting
from plainview.engine.online.journal import Journal
from plainview.engine.online.keymap import mixed
from plainview.engine.online.learning_loop import LearningLoop
from plainview.engine.online.nearest import Nearest
from plainview.engine.online.network import Floats
from plainview.engine.online.pages import HEAVY, NEAREST, STAGES, Items, Page, PageMaker
from plainview.engine.online.serving_copy import ServingCopy
from plainview.engine.online.states import PersonStates
from plainview.engine.online.table import TableConfig
from plainview.engine.online.trainer import Trainer, TrainerConfig

DIM: Final = 64
FIELDS: Final = 5
FEATURES: Final = 6
KINDS: Final = 300
TICK_S: Final = 0.5
PART_S: Final = 0.01
"""Events come in parts of a hundredth of a second."""
WAITING: Final = Waiting(FIELDS, FEATURES, held_max=100_000, wait_ms=30_000)


def main() -> None:
    """Start the trainer, serve, print the figures; or be the trainer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100,000 items, 10,000 people, 8 seconds")
    parser.add_argument("--events", type=int, default=5_000, help="events a second")
    parser.add_argument("--pages", type=int, default=50, help="pages a second")
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--trainer", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.trainer:
        train(options.trainer)
    items, persons = (100_000, 10_000) if options.quick else (1_000_000, 100_000)
    seconds = options.seconds or (8 if options.quick else 60)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        child = subprocess.Popen([sys.executable, "-m", "benchmarks.realtime", "--trainer", folder])
        try:
            serving = Serving(place, items, persons)
            before = cpu_s(child.pid)
            figures = serving.served(seconds, options.events, options.pages)
            figures["trainer_cpu_share"] = (cpu_s(child.pid) - before) / serving.lasted_s
            figures["trainer_us_per_event"] = (cpu_s(child.pid) - before) / serving.written * 1e6
        finally:
            child.kill()
            child.wait()
    print(json.dumps({key: round(value, 3) for key, value in figures.items()}))


def cpu_s(process: int) -> float:
    """Processor seconds that a process has had."""
    times = psutil.Process(process).cpu_times()
    return float(times.user + times.system)


def fresh() -> Trainer:
    """The model before anything is learned."""
    table = TableConfig("all fields", 4_000_000, 16, 2, sightings_bytes=1 << 25)
    return Trainer.fresh(TrainerConfig(FIELDS, FEATURES, hidden=32), table)


def train(place: Path) -> None:
    """Follows the log until it is killed."""
    loop = LearningLoop(place / "log", DeltaFolder(place / "deltas"), WAITING, fresh)
    gc.freeze()
    while True:
        if not loop.read_on():
            time.sleep(0.005)


class Serving:
    """The serving process: items, persons, a copy of the model, and the log that it writes."""

    def __init__(self, place: Path, items: int, persons: int) -> None:
        self.dice = np.random.default_rng(1)
        self.items = made(items, self.dice)
        self.states = PersonStates(persons, DIM)
        self.person_ids = mixed(np.arange(1, persons + 1, dtype=np.uint64))
        self.folder = DeltaFolder(place / "deltas")
        started = time.perf_counter()
        nearest = Nearest(self.items.vectors)
        self.index_s = time.perf_counter() - started
        while (checkpoint := self.folder.latest()) is None:
            time.sleep(0.05)
        self.copy = ServingCopy(checkpoint)
        self.tail = Tail(self.folder, checkpoint.version)
        self.maker = PageMaker(self.items, nearest, self.states, self.copy)
        self.log = Journal(place / "log")
        self.impressions = 0
        self.events = 0
        self.written = 0
        self.watching: deque[tuple[int, int, int]] = deque()
        self.unlearned: deque[tuple[int, float, int]] = deque()
        self.taken: dict[str, list[float]] = defaultdict(list)
        self._warm_up()

    def _warm_up(self) -> None:
        """Everybody has watched twenty items of their kind."""
        for person in range(len(self.states.events)):
            for item in self._liked(person, 20 if person < 5_000 else 2):
                self.states.observe(person, item, self.items.vectors[item], 1.0)
        for person in range(200):
            self.maker.page(person, self.person_ids[person])
        gc.collect()
        gc.freeze()

    def _liked(self, person: int, count: int) -> list[int]:
        kinds = (person * 7 + self.dice.integers(3, size=count)) % KINDS
        number = self.dice.integers(len(self.items.vectors) // KINDS, size=count)
        return [int(item) for item in number * KINDS + kinds]

    def served(self, seconds: int, events: int, pages: int) -> dict[str, float]:
        """Lives for so long: events, ticks, deltas and pages as they are due."""
        arrivals = np.sort(self.dice.random(seconds * pages) * seconds).tolist()
        started = time.perf_counter()
        due_event, due_tick, due_delta, turn = 0.0, TICK_S, 0.0, 0
        while (now := time.perf_counter() - started) < seconds:
            if turn < len(arrivals) and arrivals[turn] <= now:
                self._ask(started + arrivals[turn])
                turn += 1
            elif due_tick <= now:
                self.log.append(packed(Tick(int((started + due_tick) * 1000))))
                due_tick += TICK_S
            elif due_delta <= now:
                self._take_deltas()
                due_delta = now + 0.02
            elif due_event <= now:
                self._events(started + due_event, int(events * PART_S))
                due_event += PART_S
            else:
                time.sleep(0.0005)
        self.lasted_s = time.perf_counter() - started
        return self._figures(turn, seconds)

    def _ask(self, due: float) -> None:
        """Half of the pages are asked for by somebody of whom an event has just come, the other half by anybody."""
        person = int(self.dice.integers(len(self.states.events)))
        before = int(self.states.events[person])
        if self.dice.random() < 0.5:
            item = self._liked(person, 1)[0]
            self.states.observe(person, item, self.items.vectors[item], 2.0)
            page = self._page(person)
            assert page.events == before + 1
            self.taken["own_page_ms"].append((time.perf_counter() - due) * 1e3)
        else:
            page = self._page(person)
        self.taken["engine_ms"].append((time.perf_counter() - due) * 1e3)
        self._write([self._receipt(person, place, page) for place in range(len(page.items))])

    def _page(self, person: int) -> Page:
        cpu = time.thread_time()
        page = self.maker.page(person, self.person_ids[person])
        self.taken["engine_cpu_ms"].append((time.thread_time() - cpu) * 1e3)
        for stage, spent in zip(STAGES, page.spent_s, strict=True):
            self.taken[f"{stage}_ms"].append(spent * 1e3)
        return page

    def _receipt(self, person: int, place: int, page: Page) -> bytes:
        return self._served(person, int(page.items[place]), page.ids[place], page.features[place])

    def _served(self, person: int, item: int, ids: NDArray[np.uint64], features: Floats) -> bytes:
        self.impressions += 1
        self.watching.append((self.impressions, person, item))
        return packed(Served(self.impressions, int(time.perf_counter() * 1000), ids, features, 1.0))

    def _events(self, due: float, count: int) -> None:
        """So many events of anybody: half are showings, the rest ends of watches and some likes."""
        records = []
        for turn in range(count):
            if turn % 2 == 0:
                person = int(self.dice.integers(len(self.states.events)))
                item = self._liked(person, 1)[0]
                ids = np.concatenate((self.person_ids[person : person + 1], self.items.ids[item]))
                features = np.concatenate(([np.float32(0.5)], self.items.features[item]))
                records.append(self._served(person, item, ids, features.astype(np.float32)))
            else:
                records.append(self._watched())
        self._write(records)
        self.unlearned.append((self.log.position, due, count // 2))

    def _watched(self) -> bytes:
        impression, person, item = self.watching[0]
        self.events += 1
        action = Action.LIKE if self.events % 12 == 0 else Action.WATCH
        if action == Action.WATCH:
            self.watching.popleft()
        value = float(self.dice.random())
        self.states.observe(person, item, self.items.vectors[item], 2 * value - 1)
        return packed(Feedback(self.events, impression, action, value, int(time.perf_counter() * 1000)))

    def _write(self, records: list[bytes]) -> None:
        self.log.extend(records)
        self.written += len(records)

    def _take_deltas(self) -> None:
        for delta in self.tail.read():
            started = time.perf_counter()
            self.copy.apply(delta)
            now = time.perf_counter()
            self.taken["delta_ms"].append((now - started) * 1e3)
            while self.unlearned and self.unlearned[0][0] <= delta.position:
                _, due, count = self.unlearned.popleft()
                self.taken["parameters_s"] += [now - due] * count

    def _figures(self, pages: int, seconds: int) -> dict[str, float]:
        found = {"items": len(self.items.vectors), "people": len(self.states.events), "pages_per_s": pages / seconds}
        for name in ("own_page_ms", "parameters_s", "engine_ms", "engine_cpu_ms", "delta_ms"):
            found |= {f"{name}_p{part}": quantile(self.taken[name], part) for part in (50, 99)}
        found |= {f"stage_{stage}_ms": quantile(self.taken[f"{stage}_ms"], 50) for stage in STAGES}
        learned = len(self.taken["parameters_s"])
        found |= {"learned_per_s": learned / seconds, "events_per_s": 2 * learned / seconds}
        found |= {"versions": self.copy.version, "rows": len(self.copy), "index_s": self.index_s}
        return found | self._alone() | self._floor()

    def _alone(self) -> dict[str, float]:
        """Pages a second of one core's time, when nothing else is done in between."""
        started = time.thread_time()
        for person in range(300):
            self.maker.page(person, self.person_ids[person])
        return {"peak_pages_per_core_s": 300 / (time.thread_time() - started)}

    def _floor(self) -> dict[str, float]:
        """The least that the same answer could cost: one search, and the products of the model on ready arrays."""
        rows = self.dice.normal(size=(HEAVY, FIELDS, 16)).astype(np.float32)
        features = self.dice.normal(size=(HEAVY, FEATURES)).astype(np.float32)
        wide = self.dice.normal(size=(HEAVY, FIELDS * 16 + 16 + FEATURES)).astype(np.float32)
        weights, wish = self.copy.network.weights, self.states.wish(1)
        parts: dict[str, Callable[[], object]] = {
            "floor_search_ms": lambda: self.maker.nearest.search(wish, NEAREST),
            "floor_products_ms": lambda: (wide @ weights["in"]) @ weights["out"],
            "floor_network_ms": lambda: self.copy.network.forward(rows, features),
        }
        found = {}
        for name, part in parts.items():
            times = []
            for _ in range(100):
                started = time.perf_counter()
                part()
                times.append((time.perf_counter() - started) * 1e3)
            found[name] = quantile(times, 50)
        return found


def made(count: int, dice: np.random.Generator) -> Items:
    """So many items of KINDS kinds: item i is of kind i mod KINDS."""
    centres = dice.normal(size=(KINDS, DIM)).astype(np.float32)
    vectors = dice.normal(0, 0.7, (count, DIM)).astype(np.float32)
    vectors += centres[np.arange(count) % KINDS]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    creators = dice.integers(count // 20, size=count).astype(np.int32)
    about = np.stack((np.arange(count), creators, dice.integers(50_000, size=count), np.arange(count) % KINDS), axis=1)
    spaces = np.arange(1, FIELDS, dtype=np.uint64) << np.uint64(56)
    return Items(
        vectors=vectors,
        ids=mixed(about.astype(np.uint64) + spaces),
        features=dice.random((count, FEATURES - 1), np.float32),
        creators=creators,
        standing=dice.normal(0, 0.02, count).astype(np.float32),
        following=dice.integers(count, size=(count, 16), dtype=np.int32),
        for_everybody=dice.integers(count, size=200),
        showable=np.ones(count, np.bool_),
    )


def quantile(values: list[float], part: int) -> float:
    """The value that so many in a hundred do not exceed; -1 for none."""
    return float(np.percentile(values, part)) if values else -1.0


if __name__ == "__main__":
    main()
