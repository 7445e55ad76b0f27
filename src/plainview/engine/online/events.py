"""Owns the words of learning: what was served, what came back, a tick, and an example; and the first three as bytes.

What an example is learned with was written down when the page was served (ids, features, propensity), so that training
and serving can never see different numbers for one showing. A tick says that an interval is over: batches are cut by
the ticks in the log and by nothing else, so that learning from a log twice gives the same parameters.
"""

import struct
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.keymap import Ids
from plainview.ports.engine import SnapshotUnreadableError


class Action(IntEnum):
    """What a person may do with an item; the order of the network's heads."""

    WATCH = 0
    """Its value is the rank of the watch among those of items about as long, in [0, 1]; not seconds, not a share."""
    FINISH = 1
    LIKE = 2
    SHARE = 3
    COMMENT = 4
    FOLLOW = 5
    SAVE = 6
    NOT_INTERESTED = 7
    REPORT = 8


ACTIONS: Final = len(Action)


class Served(NamedTuple):
    """One place of a page as it was served: the receipt's line."""

    impression: int
    at_ms: int
    ids: Ids
    """(fields,) uint64: person, item, creator and so on, stirred so that no two fields share an id; 0 for none."""
    features: NDArray[np.float32]
    """(features,) float32, as the ranker saw them."""
    propensity: float
    """The chance with which this item was drawn for its place."""


class Feedback(NamedTuple):
    """What a person did with something served."""

    event: int
    """The event's id. Of two about one action of one impression, the one with the larger id counts."""
    impression: int
    action: Action
    value: float
    """In [0, 1]: 1 for done, 0 for undone, a rank for WATCH."""
    at_ms: int


class Tick(NamedTuple):
    """An interval is over: learn now from what came since the last one."""

    at_ms: int


class Forgotten(NamedTuple):
    """All that is held of this id is to be erased, and not to come back when the log is read again."""

    id: int
    at_ms: int


class Examples(NamedTuple):
    """A batch to learn from. The gradient of an action's loss is `positive · (chance − 1) + negative · chance`."""

    ids: Ids
    """(n, fields)"""
    features: NDArray[np.float32]
    """(n, features)"""
    positive: NDArray[np.float32]
    """(n, ACTIONS): how much it speaks for the action; negative where an earlier example said too much."""
    negative: NDArray[np.float32]
    """(n, ACTIONS): how much it speaks against it."""
    propensity: NDArray[np.float32]
    """(n,)"""

    def part(self, rows: slice) -> "Examples":
        """Some of them."""
        ids, features, positive, negative, propensity = self
        return Examples(ids[rows], features[rows], positive[rows], negative[rows], propensity[rows])

    @property
    def first(self) -> NDArray[np.bool_]:
        """(n,) True for an impression's first example, False for a correction."""
        lowest: NDArray[np.float32] = np.minimum(self.positive, self.negative).min(axis=1, initial=0.0)
        return lowest >= 0


Event = Served | Feedback | Tick | Forgotten

_SERVED: Final = struct.Struct("<BqqfHH")
_FEEDBACK: Final = struct.Struct("<BqqBfq")
_TICK: Final = struct.Struct("<Bq")
_FORGOTTEN: Final = struct.Struct("<BQq")


def packed(event: Event) -> bytes:
    """An event as bytes, for a log."""
    if isinstance(event, Served):
        head = (1, event.impression, event.at_ms, event.propensity, len(event.ids), len(event.features))
        return _SERVED.pack(*head) + event.ids.tobytes() + event.features.tobytes()
    if isinstance(event, Feedback):
        return _FEEDBACK.pack(2, event.event, event.impression, event.action, event.value, event.at_ms)
    if isinstance(event, Forgotten):
        return _FORGOTTEN.pack(4, event.id, event.at_ms)
    return _TICK.pack(3, event.at_ms)


def unpacked(data: bytes) -> Event:
    """The event that these bytes say.

    Raises:
        SnapshotUnreadableError: they say none.
    """
    try:
        if data[0] == 1:
            _, impression, at_ms, propensity, fields, features = _SERVED.unpack_from(data)
            ids = np.frombuffer(data, np.uint64, fields, _SERVED.size)
            seen = np.frombuffer(data, np.float32, features, _SERVED.size + 8 * fields)
            return Served(impression, at_ms, ids, seen, propensity)
        if data[0] == 2:
            _, event, impression, action, value, at_ms = _FEEDBACK.unpack(data)
            return Feedback(event, impression, Action(action), value, at_ms)
        return Forgotten(*_FORGOTTEN.unpack(data)[1:]) if data[0] == 4 else Tick(_TICK.unpack(data)[1])
    except (struct.error, ValueError, IndexError) as error:
        raise SnapshotUnreadableError("A record of the event log cannot be read.") from error
