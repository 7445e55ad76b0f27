"""Owns one request in the engine's own terms: slots for ids, marks for what may not be shown, tastes laid out for lookup."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plainview.engine.catalogue import Catalogue
from plainview.engine.covisits import CoWatched
from plainview.engine.learning import Learner
from plainview.engine.limits import Limits
from plainview.engine.lots import Lots
from plainview.engine.persons import Person
from plainview.engine.pools import Pools
from plainview.engine.scratch import Scratch
from plainview.engine.terms import CREATOR
from plainview.engine.worth import NEWCOMER_SHOWINGS
from plainview.ports.engine import Mode, PageRequest

Slots = NDArray[np.int32]
_NONE: Slots = np.zeros(0, np.int32)


class Asking:
    """What the sources and the score read. Call `done` at the end, so that the tastes leave the work space."""

    __slots__ = (
        "_out", "anchors", "catalogue", "co_watched", "followed", "held", "limits", "lots", "mode", "newcomer", "now_ms",
        "person", "pools", "request", "rising_now", "scratch", "size", "strength", "token",
    )  # fmt: skip

    def __init__(self, request: PageRequest, learner: Learner, scratch: Scratch, seed: int) -> None:
        self.request = request
        self.mode = request.mode
        self.catalogue: Catalogue = learner.catalogue
        self.pools: Pools = learner.pools
        self.co_watched: CoWatched = learner.co_watched
        self.limits: Limits = learner.limits
        self.scratch = scratch
        self.now_ms = request.now_ms
        self.size = min(max(request.size, 0), self.limits.page_items_max)
        self.lots = Lots(seed, request.person or 0, request.now_ms, len(request.in_session))
        self.token = scratch.next_token(self.catalogue)
        self.person: Person | None = None if request.person is None else learner.people.get(request.person)
        self.rising_now = 1.0 / learner.rising.weight_at(request.now_ms)
        self._out = self._mark()
        self.anchors: list[int] = []
        self.held, self.strength = _NONE, np.zeros(0, np.float32)
        self.newcomer = 1.0
        self.followed = self._creators(request.followed)
        if self.mode is not Mode.UNPROFILED:
            scratch.creator_followed[self.followed] = self.token
        if self.mode is Mode.FOR_YOU and self.person is not None:
            self._lay_out(self.person)

    def _mark(self) -> bool:
        """Marks what was seen and what is excluded; True when some creators are."""
        mark, token, person, known = self.scratch.mark, self.token, self.person, self.catalogue.known
        request = self.request
        alive = self.catalogue.alive
        soft = known(request.in_session)
        hard = known(request.excluded_items)
        out = self._creators(request.excluded_creators)
        if person is not None:
            _raise(mark, alive, person.seen.slots, token)
            hard += person.refused
            if person.hidden:
                self.scratch.creator_out[person.hidden] = token
        if soft:
            _raise(mark, alive, np.array(soft, np.int32), token)
        if hard:
            _raise(mark, alive, np.array(hard, np.int32), token + 1)
        self.scratch.creator_out[out] = token
        return bool(len(out)) or (person is not None and bool(person.hidden))

    def _lay_out(self, person: Person) -> None:
        held, opinion = person.tastes()
        self.held = held
        self.strength = opinion * self.catalogue.gains[held]
        self.scratch.taste[held] = self.strength
        self.anchors = person.enjoyed[::-1]
        self.newcomer = 1.0 / (1.0 + person.counts["shown"] / NEWCOMER_SHOWINGS)

    def _creators(self, creators: Sequence[int]) -> Slots:
        get = self.catalogue.terms.slots[CREATOR].get
        found = [slot for creator in creators if (slot := get(creator)) is not None]
        return np.array(found, np.int32) if found else _NONE

    def done(self) -> None:
        """Leaves the work space as it was."""
        self.scratch.taste[self.held] = 0.0

    def unseen(self, slots: Slots) -> Slots:
        """Those that may be shown and are new to the person, in order."""
        keep = self.scratch.mark[slots] < self.token
        if self._out:
            keep &= self.scratch.creator_out[self.catalogue.creator[slots]] != self.token
        return slots[keep]

    def seen_before(self) -> Slots:
        """Those that may be shown and are not new, the one seen longest ago first, each once."""
        person_seen = _NONE if self.person is None else self.person.seen.oldest_first()
        session = np.array(self.catalogue.known(self.request.in_session), np.int32)
        newest_first = np.concatenate((person_seen, session))[::-1]
        _, at = np.unique(newest_first, return_index=True)
        slots = newest_first[np.sort(at)][::-1]
        keep = self.scratch.mark[slots] == self.token
        keep &= self.scratch.creator_out[self.catalogue.creator[slots]] != self.token
        if self.mode is Mode.FOLLOWING:
            keep &= self.scratch.creator_followed[self.catalogue.creator[slots]] == self.token
        return slots[keep]

    @property
    def last_seen(self) -> int:
        """The slot that the person has before their eyes just now; -1 for none."""
        session = self.catalogue.known(self.request.in_session[-1:])
        if session:
            return session[-1]
        return -1 if self.person is None else self.person.seen.last


def _raise(mark: NDArray[np.int64], alive: NDArray[np.bool_], slots: Slots, to: int) -> None:
    """Marks these, but for removed items, whose mark is for good."""
    mark[slots[alive[slots]]] = to
