"""Owns one question from the command line: how well is what comes next foreseen in this file?"""

import json
import sys
from pathlib import Path

import torch

from plainview.engine.sequence.comparing import compare
from plainview.engine.sequence.next_item import QUICK, NextItemShape
from plainview.engine.sequence.reading import HistoriesUnreadableError, read_histories, with_traits

ASKED_MIN = 2


def run(path: Path, traits: Path | None, seeds: int, threads: int, quick: bool) -> str:
    """The figures of the model and its peers on this file, as JSON; how far it is goes to standard error.

    Raises:
        HistoriesUnreadableError: the file is in no known form, or nobody in it has three items.
    """
    torch.set_num_threads(threads)
    named = read_histories(path)
    if traits:
        named = with_traits(named, traits)
    if int((named.histories.lengths > ASKED_MIN).sum()) < ASKED_MIN:
        raise HistoriesUnreadableError("Two people with three items each are the least to learn from and to ask about.")
    figures = compare(named, QUICK if quick else NextItemShape(), range(seeds), told)
    return json.dumps(figures)


def told(words: str) -> None:
    """Says how far it is."""
    print(words, file=sys.stderr, flush=True)
