"""Owns what is held about one person: tastes by trait, last events, what was seen, refused and hidden. All bounded."""

import math

import numpy as np
from numpy.typing import NDArray

from plainview.engine.growing import IntList
from plainview.engine.habits import Habits
from plainview.engine.limits import Limits
from plainview.engine.worth import FAST_KEPT, FAST_SHARE, NEWCOMER_SHOWINGS, SLOW_KEPT, SLOW_SHARE

COUNTS = (
    "events",
    "shown",
    "finished",
    "skipped",
    "skip_ms_sum",
    "watches",
    "worth_thousandths",
    "last_ms",
    "on_pages",
)
_SHOWN = 0  # The number of `EventKind.SHOWN`, the first of its kind.
_NOWHERE: NDArray[np.int16] = np.zeros(0, np.int16)
EVENT = np.dtype(
    [
        ("item", np.int32),
        ("kind", np.int8),
        ("value", np.float32),
        ("at_ms", np.int64),
        ("placed", np.bool_),
        ("met_ms", np.int64),
    ]
)
"""`at_ms` is of the last that was done with the item; `met_ms` of the last showing or, where there was none, of the
first that was done."""


class Seen:
    """The slots of what a person has seen, oldest first, up to a cap; beyond it the oldest are forgotten."""

    __slots__ = ("_cap", "cursor", "list")

    def __init__(self, cap: int, seen: NDArray[np.int32] | None = None, cursor: int = 0) -> None:
        self._cap = cap
        self.list = IntList(seen)
        self.cursor = cursor

    def add(self, slot: int) -> None:
        """Notes that an item was seen now."""
        if self.list.count < self._cap:
            self.list.append(slot)
            return
        self.list.room[self.cursor] = slot
        self.cursor = (self.cursor + 1) % self._cap

    @property
    def slots(self) -> NDArray[np.int32]:
        """(n,) int32, in no order that matters: a view."""
        return self.list.values

    def oldest_first(self) -> NDArray[np.int32]:
        """(n,) int32, in order of seeing; one that was seen twice is in it twice."""
        return np.roll(self.list.values, -self.cursor)

    @property
    def last(self) -> int:
        """The slot that was seen last; -1 for none."""
        if not self.list.count:
            return -1
        return int(self.list.room[(self.cursor - 1) % self.list.count])


