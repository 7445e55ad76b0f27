"""Owns the logs of Kuaishou: KuaiRand (Gao et al., CIKM 2022) and KuaiRec (Gao et al., CIKM 2022)."""

from pathlib import Path

import numpy as np

from plainview.engine.published_logs.events import Events
from plainview.engine.published_logs.tables import read_columns, whole

_KUAIRAND_FLAGS = {
    "is_click": "click",
    "long_view": "long_view",
    "is_like": "like",
    "is_comment": "comment",
    "is_forward": "share",
    "is_follow": "follow",
    "is_hate": "not_interested",
    "is_profile_enter": "creator_opened",
}


def read_kuairand(*paths: Path) -> Events:
    """The views of one or more `log_*.csv` of KuaiRand-Pure, -1K or -27K, in order of time.

    Raises:
        LogUnreadableError: a column is missing, or a cell is no number.
    """
    wanted = ("user_id", "video_id", "time_ms", "play_time_ms", "duration_ms", *_KUAIRAND_FLAGS)
    tables = [read_columns(path, wanted) for path in paths]
    columns = {name: np.concatenate([table[name] for table in tables]) for name in wanted}
    flags = {ours: columns[theirs] > 0 for theirs, ours in _KUAIRAND_FLAGS.items()}
    person, item, at_ms, watched_ms, duration_ms = (whole(columns[name]) for name in wanted[:5])
    return Events(person, item, at_ms, watched_ms, duration_ms, flags).in_order()


def read_kuairec(path: Path) -> Events:
    """The views of KuaiRec's `big_matrix.csv` or `small_matrix.csv`, in order of time. It tells of no actions.

    Raises:
        LogUnreadableError: a column is missing, or a cell is no number.
    """
    columns = read_columns(path, ("user_id", "video_id", "play_duration", "video_duration", "timestamp"))
    at_ms = whole(columns["timestamp"] * 1000.0)
    known = ~np.isnan(columns["timestamp"])  # Some rows of the small matrix have no time; they come first.
    return Events(
        whole(columns["user_id"]),
        whole(columns["video_id"]),
        np.where(known, at_ms, 0),
        whole(columns["play_duration"]),
        whole(columns["video_duration"]),
        {},
    ).in_order()
