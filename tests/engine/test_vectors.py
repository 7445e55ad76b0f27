"""Learned vectors: they find what no trait says, place what nobody has seen, and forget whom they must."""

import random

import numpy as np

from plainview.engine.ranking import TasteEngine
from plainview.engine.worth import TRUSTED_PEOPLE
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Mode, Observation, PageRequest, RankedPage

NOW_MS = 1_800_000_000_000
ITEMS, PEOPLE = 240, 60


def video(number: int, creator: int) -> ItemFacts:
    """A video without tags, sound or caption. All are of one length and come from one hour."""
    return ItemFacts(ItemId(number), PersonId(creator), 9_000, NOW_MS - number)


def answer(engine: TasteEngine, person: int, item: int, likes: bool) -> None:
    kinds = (EventKind.SHOWN, EventKind.FINISHED) if likes else (EventKind.SHOWN, EventKind.SKIPPED)
    engine.observe([Observation(PersonId(person), kind, NOW_MS, ItemId(item)) for kind in kinds])


def place_of_three_tastes() -> TasteEngine:
    """Everybody finishes one third of the videos, by number, and skips the rest; each is by a creator of its own."""
    engine, dice = TasteEngine(seed=5), random.Random(4)
    engine.add_items([video(number, 5_000 + number) for number in range(1, ITEMS + 1)])
    for turn in range(20):
        for person in range(1, PEOPLE + 1):
            item = dice.randint(1, ITEMS)
            if turn % 2:
                item = item // 3 * 3 + person % 3 or 3
            answer(engine, person, min(item, ITEMS), min(item, ITEMS) % 3 == person % 3)
    return engine


def page_of(engine: TasteEngine, person: int, **wishes: object) -> RankedPage:
    request = PageRequest(now_ms=NOW_MS, person=PersonId(person), without_sources=["fresh"], **wishes)  # type: ignore[arg-type]
    return engine.page(request)


def test_a_taste_that_no_trait_says_is_found_for_a_newcomer() -> None:
    engine = place_of_three_tastes()
    for item in (2, 5, 8, 11):
        answer(engine, 900, item, likes=True)
        answer(engine, 900, item + 1, likes=False)
    found = page_of(engine, 900).items
    assert sum(ranked.item % 3 == 2 for ranked in found) >= 6
    assert any("learned" in ranked.sources for ranked in found)
    named = {reason.fact for ranked in found for reason in ranked.reasons if reason.code == "similar"}
    assert named & {"2", "5", "8", "11"}
    assert not named & {"3", "6", "9", "12"}, "what was skipped is no reason"


def test_a_new_video_of_a_known_creator_has_a_place_before_anybody_saw_it() -> None:
    engine, dice = TasteEngine(seed=5), random.Random(4)
    engine.add_items([video(number, 5_000 + number % 6) for number in range(1, ITEMS + 1)])
    for _ in range(15):
        for person in range(1, PEOPLE + 1):
            item = dice.randint(1, ITEMS)
            answer(engine, person, item, item % 3 == person % 3)
    engine.add_items([video(1_000 + creator, 5_000 + creator) for creator in range(6)])
    liked, others = [1_001, 1_004], [1_000, 1_002, 1_003, 1_005]
    vectors, people = engine._learner.vectors, engine._learner.people
    line = vectors.line(people[1], engine._learner.catalogue)
    assert line is not None
    slots = engine._learner.catalogue.slots
    foretold = {item: float(vectors.items[slots[item]] @ line.vector) for item in liked + others}
    assert min(foretold[item] for item in liked) > max(foretold[item] for item in others)


def test_who_is_forgotten_leaves_no_vector_and_no_answer() -> None:
    engine = place_of_three_tastes()
    vectors, person = engine._learner.vectors, engine._learner.people[7]
    row = person.row
    assert (vectors.viewers == row).any()
    assert vectors.people[row].any()
    engine.forget(PersonId(7))
    assert not (vectors.viewers == row).any()
    assert not vectors.people[row].any()
    assert all(number != 7 for number, _ in vectors.waiting)
    engine.reset(PersonId(8))
    assert engine._learner.people[8].row == -1
    learned = page_of(engine, 8).part_names.index("learned")
    assert all(ranked.parts[learned] == 0.0 for ranked in page_of(engine, 8).items)


def test_a_page_without_profiling_has_no_learned_part() -> None:
    engine = place_of_three_tastes()
    page = page_of(engine, 1, mode=Mode.UNPROFILED)
    learned = page.part_names.index("learned")
    assert all(ranked.parts[learned] == 0.0 and "learned" not in ranked.sources for ranked in page.items)
    assert any(ranked.parts[learned] for ranked in page_of(engine, 1).items)


def test_the_learned_part_is_the_sum_of_what_each_answer_adds() -> None:
    engine = place_of_three_tastes()
    vectors, catalogue = engine._learner.vectors, engine._learner.catalogue
    line = vectors.line(engine._learner.people[3], catalogue)
    assert line is not None
    slots = np.arange(ITEMS)
    foretold = vectors.trust * vectors.items[slots] @ line.vector
    assert np.allclose(vectors.because(line, slots, catalogue).sum(axis=0), foretold, atol=1e-4)


def test_a_vector_with_holes_changes_nothing() -> None:
    whole, holed = TasteEngine(seed=5), TasteEngine(seed=5)
    for engine, features in ((whole, None), (holed, [float("nan"), float("inf"), 1.0])):
        engine.add_items([ItemFacts(ItemId(n), PersonId(n), 9_000, NOW_MS, features=features) for n in range(1, 41)])
        for person in range(1, 5):
            for item in range(1, 21):
                answer(engine, person, item, item % 2 == 0)
    assert whole.snapshot() == holed.snapshot()


def test_what_is_learned_counts_more_the_more_people_answered() -> None:
    vectors = place_of_three_tastes()._learner.vectors
    assert vectors.trust == PEOPLE / (PEOPLE + TRUSTED_PEOPLE)
    assert TasteEngine(seed=5)._learner.vectors.trust == 0.0
