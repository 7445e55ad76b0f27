"""What knowing a video's content is worth before anybody has seen it: videos held out as brand-new, and real clips.

TikTok's pairs of person and video with image and audio features, as DiffMM's repository publishes them (trnMat.tsv,
valMat.tsv, tstMat.tsv, image_feat.npy, audio_feat.npy in the folder given by `--data`). One video in five is held out
with all its pairs: the product's engine learns from the rest, is then told of those videos, and each is scored for each
person who took one; the best 20 are judged. Beside it: the same engine told no content, the same with content as traits
only (random hyperplanes), the fitted model of what comes next by itself, what is popular, a lot, the nearest neighbours
by content, and iALS with a ridge regression from content to its factors.

Clips (`--clips`: a folder beside a clips.json, which says each one's `file`, `category`, `title` and `tags`): each is
described as the product does it, and the nearest others are asked for their category; beside it a histogram of colours,
and a lot. Others of the same recording, by the file's name up to its last `_`, are left out.
"""

import argparse
import asyncio
import json
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # One core is what is measured; set before numpy is loaded.

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.feeds.factors import solved
from plainview.engine.asking import Asking
from plainview.engine.content import Content
from plainview.engine.learning import Learner
from plainview.engine.ranking import TasteEngine
from plainview.engine.scoring import scored
from plainview.engine.scratch import Scratch
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Observation, PageRequest

Floats = NDArray[np.float32]
Scores = NDArray[np.floating]
NOW_MS = 1_800_000_000_000
LENGTH_MS = 20_000
LISTED = 20
QUICK_PEOPLE, QUICK_CLIPS = 100, 8


class Known(NamedTuple):
    """What is learned from, and what is asked."""

    features: Floats
    learned: NDArray[np.int64]
    """(pairs, 2): person, video."""
    new: NDArray[np.int64]
    """(new,) the videos held out."""
    people: list[int]
    """Who took some of them."""
    taken: list[set[int]]
    """By their places in `new`."""

    def histories(self) -> list[NDArray[np.int64]]:
        """What each of the people who are asked took before."""
        order = np.argsort(self.learned[:, 0], kind="stable")
        rows = self.learned[order]
        return [
            rows[np.searchsorted(rows[:, 0], each) : np.searchsorted(rows[:, 0], each, "right"), 1]
            for each in self.people
        ]