class Person:
    """One person's state. Tastes are two numbers per trait: what the last few events say, and what hundreds say."""

    __slots__ = (
        "counts", "enjoyed", "event_count", "events", "fast", "forgotten", "habits", "hidden", "refused", "row", "seen",
        "slow", "term_count", "terms", "unsolved",
    )  # fmt: skip

    def __init__(self, limits: Limits) -> None:
        self.terms = np.zeros(limits.tastes_per_person, np.int32)
        self.fast = np.zeros(limits.tastes_per_person, np.float32)
        self.slow = np.zeros(limits.tastes_per_person, np.float32)
        self.term_count = 0
        self.events: NDArray[np.void] = np.zeros(limits.events_per_person, EVENT)
        self.event_count = 0
        self.enjoyed: list[int] = []
        self.seen = Seen(limits.seen_per_person_max)
        self.refused: list[int] = []
        self.hidden: list[int] = []
        self.counts = dict.fromkeys(COUNTS, 0)
        self.forgotten: dict[int, tuple[float, float]] = {}
        self.habits = Habits()
        self.row = -1
        """Where the learned vector is kept; -1 while nothing was learned."""
        self.unsolved = 0
        """How many answers came since that vector was solved."""

    @property
    def newcomer(self) -> float:
        """From 1, for one of whom nothing is known, towards 0."""
        return 1.0 / (1.0 + self.counts["shown"] / NEWCOMER_SHOWINGS + len(self.enjoyed))

    def facts(self, now_ms: int) -> tuple[float, ...]:
        """What the lines are told of the person, in the order of `foretelling.FACTS`."""
        counts = self.counts
        shown = counts["shown"] + 3.0
        last_ms = counts["last_ms"]
        pleased = counts["worth_thousandths"] / (1000.0 * shown)
        away_hours = max(now_ms - last_ms, 0) / 3_600_000.0 if last_ms else 0.0
        away = min(math.log2(1.0 + away_hours) / 8.0, 1.0)
        finishes, skips = (counts["finished"] + 1.0) / shown, (counts["skipped"] + 1.0) / shown
        return 1.0, self.newcomer, finishes - 1.0 / 3.0, skips - 1.0 / 3.0, min(max(pleased, -1.0), 1.0), away

    def remember(self, event: tuple[int, int, float, int, bool]) -> None:
        """Keeps (item, kind, value, time, whether a page of ours had placed it) in place of the oldest.

        What is known of an item already is added to.
        """
        item, kind, value, at_ms, placed = event
        self.counts["worth_thousandths"] += round(value * 1000.0)
        self.counts["last_ms"] = max(at_ms, self.counts["last_ms"])
        at = self._remembered(item) if item >= 0 else -1
        if at >= 0:
            self.events["value"][at] += value
            self.events["at_ms"][at] = at_ms
            if kind == _SHOWN:
                self.events["met_ms"][at] = at_ms
            self.events["placed"][at] = placed or (kind != _SHOWN and bool(self.events["placed"][at]))
            if kind != _SHOWN:
                self.events["kind"][at] = kind
            return
        self.events[self.event_count % len(self.events)] = (*event, at_ms)
        self.event_count += 1

    def answers(self) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The items that were answered to, and what all that was done with each is worth. A showing alone is none."""
        events = self.events[: self.event_count]
        items = events["item"]
        answered = items >= 0
        answered &= events["kind"] != _SHOWN
        return items[answered].astype(np.intp), events["value"][answered]

    def answer_to(self, item: int) -> float | None:
        """What this person did with an item is worth; None when it is not remembered."""
        at = self._remembered(item)
        return float(self.events["value"][at]) if at >= 0 else None

    def _remembered(self, item: int) -> int:
        """Where an item is among the events; -1 for nowhere. Mostly it is the latest of them."""
        if not self.event_count:
            return -1
        items, latest = self.events["item"], (self.event_count - 1) % len(self.events)
        if items[latest] == item:
            return latest
        at = int((items == item).argmax())
        return at if at < self.event_count and items[at] == item else -1

    def lean(
        self, traits: NDArray[np.int32], places: NDArray[np.int16], worth: float, likely: NDArray[np.int16] = _NOWHERE
    ) -> NDArray[np.int16]:
        """Moves the taste for these traits by what an event was worth; all others fade by one event.

        Args:
            traits: (n,) the different terms of one item, none of them 0.
            places: scratch, (terms,) int16, all -1 and left so.
            worth: see worth.py; negative moves away.
            likely: what the last call returned, whosoever it was: several events mostly say of one video what they do.

        Returns:
            (n,) where these tastes are held.
        """
        self.fast *= np.float32(FAST_KEPT)
        self.slow *= np.float32(SLOW_KEPT)
        at = likely
        if len(at) != len(traits) or (self.terms[at] != traits).any():
            at = self._found(traits, places)
        self.fast[at] += np.float32(worth)
        self.slow[at] += np.float32(worth)
        return at

    def _found(self, traits: NDArray[np.int32], places: NDArray[np.int16]) -> NDArray[np.int16]:
        """Where these traits are held, room being made for new ones."""
        held = self.terms[: self.term_count]
        places[held] = np.arange(self.term_count, dtype=np.int16)
        at = places[traits]
        places[held] = -1
        return self._make_places(traits, at) if (at < 0).any() else at

    def _make_places(self, traits: NDArray[np.int32], at: NDArray[np.int16]) -> NDArray[np.int16]:
        """Where these traits are held, room being made for new ones by giving up the weakest tastes."""
        new = np.flatnonzero(at < 0)
        free = min(len(new), len(self.terms) - self.term_count)
        at[new[:free]] = np.arange(self.term_count, self.term_count + free, dtype=np.int16)
        self.term_count += free
        given_up = len(new) - free
        if given_up:
            strength = np.abs(self.fast) + np.abs(self.slow)
            strength[at[at >= 0]] = np.inf
            weakest = np.argsort(strength, kind="stable")[:given_up].astype(np.int16)
            at[new[free:]] = weakest
            self.fast[weakest] = 0.0
            self.slow[weakest] = 0.0
        self.terms[at] = traits
        return at

    def lay_aside(self, term: int, most: int) -> None:
        """Takes one taste out, and keeps what it was with at most so many others that can be taken back."""
        count = self.term_count
        at = np.flatnonzero(self.terms[:count] == term)
        if not len(at):
            return
        self.forgotten.pop(term, None)
        self.forgotten[term] = (float(self.fast[at[0]]), float(self.slow[at[0]]))
        if len(self.forgotten) > most:
            del self.forgotten[next(iter(self.forgotten))]
        for held in (self.terms, self.fast, self.slow):
            held[: count - 1] = np.delete(held[:count], at[0])
            held[count - 1] = 0
        self.term_count = count - 1

    def take_back(self, term: int) -> None:
        """Adds a taste that was laid aside to what is thought of the trait by now."""
        fast, slow = self.forgotten.pop(term, (0.0, 0.0))
        at = np.flatnonzero(self.terms[: self.term_count] == term).astype(np.int16)
        if not len(at):
            at = self._make_places(np.array([term], np.int32), np.array([-1], np.int16))
        self.fast[at] += np.float32(fast)
        self.slow[at] += np.float32(slow)

    def tastes(self) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The traits on which there is an opinion and how strong it is, before their gains."""
        held = slice(0, self.term_count)
        return self.terms[held], opinion(self.fast[held], self.slow[held])


def opinion(fast: NDArray[np.float32], slow: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) what the two memories of some traits say together."""
    return np.float32(FAST_SHARE) * fast + np.float32(SLOW_SHARE) * slow


def without_tastes(person: Person, limits: Limits) -> Person:
    """The same person with tastes, events and tempo forgotten; what was seen, refused and hidden is kept."""
    fresh = Person(limits)
    fresh.seen, fresh.refused, fresh.hidden = person.seen, person.refused, person.hidden
    return fresh
