"""Owns the showings that wait for an answer: what was known when a video was shown, and what came back of it.

The numbers are those that a page would have made at that moment, before anything is learned of the showing. A showing
is taught when the first answer has come; what comes later, a like or the end of a watch, is taught as the difference
between what is true now and what was taught (after `engine/online/joiner.py`). A ring of fixed size: beyond it the
showings of longest ago are taken as they are.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.foretelling import ACTIONS, INPUTS, WATCH, Foretelling
from plainview.engine.growing import grown
from plainview.engine.worth import REPLAYED_FROM
from plainview.ports.engine import EventKind

_AT_ONCE: Final = 32
_ACTION: Final[dict[EventKind, tuple[int, float]]] = {
    kind: (ACTIONS.index(action), happened)
    for kind, action, happened in (
        (EventKind.FINISHED, "finish", 1.0),
        (EventKind.LIKE, "like", 1.0),
        (EventKind.UNLIKE, "like", 0.0),
        (EventKind.SHARE, "share", 1.0),
        (EventKind.COMMENT, "comment", 1.0),
        (EventKind.FOLLOW, "follow", 1.0),
        (EventKind.UNFOLLOW, "follow", 0.0),
        (EventKind.SAVE, "save", 1.0),
        (EventKind.UNSAVE, "save", 0.0),
        (EventKind.NOT_INTERESTED, "not_interested", 1.0),
        (EventKind.UNDO_NOT_INTERESTED, "not_interested", 0.0),
        (EventKind.REPORT, "report", 1.0),
    )
}
_REPLAY: Final = ACTIONS.index("replay")
COLUMNS: Final = ("of_person", "of_item", "placed", "told", "true", "taught", "opened")


class Watch(NamedTuple):
    """A showing that was watched."""

    person: int
    told: NDArray[np.float32]
    """(inputs,) what was known before."""
    rank: float
    foretold: float


class Showings:
    """Columns of one ring, by row; `rows` finds the last showing of an item to a person."""

    def __init__(self, held_max: int) -> None:
        self._held_max = held_max
        self.of_person: NDArray[np.int64] = np.zeros(0, np.int64)
        """The person's number; -1 for a row that was forgotten."""
        self.of_item: NDArray[np.int32] = np.zeros(0, np.int32)
        self.placed: NDArray[np.bool_] = np.zeros(0, np.bool_)
        """Whether a page of ours had placed it."""
        self.told: NDArray[np.float32] = np.zeros((0, INPUTS), np.float32)
        self.true: NDArray[np.float32] = np.zeros((0, len(ACTIONS)), np.float32)
        """What has come back so far: 0 or 1, and for the watch the rank of its length."""
        self.taught: NDArray[np.float32] = np.zeros((0, len(ACTIONS)), np.float32)
        self.opened: NDArray[np.int8] = np.zeros((0, 2), np.int8)
        """Of all actions but the watch, and of the watch: 0 not known yet, 1 known, 2 taught."""
        self.count = 0
        """How many showings there ever were."""
        self.waiting: list[int] = []
        self.rows: dict[tuple[int, int], int] = {}

    @property
    def held(self) -> int:
        """How many rows are in use."""
        return min(self.count, self._held_max)

    def show(self, person: int, slot: int, told: list[float], foretelling: Foretelling, *, placed: bool) -> None:
        """Notes a showing; where the ring is full, in place of the one of longest ago."""
        row = self.count % self._held_max
        if row in self.waiting:
            self.teach(foretelling)
        if self.count >= self._held_max:
            self._drop(row)
        elif row >= len(self.told):
            for name in COLUMNS:
                setattr(self, name, grown(getattr(self, name), row + 1))
        self.count += 1
        self.of_person[row], self.of_item[row], self.placed[row], self.told[row] = person, slot, placed, told
        self.true[row] = self.taught[row] = 0.0
        self.opened[row] = 0
        self.rows[person, slot] = row

    def answer(self, person: int, slot: int, kind: EventKind, share: float, rank: float) -> bool:
        """Notes what came back; True when it is time to `teach`. Nothing for what was not shown.

        Args:
            share: for a watch, how many times its length the video was watched.
            rank: for a watch, its rank among the watches of videos as long, in (0, 1).
        """
        row = self.rows.get((person, slot))
        if row is None:
            return False
        if kind is EventKind.WATCHED:
            self.true[row, WATCH] = rank
            self.true[row, _REPLAY] = max(float(share >= REPLAYED_FROM), float(self.true[row, _REPLAY]))
            self._open(row, 1)
        action = _ACTION.get(kind)
        if action is not None:
            self.true[row, action[0]] = action[1]
        self._open(row, 0)
        if row not in self.waiting:
            self.waiting.append(row)
        return len(self.waiting) >= _AT_ONCE

    def teach(self, foretelling: Foretelling) -> list[Watch]:
        """Tells the lines all that waits; gives back the watches of what our own pages placed, the first time each."""
        rows, self.waiting = self.waiting, []
        if not rows:
            return []
        opened = np.repeat(self.opened[rows, :1] == 1, len(ACTIONS), axis=1)
        opened[:, WATCH] = self.opened[rows, 1] == 1
        true = self.true[rows]
        changes = (true - self.taught[rows]).astype(np.float64)
        foretold = foretelling.learn(self.told[rows], opened.astype(np.float64), changes)[:, WATCH]
        watches = [
            Watch(int(self.of_person[row]), self.told[row], float(self.true[row, WATCH]), chance)
            for row, chance, first in zip(rows, foretold.tolist(), opened[:, WATCH].tolist(), strict=True)
            if first and self.placed[row]
        ]
        self.taught[rows] = true
        self.opened[rows] = np.minimum(2 * self.opened[rows], 2)
        return watches

    def fresh(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of showings that wait to be taught for the first time, those that a page of ours placed.

        Returns:
            (n, INPUTS) what was known of them, and (n, actions) what came back.
        """
        rows = [row for row in self.waiting if self.placed[row] and self.opened[row, 0] == 1]
        return self.told[rows], self.true[rows]

    def forget(self, person: int) -> None:
        """Erases all of a person's showings."""
        for row in np.flatnonzero(self.of_person[: self.held] == person).tolist():
            self._drop(row)
            self.of_person[row], self.of_item[row], self.placed[row], self.told[row] = -1, -1, False, 0.0
            self.true[row] = self.taught[row] = 0.0
            self.opened[row] = 0
        self.waiting = [row for row in self.waiting if self.of_person[row] >= 0]

    def find_rows(self) -> None:
        """Makes `rows` anew from the columns, after a restart."""
        self.rows = {}
        first = self.count - self.held
        for at in range(first, self.count):
            row = at % self._held_max
            if self.of_person[row] >= 0:
                self.rows[int(self.of_person[row]), int(self.of_item[row])] = row

    def _open(self, row: int, which: int) -> None:
        if not self.opened[row, which]:
            self.opened[row, which] = 1

    def _drop(self, row: int) -> None:
        key = (int(self.of_person[row]), int(self.of_item[row]))
        if self.rows.get(key) == row:
            del self.rows[key]
