"""Does the simulator keep the real log's marginals? Prints both, and how far they are from each other."""

import argparse
import json

import numpy as np

from benchmarks.simulator.marginals import KINDS
from benchmarks.simulator.sessions import active_days, sessions
from benchmarks.simulator.source import add_source, world_from


def main() -> None:
    """Play a day, count, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_source(parser)
    parser.add_argument("--persons", type=int, default=3_000)
    options = parser.parse_args()
    world = world_from(options, seed=1)
    views = list(sessions(11, options.persons, 24.0, world))
    given = np.array([view.given for view in views], np.float64)
    together, wished = given.T @ given / len(given), world.marginals.together
    print(f"{len(views)} views; each pair: simulated / real, per 100,000")
    for row, kind in enumerate(KINDS):
        pairs = (f"{together[row, column] * 1e5:9.1f}/{wished[row, column] * 1e5:9.1f}" for column in range(row + 1))
        print(f"{kind:>10}", *pairs)
    off = {
        f"{kind}_off": round(float(together[row, row] / wished[row, row] - 1.0), 4) for row, kind in enumerate(KINDS)
    }
    figures = {"views": len(views), **off, "gap_off": round(_gap_distance(world.marginals.gap_days), 4)}
    print(json.dumps(figures))


def _gap_distance(wished: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
    """How far the simulated gaps between days are from the real ones, in total variation."""
    dice, counts = np.random.default_rng(3), np.zeros(len(wished))
    for _ in range(2_000):
        for gap in np.diff(active_days(wished, dice, 90)).tolist():
            counts[gap - 1] += 1.0
    return float(np.abs(counts / counts.sum() - wished).sum() / 2)


if __name__ == "__main__":
    main()
