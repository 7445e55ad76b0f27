"""Owns the engine as a whole: candidates, score, exploration, variety, reasons. The adapter-free home of the port.

The stages follow xai-org/x-algorithm (sources, filters, one score by published weights, variety); what each stage does
is said in its own file. Pages are a pure function of (state, request, seed).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking, Slots
from plainview.engine.candidates import AGAIN, ANYTHING, SOURCES, Candidates, Source, enough, gather, names_of
from plainview.engine.catalogue import Catalogue
from plainview.engine.exploring import draw
from plainview.engine.facts import facts_of
from plainview.engine.learning import Learner
from plainview.engine.limits import Limits
from plainview.engine.persons import without_tastes
from plainview.engine.reasons import reasons_of
from plainview.engine.scoring import PARTS, parts_of, scores_of
from plainview.engine.scratch import Scratch
from plainview.engine.snapshots import pack, unpack
from plainview.engine.sources.followed import all_of_followed
from plainview.engine.variety import Explored, order
from plainview.engine.worth import MODEL_VERSION
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import Fact, ItemFacts, Mode, Observation, PageRequest, RankedItem, RankedPage, Reason

_FOLLOWING = (Source("followed", all_of_followed, profiled=False),)


class TasteEngine:
    """A recommender that learns from each event at once and can say why. Implements `plainview.ports.engine.Engine`.

    One owner at a time: it is not safe to call from two threads at once.
    """

    def __init__(self, seed: int = 0, limits: Limits | None = None, sources: Sequence[Source] = SOURCES) -> None:
        self._seed = seed
        self._limits = limits or Limits()
        self._sources = tuple(sources)
        self._start(Learner(self._limits, Catalogue(self._limits, seed)), 0)

    def _start(self, learner: Learner, version: int) -> None:
        self._learner = learner
        self._version = version
        self._scratch = Scratch()
        for slot in np.flatnonzero(~learner.catalogue.alive[: learner.catalogue.count]).tolist():
            self._scratch.bury(slot)

    def add_items(self, items: Sequence[ItemFacts]) -> None:
        """Lets these be shown from the next page on. Costs the same per item in small batches as in large ones."""
        catalogue = self._learner.catalogue
        for facts in items:
            slot = catalogue.put(facts)
            self._learner.co_watched.reserve(slot + 1)
            self._scratch.revive(slot)
            self._version += 1
        self._learner.pools.renew(catalogue)

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
        self._version += self._learner.people.pop(person, None) is not None

    def reset(self, person: PersonId) -> None:
        """Forgets a person's tastes; keeps what they have seen, refused and hidden."""
        state = self._learner.people.get(person)
        if state is not None:
            self._learner.people[person] = without_tastes(state, self._limits)
            self._version += 1

    def snapshot(self) -> bytes:
        """The whole state, bit for bit."""
        return pack(self._learner, self._seed, self._version)

    def restore(self, data: bytes) -> None:
        """Replaces the whole state, the seed included, by a snapshot's."""
        learner, seed, version = unpack(data, self._limits)
        self._seed = seed
        self._start(learner, version)

    def _ranked(self, asking: Asking) -> RankedPage:
        names = (*(source.name for source in self._sources), ANYTHING, AGAIN)
        candidates = gather(asking, self._sources, profiled=asking.mode is Mode.FOR_YOU)
        candidates = enough(asking, candidates, names.index(ANYTHING))
        parts = parts_of(asking, candidates.slots)
        scores = scores_of(parts)
        fresh = names.index("fresh") if "fresh" in names else len(names)
        explored = draw(asking, (candidates.bits >> fresh & 1).astype(np.bool_), scores)
        chosen = order(asking, candidates.slots, scores, explored)
        reasons = reasons_of(asking, candidates.slots[chosen], parts[:, chosen])
        items = _items(asking, Choice(candidates, chosen, parts, reasons, names, explored))
        return self._page(asking, candidates, items, names)

    def _following(self, asking: Asking) -> RankedPage:
        names = ("followed", AGAIN)
        candidates = gather(asking, _FOLLOWING, profiled=False)
        chosen = list(range(min(asking.size, len(candidates.slots))))
        candidates = Candidates(candidates.slots[chosen], candidates.bits[chosen], candidates.failed)
        parts, reasons = parts_of(asking, candidates.slots), _followed_reasons(asking, candidates.slots)
        items = _items(asking, Choice(candidates, chosen, parts, reasons, names, None))
        return self._page(asking, candidates, items, names)

    def _page(
        self, asking: Asking, candidates: Candidates, items: list[RankedItem], names: tuple[str, ...]
    ) -> RankedPage:
        if len(items) < asking.size:
            items += _items_again(asking, len(items), names)
        count = len(candidates.slots)
        return RankedPage(
            tuple(items), asking.mode, MODEL_VERSION, self._version, PARTS, names, count, candidates.failed
        )


class Choice(NamedTuple):
    """What was chosen for a page, and all that was known when it was."""

    candidates: Candidates
    chosen: list[int]
    parts: NDArray[np.float32]
    reasons: list[tuple[Reason, ...]]
    names: tuple[str, ...]
    explored: Explored | None


def _items(asking: Asking, choice: Choice) -> list[RankedItem]:
    """The chosen candidates as the page says them."""
    chosen, explored = choice.chosen, choice.explored
    ids = asking.catalogue.ids[choice.candidates.slots[chosen]].tolist()
    bits = choice.candidates.bits[chosen].tolist()
    parts = choice.parts[:, chosen]
    scores, rows = scores_of(parts).tolist(), parts.T.tolist()
    items = []
    for place, item in enumerate(ids):
        sources, reasons, by_lot = bits[place], choice.reasons[place], explored is not None and explored.place == place
        propensity = explored.propensity if explored is not None and by_lot else 1.0
        items.append(
            RankedItem(
                item, place, scores[place], names_of(sources, choice.names), sources, reasons,
                tuple(rows[place]), propensity, by_lot, False,
            )
        )  # fmt: skip
    return items


def _items_again(asking: Asking, place: int, names: tuple[str, ...]) -> list[RankedItem]:
    """What was seen longest ago, for the places that nothing new is left for."""
    slots = asking.seen_before()[: asking.size - place]
    parts = parts_of(asking, slots)
    bits, reasons = 1 << names.index(AGAIN), (Reason("again", "", 0.0),)
    ids, scores, rows = asking.catalogue.ids[slots].tolist(), scores_of(parts).tolist(), parts.T.tolist()
    return [
        RankedItem(item, place + row, scores[row], (AGAIN,), bits, reasons, tuple(rows[row]), 1.0, False, True)
        for row, item in enumerate(ids)
    ]


def _followed_reasons(asking: Asking, slots: Slots) -> list[tuple[Reason, ...]]:
    terms, creators = asking.catalogue.terms, asking.catalogue.creator[slots].tolist()
    return [(Reason("followed", str(terms.names[creator]), 1.0),) for creator in creators]
