"""Owns the engine as a whole: candidates, score, exploration, variety, reasons. The adapter-free home of the port.

The stages follow xai-org/x-algorithm (sources, filters, one score by published weights, variety); what each stage does
is said in its own file. Pages are a pure function of (state, request, seed).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from plainview.engine.asking import Asking
from plainview.engine.candidates import AGAIN, ANYTHING, SOURCES, Candidates, Source, gather, names_of, topped_up
from plainview.engine.catalogue import CREATOR_AT, Catalogue
from plainview.engine.exploring import draw, is_new
from plainview.engine.facts import facts_of
from plainview.engine.foretelling import PARTS
from plainview.engine.learning import Learner
from plainview.engine.lessons import BEGINNING, lesson
from plainview.engine.limits import Limits
from plainview.engine.reasons import reasons_of
from plainview.engine.scoring import Scored, scored
from plainview.engine.scratch import Scratch
from plainview.engine.sequence.serving import read_model
from plainview.engine.snapshots import pack, unpack
from plainview.engine.sources.followed import all_of_followed
from plainview.engine.variety import Explored, best_of, order, too_alike, with_others
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import (
    Fact,
    ItemFacts,
    Lesson,
    Mode,
    Observation,
    Origin,
    PageRequest,
    RankedItem,
    RankedPage,
    Reason,
)

_FOLLOWING = (Source("followed", all_of_followed, profiled=False),)


class TasteEngine:
    """A recommender that learns from each event at once and can say why. Implements `plainview.ports.engine.Engine`.

    One owner at a time: it is not safe to call from two threads at once.
    """

    def __init__(self, seed: int = 0, limits: Limits | None = None, sources: Sequence[Source] = SOURCES) -> None:
        self._seed = seed
        self._limits = limits or Limits()
        self._sources = tuple(sources)
        self._names = (*(source.name for source in self._sources), ANYTHING)
        # Without a fresh source the bit is one that no candidate has: nothing is explored.
        self._fresh = self._names.index("fresh") if "fresh" in self._names else len(self._names)
        self._start(Learner(self._limits, Catalogue(self._limits, seed), seed), 0)

    def _start(self, learner: Learner, version: int) -> None:
        self._learner = learner
        self._version = version
        self._scratch = Scratch()
        for slot in np.flatnonzero(~learner.catalogue.alive[: learner.catalogue.count]).tolist():
            self._scratch.bury(slot)

    def add_items(self, items: Sequence[ItemFacts]) -> None:
        """Lets these be shown from the next page on. Costs the same per item in small batches as in large ones."""
        catalogue, added = self._learner.catalogue, list[int]()
        for facts in items:
            slot = catalogue.put(facts)
            added.append(slot)
            self._learner.co_watched.reserve(slot + 1)
            self._learner.vectors.place(slot, catalogue)
            self._learner.kinds.place(slot, catalogue)
            self._learner.upcoming.place(slot, catalogue)
            self._scratch.revive(slot)
            self._version += 1
        self._learner.pools.add(added, catalogue)

    def change_item(self, facts: ItemFacts) -> None:
        """Replaces what is known of an item, keeping what was learned about it."""
        self.add_items((facts,))

    def remove_item(self, item: ItemId) -> None:
        """Takes an item out of every page from this moment on."""
        slot = self._learner.catalogue.take_out(item)
        if slot is not None:
            self._scratch.bury(slot)
            self._version += 1

    def observe(self, events: Sequence[Observation]) -> None:
        """Learns from these, in order."""
        learn = self._learner.observe
        for event in events:
            learn(event)
        self._version += len(events)

    def page(self, request: PageRequest) -> RankedPage:
        """The next items for a person, best first."""
        asking = Asking(request, self._learner, self._scratch, self._seed)
        try:
            return self._following(asking) if request.mode is Mode.FOLLOWING else self._ranked(asking)
        finally:
            asking.done()

    def person_facts(self, person: PersonId) -> tuple[Fact, ...]:
        """All that is held about a person in words and numbers, strongest tastes first."""
        state = self._learner.people.get(person)
        return () if state is None else facts_of(state, self._learner.catalogue)

    def forget(self, person: PersonId) -> None:
        """Erases all that is held about a person."""
        self._version += self._learner.forget(person)

    def reset(self, person: PersonId) -> None:
        """Forgets a person's tastes; keeps what they have seen, refused and hidden."""
        self._version += self._learner.reset(person)

    def forget_taste(self, person: PersonId, name: str, subject: str) -> None:
        """Makes one taste count for nothing until the person leans that way again; it can be taken back."""
        state, term = self._learner.people.get(person), self._learner.catalogue.terms.known(name, subject)
        if state is not None and term is not None:
            state.lay_aside(term, self._limits.forgotten_per_person_max)
            self._version += 1

    def recall_taste(self, person: PersonId, name: str, subject: str) -> None:
        """Adds a forgotten taste again, as strong as it was."""
        state, term = self._learner.people.get(person), self._learner.catalogue.terms.known(name, subject)
        if state is not None and term in state.forgotten:
            state.take_back(term)
            self._version += 1

    def lesson(self, at: tuple[int, int] = BEGINNING) -> Lesson:
        """A slice of what a fitted model of what comes next is made from."""
        return lesson(self._learner, at)

    def adopt(self, model: bytes) -> None:
        """Ranks with this fitted model of what comes next from the next page on; with none for no bytes."""
        self._learner.adopt(read_model(model) if model else None)
        self._version += 1

    def take_in(self, piece: bytes, at: int) -> bool:
        """The same in slices of a few milliseconds; True once it ranks."""
        ranks = self._learner.take_in(piece, at)
        self._version += ranks
        return ranks

    def model(self) -> str:
        """The digest of the fitted model that ranks; empty where none does."""
        model = self._learner.upcoming.model
        return "" if model is None else model.digest

    def origins(self) -> tuple[Origin, ...]:
        """The sources of candidates that a person may switch off."""
        return tuple(Origin(source.name, source.profiled) for source in self._sources)

    def snapshot(self) -> bytes:
        """The whole state, bit for bit."""
        return pack(self._learner, self._seed, self._version)

    def restore(self, data: bytes) -> None:
        """Replaces the whole state, the seed included, by a snapshot's."""
        learner, seed, version = unpack(data, self._limits)
        self._seed = seed
        self._start(learner, version)

    def _ranked(self, asking: Asking) -> RankedPage:
        names = self._names
        candidates = gather(asking, self._sources, profiled=asking.mode is Mode.FOR_YOU)
        if len(candidates.slots) < 2 * asking.size:
            missing = 2 * asking.size - len(candidates.slots)
            candidates = topped_up(asking, candidates, missing, names.index(ANYTHING))
        rated = scored(asking, candidates.slots)
        best = best_of(asking, rated)
        if too_alike(asking, rated, best):
            candidates = topped_up(asking, candidates, asking.size, names.index(ANYTHING), others=True)
            rated = scored(asking, candidates.slots)
            best = with_others(asking, rated, best_of(asking, rated))
        is_fresh = (candidates.bits >> self._fresh & 1).astype(np.bool_) & is_new(asking, rated.slots)
        explored = draw(asking, is_fresh, rated.scores)
        chosen = order(asking, rated, best, explored)
        page = rated.of(chosen)
        drafted = Drafted(page, candidates.bits[chosen].tolist(), reasons_of(asking, page), names, explored)
        return self._page(asking, drafted, candidates)

    def _following(self, asking: Asking) -> RankedPage:
        candidates = gather(asking, _FOLLOWING, profiled=False)
        page = scored(asking, candidates.slots[: asking.size])
        names, reasons = ("followed",), _followed_reasons(asking, page)
        drafted = Drafted(page, candidates.bits[: asking.size].tolist(), reasons, names, None)
        return self._page(asking, drafted, candidates)

    def _page(self, asking: Asking, drafted: "Drafted", candidates: Candidates) -> RankedPage:
        items = _items(asking, drafted)
        if len(items) < asking.size:
            items += _items_again(asking, len(items))
        return RankedPage(
            tuple(items), asking.mode, asking.upcoming.version, self._version, PARTS,
            len(candidates.slots), candidates.failed,
        )  # fmt: skip


