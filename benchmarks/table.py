"""The collisionless table at its size: 100 million ids seen, 10 million admitted, one core.

Of ten ids one is seen twice, the second time after a twentieth of the stream; ids that are seen twice are admitted.
Beside its look-ups: a plain gather by row number from the same vectors, which is what they cost when nobody has to find
the row, and a Python dictionary that finds rows for the same ids.
"""

import argparse
import json
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # One core is what is measured; set before numpy is loaded.

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import psutil

from plainview.engine.online.keymap import Ids, mixed
from plainview.engine.online.table import EmbeddingTable, TableConfig

BATCH = 100_000
ASKED = 1_000
TURNS = 300


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of filling a table."""

    ids_seen: int
    admitted: int
    """Rows that were given."""
    late: int
    """Ids seen twice that have no row yet: a full bucket of the filter forgot their first sighting."""
    admitted_early: int
    """Ids seen once that have a row: their fingerprints met in the filter of sightings."""
    collisions: int
    """Rows that two ids share, and ids that are led to another id's row."""
    bytes_ratio: float
    """All bytes of the table over those of the vectors of its rows."""
    rss_ratio: float
    """The same by the system's count of this process's memory."""
    profiled_per_s: float
    slowest_batch_ms: float
    lookups_per_s: float
    gathers_per_s: float
    dict_lookups_per_s: float


def main() -> None:
    """Fill a table and look things up in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200,000 rows in place of 10 million")
    options = parser.parse_args()
    found = filled(200_000 if options.quick else 10_000_000, 64)
    print(json.dumps({key: round(value, 4) for key, value in asdict(found).items()}))


def filled(admitted: int, dim: int) -> Filled:
    """A table in which so many of ten times as many ids found a row, measured."""
    before = psutil.Process().memory_info().rss
    table = EmbeddingTable(TableConfig("bench", admitted * 11 // 10, dim, 2, sightings_bytes=admitted * 27))
    slowest, spent = streamed(table, admitted)
    rss = psutil.Process().memory_info().rss - before
    due = due_ids(0, admitted * 10)
    rows = table.remap(due)
    held = rows[rows != 0]
    wrong = int((table.ids[held] != due[rows != 0]).sum()) + len(held) - len(np.unique(held))
    dice = np.random.default_rng(1)
    asked = [due[dice.integers(0, len(due), ASKED)] for _ in range(TURNS)]
    places = [table.remap(each) for each in asked]
    known = due[: min(len(due), 1_000_000)]
    plain = dict(zip(known.tolist(), range(len(known)), strict=True))
    of_plain = [known[dice.integers(0, len(known), ASKED)].tolist() for _ in range(TURNS)]
    vectors = len(table) * dim * 4
    return Filled(
        admitted * 10,
        len(table),
        len(due) - len(held),
        len(table) - len(held),
        wrong,
        table.nbytes / vectors,
        rss / vectors,
        admitted * 11 / spent,
        slowest * 1e3,
        rate(lambda turn: table.vectors.take(table.remap(asked[turn]), axis=0)),
        rate(lambda turn: table.vectors.take(places[turn], axis=0)),
        rate(lambda turn: table.vectors.take([plain[each] for each in of_plain[turn]], axis=0)),
    )


def streamed(table: EmbeddingTable, admitted: int) -> tuple[float, float]:
    """The slowest batch and the sum of all, in seconds, of showing the table its ids."""
    slowest, spent, later = 0.0, 0.0, admitted // 2
    for start in range(0, admitted * 10 + later, BATCH):
        end = min(start + BATCH, admitted * 10)
        fresh = mixed(np.arange(start + 1, max(start, end) + 1, dtype=np.uint64))
        again = (
            due_ids(max(0, start - later), min(start - later + BATCH, admitted * 10)) if start >= later else fresh[:0]
        )
        batch = np.concatenate((fresh, again))
        started = time.perf_counter()
        table.profile(batch, 1)
        took = time.perf_counter() - started
        slowest, spent = max(slowest, took), spent + took
        table.take_changes()
    return slowest, spent


def due_ids(start: int, end: int) -> Ids:
    """The ids that are seen twice among those of this part of the stream."""
    numbers = np.arange(start + 1, end + 1, dtype=np.uint64)
    return mixed(numbers[numbers % np.uint64(10) == 0])


def rate(look_up: Callable[[int], object]) -> float:
    """Ids a second of looking up a thousand at a time: the vectors are copied out, as a ranker needs them."""
    started = time.perf_counter()
    for turn in range(TURNS):
        look_up(turn)
    return ASKED * TURNS / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
