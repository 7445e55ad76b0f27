"""Real time in the product: its engine, in a process of its own, learns from 5,000 events a second and makes 50 pages.

This process stands for the server: it tells the engine of events in parts of a hundredth of a second, and asks for
pages of 8 at random moments. All times are on the clock, from when a page was due or an event had come.

- `own_page_ms`: from an event's coming to the answer of its person's next page, which the event is learned before.
- `parameters_s`: from an event's coming to the first answer that was made when the vectors had learned of it: when as
  many further answers had been taken in as the engine gathers before it solves.
- `engine_ms`: from a page's due moment to its answer.
"""

import argparse
import asyncio
import gc
import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import psutil
import uvloop

from benchmarks.engine import CREATORS, NOW_MS, made_up, swiped
from benchmarks.instance import percentile, report
from plainview.adapters.ranker_process import RankerProcess
from plainview.engine.limits import Limits
from plainview.kernel.ids import PersonId
from plainview.ports.engine import EventKind, Observation, PageRequest

PART_S: Final = 0.01
SWIPES_BEFORE: Final = 4


def main() -> None:
    """Fill the engine, then live for a while."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="50,000 items, 5,000 people, 8 seconds")
    parser.add_argument("--events", type=int, default=5_000, help="events a second")
    parser.add_argument("--pages", type=int, default=50, help="pages a second")
    options = parser.parse_args()
    items, people, seconds = (50_000, 5_000, 8) if options.quick else (1_000_000, 100_000, 60)
    report(uvloop.run(measured(items, people, seconds, options.events, options.pages)))


async def measured(items: int, people: int, seconds: int, events: int, pages: int) -> dict[str, object]:
    """The figures of an engine with so many items and people."""
    ranker = RankerProcess(["rank", "json", "error"], lambda: None)
    await ranker.start()
    try:
        life = Life(ranker, people)
        await life.fill(items)
        assert ranker.number is not None
        engine = psutil.Process(ranker.number)
        before = engine.cpu_times()
        await life.live(seconds, events, pages)
        after = engine.cpu_times()
        figures = life.figures(seconds)
        figures["engine_cpu_share"] = (after.user + after.system - before.user - before.system) / seconds
        figures |= await life.alone(engine)
        return figures | {"items": items, "people": people, "engine_rss_mib": engine.memory_info().rss / 2**20}
    finally:
        await ranker.close()


@dataclass(slots=True)
class Life:
    """What the engine was told, and when it answered."""

    ranker: RankerProcess
    people: int
    lots: random.Random = field(default_factory=lambda: random.Random(5))
    items: list[tuple[int, int]] = field(default_factory=list)
    told: int = 0
    """Changes of the engine's state so far, as `RankedPage.state_version` counts them."""
    answers: int = 0
    said: deque[tuple[int, int]] = field(default_factory=deque)
    """(told, answers) after each part."""
    unlearned: deque[tuple[float, int]] = field(default_factory=deque)
    """(when it came, the count of answers at which it is learned) of events."""
    page_ms: list[float] = field(default_factory=list)
    own_ms: list[float] = field(default_factory=list)
    parameters_s: list[float] = field(default_factory=list)

    async def fill(self, items: int) -> None:
        """A catalogue, and people who have swiped a few times."""
        for facts in made_up(np.random.default_rng(1), items):
            await self.ranker.add_items(facts)
            self.told += len(facts)
            self.items += [(each.item, each.duration_ms) for each in facts]
        for swipe in range(SWIPES_BEFORE):
            for person in range(1, self.people + 1):
                await self._tell(swiped(self.lots, PersonId(person), self.items, NOW_MS + swipe * 15_000))
        await self.ranker.settle()
        self.unlearned.clear()
        self.said.clear()
        gc.collect()
        gc.freeze()

    async def live(self, seconds: int, events: int, pages: int) -> None:
        """Events and pages as they are due, for so long."""
        started, asked = time.perf_counter(), set[asyncio.Task[None]]()
        arrivals = deque(sorted(self.lots.random() * seconds for _ in range(seconds * pages)))
        due = 0.0
        while (now := time.perf_counter() - started) < seconds:
            if arrivals and arrivals[0] <= now:
                task = asyncio.create_task(self._ask(started + arrivals.popleft()))
                asked.add(task)
                task.add_done_callback(asked.discard)
                await asyncio.sleep(0)
            elif due <= now:
                await self._part(started + due, int(events * PART_S))
                due += PART_S
            else:
                await asyncio.sleep(0.0005)
        await asyncio.gather(*asked)

    async def alone(self, engine: psutil.Process) -> dict[str, float]:
        """Pages a second of one core, one after the other; and what a question costs that needs no page."""
        before, started = engine.cpu_times(), time.perf_counter()
        for _ in range(500):
            await self.ranker.page(self._wish())
        took, after = time.perf_counter() - started, engine.cpu_times()
        started = time.perf_counter()
        for _ in range(500):
            await self.ranker.origins()
        spent = after.user + after.system - before.user - before.system
        wire_ms = (time.perf_counter() - started) * 2
        return {"pages_per_core_s": 500 / spent, "page_alone_ms": took * 2, "floor_wire_ms": wire_ms}

    def figures(self, seconds: int) -> dict[str, object]:
        """Medians and ninety-nines."""
        found: dict[str, object] = {}
        for name in ("own_page_ms", "engine_ms", "parameters_s"):
            taken = {"own_page_ms": self.own_ms, "engine_ms": self.page_ms, "parameters_s": self.parameters_s}[name]
            found |= {f"{name}_p50": percentile(taken, 50), f"{name}_p99": percentile(taken, 99)}
        return found | {"learned_per_s": len(self.parameters_s) / seconds, "pages_per_s": len(self.page_ms) / seconds}

    async def _part(self, due: float, count: int) -> None:
        events: list[Observation] = []
        while len(events) < count:
            events += swiped(self.lots, self._anybody(), self.items, NOW_MS + 100_000)
        await self._tell(events)
        # Each video that was swiped is one answer, of which so many and one more are solved together.
        learned_at = self.answers + Limits().answers_at_once + 1
        self.unlearned += [(due, learned_at)] * len(events)

    async def _tell(self, events: list[Observation]) -> None:
        await self.ranker.observe(events)
        self.told += len(events)
        self.answers += sum(event.kind is EventKind.SHOWN for event in events)
        self.said.append((self.told, self.answers))

    async def _ask(self, due: float) -> None:
        """Every second page is asked for by somebody to whom something has just happened."""
        wish, is_own = self._wish(), self.lots.random() < 0.5
        if is_own:
            assert wish.person is not None
            await self._tell(swiped(self.lots, wish.person, self.items, NOW_MS + 100_000))
        told = self.told
        page = await self.ranker.page(wish)
        now = time.perf_counter()
        assert page.state_version >= told
        self.page_ms.append((now - due) * 1e3)
        if is_own:
            self.own_ms.append((now - due) * 1e3)
        taken_in = 0
        while self.said and self.said[0][0] <= page.state_version:
            taken_in = self.said.popleft()[1]
        while self.unlearned and self.unlearned[0][1] <= taken_in:
            self.parameters_s.append(now - self.unlearned.popleft()[0])

    def _anybody(self) -> PersonId:
        return PersonId(1 + self.lots.randrange(self.people))

    def _wish(self) -> PageRequest:
        followed = [PersonId(1 + self.lots.randrange(CREATORS)) for _ in range(30)]
        now_ms = NOW_MS + 600_000 + len(self.page_ms)
        return PageRequest(now_ms, person=self._anybody(), followed=followed, languages=("en", "de"))


if __name__ == "__main__":
    main()
