"""Owns how what was served and what came back become examples: each told once, and put right when more comes later.

The idea of joining online, with a bounded wait, is Monolith's (arXiv 2209.07663, section 2.2.1); of learning a fresh
example before all feedback is in, Ktena et al. 2019 (arXiv 1907.06558). What is taught late is not a guess here: the
joiner remembers what it has taught of an impression, and a later example is the difference between what is true now and
what was taught. So the sum of all examples of an impression is its true label, in whatever order its feedback came, and
hearing a thing twice teaches nothing.

Memory is bounded: a ring of impressions, the oldest forgotten first. What the ring holds is a function of the log from
`low_water` on: a joiner that is lost is made again by reading the log from there.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.events import ACTIONS, Action, Examples, Feedback, Served


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long and how much a joiner waits."""

    fields: int
    features: int
    held_max: int = 200_000
    """Impressions remembered at once."""
    wait_ms: int = 300_000
    """If no watch has ended by then, what came back so far is taught without it."""
    keep_ms: int = 86_400_000
    """Feedback that comes later than this is passed over."""


class Joiner:
    """Impressions that wait for feedback, and those that were taught and may have to be put right."""

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self.passed_over = 0
        """Feedback about impressions that are not held, or older than what is known."""
        size = waiting.held_max
        fields: list[Any] = [
            ("impression", np.int64),
            ("at_ms", np.int64),
            ("position", np.int64),
            ("settled", np.bool_),
            ("heard", np.int64, (ACTIONS,)),
            ("value", np.float32, (ACTIONS,)),
            ("taught", np.float32, (2, ACTIONS)),
            ("ids", np.uint64, (waiting.fields,)),
            ("features", np.float32, (waiting.features,)),
            ("propensity", np.float32),
        ]
        self._ring: NDArray[np.void] = np.zeros(size, np.dtype(fields))
        self._slots: dict[int, int] = {}
        self._head = 0
        self._tail = 0
        self._waited = 0
        self._now_ms = 0
        self._told: list[tuple[int, NDArray[np.float32]]] = []
        self._examples: list[Examples] = []

    def __len__(self) -> int:
        return self._head - self._tail

    @property
    def low_water(self) -> int | None:
        """The position in the log from which this state can be made again; None when nothing is held."""
        return int(self._ring["position"][self._tail % len(self._ring)]) if len(self) else None

    def serve(self, served: Served, position: int) -> None:
        """Remembers what was served, forgetting the oldest when there is no room. Serving a thing twice is once."""
        self.pass_time(served.at_ms)
        if served.impression in self._slots:
            self.passed_over += 1
            return
        if len(self) == len(self._ring):
            self._forget_oldest()
        slot = self._head % len(self._ring)
        ring = self._ring
        ring[slot] = np.zeros((), ring.dtype)
        ring["impression"][slot], ring["at_ms"][slot], ring["position"][slot] = (
            served.impression,
            self._now_ms,
            position,
        )
        ring["ids"][slot], ring["features"][slot] = served.ids, served.features
        ring["propensity"][slot] = served.propensity
        self._slots[served.impression] = slot
        self._head += 1

    def hear(self, feedback: Feedback) -> None:
        """Takes in what came back. An impression is taught when its watch ends, and again when more is known."""
        self.pass_time(feedback.at_ms)
        slot = self._slots.get(feedback.impression, -1)
        if slot < 0 or feedback.event <= self._ring["heard"][slot, feedback.action]:
            self.passed_over += 1
            return
        self._ring["heard"][slot, feedback.action] = feedback.event
        self._ring["value"][slot, feedback.action] = feedback.value
        if feedback.action == Action.WATCH:
            self._ring["settled"][slot] = True
        self._tell(slot)

    def forget(self, one_id: int) -> None:
        """Erases what is held of all impressions with this id. Their place is kept, and nothing is taught of them."""
        self._copy_out()
        for slot in np.flatnonzero((self._ring["ids"] == np.uint64(one_id)).any(axis=1)).tolist():
            held = self._ring[slot]
            if self._slots.get(int(held["impression"])) == slot:
                del self._slots[int(held["impression"])]
            at_ms, position = held["at_ms"], held["position"]
            self._ring[slot] = np.zeros((), self._ring.dtype)
            # No impression has this number; it leaves the ring when its time has come.
            self._ring["impression"][slot] = -1
            self._ring["at_ms"][slot], self._ring["position"][slot] = at_ms, position

    def pass_time(self, now_ms: int) -> None:
        """Settles what has waited long enough and forgets what is too old. Time never runs back."""
        self._now_ms = now_ms = max(now_ms, self._now_ms)
        while self._waited < self._head and self._at(self._waited) + self.waiting.wait_ms <= now_ms:
            self._settle(self._waited % len(self._ring))
            self._waited += 1
        while self._tail < self._head and self._at(self._tail) + self.waiting.keep_ms <= now_ms:
            self._forget_oldest()

    def take(self) -> Examples:
        """What there is to learn since this was last asked, in the order in which it became known."""
        self._copy_out()
        parts, self._examples = self._examples, []
        if not parts:
            return self._copied([])
        return Examples(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def _at(self, place: int) -> int:
        return int(self._ring["at_ms"][place % len(self._ring)])

    def _forget_oldest(self) -> None:
        slot = self._tail % len(self._ring)
        if self._waited == self._tail:
            self._settle(slot)
            self._waited += 1
        # Its slot is given to another: what is to be told of it is copied before.
        self._copy_out()
        self._slots.pop(int(self._ring["impression"][slot]), None)
        self._tail += 1

    def _settle(self, slot: int) -> None:
        """No longer waits for the watch. If nothing at all came back, nothing is known: it may never have been seen."""
        if self._ring["heard"][slot].any():
            self._ring["settled"][slot] = True
            self._tell(slot)

    def _tell(self, slot: int) -> None:
        entry = self._ring[slot]
        if not entry["settled"]:
            return
        # Nobody who watched and did not like says so: silence is against. But a watch that never ended is not known.
        known = np.ones(ACTIONS, np.float32)
        known[Action.WATCH] = entry["heard"][Action.WATCH] != 0
        true = np.stack((entry["value"], known - entry["value"]))
        more = true - entry["taught"]
        if more.any():
            self._ring["taught"][slot] = true
            self._told.append((slot, more))

    def _copy_out(self) -> None:
        if self._told:
            self._examples.append(self._copied(self._told))
            self._told = []

    def _copied(self, told: list[tuple[int, NDArray[np.float32]]]) -> Examples:
        entries = self._ring[np.array([slot for slot, _ in told], np.int64)]
        more = np.array([each for _, each in told], np.float32).reshape(-1, 2, ACTIONS)
        return Examples(entries["ids"], entries["features"], more[:, 0], more[:, 1], entries["propensity"])