class Drafted(NamedTuple):
    """A page's new items in their order, and all that is to be said of them."""

    page: Scored
    bits: list[int]
    reasons: list[tuple[Reason, ...]]
    names: tuple[str, ...]
    explored: Explored | None


def _items(asking: Asking, drafted: Drafted) -> list[RankedItem]:
    page, bits, reasons, names, explored = drafted
    lot, chance = (-1, 1.0) if explored is None else (explored.place, explored.propensity)
    ids, scores, rows = asking.catalogue.ids[page.slots].tolist(), page.scores.tolist(), page.parts.T.tolist()
    return [
        RankedItem(
            item, place, scores[place], names_of(bits[place], names), reasons[place], tuple(rows[place]),
            chance if place == lot else 1.0, place == lot, False,
        )
        for place, item in enumerate(ids)
    ]  # fmt: skip


def _items_again(asking: Asking, place: int) -> list[RankedItem]:
    """What was seen longest ago, for the places that nothing new is left for."""
    page = scored(asking, asking.seen_before()[: asking.size - place])
    reasons = (Reason("again", "", 0.0),)
    ids, scores, rows = asking.catalogue.ids[page.slots].tolist(), page.scores.tolist(), page.parts.T.tolist()
    return [
        RankedItem(item, place + row, scores[row], (AGAIN,), reasons, tuple(rows[row]), 1.0, False, True)
        for row, item in enumerate(ids)
    ]


def _followed_reasons(asking: Asking, page: Scored) -> list[tuple[Reason, ...]]:
    names = asking.catalogue.terms.names
    return [(Reason("followed", str(names[creator]), 1.0),) for creator in page.facts[:, CREATOR_AT].tolist()]
