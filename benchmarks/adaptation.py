"""How soon does a feed find a newcomer's taste? People with hidden tastes join a simulated place, and swipe 200 times.

Every feed learns from the same log of the place, then serves the same newcomers, with the same lots. Satisfaction is
the sum of the pleasures that the videos really gave; a page matches when at least half of it is among the tenth of the
catalogue that the person would like best. Peers: popularity, item-to-item, matrix factorisation refitted every hour,
the same with the person folded in for each page, and a LinUCB bandit.
"""

import argparse
import json
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # The peers' matrices are small; set before numpy is loaded.

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.feeds.bandit import LinUcb
from benchmarks.feeds.factors import Factors, FoldedFactors
from benchmarks.feeds.feed import PAGE, Feed
from benchmarks.feeds.plain import ItemToItem, Popularity
from benchmarks.feeds.product import Product
from benchmarks.simulator.persons import Person
from benchmarks.simulator.sessions import View, active_days, sessions
from benchmarks.simulator.source import add_source, world_from
from benchmarks.simulator.world import START_MS, World
from plainview.engine.ranking import TasteEngine

SWIPES = 200
NAMED = ("popularity", "item_to_item", "ials_hourly", "linucb")
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_EVENING_MS = 3 * _HOUR_MS
WARM_HOURS = 96
_NEWCOMERS_FROM = 100_000
_SESSION_PAGES = 4.0
_BOOTSTRAPS = 2_000


@dataclass(slots=True)
class Outcome:
    """What one feed did for its newcomers: one entry a person, and how often each creator was shown."""

    satisfaction: list[float] = field(default_factory=list)
    swipes_to_match: list[int] = field(default_factory=list)
    shown: dict[int, int] = field(default_factory=dict)


def main() -> None:
    """Play every seed for every feed, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_source(parser)
    parser.add_argument("--quick", action="store_true", help="one seed, fewer people")
    parser.add_argument("--content", action="store_true", help="every feed that can is given content vectors too")
    parser.add_argument("--first-seed", type=int, default=11, help="below 11 and 101 are those that were tuned on")
    parser.add_argument("--feeds", nargs="*", help="some of the feeds only")
    options = parser.parse_args()
    seeds, newcomers, persons = (1, 12, 250) if options.quick else (3, 60, 1_000)
    outcomes: dict[str, Outcome] = {}
    for seed in range(options.first_seed, options.first_seed + seeds):
        world = world_from(options, seed)
        log = list(sessions(seed, persons, WARM_HOURS, world))
        for feed in feeds(world, seed, options.content):
            if options.feeds and feed.name not in options.feeds:
                continue
            outcome = outcomes.setdefault(feed.name, Outcome())
            play(world, feed, log, newcomers, outcome)
            print(f"seed {seed} {feed.name}: {np.mean(outcome.satisfaction[-newcomers:]):.1f}", flush=True)
    authors = int(world.videos.author.max()) + 1
    print(json.dumps(compared(outcomes, authors)))


def feeds(world: World, seed: int, content: bool) -> Iterator[Feed]:
    """The peers and the product's engine, knowing nothing yet."""
    count = len(world.videos)
    yield Popularity(count)
    yield ItemToItem(count)
    yield Factors(count, seed)
    yield FoldedFactors(count, seed)
    yield LinUcb(world.videos, seed, world.truth.content if content else None)
    yield Product(world, TasteEngine(seed=seed), content)


def play(world: World, feed: Feed, log: list[View], newcomers: int, outcome: Outcome) -> None:
    """Lets a feed learn from the log, then serve all newcomers in order of time; adds what came of it."""
    for view in log:
        feed.learn(view)
    feed.hour()
    people = [Newcomer(world, _NEWCOMERS_FROM + number) for number in range(newcomers)]
    waiting = [(newcomer.sessions[0], number) for number, newcomer in enumerate(people)]
    heapq.heapify(waiting)
    hour = waiting[0][0] // _HOUR_MS
    while waiting:
        at_ms, number = heapq.heappop(waiting)
        if at_ms // _HOUR_MS > hour:
            hour = at_ms // _HOUR_MS
            feed.hour()
        next_ms = people[number].swipe_page(feed, at_ms, outcome)
        if next_ms is not None:
            heapq.heappush(waiting, (next_ms, number))
    outcome.satisfaction += [newcomer.satisfaction for newcomer in people]
    outcome.swipes_to_match += [newcomer.matched_after for newcomer in people]


