"""What freshness is worth in the simulated place: the product's engine, told of events at once or at the full interval.

Newcomers swipe 200 times each, as in `benchmarks.adaptation`, before engines that differ in nothing but how late they
hear. What somebody has just seen comes to nobody twice, however stale the engine is.
"""

import argparse

import numpy as np

from benchmarks.adaptation import WARM_HOURS, Outcome, gained, play
from benchmarks.feeds.delayed import Delayed
from benchmarks.feeds.product import Product
from benchmarks.simulator.sessions import sessions
from benchmarks.simulator.source import world_from
from plainview.engine.ranking import TasteEngine

STALE_S = {"event": 0, "1min": 60, "60min": 3_600, "1day": 86_400}
QUICK_STALE = ("event", "60min")
FIRST_SEED = 11


def simulated(options: argparse.Namespace) -> dict[str, float]:
    """The newcomers' mean satisfaction by staleness, and the gain of no staleness over an hour's, with its bounds."""
    seeds, newcomers, persons = (1, 8, 150) if options.quick else (3, 60, 1_000)
    names = QUICK_STALE if options.quick else tuple(STALE_S)
    outcomes = {name: Outcome() for name in names}
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        world = world_from(options, seed)
        log = list(sessions(seed, persons, WARM_HOURS, world))
        for name, outcome in outcomes.items():
            engine = TasteEngine(seed=seed)
            stale = Delayed(engine, STALE_S[name]) if STALE_S[name] else engine
            play(world, Product(world, stale, content=False), log, newcomers, outcome)
    found = {f"simulated_satisfaction_{name}": float(np.mean(each.satisfaction)) for name, each in outcomes.items()}
    gain, low, high = gained(np.array(outcomes["event"].satisfaction), np.array(outcomes["60min"].satisfaction))
    return found | {
        "simulated_gain_over_60min": gain,
        "simulated_gain_over_60min_low": low,
        "simulated_gain_over_60min_high": high,
    }
