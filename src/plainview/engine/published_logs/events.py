"""Owns the one form that all published logs are brought to: arrays of equal length, a row a view, in order of time."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from plainview.kernel.errors import PlainviewError

FLAGS = ("click", "long_view", "like", "comment", "share", "follow", "save", "not_interested", "creator_opened")
UNKNOWN_MS = -1


class LogUnreadableError(PlainviewError):
    """The file is not of the form that its publisher describes; see the message for what is missing or wrong."""

    code, status, title = "log_unreadable", 422, "The log cannot be read"


@dataclass(frozen=True, slots=True)
class Events:
    """n views. What a log does not tell is UNKNOWN_MS, or a flag that is missing from `flags`."""

    person: NDArray[np.int64]
    item: NDArray[np.int64]
    at_ms: NDArray[np.int64]
    """Unix milliseconds; where a log has no clock, a number that keeps its order, from 0 on."""
    watched_ms: NDArray[np.int64]
    duration_ms: NDArray[np.int64]
    flags: Mapping[str, NDArray[np.bool_]]
    """(n,) for each of FLAGS that the log tells of."""
    has_clock: bool = True

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, column.name)) for column in fields(self)[:5]}
        assert lengths | {len(flag) for flag in self.flags.values()} == lengths
        assert len(lengths) == 1
        assert set(self.flags) <= set(FLAGS)

    def __len__(self) -> int:
        return len(self.person)

    def in_order(self) -> "Events":
        """The same, the earliest first; views of one moment stay as they stood."""
        order = np.argsort(self.at_ms, kind="stable")
        columns = {column.name: getattr(self, column.name)[order] for column in fields(self)[:5]}
        return replace(self, **columns, flags={name: flag[order] for name, flag in self.flags.items()})
