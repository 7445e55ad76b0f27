"""What does a varied page cost? Two ways of choosing it, at every strength, from the same candidates and scores.

The product's way (a determinantal point process, greedily) beside the one it replaced (maximal marginal relevance,
Carbonell and Goldstein, SIGIR 1998). Compared where the mean score of their pages is equal: how alike the videos of a
page are, and how often two of one topic stand in a row. 20,000 videos, 400 people who like three tags of 200 each.
"""

import argparse
import json
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # One core is what is measured; set before numpy is loaded.

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from plainview.engine import variety, worth
from plainview.engine.asking import Asking
from plainview.engine.candidates import SOURCES, gather
from plainview.engine.catalogue import CREATOR_AT, SOUND_AT
from plainview.engine.learning import Learner
from plainview.engine.ranking import TasteEngine
from plainview.engine.scoring import Scored, scored
from plainview.engine.scratch import Scratch
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Observation, PageRequest

NOW_MS = 1_800_000_000_000
HOUR_MS = 3_600_000
ITEMS, TAGS, LOVED = 20_000, 200, 3
STRENGTHS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.1, 1.5, 2.0)
_CLASH, _TAKEN = 100.0, -1e9

Chooser = Callable[[Asking, Scored, NDArray[np.intp]], list[int]]


def main() -> None:
    """Fill a place, choose every page in both ways at every strength, print the figures as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=400)
    options = parser.parse_args()
    engine = place(options.people)
    curves = {name: curve(engine, options.people, way) for name, way in {"dpp": by_dpp, "mmr": by_mmr}.items()}
    for name, points in curves.items():
        for strength, point in zip(STRENGTHS, points, strict=True):
            print(name, strength, {key: round(value, 4) for key, value in point.items()}, flush=True)
    print(json.dumps(at_equal_score(curves) | cost(engine, options.people)))


def place(people: int) -> TasteEngine:
    """An engine that was told of people who finish what has one of their tags and skip the rest."""
    dice = np.random.default_rng(4)
    engine = TasteEngine(seed=7)
    tags = dice.zipf(1.3, (ITEMS, 3)) % TAGS
    engine.add_items(
        [
            ItemFacts(
                item=ItemId(1 + number),
                creator=PersonId(1_000_000 + int(dice.integers(2_000))),
                duration_ms=int(5_000 * 2 ** dice.uniform(0, 5)),
                published_at_ms=NOW_MS - int(dice.integers(60 * 24)) * HOUR_MS,
                sound=int(dice.integers(4_000)),
                tags=[f"tag{tag}" for tag in tags[number]],
            )
            for number in range(ITEMS)
        ]
    )
    for person in range(1, people + 1):
        loved = dice.choice(40, LOVED, replace=False)
        liked = np.asarray(np.isin(tags, loved).any(axis=1))
        for item in (*dice.choice(np.flatnonzero(liked), 15), *dice.choice(np.flatnonzero(~liked), 15)):
            last = EventKind.FINISHED if liked[item] else EventKind.SKIPPED
            for kind in (EventKind.SHOWN, last):
                engine.observe((Observation(PersonId(person), kind, NOW_MS, ItemId(int(item) + 1)),))
    return engine


def curve(engine: TasteEngine, people: int, way: Callable[[float], Chooser]) -> list[dict[str, float]]:
    """What pages are like at each strength, on the average of all people."""
    points = []
    for strength in STRENGTHS:
        rows = [page_is(asking, rated, way(strength)) for asking, rated in asked(engine, people)]
        points.append(dict(zip(("score", "alike", "in_a_row"), np.mean(rows, axis=0).tolist(), strict=True)))
    return points


def asked(engine: TasteEngine, people: int) -> list[tuple[Asking, Scored]]:
    """Every person's wish with its scored candidates."""
    learner: Learner = engine._learner
    scratch, found = Scratch(), []
    for person in range(1, people + 1):
        asking = Asking(PageRequest(now_ms=NOW_MS + HOUR_MS, person=PersonId(person)), learner, scratch, 7)
        found.append((asking, scored(asking, gather(asking, SOURCES, profiled=True).slots)))
        asking.done()
    return found


