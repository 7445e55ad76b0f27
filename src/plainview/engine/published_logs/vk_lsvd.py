"""Owns the log of VK-LSVD (2025): weeks of views in order of time, without a clock, watched times in whole seconds.

The weeks are published as Parquet. The engine reads no Parquet of its own: give the columns of a week as arrays, from
whatever reads them (`pyarrow.parquet.read_table(path).to_pydict()`, `polars.read_parquet(path).to_dict()`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plainview.engine.published_logs.events import UNKNOWN_MS, Events
from plainview.engine.published_logs.tables import require

_FLAGS = {
    "like": "like",
    "dislike": "not_interested",
    "share": "share",
    "bookmark": "save",
    "click_on_author": "creator_opened",
    "open_comments": "comment",
}


def read_vk_lsvd(weeks: Sequence[Mapping[str, ArrayLike]], durations_s: Mapping[int, int] | None = None) -> Events:
    """The views of some weeks, in the given order, which takes the clock's place. "comment": the comments were opened.

    Args:
        weeks: the columns of each week by name.
        durations_s: the videos' lengths in seconds by id, from the items' metadata; unknown where there is none.

    Raises:
        LogUnreadableError: a column is missing.
    """
    wanted = ("user_id", "item_id", "timespent", *_FLAGS)
    for number, week in enumerate(weeks):
        require(Path(f"week {number}"), list(week), wanted)

    def joined(name: str) -> NDArray[np.int64]:
        return np.concatenate([np.zeros(0, np.int64), *(np.asarray(week[name], np.int64) for week in weeks)])

    item = joined("item_id")
    lengths = durations_s or {}
    duration_ms = np.array(
        [lengths[each] * 1000 if each in lengths else UNKNOWN_MS for each in item.tolist()], np.int64
    )
    flags = {ours: joined(theirs) > 0 for theirs, ours in _FLAGS.items()}
    order = np.arange(len(item), dtype=np.int64)
    return Events(joined("user_id"), item, order, joined("timespent") * 1000, duration_ms, flags, has_clock=False)
