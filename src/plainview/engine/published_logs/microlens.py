"""Owns the log of MicroLens (Ni et al., 2023): who commented on which video when. It tells of no watch times."""

from pathlib import Path

import numpy as np

from plainview.engine.published_logs.events import UNKNOWN_MS, Events
from plainview.engine.published_logs.tables import read_columns, whole


def read_microlens(path: Path) -> Events:
    """The interactions of a `MicroLens-*_pairs.csv`, in order of time: each is a comment.

    Raises:
        LogUnreadableError: a column is missing, or a cell is no number.
    """
    columns = read_columns(path, ("user", "item", "timestamp"))
    unknown = np.full(len(columns["user"]), UNKNOWN_MS, np.int64)
    person, item, at_ms = (whole(columns[name]) for name in ("user", "item", "timestamp"))
    return Events(person, item, at_ms, unknown, unknown, {"comment": np.ones(len(person), np.bool_)}).in_order()