def page_is(asking: Asking, rated: Scored, choose: Chooser) -> tuple[float, float, float]:
    """The mean score of a page, the mean Jaccard likeness of its pairs' tags, and its neighbours of one topic."""
    chosen = choose(asking, rated, variety.best_of(asking, rated))
    heard = rated.facts[chosen, SOUND_AT] > 0
    tags = [set(row[2 + has : 5 + has].tolist()) - {0} for row, has in zip(rated.traits[chosen], heard, strict=True)]
    topics = np.array([row[2 + has] for row, has in zip(rated.traits[chosen], heard, strict=True)])
    pairs = [len(a & b) / max(len(a | b), 1) for at, a in enumerate(tags) for b in tags[at + 1 :]]
    return float(rated.scores[chosen].mean()), float(np.mean(pairs)), float((topics[1:] == topics[:-1]).mean())


def by_dpp(strength: float) -> Chooser:
    """The product's way at a strength of its own."""

    def choose(asking: Asking, rated: Scored, best: NDArray[np.intp]) -> list[int]:
        asking.weights = asking.weights._replace(variety=strength / worth.VARIETY)
        asking.newcomer = 0.0
        return variety.order(asking, rated, best, None)

    return choose


def by_mmr(strength: float) -> Chooser:
    """The way that it replaced: from the score is taken the likeness to the nearest that was chosen."""

    def choose(asking: Asking, rated: Scored, best: NDArray[np.intp]) -> list[int]:
        gains = asking.catalogue.gains[rated.traits[best]]
        creator, sound = rated.facts[best, CREATOR_AT], rated.facts[best, SOUND_AT]
        clash = (creator[:, None] == creator) | ((sound[:, None] == sound) & (sound > 0))
        same = rated.traits[best][:, None, :, None] == rated.traits[best][None, :, None, :]
        alike = np.einsum("abij,ai,bj->ab", same, gains, gains)
        norm = np.sqrt(alike.diagonal())
        alike /= norm * norm[:, None]
        left, nearest, price = rated.scores[best].astype(float), np.zeros(len(best)), np.zeros(len(best))
        chosen: list[int] = []
        for _ in range(asking.size):
            pick = int((left - strength * nearest - price).argmax())
            chosen.append(pick)
            left[pick], price = _TAKEN, clash[pick] * _CLASH
            nearest = np.maximum(nearest, alike[pick])
        return [int(best[pick]) for pick in chosen]

    return choose


def at_equal_score(curves: dict[str, list[dict[str, float]]]) -> dict[str, float]:
    """How alike pages are in both ways where their mean score is as much below the best as in the product."""
    at = STRENGTHS.index(worth.VARIETY)
    wanted = curves["dpp"][at]
    found = {"score_best": curves["dpp"][0]["score"], "score": wanted["score"]}
    scores = [point["score"] for point in curves["mmr"]][::-1]
    for name in ("alike", "in_a_row"):
        found[f"{name}_dpp"] = wanted[name]
        found[f"{name}_mmr"] = float(np.interp(wanted["score"], scores, [p[name] for p in curves["mmr"]][::-1]))
    return {name: round(value, 4) for name, value in found.items()}


def cost(engine: TasteEngine, people: int) -> dict[str, float]:
    """The least time of the whole choice of one page, in microseconds: what is left when nobody else computes."""
    least = []
    for asking, rated in asked(engine, min(people, 50)):
        times = []
        for _ in range(20):
            started = time.perf_counter()
            best = variety.best_of(asking, rated)
            variety.too_alike(asking, rated, best)
            variety.order(asking, rated, best, None)
            times.append(time.perf_counter() - started)
        least.append(min(times))
    return {"choice_us": round(float(np.median(least)) * 1e6, 1)}


if __name__ == "__main__":
    main()
