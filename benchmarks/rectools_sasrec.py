"""SASRec of RecTools 0.19 with its defaults, but for the length of a history, which MovieLens needs, and of training.

It trains for the time it is given: its default, three epochs, is 24 steps on a small set, which teaches it nothing.

Reads people's known items, writes each one's first ten of the items not seen.
It runs where RecTools is, and imports nothing of ours.
"""

import sys

import numpy as np
import pandas as pd
import torch
from pytorch_lightning import Trainer
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel


def main(given: str, made: str, seconds: str, threads: str) -> None:
    """Fit and recommend."""
    torch.set_num_threads(int(threads))
    known = np.load(given)
    starts = known["starts"]
    people = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    places = np.arange(len(people)) - np.repeat(starts[:-1], np.diff(starts))
    events = pd.DataFrame(
        {
            Columns.User: people,
            Columns.Item: known["items"],
            Columns.Weight: 1.0,
            Columns.Datetime: pd.Timestamp("2000-01-01") + pd.to_timedelta(places, "s"),
        }
    )
    dataset = Dataset.construct(events)
    model = SASRecModel(session_max_len=200, get_trainer_func=lambda: for_so_long(float(seconds)))
    model.fit(dataset)
    everybody = np.arange(len(starts) - 1)
    shown = model.recommend(everybody, dataset, k=10, filter_viewed=True)
    first_ten = np.full((len(everybody), 10), -1)
    first_ten[shown[Columns.User], shown[Columns.Rank] - 1] = shown[Columns.Item]
    np.save(made, first_ten)


def for_so_long(seconds: float) -> Trainer:
    """RecTools' own trainer, but for when it stops."""
    return Trainer(
        max_epochs=-1, max_time={"seconds": seconds}, deterministic=True, devices=1, logger=False,
        enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
