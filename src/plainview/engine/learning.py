"""Owns what an event changes: the item's record, the person's state, what is watched after what, the short lists."""

import logging
from collections.abc import Sequence
from typing import Final

import numpy as np

from plainview.engine.beforehand import Known, told
from plainview.engine.catalogue import CREATOR_AT, DURATION_AT, EXPOSURES_AT, HEAT_AT, WORTH_AT, Catalogue
from plainview.engine.covisits import CoWatched
from plainview.engine.fading import Fading
from plainview.engine.foretelling import KNOWN, NEW, PARTS, Foretelling
from plainview.engine.growing import grown
from plainview.engine.kinds import Kinds
from plainview.engine.limits import Limits
from plainview.engine.next_guard import NextGuard
from plainview.engine.persons import Person, without_tastes
from plainview.engine.pools import Pools
from plainview.engine.sequence.serving import NextModel
from plainview.engine.showings import Showings, Watch
from plainview.engine.terms import CREATOR, TAG, Name, length_number
from plainview.engine.upcoming import Upcoming
from plainview.engine.vectors import Vectors
from plainview.engine.watching import WatchRanks
from plainview.engine.worth import ACTION_WORTH, ENJOYED_FROM, RISING_HALF_LIFE_HOURS, WATCH_WORTH
from plainview.ports.engine import EventKind, Observation

_log = logging.getLogger(__name__)
_HOUR_MS = 3_600_000.0
# An event may be this much later than the latest before it; one from the far future would make all the rest look old.
_LEAP_MS_MAX: Final = 86_400_000
_TIRED: Final = PARTS.index("tired")
_NO_HAND: Final = np.ones(len(PARTS), np.float32)
_KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(EventKind)}
_REFUSALS: Final = {EventKind.NOT_INTERESTED, EventKind.REPORT}
# Of a video; of a topic, its choice is taken in by itself.
_SAYS_NOTHING: Final = {EventKind.UNMUTED, EventKind.PAUSED, EventKind.REASONS_OPENED, EventKind.CHOSE_TOPIC}
_ABOUT_CREATORS: Final = {EventKind.FOLLOW, EventKind.UNFOLLOW, EventKind.HIDE_CREATOR, EventKind.UNHIDE_CREATOR}
_COUNTED: Final = {
    EventKind.SHOWN: "shown",
    EventKind.FINISHED: "finished",
    EventKind.SKIPPED: "skipped",
    EventKind.WATCHED: "watches",
}


