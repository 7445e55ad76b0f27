"""A page is what a slow, obvious greedy choice by determinants would choose, with topics spaced where they can be."""

import itertools

import numpy as np
import pytest

from plainview.engine.asking import Asking
from plainview.engine.candidates import SOURCES, gather
from plainview.engine.catalogue import CREATOR_AT, SOUND_AT
from plainview.engine.ranking import TasteEngine
from plainview.engine.scoring import Scored, scored
from plainview.engine.scratch import Scratch
from plainview.engine.variety import Explored, best_of, order
from plainview.engine.worth import NEWCOMER_VARIETY, TOPIC_IN_A_ROW, VARIETY
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Observation, PageRequest, Sliders

NOW_MS = 1_800_000_000_000
ME = PersonId(1)
TOPICS = ("cats", "chess", "clay", "surf", "knots")


def place() -> TasteEngine:
    """A place of five topics, in which one person has enjoyed videos of two."""
    engine = TasteEngine(seed=3)
    engine.add_items(
        [
            ItemFacts(
                item=ItemId(number),
                creator=PersonId(9000 + number % 17),
                duration_ms=9_000 + 900 * (number % 40),
                published_at_ms=NOW_MS - number * 60_000,
                sound=number % 13,
                tags=(TOPICS[number % 5], f"mood{number % 3}", f"place{number % 7}"),
            )
            for number in range(1, 301)
        ]
    )
    engine.observe([Observation(ME, EventKind.FINISHED, NOW_MS, ItemId(number)) for number in (5, 10, 16)])
    return engine


def asked(engine: TasteEngine, at: int = 0, sliders: Sliders | None = None) -> tuple[Asking, Scored]:
    request = PageRequest(now_ms=NOW_MS + at, person=ME, sliders=sliders or Sliders())
    asking = Asking(request, engine._learner, Scratch(), 3)
    rated = scored(asking, gather(asking, SOURCES, profiled=True).slots)
    asking.done()
    return asking, rated


def kind_of(asking: Asking, slot: int) -> tuple[int, int, int]:
    """Creator, sound and first tag."""
    creator, sound, _, _ = asking.catalogue.facts[slot].tolist()
    return creator, sound, int(asking.catalogue.traits[slot, 3 if sound else 2])


def slowly(asking: Asking, rated: Scored, best: list[int]) -> list[int]:
    """The same choice by whole determinants, one candidate at a time."""
    strength = asking.weights.variety * (VARIETY + NEWCOMER_VARIETY * asking.newcomer)
    gains = asking.catalogue.gains
    known = [{int(trait): float(gains[trait]) for trait in rated.traits[each] if trait} for each in best]
    sizes = [sum(gain**2 for gain in one.values()) for one in known]
    likeness = np.array([[sum(one[t] ** 2 for t in one.keys() & two.keys()) for two in known] for one in known])
    likeness /= np.sqrt(np.outer(sizes, sizes))
    kernel = likeness / 1.05 + np.diag(np.full(len(best), 1.0 - 1.0 / 1.05))
    kinds = [kind_of(asking, int(slot)) for slot in rated.slots[best]]
    last = kind_of(asking, asking.last_seen) if asking.last_seen >= 0 else (-1, -1, -1)
    chosen: list[int] = []
    for _ in range(asking.size):
        values = {}
        for each in set(range(len(best))) - set(chosen):
            together = [*chosen, each]
            spanned = float(np.log(np.linalg.det(kernel[np.ix_(together, together)])))
            creator, sound, topic = (one == two for one, two in zip(last, kinds[each], strict=True))
            price = 1000.0 * (creator or (sound and last[1] > 0)) + asking.weights.variety * TOPIC_IN_A_ROW * topic
            values[each] = float(rated.scores[best[each]]) + strength * spanned - price
        chosen.append(max(values, key=values.__getitem__))
        last = kinds[chosen[-1]]
    return [best[each] for each in chosen]


@pytest.mark.parametrize("step", [-2, 0, 2])
def test_the_fast_choice_is_the_slow_one(step: int) -> None:
    engine = place()
    for at in range(5):
        asking, rated = asked(engine, at, Sliders(varied=step))
        best = best_of(asking, rated)
        assert order(asking, rated, best, None) == slowly(asking, rated, best.tolist())


def test_what_is_drawn_by_lot_keeps_its_place_and_stands_beside_nothing_of_its_own() -> None:
    engine = place()
    for at in range(20):
        asking, rated = asked(engine, at)
        candidate, spot = (at * 37) % len(rated.scores), 1 + at % 7
        chosen = order(asking, rated, best_of(asking, rated), Explored(spot, candidate, 0.1))
        assert chosen[spot] == candidate
        assert len(set(chosen)) == len(chosen) == 8
        facts = rated.facts[chosen]
        for one, two in itertools.pairwise(facts.tolist()):
            assert one[CREATOR_AT] != two[CREATOR_AT]
            assert one[SOUND_AT] != two[SOUND_AT] or one[SOUND_AT] == 0


def topics_in_a_row(engine: TasteEngine, person: PersonId, pages: int = 10) -> int:
    found = 0
    for at in range(pages):
        page = engine.page(PageRequest(now_ms=NOW_MS + at, person=person, without_sources=("fresh",)))
        topics = [ranked.item % 5 for ranked in page.items]
        found += sum(one == two for one, two in itertools.pairwise(topics))
    return found


def test_no_two_in_a_row_are_of_one_topic_until_somebody_wants_little_else() -> None:
    engine = place()
    assert topics_in_a_row(engine, PersonId(2)) == 0, "of a stranger nothing is known"
    events = [Observation(ME, kind, NOW_MS, ItemId(n)) for n in range(5, 60, 5) for kind in (EventKind.FINISHED,)]
    others = [Observation(ME, EventKind.SKIPPED, NOW_MS, ItemId(n)) for n in range(1, 60) if n % 5]
    engine.observe([*events, *others])
    assert topics_in_a_row(engine, ME) > 10, "a strong taste is not broken up for the sake of order"


def test_a_page_of_twins_is_still_a_page() -> None:
    engine = TasteEngine(seed=3)
    engine.add_items([ItemFacts(ItemId(n), PersonId(9), 9_000, NOW_MS, tags=("one",)) for n in range(1, 80)])
    for size in (1, 8, 64):
        page = engine.page(PageRequest(now_ms=NOW_MS, person=ME, size=size, sliders=Sliders(varied=2)))
        assert len({ranked.item for ranked in page.items}) == size
