"""How much better a model is that learns at each event than the same one refitted every hour: real people, played back.

MovieLens-100K in order of time; before each asked event the whole catalogue is ranked for the person, what they have
taken left out, and the item that they take next is looked for. Only then it is learned. Events of the same second are
put in an order drawn by lot, since the file has none.

The model is `engine.online.taste.OnlineTaste`. A staleness of 60 minutes means that everything is as it was at the last
full hour: the model's sums and weights, and what it knows of the person. That is what a recommender serves that refits
every 60 minutes and keeps its lists until then, as Gorse does by default. `parameters_60min` is the same with the
person's own list always up to date. What the person has taken is left out in all, up to the event. Beside it, refitted
every hour: what is popular, item-to-item neighbours (also with the person's list up to date), and iALS.

What the same is worth in the simulated place is said by `benchmarks.freshness_simulated`, whose figures stand beside.

The folder RANKING_DATA, or `--data`, holds `ml-100k/ml-100k.inter` (GroupLens's data in RecBole's form).
"""

import argparse
import json
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # One core is what is measured; set before numpy is loaded.

import math
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.freshness_simulated import simulated
from benchmarks.simulator.source import add_source
from plainview.engine.online.taste import OnlineTaste

Scores = NDArray[np.float64]
History = NDArray[np.int64]
STALE_S = {"1s": 1, "1min": 60, "30min": 1_800, "60min": 3_600, "5h": 18_000, "1day": 86_400}
QUICK_EVENTS = 5_000


class Taken(NamedTuple):
    """One event: somebody took something."""

    at_s: int
    person: int
    item: int


class Counts:
    """How often each item was taken, and each pair by one person."""

    def __init__(self, items: int) -> None:
        self.together: NDArray[np.float32] = np.zeros((items, items), np.float32)
        self.often: NDArray[np.float32] = np.zeros(items, np.float32)
        self.likeness = self.together
        self.served = self.often

    def learn(self, history: History, item: int) -> None:
        """Takes in an event."""
        self.together[history, item] += 1
        self.together[item, history] += 1
        self.often[item] += 1

    def renew(self) -> None:
        """Cosines of all pairs, shrunk where little is known."""
        lengths = np.sqrt(self.often + 1)
        self.likeness = self.together / (lengths[:, None] * lengths + 10)
        self.served = self.often.copy()

    def popular(self, _history: History, _person: int) -> Scores:
        """What is taken most."""
        return self.served.astype(np.float64)

    def neighbours(self, history: History, _person: int) -> Scores:
        """What is most like all that they took; what is popular where they took nothing."""
        popular = 1e-6 * self.served
        return np.asarray(self.likeness[history].sum(axis=0) + popular, np.float64)


class Factors:
    """iALS (Hu et al. 2008), refitted from where it was by one sweep over persons and items."""

    def __init__(self, persons: int, items: int, size: int = 32) -> None:
        dice = np.random.default_rng(1)
        self.taken: NDArray[np.float32] = np.zeros((persons, items), np.float32)
        self.persons: NDArray[np.float32] = np.zeros((persons, size), np.float32)
        self.items: NDArray[np.float32] = dice.normal(0, 0.1, (items, size)).astype(np.float32)
        self.popular: NDArray[np.float32] = np.zeros(items, np.float32)

    def renew(self) -> None:
        """One sweep."""
        self.persons = solved(self.taken, self.items)
        self.items = solved(self.taken.T, self.persons)
        self.popular = self.taken.sum(axis=0)

    def scores(self, _history: History, person: int) -> Scores:
        """The product of the factors; what is popular for one who is not known yet."""
        return np.asarray(self.items @ self.persons[person] + 1e-6 * self.popular, np.float64)


