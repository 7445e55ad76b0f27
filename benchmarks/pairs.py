"""What else people take, where no order is known: TikTok's videos with their image and audio features.

The folder holds trnMat.tsv, valMat.tsv and tstMat.tsv (a line a pair: person, item), image_feat.npy and audio_feat.npy
(a row an item), as DiffMM's repository publishes them. Whole catalogue, seen items removed, ties counted against us;
ridge and weight of content tuned on validation, EASE's ridge as well; then fitted on training and validation pairs.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from plainview.engine.sequence.evaluating import Scorer, paired_chance, set_quality
from plainview.engine.sequence.histories import Histories, gathered
from plainview.engine.sequence.peers import Ials, Popularity
from plainview.engine.sequence.without_order import PairModel, PairShape, fit_pairs, likeness_of, taken_together

RIDGES, CONTENTS = (1.0, 3.0, 10.0, 30.0), (0.0, 0.3, 1.0, 3.0, 10.0, 30.0)


def main() -> None:
    """Tune on validation, compare on test, print the figures as the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    train, validation, test = (np.loadtxt(options.data / f"{part}Mat.tsv", np.int64) for part in ("trn", "val", "tst"))
    features = [np.load(options.data / f"{kind}_feat.npy").astype(np.float32) for kind in ("image", "audio")]
    likeness = torch.stack([likeness_of(each) for each in features]).mean(0)
    count = len(likeness)
    shape, bare = tuned(of(train, count), of(validation, count), likeness)
    known = np.concatenate([train, validation])
    learned, asked = of(known, count), of(test, count)
    found: dict[str, object] = {"people": len(learned), "items": count, "pairs": len(known) + len(test)}
    fits: dict[str, Callable[[], Scorer]] = {
        "popularity": lambda: Popularity(learned),
        "ials": lambda: Ials(learned, 0),
        "ease": lambda: fitted(learned, None, bare),
        "plainview": lambda: fitted(learned, likeness, shape),
    }
    each: dict[str, np.ndarray] = {}
    for name, fit in fits.items():
        started = time.process_time()
        model = fit()
        fit_cpu_s = time.process_time() - started
        each[name] = quality(model, learned, asked)
        recall, ndcg = each[name].mean(0).round(4).tolist()
        found[name] = {"recall20": recall, "ndcg20": ndcg, "fit_cpu_s": round(fit_cpu_s, 1)}
    best = max(set(each) - {"plainview"}, key=lambda name: float(each[name][:, 1].mean()))
    lead = {"best_peer": best, "chance_of_no_lead": paired_chance(each["plainview"][:, 1], each[best][:, 1])}
    print(json.dumps(found | lead | {"shape": [shape.ridge, shape.content], "ease_ridge": bare.ridge}))


def of(pairs: np.ndarray, item_count: int) -> Histories:
    """Each person's items; the person's number is the place."""
    people = int(pairs[:, 0].max()) + 1
    order = np.argsort(pairs[:, 0], kind="stable")
    ends = np.searchsorted(pairs[order, 0], np.arange(1, people))
    return gathered(np.split(pairs[order, 1], ends), item_count)


def tuned(learned: Histories, asked: Histories, likeness: torch.Tensor) -> tuple[PairShape, PairShape]:
    """The best shape on validation, and the best without content."""
    gram, worth = taken_together(learned), dict[PairShape, float]()
    for shape in [PairShape(ridge, content) for ridge in RIDGES for content in CONTENTS]:
        worth[shape] = float(quality(fit_pairs(gram, likeness, shape), learned, asked)[:, 1].mean())
        print(shape, round(worth[shape], 4), file=sys.stderr, flush=True)
    return max(worth, key=worth.__getitem__), max([each for each in worth if not each.content], key=worth.__getitem__)


def fitted(learned: Histories, likeness: torch.Tensor | None, shape: PairShape) -> PairModel:
    """The closed form on these pairs."""
    return fit_pairs(taken_together(learned), likeness, shape)


def quality(model: Scorer, known: Histories, asked: Histories) -> np.ndarray:
    """(people, 2): recall and NDCG at 20 of each of the people who are asked."""
    people = np.flatnonzero(asked.lengths)
    return set_quality(model, known.some(people), asked.some(people))


if __name__ == "__main__":
    main()
