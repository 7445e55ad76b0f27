"""What comes next, for real people: the model beside popularity, EASE, iALS and RecTools' SASRec, on each data set.

Whole catalogue, leave-one-out by order, seen items removed, ties counted against us, three seeds, one configuration
for all. `--data` takes files of people's histories (a line a person: id, then item ids, oldest first; or tab-separated
person, item, unix time); without it, all known files in the folder RANKING_DATA are taken. They are not ours
to hand on: MovieLens is at grouplens.org, the Amazon and LastFM sequences in the repository of S3-Rec.

RecTools needs an older numpy than ours, so its SASRec runs in an interpreter of its own, which `--rectools` names:
`uv venv peers && uv pip install --python peers/bin/python 'rectools[torch]==0.19.0'`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from plainview.engine.sequence.comparing import Outcome, compare
from plainview.engine.sequence.evaluating import Quality
from plainview.engine.sequence.histories import HeldOut
from plainview.engine.sequence.next_item import QUICK, NextItemShape
from plainview.engine.sequence.reading import read_histories, with_traits

KNOWN = {
    "ml1m": "ml-1m/sequences.tsv",
    "ml100k": "ml-100k/ml-100k.inter",
    "beauty": "s3rec/Beauty.txt",
    "toys": "s3rec/Toys_and_Games.txt",
    "lastfm": "s3rec/LastFM.txt",
}
QUICK_PEOPLE = 1500


def main() -> None:
    """Compare on each data set, and print the figures of all as the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, nargs="+", default=[], help="files of histories, or a folder of known ones"
    )
    parser.add_argument("--only", nargs="+", choices=KNOWN, default=list(KNOWN), help="of a folder's, only these")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0, help="for a long run in parts")
    parser.add_argument("--quick", action="store_true", help="one seed, no encoder, 1,500 people of the first data set")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rectools", type=Path, help="a Python that has RecTools, for its SASRec")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    files = found_files(options.data, options.only)
    found: dict[str, object] = {}
    for name, path in list(files.items())[: 1 if options.quick else None]:
        named = read_histories(path)
        traits = path.with_name(f"{path.stem}_item2attributes.json")
        if traits.exists():
            named = with_traits(named, traits)
        if options.quick:
            few = np.arange(min(QUICK_PEOPLE, len(named.histories)))
            named = replace(named, histories=named.histories.some(few))
        shape, seeds = (QUICK, 1) if options.quick else (NextItemShape(), options.seeds)
        guests = (
            {"sasrec_rectools": partial(rectools_sasrec, options.rectools, options.threads)} if options.rectools else {}
        )
        figures = compare(named, shape, range(options.first_seed, options.first_seed + seeds), told, guests)
        told(f"{name}: {json.dumps(figures)}")
        found[name] = figures
    print(json.dumps(found | flat(found)))


def told(words: str) -> None:
    """Says how far it is."""
    print(words, file=sys.stderr, flush=True)


def found_files(given: list[Path], only: list[str]) -> dict[str, Path]:
    """The files to run on, by name."""
    folder = given[0] if len(given) == 1 and given[0].is_dir() else None
    if given and folder is None:
        return {path.stem: path for path in given}
    if folder is None and "RANKING_DATA" in os.environ:
        folder = Path(os.environ["RANKING_DATA"])
    files = {name: folder / KNOWN[name] for name in only if (folder / KNOWN[name]).exists()} if folder else {}
    if not files:
        print(f"There is no data to rank. Name it with --data or RANKING_DATA.\n\n{__doc__}", file=sys.stderr)
        sys.exit(2)
    return files


def flat(found: dict[str, object]) -> dict[str, float]:
    """The figures that the README's table names."""
    values: dict[str, float] = {}
    for name, figures in found.items():
        assert isinstance(figures, dict)
        ours, peer = figures["plainview"], figures[figures["best_peer"]]
        values |= {f"{name}_{figure}": ours[figure] for figure in ("hr10", "ndcg10", "fit_s", "fit_cpu_s")}
        values |= {f"{name}_best_peer_{figure}": peer[figure] for figure in ("hr10", "ndcg10")}
        values[f"{name}_seeds"] = len(ours["ndcg10_each"])
    return values


def rectools_sasrec(python: Path, threads: int, asked: HeldOut, seconds: float) -> Outcome:
    """SASRec by RecTools, trained for so long by the clock: its first ten for each person, judged here."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "known.npz"), Path(folder, "first_ten.npy")
        np.savez(given, items=asked.known.items, starts=asked.known.starts)
        started, started_cpu = time.perf_counter(), children_cpu_s()
        script = Path(__file__).with_name("rectools_sasrec.py")
        subprocess.run(
            [python.absolute(), script, given, made, str(seconds), str(threads)],
            check=True,
            stdout=sys.stderr,
            cwd=folder,
        )
        fit_s, fit_cpu_s = time.perf_counter() - started, children_cpu_s() - started_cpu
        hits = np.load(made) == asked.targets[:, None]
    ranks = np.where(hits.any(1), hits.argmax(1), asked.known.item_count)
    return Outcome(Quality(ranks), fit_s, fit_cpu_s)


def children_cpu_s() -> float:
    """Processor time of all programs run from here that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