def solved(taken: NDArray[np.float32], factors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows' factors that fit what was taken best, with weight 1 + 10 for the taken; zero where nothing was."""
    size = factors.shape[1]
    pairs = (factors[:, :, None] * factors[:, None, :]).reshape(len(factors), -1)
    normal = 10 * (taken @ pairs).reshape(-1, size, size) + factors.T @ factors + 3 * np.eye(size, dtype=np.float32)
    return np.linalg.solve(normal, 11 * (taken @ factors)[:, :, None])[:, :, 0]


def main() -> None:
    """Play the data back once for all, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("RANKING_DATA", ".")))
    parser.add_argument("--quick", action="store_true", help=f"the first {QUICK_EVENTS} events")
    parser.add_argument("--every", type=int, default=4, help="ask before every so many events; all are learned")
    parser.add_argument("--seed", type=int, default=1, help="for the order of events of one second")
    add_source(parser)
    options = parser.parse_args()
    torch.set_num_threads(1)
    figures = played_back(options) | simulated(options)
    print(json.dumps({key: round(value, 4) for key, value in figures.items()}))


def played_back(options: argparse.Namespace) -> dict[str, float]:
    """The figures of the real people; none where their file is not there."""
    path = options.data / "ml-100k" / "ml-100k.inter"
    if not path.exists():
        print(f"{path} is not there. Get it as this file's first lines say, and name the folder.", file=sys.stderr)
        return {}
    events = read(path, options.seed)[: QUICK_EVENTS if options.quick else None]
    started = time.perf_counter()
    playing = Playing(events, options.every)
    return playing.played() | {"events": len(events), "played_s": time.perf_counter() - started}


def read(path: Path, seed: int) -> list[Taken]:
    """All events in order of time, those of one second in an order drawn by lot."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    lots = np.random.default_rng(seed).permutation(len(rows)).tolist()
    ordered = sorted((int(float(row[3])), lot, int(row[0]), int(row[1])) for lot, row in zip(lots, rows, strict=True))
    return [Taken(at_s, person, item) for at_s, _, person, item in ordered]


class Playing:
    """One pass through the events, in which every model is asked before each asked event."""

    def __init__(self, events: list[Taken], every: int) -> None:
        self.events = events
        # The first tenth is learned and not asked: nobody knows anything yet.
        self.asked = [place for place in range(len(events) // 10, len(events)) if place % every == 0]
        self.items = max(event.item for event in events) + 1
        self.persons = max(event.person for event in events) + 1
        self.histories: dict[int, list[int]] = defaultdict(list)
        self.taste = OnlineTaste(self.items)
        self.counts, self.factors = Counts(self.items), Factors(self.persons, self.items)
        self.gains: dict[str, list[float]] = defaultdict(list)
        self.waiting: dict[tuple[str, int], Scores] = {}

    def played(self) -> dict[str, float]:
        """The figures of all models."""
        asked = set(self.asked)
        starts = {name: self._starts(seconds) for name, seconds in STALE_S.items()}
        for place, event in enumerate(self.events):
            for name, seconds in STALE_S.items():
                if place in starts[name]:
                    self._foretell(name, starts[name][place])
                    self._renew(seconds)
            if place in asked:
                self._ask(event)
            self._learn(event)
        return self._figures()

    def _starts(self, seconds: int) -> dict[int, list[int]]:
        """The first event of each interval → the persons who are asked for in it."""
        numbers = [event.at_s // seconds for event in self.events]
        first = {numbers[0]: 0} | {
            later: place + 1 for place, (sooner, later) in enumerate(pairwise(numbers)) if later != sooner
        }
        found: dict[int, list[int]] = defaultdict(list)
        for place in self.asked:
            found[first[numbers[place]]].append(self.events[place].person)
        return found

    def _foretell(self, name: str, persons: list[int]) -> None:
        """What is served in this interval: all that was known when it began."""
        for person in set(persons):
            self.waiting[name, person] = self.taste.scores(self._history(person))

    def _renew(self, seconds: int) -> None:
        if seconds != STALE_S["60min"]:
            return
        self.counts.renew()
        self.factors.renew()
        self.hourly = self.taste.frozen()
        self.lists_then = {person: len(history) for person, history in self.histories.items()}

    def _ask(self, event: Taken) -> None:
        history = self._history(event.person)
        then = history[: self.lists_then.get(event.person, 0)]
        answers: dict[str, Callable[[], Scores]] = {
            "event": lambda: self.taste.scores(history),
            "parameters_60min": lambda: self.hourly.scores(history),
            "popular_60min": lambda: self.counts.popular(then, event.person),
            "neighbours_60min": lambda: self.counts.neighbours(then, event.person),
            "neighbours_parameters_60min": lambda: self.counts.neighbours(history, event.person),
            "ials_60min": lambda: self.factors.scores(then, event.person),
        }
        for name, answer in answers.items():
            self.gains[name].append(gain(answer(), history, event.item))
        for name in STALE_S:
            self.gains[name].append(gain(self.waiting[name, event.person], history, event.item))

    def _learn(self, event: Taken) -> None:
        history = self._history(event.person)
        self.taste.learn(history, event.item)
        self.counts.learn(history, event.item)
        self.factors.taken[event.person, event.item] = 1
        self.histories[event.person].append(event.item)

    def _history(self, person: int) -> History:
        return np.array(self.histories[person], np.int64)

    def _figures(self) -> dict[str, float]:
        ndcg = {name: float(np.mean(gains)) for name, gains in self.gains.items()}
        low, high = self._sure("event", "60min")
        peers = ("popular_60min", "neighbours_60min", "neighbours_parameters_60min", "ials_60min")
        found = {f"ndcg10_{name}": value for name, value in ndcg.items()}
        found |= {f"hr10_{name}": float(np.mean(np.array(gains) > 0)) for name, gains in self.gains.items()}
        return found | {
            "asked": len(self.asked),
            "gain_over_60min": ndcg["event"] / ndcg["60min"] - 1,
            "gain_over_60min_low": low,
            "gain_over_60min_high": high,
            "gain_over_parameters_60min": ndcg["event"] / ndcg["parameters_60min"] - 1,
            "gain_over_best_peer": ndcg["event"] / max(ndcg[name] for name in peers) - 1,
        }

    def _sure(self, better: str, worse: str) -> tuple[float, float]:
        """The gain's bounds in 95 of 100 redraws of the persons."""
        by_person: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for place, pair in zip(self.asked, zip(self.gains[better], self.gains[worse], strict=True), strict=True):
            by_person[self.events[place].person].append(pair)
        sums = np.array([np.sum(pairs, axis=0) for pairs in by_person.values()])
        dice = np.random.default_rng(1)
        drawn = sums[dice.integers(len(sums), size=(1_000, len(sums)))].sum(axis=1)
        bounds = np.percentile(drawn[:, 0] / np.maximum(drawn[:, 1], 1e-9) - 1, [2.5, 97.5])
        return float(bounds[0]), float(bounds[1])


def gain(scores: Scores, taken: History, item: int) -> float:
    """The discounted gain at 10 of the item that came, ties counted against us."""
    ranked = scores.copy()
    ranked[taken], ranked[0] = -math.inf, -math.inf
    place = int((ranked >= ranked[item]).sum())
    return 1 / math.log2(place + 1) if place <= 10 else 0.0


if __name__ == "__main__":
    main()
