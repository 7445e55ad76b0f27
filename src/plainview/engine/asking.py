"""Owns one request in the engine's own terms: slots for ids, marks for what may not be shown, tastes to look up."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plainview.engine.covisits import Following
from plainview.engine.learning import Learner
from plainview.engine.looked_up import looked_up
from plainview.engine.lots import Lots
from plainview.engine.persons import Person
from plainview.engine.scratch import Scratch
from plainview.engine.sequence.serving import State
from plainview.engine.terms import CREATOR
from plainview.engine.vectors import Line
from plainview.engine.weights import weights_by
from plainview.ports.engine import Mode, PageRequest

Slots = NDArray[np.intp]
NO_SLOTS: Slots = np.zeros(0, np.intp)
_NO_LINE: Line | None = None
_NO_HABIT: NDArray[np.float32] | None = None
_NO_STATE: State | None = None
_NO_TASTES: NDArray[np.float32] = np.zeros(0, np.float32)


class Asking:
    """What the sources and the score read. Call `done` at the end, so that the tastes leave the work space."""

    __slots__ = (
        "_out", "anchors", "catalogue", "followed", "following", "habit", "held", "kinds", "liked", "limits", "line",
        "lines", "looked", "lots", "met", "mode", "newcomer", "now_ms", "person", "pools", "request", "rising_now",
        "scratch", "size", "state", "strength", "token", "upcoming", "vectors", "weights",
    )  # fmt: skip

    def __init__(self, request: PageRequest, learner: Learner, scratch: Scratch, seed: int) -> None:
        self.request, self.mode, self.now_ms = request, request.mode, request.now_ms
        self.weights = weights_by(request.sliders)
        self.catalogue, self.pools, self.limits, self.scratch = (
            learner.catalogue,
            learner.pools,
            learner.limits,
            scratch,
        )
        self.size = min(max(request.size, 0), self.limits.page_items_max)
        self.lots = Lots(seed, request.person or 0, request.now_ms, len(request.in_session))
        self.token = scratch.next_token(self.catalogue)
        self.person: Person | None = None if request.person is None else learner.people.get(request.person)
        if request.acted:
            self.person = learner.imagined(request.acted)
        self.rising_now = 1.0 / learner.rising.weight_at(request.now_ms)
        self._out = self._mark()
        self.anchors: list[int] = []
        self.following: Following | None = None
        self.vectors, self.line = learner.vectors, _NO_LINE
        self.upcoming, self.state = learner.upcoming, _NO_STATE
        self.kinds, self.liked, self.met = learner.kinds, _NO_TASTES, _NO_TASTES
        self.habit = _NO_HABIT
        self.held, self.strength, self.newcomer = NO_SLOTS, _NO_TASTES, 1.0
        self.looked = self._looked_up()
        self.followed = self._creators(request.followed)
        if self.mode is not Mode.UNPROFILED:
            scratch.creator_followed[self.followed] = self.token
        if self.mode is Mode.FOR_YOU and self.person is not None:
            self._lay_out(self.person, learner)
        else:
            self.lines = learner.foretelling.for_page(self.weights.factor, 1.0)

    def _mark(self) -> bool:
        """Marks what was seen and what is excluded; True when some creators are."""
        mark, token, person, request = self.scratch.mark, self.token, self.person, self.request
        alive, known = self.catalogue.alive, self.catalogue.known
        hard = known(request.excluded_items)
        out = self._creators(request.excluded_creators).tolist()
        if person is not None:
            _raise(mark, alive, person.seen.slots, token)
            hard += person.refused
            out += person.hidden
        if request.in_session:
            _raise(mark, alive, np.array(known(request.in_session), np.intp), token)
        if hard:
            _raise(mark, alive, np.array(hard, np.intp), token + 1)
        if out:
            self.scratch.creator_out[out] = token
        return bool(out)

    def _lay_out(self, person: Person, learner: Learner) -> None:
        held, opinion = person.tastes()
        self.held = held.astype(np.intp)
        self.strength = opinion * self.catalogue.gains[self.held]
        self.scratch.taste[self.held] = self.strength
        self.anchors = person.enjoyed[::-1]
        if self.anchors:
            self.following = learner.co_watched.after(self.anchors)
        self.line = learner.vectors.line(person, self.catalogue)
        self.state = learner.upcoming.expected(person, self.catalogue, self.now_ms)
        self.liked = learner.kinds.opinion(person, learner.vectors, self.catalogue).liked
        self.met = learner.kinds.met(person, self.now_ms, self.catalogue.known(self.request.in_session))
        self.met *= np.float32(person.habits.tired_of_repeats)
        self.habit = person.habits.at_this_time(self.now_ms)
        self.newcomer = person.newcomer
        self.lines = learner.foretelling.for_page(self.weights.factor, self.newcomer, person.facts(self.now_ms))

    def _looked_up(self) -> dict[int, float]:
        """The traits that were looked for, laid out in the work space; none where the person wants none of it."""
        looked_for = self.request.looked_for
        if not looked_for or self.mode is not Mode.FOR_YOU or "looked_for" in self.request.without_sources:
            return {}
        found = looked_up(looked_for, self.catalogue.terms, self.limits)
        self.scratch.looked[list(found)] = list(found.values())
        return found

    def _creators(self, creators: Sequence[int]) -> Slots:
        if not creators:
            return NO_SLOTS
        get = self.catalogue.terms.slots[CREATOR].get
        return np.array([slot for creator in creators if (slot := get(creator)) is not None], np.intp)

    def done(self) -> None:
        """Leaves the work space as it was."""
        self.scratch.taste[self.held] = 0.0
        self.scratch.looked[list(self.looked)] = 0.0

    def unseen(self, slots: Slots) -> Slots:
        """Those that may be shown and are new to the person, in order."""
        keep = self.scratch.mark[slots] < self.token
        if self._out:
            keep &= self.scratch.creator_out[self.catalogue.creator[slots]] != self.token
        kept: Slots = slots[keep]
        return kept

    def first_unseen(self, slots: Slots, most: int) -> Slots:
        """At most so many of those that may be shown and are new to the person, the first ones."""
        found = self.unseen(slots[: 2 * most])
        return (found if len(found) >= most else self.unseen(slots))[:most]

    def seen_before(self) -> Slots:
        """Those that may be shown and are not new, the one seen longest ago first, each once."""
        person_seen = NO_SLOTS if self.person is None else self.person.seen.oldest_first()
        session = np.array(self.catalogue.known(self.request.in_session), np.intp)
        newest_first = np.concatenate((person_seen, session))[::-1].astype(np.intp)
        _, at = np.unique(newest_first, return_index=True)
        slots = newest_first[np.sort(at)][::-1]
        creators = self.catalogue.creator[slots]
        keep = self.scratch.mark[slots] == self.token
        keep &= self.scratch.creator_out[creators] != self.token
        if self.mode is Mode.FOLLOWING:
            keep &= self.scratch.creator_followed[creators] == self.token
        kept: Slots = slots[keep]
        return kept

    @property
    def last_seen(self) -> int:
        """The slot that the person has before their eyes just now; -1 for none."""
        session = self.catalogue.known(self.request.in_session[-1:])
        if session:
            return session[-1]
        return -1 if self.person is None else self.person.seen.last


def _raise(mark: NDArray[np.int64], alive: NDArray[np.bool_], slots: NDArray[np.integer], to: int) -> None:
    """Marks these, but for removed items, whose mark is for good."""
    mark[slots[alive[slots]]] = to
