"""Learned kinds: they part what no trait parts, please or not, place what is new, and forget whom they must."""

import random

import numpy as np
import pytest

from plainview.engine.beforehand import Known, parts_of
from plainview.engine.foretelling import PARTS
from plainview.engine.limits import Limits
from plainview.engine.ranking import TasteEngine
from plainview.engine.worth import KIND_PATIENCE
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Mode, Observation, PageRequest, RankedPage

NOW_MS = 1_800_000_000_000
ITEMS, PEOPLE, SORTS = 180, 60, 3
LIMITS = Limits(kinds=6, kinds_from_answers=400)
NEWCOMER = 900
KIND = PARTS.index("kind")


def video(number: int, creator: int) -> ItemFacts:
    """A video without tags, sound or caption. All are of one length and come from one hour."""
    return ItemFacts(ItemId(number), PersonId(creator), 9_000, NOW_MS - number)


def answer(engine: TasteEngine, person: int, item: int, likes: bool, at_ms: int = NOW_MS) -> None:
    kinds = (EventKind.SHOWN, EventKind.FINISHED if likes else EventKind.SKIPPED)
    engine.observe([Observation(PersonId(person), kind, at_ms, ItemId(item)) for kind in kinds])


def lived() -> TasteEngine:
    """Everybody likes one third of the videos, by number, and meets it more; creators make one sort each."""
    engine, dice = TasteEngine(seed=5, limits=LIMITS), random.Random(4)
    engine.add_items([video(number, 5_000 + number % 30) for number in range(1, ITEMS + 1)])
    for turn in range(16):
        for person in range(1, PEOPLE + 1):
            item = dice.randrange(1, ITEMS + 1)
            if turn % 3:
                item = min(item // SORTS * SORTS + person % SORTS or SORTS, ITEMS)
            answer(engine, person, item, item % SORTS == person % SORTS)
    for item in (2, 5, 8, 11, 14, 17):
        answer(engine, NEWCOMER, item, likes=True)
        answer(engine, NEWCOMER, item + 1, likes=False)
    return engine


LIVED = lived()


def page_of(engine: TasteEngine, person: int, now_ms: int = NOW_MS, mode: Mode = Mode.FOR_YOU) -> RankedPage:
    return engine.page(PageRequest(now_ms=now_ms, size=40, person=PersonId(person), mode=mode))


def test_what_no_trait_parts_is_of_different_kinds() -> None:
    learner = LIVED._learner
    kinds = learner.kinds.items[: learner.catalogue.count].astype(float)
    assert np.allclose(kinds.sum(axis=1), 1.0, atol=5e-3)
    sort = learner.catalogue.ids[: len(kinds)] % SORTS
    together = kinds @ kinds.T
    same = sort[:, None] == sort
    assert together[same].mean() > 2.5 * together[~same].mean()


def test_a_new_video_is_of_the_kind_that_its_creator_makes() -> None:
    engine = lived()
    engine.add_items([video(1_000 + creator, 5_000 + creator) for creator in range(3)])
    learner = engine._learner
    new = learner.kinds.items[[learner.catalogue.slots[1_000 + creator] for creator in range(3)]].astype(float)
    known = learner.kinds.items[:ITEMS].astype(float)
    sort = learner.catalogue.ids[:ITEMS] % SORTS
    likeness = np.array([[(known[sort == each] @ row).mean() for each in range(SORTS)] for row in new])
    assert likeness.argmax(axis=1).tolist() == [0, 1, 2]


def test_a_kind_pleases_by_how_it_was_answered_to() -> None:
    learner = LIVED._learner
    kinds, person = learner.kinds.items.astype(float), learner.people[NEWCOMER]
    slots, worths = person.answers()
    bounded = [min(max(float(worth), -1.0), 1.0) for worth in worths]
    usual = sum(bounded) / (len(bounded) + 5.0)
    for ranked in page_of(LIVED, NEWCOMER).items:
        mine = kinds[learner.catalogue.slots[ranked.item]]
        pleases = sum(
            share * sum((worth - usual) * kinds[slot, k] for slot, worth in zip(slots, bounded, strict=True))
            / (sum(kinds[slot, k] for slot in slots) + KIND_PATIENCE)
            for k, share in enumerate(mine)
        )  # fmt: skip
        assert ranked.parts[KIND] == pytest.approx(pleases, abs=2e-3)


def test_what_is_noted_of_a_kind_at_a_showing_is_what_a_page_says() -> None:
    learner = LIVED._learner
    known = Known(
        learner.catalogue, learner.vectors, learner.upcoming, learner.co_watched, learner.kinds, learner.rising
    )
    for ranked in page_of(LIVED, NEWCOMER).items:
        noted = parts_of(known, learner.people[NEWCOMER], learner.catalogue.slots[ranked.item], NOW_MS)
        assert noted[KIND] == pytest.approx(ranked.parts[KIND], abs=1e-3)


def test_a_newcomer_is_shown_the_kind_they_like_and_told_by_which_answer() -> None:
    page = page_of(LIVED, NEWCOMER)
    means = [np.mean([r.parts[KIND] for r in page.items if r.item % SORTS == sort] or [-1.0]) for sort in range(SORTS)]
    assert int(np.argmax(means)) == 2
    named = {reason.fact for ranked in page.items for reason in ranked.reasons if reason.code == "similar"}
    assert named
    assert named <= {"2", "5", "8", "11", "14", "17"}


def test_without_profiling_and_without_answers_no_kind_says_anything() -> None:
    for page in (page_of(LIVED, NEWCOMER, mode=Mode.UNPROFILED), page_of(LIVED, 901)):
        assert all(ranked.parts[KIND] == 0.0 for ranked in page.items)


def test_who_is_forgotten_leaves_nothing_in_the_kinds() -> None:
    engine = lived()
    kinds, row = engine._learner.kinds, engine._learner.people[7].row
    assert kinds.people[row].any()
    engine.forget(PersonId(7))
    assert not kinds.people[row].any()
    assert not kinds.usual[row].any()
    assert kinds.all.sum() == pytest.approx(float(kinds.people[:, 0].sum()), rel=1e-4)


def test_a_snapshot_with_kinds_is_exact_and_goes_on_as_the_engine_does() -> None:
    engine, other = lived(), TasteEngine(seed=1, limits=LIMITS)
    other.restore(engine.snapshot())
    assert other.snapshot() == engine.snapshot()
    for each in (engine, other):
        for item in range(1, 121):
            answer(each, 40, item, item % SORTS == 1)
        each.add_items([video(2_000, 5_001)])
    assert other.snapshot() == engine.snapshot()
    assert page_of(other, 40) == page_of(engine, 40)


def test_what_the_traits_count_is_the_sum_of_what_their_items_are() -> None:
    learner = LIVED._learner
    kinds, catalogue = learner.kinds, learner.catalogue
    counted = kinds.items[: catalogue.count].astype(float) * kinds.counted[: catalogue.count, None]
    for term in range(1, len(catalogue.terms)):
        with_it = (catalogue.traits[: catalogue.count] == term).any(axis=1)
        assert np.allclose(kinds.traits[term], counted[with_it].sum(axis=0), atol=2e-2)