class Newcomer:
    """Somebody who joins after the log's end, comes back after real gaps, and swipes SWIPES times in all."""

    def __init__(self, world: World, number: int) -> None:
        self._world, self._number = world, number
        self._person: Person = world.person(number)
        dice = np.random.default_rng((world.seed, 9, number))
        start_ms = START_MS + WARM_HOURS * _HOUR_MS
        days = [0, *(1 + day for day in active_days(world.marginals.gap_days, dice, 200))]
        self.sessions = [int(start_ms + day * _DAY_MS + dice.integers(_EVENING_MS)) for day in days]
        self._pages_left = [int(dice.geometric(1.0 / _SESSION_PAGES)) for _ in days]
        self._session = 0
        self._arrived = False
        self.swiped = 0
        self.satisfaction = 0.0
        self.matched_after = SWIPES

    def swipe_page(self, feed: Feed, at_ms: int, outcome: Outcome) -> int | None:
        """Swipes through a page; the time of the next one, None when that was the last."""
        if not self._arrived:
            self._person.arrive(at_ms)
            self._arrived = True
        page = feed.page(self._number, at_ms)
        if self.matched_after == SWIPES and self._matches(page):
            self.matched_after = self.swiped
        for video in page:
            views, pleasure = self._world.swipe(self._person, self._number, video, at_ms)
            watched_ms, given = int(views.watched_ms[0]), tuple(views.given[0].tolist())
            duration_ms = int(self._world.videos.duration_ms[video])
            feed.learn(View(self._number, video, at_ms, watched_ms, duration_ms, given, float("nan")))
            at_ms += watched_ms + 700
            self.satisfaction += pleasure
            author = int(self._world.videos.author[video])
            outcome.shown[author] = outcome.shown.get(author, 0) + 1
        self.swiped += len(page)
        return self._next(at_ms)

    def _next(self, at_ms: int) -> int | None:
        if self.swiped >= SWIPES:
            return None
        self._pages_left[self._session] -= 1
        if self._pages_left[self._session] > 0:
            return at_ms
        self._session += 1
        self._arrived = False
        return max(self.sessions[self._session], at_ms)

    def _matches(self, page: list[int]) -> bool:
        liking = self._person.liking()
        best_tenth = np.quantile(liking, 0.9)
        return int((liking[page] >= best_tenth).sum()) * 2 >= PAGE


def compared(outcomes: dict[str, Outcome], authors: int) -> dict[str, float | str]:
    """Each feed's figures, and the product's gain over the best peer, with the interval that holds it in 95 of 100."""
    found: dict[str, float | str] = {}
    for name, outcome in outcomes.items():
        found[f"satisfaction_{name}"] = round(float(np.mean(outcome.satisfaction)), 2)
        found[f"swipes_to_match_{name}"] = round(float(np.mean(outcome.swipes_to_match)), 1)
        found[f"creators_gini_{name}"] = round(gini(outcome.shown, authors), 4)
    if not set(NAMED) | {Product.name, FoldedFactors.name} <= set(outcomes):
        return found
    ours = np.array(outcomes[Product.name].satisfaction)
    best = max(NAMED, key=lambda name: float(np.mean(outcomes[name].satisfaction)))
    gain, low, high = gained(ours, np.array(outcomes[best].satisfaction))
    folded, _, _ = gained(ours, np.array(outcomes[FoldedFactors.name].satisfaction))
    found |= {"best_peer": best, "persons": len(ours), "gain_over_best_peer": gain, "gain_low": low, "gain_high": high}
    return found | {"gain_over_folded_in": folded}


def gained(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> tuple[float, float, float]:
    """How much more our persons got in all, as a share, and its interval over persons drawn anew, each with both."""
    dice = np.random.default_rng(17)
    drawn = dice.integers(len(ours), size=(_BOOTSTRAPS, len(ours)))
    gains = ours[drawn].mean(axis=1) / theirs[drawn].mean(axis=1) - 1.0
    low, high = np.quantile(gains, (0.025, 0.975)).tolist()
    return round(float(ours.mean() / theirs.mean() - 1.0), 4), round(low, 4), round(high, 4)


def gini(shown: dict[int, int], creators: int) -> float:
    """From 0 (all creators are shown equally often) to nearly 1 (one has it all); those never shown count as well."""
    counts = np.sort(np.array([*shown.values(), *([0] * (creators - len(shown)))], np.float64))
    ranks = np.arange(1, len(counts) + 1)
    return float((2.0 * ranks - len(counts) - 1.0) @ counts / (len(counts) * counts.sum()))


if __name__ == "__main__":
    main()