class Learner:
    """Everything that events change, and the one function that changes it."""

    def __init__(self, limits: Limits, catalogue: Catalogue, seed: int) -> None:
        self.limits = limits
        self.catalogue = catalogue
        self.people: dict[int, Person] = {}
        self.co_watched = CoWatched(limits.co_watched_per_item)
        self.vectors = Vectors(limits, seed)
        self.kinds = Kinds(limits, seed)
        self.upcoming = Upcoming()
        self.next_guard = NextGuard()
        self.ranks = WatchRanks()
        self.pools = Pools(limits)
        self.rising = Fading(RISING_HALF_LIFE_HOURS * _HOUR_MS)
        self._known = Known(catalogue, self.vectors, self.upcoming, self.co_watched, self.kinds, self.rising)
        self.clock_ms: int | None = None
        self.foretelling = Foretelling()
        self.showings = Showings(limits.showings_held)
        self._places = np.full(16, -1, np.int16)
        self._at = np.zeros(0, np.int16)

    def person(self, person: int) -> Person:
        """A person's state, made when there is none."""
        state = self.people.get(person)
        if state is None:
            state = self.people[person] = Person(self.limits)
        return state

    def observe(self, event: Observation) -> None:
        """Takes in one event. Unknown items, and events that say nothing, are passed over."""
        kind = event.kind
        slot = -1 if event.item is None else self.catalogue.slots.get(event.item, -1)
        about_creator = kind in _ABOUT_CREATORS
        if kind is EventKind.CHOSE_TOPIC:
            self._choose(event)
        if kind in _SAYS_NOTHING or (slot < 0 and not about_creator):
            return
        state = self.person(event.person)
        if slot >= 0 and self._made_by(slot) == event.person:
            # What people do with their own says nothing of their taste, and must not lift it.
            self._note_history(state, slot, kind)
            return
        at_ms = self._believable(event.at_ms)
        if kind is EventKind.SHOWN:
            state.counts["on_pages"] += event.position >= 0
            known = told(self._known, state, slot, at_ms, event.position)
            self.showings.show(event.person, slot, known, self.foretelling, placed=event.position >= 0)
        worth = self._worth(event, slot, state)
        if slot >= 0:
            self._note_answer(event, slot, worth)
            self._note_item(slot, kind, worth, at_ms)
            self._note_history(state, slot, kind)
        if kind is EventKind.WATCHED:
            state.habits.watch(at_ms, length_number(int(self.catalogue.facts[slot, DURATION_AT])), worth)
        if about_creator:
            self._note_creator(event, slot, state, worth)
        elif kind is not EventKind.SHOWN:
            self._lean(state, self.catalogue.traits[slot], worth)
        if slot >= 0 and worth >= ENJOYED_FROM and slot not in state.enjoyed:
            self._enjoy(state, slot, at_ms)
        state.counts["events"] += 1
        state.remember((slot, _KIND_NUMBERS[kind], worth, at_ms, event.position >= 0))
        if slot >= 0 and kind is not EventKind.SHOWN and self.vectors.note(event.person, state, slot):
            self.vectors.reserve(self.catalogue.count, len(self.catalogue.terms))
            answered = self.vectors.learn(self.people, self.catalogue)
            self.kinds.learn(answered, self.vectors, self.catalogue)

    def adopt(self, model: NextModel | None) -> None:
        """Puts this model of what comes next, or none, in the place of the one that serves."""
        self.upcoming.adopt(model, self.catalogue)
        self.next_guard = NextGuard()

    def take_in(self, piece: bytes, at: int) -> bool:
        """The same in slices; True once it serves."""
        serves = self.upcoming.take_in(piece, at, self.catalogue)
        if serves:
            self.next_guard = NextGuard()
        return serves

    def forget(self, person: int) -> bool:
        """Erases all that is held about a person; False when there was nothing."""
        state = self.people.pop(person, None)
        if state is not None:
            self.kinds.forget(state.row)
            self.vectors.forget(person, state)
            self.upcoming.forget()
            self.showings.forget(person)
        return state is not None

    def reset(self, person: int) -> bool:
        """Forgets a person's tastes, their learned vector and what they answered; False when there was nothing."""
        state = self.people.get(person)
        if state is not None:
            self.kinds.forget(state.row)
            self.vectors.forget(person, state)
            self.upcoming.forget()
            self.showings.forget(person)
            self.people[person] = without_tastes(state, self.limits)
        return state is not None

    def imagined(self, events: Sequence[Observation]) -> Person:
        """Somebody of whom only this is known, made anew. Nothing by which others are ranked is changed."""
        state = Person(self.limits)
        for event in events:
            slot = -1 if event.item is None else self.catalogue.slots.get(event.item, -1)
            if slot < 0 or event.kind in _SAYS_NOTHING:
                continue
            worth = ACTION_WORTH.get(event.kind, 0.0)
            if event.kind is EventKind.WATCHED:
                rank = self.ranks.rank(event.watched_ms, int(self.catalogue.facts[slot, DURATION_AT]))
                worth = WATCH_WORTH * (2.0 * rank - 1.0)
            self._note_history(state, slot, event.kind)
            if event.kind is not EventKind.SHOWN:
                self._lean(state, self.catalogue.traits[slot], worth)
            if worth >= ENJOYED_FROM and slot not in state.enjoyed:
                state.enjoyed.append(slot)
                del state.enjoyed[: -self.limits.anchors]
            at_ms = min(max(event.at_ms, 0), 1 << 60)
            state.remember((slot, _KIND_NUMBERS[event.kind], worth, at_ms, event.position >= 0))
        return state

    def _made_by(self, slot: int) -> Name:
        return self.catalogue.terms.names[int(self.catalogue.facts[slot, CREATOR_AT])]

    def _believable(self, at_ms: int) -> int:
        """The event's time, brought back to at most a day after the latest so far."""
        if self.clock_ms is None:
            self.clock_ms = min(max(at_ms, 0), 1 << 60)
        at_ms = min(max(at_ms, 0), self.clock_ms + _LEAP_MS_MAX)
        self.clock_ms = max(self.clock_ms, at_ms)
        return at_ms

    def _worth(self, event: Observation, slot: int, state: Person) -> float:
        if event.kind is not EventKind.WATCHED:
            if event.kind is EventKind.SKIPPED:
                state.counts["skip_ms_sum"] += min(max(event.watched_ms, 0), 600_000)
            return ACTION_WORTH.get(event.kind, 0.0)
        duration_ms = int(self.catalogue.facts[slot, DURATION_AT])
        rank = self.ranks.rank(event.watched_ms, duration_ms)
        self.ranks.add(event.watched_ms, duration_ms)
        return WATCH_WORTH * (2.0 * rank - 1.0)

    def _note_item(self, slot: int, kind: EventKind, worth: float, at_ms: int) -> None:
        catalogue = self.catalogue
        if kind is EventKind.SHOWN:
            catalogue.record[slot, EXPOSURES_AT] += 1.0
            catalogue.exposures_total += 1.0
        else:
            catalogue.record[slot, WORTH_AT] += worth
            catalogue.worth_total += worth
            weight = self.rising.weight(at_ms, catalogue.heat)
            catalogue.record[slot, HEAT_AT] += worth * weight
        self.pools.note(slot, catalogue)

    def _note_history(self, state: Person, slot: int, kind: EventKind) -> None:
        name = _COUNTED.get(kind)
        if name is not None:
            state.counts[name] += 1
        if state.seen.last != slot and (kind is EventKind.SHOWN or not (state.seen.slots == slot).any()):
            state.seen.add(slot)
        if kind in _REFUSALS and slot not in state.refused:
            state.refused.append(slot)
            del state.refused[: -self.limits.refused_per_person_max]
        if kind in _REFUSALS and slot in state.enjoyed:
            state.enjoyed.remove(slot)
        if kind is EventKind.UNDO_NOT_INTERESTED and slot in state.refused:
            state.refused.remove(slot)

    def _note_creator(self, event: Observation, slot: int, state: Person, worth: float) -> None:
        creator = event.creator
        if creator is None:
            if slot < 0:
                return
            term = int(self.catalogue.facts[slot, CREATOR_AT])
        else:
            term = self.catalogue.terms.slot(CREATOR, int(creator))
        if event.kind is EventKind.HIDE_CREATOR and term not in state.hidden:
            state.hidden.append(term)
        if event.kind is EventKind.UNHIDE_CREATOR and term in state.hidden:
            state.hidden.remove(term)
        self._lean(state, np.array([term], np.int32), worth)

    def _choose(self, event: Observation) -> None:
        """Makes a tag that there is a taste of the person's, before they have seen anything of it."""
        term = self.catalogue.terms.slots[TAG].get(event.tag.casefold())
        if term is not None:
            state, worth = self.person(event.person), ACTION_WORTH[event.kind]
            self._lean(state, np.array([term], np.int32), worth)
            state.counts["events"] += 1

    def _note_answer(self, event: Observation, slot: int, worth: float) -> None:
        """Joins an answer with the showing that it answers."""
        if event.kind is EventKind.SHOWN:
            return
        share, rank = 0.0, 0.0
        if event.kind is EventKind.WATCHED:
            share = event.watched_ms / max(int(self.catalogue.facts[slot, DURATION_AT]), 1)
            rank = 0.5 + 0.5 * worth / WATCH_WORTH
        if self.showings.answer(event.person, slot, event.kind, share, rank):
            self._watch_next()
            self._note_repeats(self.showings.teach(self.foretelling))

    def _note_repeats(self, watches: Sequence[Watch]) -> None:
        """Tells each person's habits how they watched what they had met more or less of."""
        for watch in watches:
            person = self.people.get(watch.person)
            if person is not None:
                met = -float(watch.told[KNOWN][_TIRED] + watch.told[NEW][_TIRED])
                person.habits.bear(met, watch.rank - watch.foretold, watch.foretold * (1.0 - watch.foretold))

    def _watch_next(self) -> None:
        """Takes the model of what comes next out where it has got worse."""
        if self.upcoming.model is None:
            return
        lines = self.foretelling.for_page(_NO_HAND, 0.0)
        if self.next_guard.has_failed(lines, *self.showings.fresh()):
            _log.warning("next_taken_out", extra={"model": self.upcoming.model.digest})
            self.adopt(None)

    def _lean(self, state: Person, traits: "np.ndarray[tuple[int], np.dtype[np.int32]]", worth: float) -> None:
        if len(self._places) < len(self.catalogue.terms):
            before = len(self._places)
            self._places = grown(self._places, len(self.catalogue.terms))
            self._places[before:] = -1
        self._at = state.lean(traits[traits != 0], self._places, worth, self._at)

    def _enjoy(self, state: Person, slot: int, at_ms: int) -> None:
        self.co_watched.add(state.enjoyed[::-1], slot, at_ms)
        state.enjoyed.append(slot)
        del state.enjoyed[: -self.limits.anchors]
