"""Does the engine learn from real people? Recommend before each event of MovieLens-100K in time order, then learn it.

Give the folder of `ml-100k.inter` and `ml-100k.item` (GroupLens publishes the data; RecBole's form of it is read).
Whole catalogue; what the person has rated is left out; hit rate and NDCG at 10 for the film that is really rated next,
where it is rated 4 or 5. Beside it, in the same run: the most rated films so far, and films drawn by lot. A rating of
4 or 5 counts as finished, 1 or 2 as skipped.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from plainview.engine.ranking import TasteEngine
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Observation, PageRequest

MEAN_LENGTH_MS = 60_000
WARM_EVENTS = 5
FIRST_FIT, FITTED_AGAIN = 4_000, 1.5
"""The first fit after so many ratings, and again whenever there are so many times as many."""


def main() -> None:
    """Read the data, play it back once, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=4, help="ask before every so many events; all are learned from")
    parser.add_argument("--fits", action="store_true", help="fit the model of what comes next, too, on what is past")
    options = parser.parse_args()
    engine = TasteEngine(seed=1)
    films = read_films(options.folder / "ml-100k.item")
    engine.add_items(films)
    figures = played(engine, read_ratings(options.folder / "ml-100k.inter"), len(films), options)
    print(json.dumps(figures))


def read_films(path: Path) -> list[ItemFacts]:
    """All films, genres as tags; each is its own creator."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [
        ItemFacts(ItemId(int(row[0])), PersonId(10_000 + int(row[0])), MEAN_LENGTH_MS, 0, tags=row[3].split())
        for row in rows
    ]


def read_ratings(path: Path) -> list[tuple[int, int, int, int]]:
    """(time, person, film, rating) in order of time."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return sorted((int(float(row[3])), int(row[0]), int(row[1]), int(float(row[2]))) for row in rows)


def played(
    engine: TasteEngine, ratings: list[tuple[int, int, int, int]], films: int, options: argparse.Namespace
) -> dict[str, float]:
    """Hit rate and NDCG at 10 of the engine and of the most rated films, over the asked events."""
    counts: dict[int, int] = {}
    seen: dict[int, set[int]] = {}
    gains: dict[str, list[float]] = {"engine": [], "popular": []}
    fit_at: float = FIRST_FIT
    for number, (at_s, person, film, rating) in enumerate(ratings):
        mine = seen.setdefault(person, set())
        if options.fits and number >= fit_at:
            fit_at = number * FITTED_AGAIN
            adopt_a_fit(engine)
        if number % options.every == 0 and rating >= 4 and len(mine) >= WARM_EVENTS:
            request = PageRequest(now_ms=at_s * 1000, size=10, person=PersonId(person), without_sources=["fresh"])
            gains["engine"].append(gain([ranked.item for ranked in engine.page(request).items], film))
            popular = sorted((known for known in counts if known not in mine), key=lambda each: -counts[each])[:10]
            gains["popular"].append(gain(popular, film))
        mine.add(film)
        counts[film] = counts.get(film, 0) + 1
        kinds = [
            EventKind.SHOWN,
            *([EventKind.FINISHED] if rating >= 4 else [EventKind.SKIPPED] if rating <= 2 else []),
        ]
        engine.observe([Observation(PersonId(person), kind, at_s * 1000, ItemId(film)) for kind in kinds])
    found = {"asked": float(len(gains["engine"])), "hr10_by_lot": round(10 / films, 4)}
    for name, values in gains.items():
        found[f"hr10_{name}"] = round(sum(value > 0 for value in values) / len(values), 4)
        found[f"ndcg10_{name}"] = round(sum(values) / len(values), 4)
    return found


def adopt_a_fit(engine: TasteEngine) -> None:
    """Fit on all that the engine knows by now, and nothing later, as the product does by night."""
    import torch

    from plainview.engine.sequence.nightly import NightlyShape, fitted
    from plainview.engine.sequence.told import gathered_up

    # As the product's fit has; two threads waiting for each other on busy cores took eight times the processor time.
    torch.set_num_threads(1)
    started = time.process_time()
    engine.adopt(fitted(gathered_up(slices(engine)), NightlyShape()).to_bytes())
    print(f"fitted in {time.process_time() - started:.1f} s of processor time", file=sys.stderr)


def slices(engine: TasteEngine) -> Iterator[bytes]:
    """All that a fit is told."""
    at: tuple[int, int] | None = (0, 0)
    while at is not None:
        told, at = engine.lesson(at)
        yield told


def gain(page: Sequence[int], film: int) -> float:
    """The discounted gain of one page for the one film that was next."""
    return 1 / math.log2(page.index(film) + 2) if film in page else 0.0


if __name__ == "__main__":
    main()