def main() -> None:
    """Prints what each way of placing new videos reaches; the last line is JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="TikTok's folder; without it that part is left out")
    parser.add_argument("--clips", type=Path, help="a folder of clips; without it that part is left out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="fewer people: less than a minute")
    options = parser.parse_args()
    found: dict[str, object] = {}
    if options.data:
        found["new_videos"] = placed(held_out(options.data, options.seed, QUICK_PEOPLE if options.quick else None))
    if options.clips:
        from benchmarks.content_clips import alike

        found["clips"] = asyncio.run(alike(options.clips, QUICK_CLIPS if options.quick else None))
    print(json.dumps(found))


def held_out(folder: Path, seed: int, people_max: int | None) -> Known:
    """One video in five drawn by lot, with all that was done with it."""
    pairs = np.concatenate([np.loadtxt(folder / f"{part}Mat.tsv", np.int64) for part in ("trn", "val", "tst")])
    features = [np.load(folder / f"{kind}_feat.npy").astype(np.float32) for kind in ("image", "audio")]
    alike = [each / np.sqrt((each * each).mean(axis=1, keepdims=True)) for each in features]
    dice = np.random.default_rng(seed)
    if people_max:
        pairs = pairs[pairs[:, 0] < people_max]
    new = np.sort(dice.permutation(len(features[0]))[: len(features[0]) // 5])
    is_new = np.isin(pairs[:, 1], new)
    asked = pairs[is_new]
    people = np.unique(asked[:, 0]).tolist()
    taken = [set(np.searchsorted(new, asked[asked[:, 0] == person, 1]).tolist()) for person in people]
    learned = pairs[~is_new]
    return Known(np.concatenate(alike, axis=1), learned[dice.permutation(len(learned))], new, people, taken)


def placed(known: Known) -> dict[str, object]:
    """Recall and NDCG of the best LISTED new videos, for each way of scoring them."""
    from benchmarks.content_next import by_next

    ways: dict[str, Callable[[Known], Scores]] = {
        "plainview": lambda known: by_engine(known, known.features, whole=True),
        "content_as_traits_only": lambda known: by_engine(known, known.features, whole=False),
        "no_content": lambda known: by_engine(known, None, whole=True),
        "what_comes_next_alone": by_next,
        "neighbours_by_content": by_neighbours,
        "ials_and_ridge": by_ridge,
        "popular": lambda known: np.zeros((len(known.people), len(known.new))),
        "lot": lambda known: np.random.default_rng(7).random((len(known.people), len(known.new))),
    }
    found: dict[str, object] = {"people": len(known.people), "new": len(known.new), "pairs": len(known.learned)}
    for name, way in ways.items():
        started = time.process_time()
        recall, ndcg = judged(way(known), known.taken)
        found[name] = {"recall20": round(recall, 4), "ndcg20": round(ndcg, 4)}
        print(name, found[name], f"{time.process_time() - started:.1f} s", file=sys.stderr, flush=True)
    return found


def judged(scores: Scores, taken: list[set[int]]) -> tuple[float, float]:
    """Mean recall and NDCG; equal scores in an order drawn by lot."""
    lots = np.random.default_rng(3).random(scores.shape)
    best = np.lexsort((lots, -scores), axis=1)[:, :LISTED]
    gains = 1.0 / np.log2(np.arange(2, LISTED + 2))
    recall, ndcg = [], []
    for row, wanted in zip(best, taken, strict=True):
        hit = np.isin(row, list(wanted))
        recall.append(hit.sum() / len(wanted))
        ndcg.append((hit * gains).sum() / gains[: min(len(wanted), LISTED)].sum())
    return float(np.mean(recall)), float(np.mean(ndcg))


class Untold(Content):
    """Keeps nothing of what it is told."""

    def put(self, slot: int, text: str, features: object, spoken: object = None) -> None:  # noqa: ARG002 - The point.
        """Makes room only."""
        super().put(slot, "", None)


def by_engine(known: Known, features: Floats | None, whole: bool) -> Scores:
    """The engine's scores; `whole` for content as the product uses it, else as traits only."""
    engine = TasteEngine(seed=1)
    learner: Learner = engine._learner  # What is asked for here, a score of everything, no page gives.
    if not whole:
        learner.catalogue.content = Untold(1, learner.limits.vector_size)

    def facts(item: int) -> ItemFacts:
        content = None if features is None else features[item].tolist()
        return ItemFacts(ItemId(item + 1), PersonId(1_000_000 + item), LENGTH_MS, NOW_MS, features=content)

    count, new = int(known.learned[:, 1].max()) + 1, set(known.new.tolist())
    engine.add_items([facts(item) for item in range(count) if item not in new])
    for person, item in known.learned.tolist():
        for kind in (EventKind.SHOWN, EventKind.FINISHED):
            engine.observe([Observation(PersonId(person + 1), kind, NOW_MS, ItemId(item + 1))])
    engine.add_items([facts(item) for item in known.new.tolist()])
    slots, scratch = np.array(learner.catalogue.known([ItemId(item + 1) for item in known.new.tolist()])), Scratch()
    found = []
    for person in known.people:
        asking = Asking(PageRequest(NOW_MS, person=PersonId(person + 1)), learner, scratch, 1)
        found.append(scored(asking, slots).scores)
        asking.done()
    return np.stack(found)


def by_neighbours(known: Known) -> Scores:
    """How much each new video is like what a person took: the sum of cosines, each feature brought to mean zero."""
    centred = known.features - known.features.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    alike = centred @ centred[known.new].T
    return np.stack([alike[history].sum(axis=0) for history in known.histories()])


def by_ridge(known: Known, rank: int = 32, rounds: int = 6, ridge: float = 30.0) -> Scores:
    """Factors by iALS on what is known, those of new items foretold from content by a ridge regression."""
    people, items = int(known.learned[:, 0].max()) + 1, len(known.features)
    factors = np.random.default_rng(1).standard_normal((items, rank)) * 0.1
    who, what = known.learned[:, 0], known.learned[:, 1]
    for _ in range(rounds):
        mine = solved(factors, who, what, people)
        factors = solved(mine, what, who, items)
    often = np.bincount(what, minlength=items)
    weights = often / (often + 4.0)
    told = np.concatenate((known.features - known.features.mean(axis=0), np.ones((items, 1))), axis=1)
    weighted = (told * weights[:, None]).T
    guess = told @ np.linalg.solve(weighted @ told + ridge * np.eye(told.shape[1]), weighted @ factors)
    found: Scores = mine[known.people] @ guess[known.new].T
    return found


if __name__ == "__main__":
    main()
