"""Chances are learned from what was shown and what came back, within published bounds, and foretold as they happen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from plainview.engine import worth
from plainview.engine.beforehand import Known, parts_of, told
from plainview.engine.foretelling import ACTIONS, FACTS, INPUTS, KNOWN, NEW, PARTS, TOLD, WATCH, Foretelling
from plainview.engine.ranking import TasteEngine
from plainview.engine.showings import Showings
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Mode, Observation, PageRequest

NOW_MS = 1_800_000_000_000
ONES = np.ones(len(PARTS), np.float32)
PUBLISHED = np.array(list(worth.PART_WEIGHTS.values()), np.float32)
FINISH, LIKE = ACTIONS.index("finish"), ACTIONS.index("like")
numbers = st.lists(st.floats(-1.0, 1.0, width=32), min_size=len(PARTS), max_size=len(PARTS))


@settings(max_examples=100, deadline=None)
@given(numbers, numbers, st.floats(0.0, 1.0))
def test_while_nothing_is_known_the_order_is_that_of_the_published_sum(
    one: list[float], other: list[float], newcomer: float
) -> None:
    parts = np.array([one, other], np.float32).T
    scores, sums = Foretelling().for_page(ONES, newcomer).scores(parts), PUBLISHED @ parts
    if abs(sums[0] - sums[1]) > 1e-3:
        assert (scores[0] > scores[1]) == (sums[0] > sums[1])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1000), st.floats(0.0, 1.0))
def test_the_shares_of_the_parts_sum_to_the_score(seed: int, newcomer: float) -> None:
    dice = np.random.default_rng(seed)
    foretelling = taught(dice, count=200)
    lines = foretelling.for_page(dice.choice([0.1, 1.0, 4.0], len(PARTS)).astype(np.float32), newcomer)
    parts = dice.uniform(-1.0, 1.0, (len(PARTS), 30)).astype(np.float32)
    shares = lines.shares(parts)
    assert shares.sum(axis=0) == pytest.approx(lines.scores(parts), abs=2e-4)
    assert not shares[parts == 0.0].any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_whatever_is_learned_no_part_leaves_its_published_bounds_nor_turns_around(seed: int) -> None:
    dice = np.random.default_rng(seed)
    foretelling = taught(dice, count=600)
    for newcomer in (0.0, 0.5, 1.0):
        slopes = foretelling.for_page(ONES, newcomer).slopes
        turned = slopes * np.sign(list(worth.CHANCE_WORTH.values()))[:, None] * np.sign(PUBLISHED)
        assert (turned > 0.0).all()
        beside = turned / np.abs(PUBLISHED)
        assert (beside.max(axis=1) / beside.min(axis=1) <= 16.0 + 1e-3).all()


def taught(dice: np.random.Generator, count: int) -> Foretelling:
    """After answers by lot to showings by lot."""
    foretelling = Foretelling()
    for _ in range(count // 20):
        inputs = dice.uniform(-1.0, 1.0, (20, INPUTS)).astype(np.float32)
        known = (dice.random((20, len(ACTIONS))) < 0.8).astype(float)
        foretelling.learn(inputs, known, known * dice.random((20, len(ACTIONS))).round())
    return foretelling


def planted(dice: np.random.Generator, count: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Showings of a place where quality says four times what is published and taste half, and their true chances."""
    parts = dice.uniform(-1.0, 1.0, (count, len(PARTS)))
    lines = Foretelling().lines.copy()
    for which in (KNOWN, NEW):
        lines[:, which][:, PARTS.index("quality")] *= 4.0
        lines[:, which][:, PARTS.index("taste")] *= 0.5
    lines[:, TOLD] += dice.normal(0.0, 0.3, lines[:, TOLD].shape[1])
    newcomer = dice.random((count, 1))
    facts = np.concatenate((np.ones((count, 1)), newcomer, dice.normal(0.0, 0.3, (count, len(FACTS) - 2))), axis=1)
    inputs = np.concatenate(((1 - newcomer) * parts, newcomer * parts, facts), axis=1).astype(np.float32)
    return inputs, 1.0 / (1.0 + np.exp(-inputs @ lines.T))


def test_what_is_foretold_happens_as_often_and_a_planted_weight_is_found() -> None:
    dice = np.random.default_rng(3)
    inputs, chances = planted(dice, 9_000)
    foretelling = Foretelling()
    for start in range(0, 6_000, 32):
        rows = slice(start, min(start + 32, 6_000))
        happened = (dice.random(chances[rows].shape) < chances[rows]).astype(float)
        foretelling.learn(inputs[rows], np.ones(happened.shape), happened)
    found, true = foretelling.chances(inputs[6_000:]), chances[6_000:]
    assert np.abs(found.mean(axis=0) - true.mean(axis=0)).max() < 0.015
    for action in (WATCH, FINISH):
        tenth = np.digitize(found[:, action], np.quantile(found[:, action], np.arange(0.1, 1.0, 0.1)))
        off = [abs(found[tenth == each, action].mean() - true[tenth == each, action].mean()) for each in range(10)]
        assert max(off) < 0.05
    line = foretelling.for_page(ONES, 0.0).slopes[WATCH] / PUBLISHED
    quality, taste, learned = (line[PARTS.index(part)] for part in ("quality", "taste", "learned"))
    assert quality > 1.5 * learned > 1.5 * taste


def slope_after_pages(places: list[int]) -> float:
    """What "taste" is taken to add to finishing, after pages with the best first, of which the first are finished.

    Args:
        places: of a page's videos, as the lines are told of them.
    """
    dice, foretelling, engine = np.random.default_rng(5), Foretelling(), TasteEngine()
    engine.add_items([ItemFacts(ItemId(1), PersonId(9), 10_000, NOW_MS)])
    learner = engine._learner
    inputs = np.array([told(learner._known, learner.person(1), 0, NOW_MS, place) for place in places], np.float32)
    inputs[:, : TOLD.start] = 0.0
    chances = np.linspace(0.8, 0.2, len(places))
    for _ in range(400):
        inputs[:, PARTS.index("taste")] = np.sort(dice.uniform(-1.0, 1.0, len(places)))[::-1]
        happened = np.zeros((len(places), len(ACTIONS)))
        happened[:, FINISH] = dice.random(len(places)) < chances
        foretelling.learn(inputs, np.ones(happened.shape), happened)
    return float(foretelling.lines[FINISH, PARTS.index("taste")])


def test_a_planted_effect_of_the_place_is_not_credited_to_what_stood_there() -> None:
    begun = Foretelling().lines[FINISH, PARTS.index("taste")]
    assert slope_after_pages([0] * 8) > begun + 0.6, "where the place is not told, it is"
    assert slope_after_pages(list(range(8))) < begun + 0.15


def test_a_page_is_ranked_without_what_is_learned_of_places() -> None:
    dice, foretelling = np.random.default_rng(6), Foretelling()
    before = foretelling.for_page(ONES, 0.0)
    foretelling.lines[:, TOLD][:, FACTS.index("place") :] = dice.normal(0.0, 3.0, (len(ACTIONS), 3))
    foretelling.settle()
    parts = dice.uniform(-1.0, 1.0, (len(PARTS), 20)).astype(np.float32)
    assert foretelling.for_page(ONES, 0.0).scores(parts).tobytes() == before.scores(parts).tobytes()


def test_the_place_that_a_showing_is_told_with_is_noted() -> None:
    engine = TasteEngine()
    engine.add_items([ItemFacts(ItemId(number), PersonId(9), 10_000, NOW_MS) for number in range(3)])
    for number, position in enumerate((0, 3, 999)):
        shown = Observation(PersonId(1), EventKind.SHOWN, NOW_MS + number, ItemId(number), position=position)
        engine.observe([shown])
    noted = engine._learner.showings.told[:3, TOLD][:, FACTS.index("place") : FACTS.index("usual_kind")]
    assert noted.tolist() == [[0.0, 0.0], [0.5, 0.25], [1.0, 1.0]]


answers = st.lists(
    st.one_of(
        st.sampled_from([EventKind.FINISHED, EventKind.LIKE, EventKind.UNLIKE, EventKind.SAVE, EventKind.REPORT]),
        st.just(EventKind.WATCHED),
        st.just("teach"),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(answers)
def test_the_sum_of_all_that_is_taught_of_a_showing_is_what_was_true_in_the_end(events: list[EventKind | str]) -> None:
    showings, foretelling = Showings(8), Foretelling()
    showings.show(1, 5, [0.1] * INPUTS, foretelling, placed=True)
    true = dict.fromkeys(ACTIONS, 0.0)
    for event in events:
        if not isinstance(event, EventKind):
            showings.teach(foretelling)
            continue
        showings.answer(1, 5, event, 1.7, 0.75)
        true |= {
            EventKind.WATCHED: {"watch": 0.75, "replay": 1.0},
            EventKind.LIKE: {"like": 1.0},
            EventKind.UNLIKE: {"like": 0.0},
        }.get(event, {{"finished": "finish"}.get(event.value, event.value): 1.0})
    showings.teach(foretelling)
    assert showings.taught[0].tolist() == pytest.approx(list(true.values()))
    answered = any(isinstance(event, EventKind) for event in events)
    assert showings.opened[0].tolist() == [2 * answered, 2 * (EventKind.WATCHED in events)], "each is opened once"


def test_the_ring_of_showings_forgets_the_oldest_and_a_person() -> None:
    showings, foretelling = Showings(4), Foretelling()
    for slot in range(6):
        showings.show(1 + slot % 2, slot, [0.5] * INPUTS, foretelling, placed=True)
    assert sorted(showings.rows) == [(1, 2), (1, 4), (2, 3), (2, 5)]
    assert not showings.answer(1, 0, EventKind.LIKE, 0.0, 0.0)
    showings.answer(2, 3, EventKind.LIKE, 0.0, 0.0)
    showings.forget(2)
    assert sorted(showings.rows) == [(1, 2), (1, 4)]
    assert not showings.waiting
    assert 2 not in showings.of_person
    assert not showings.told[showings.of_person < 0].any()
    assert not showings.placed[showings.of_person < 0].any()
    rows = dict(showings.rows)
    showings.find_rows()
    assert showings.rows == rows


def lived(showings: int = 600) -> TasteEngine:
    """A place where one person likes one kind of video, others what they come upon; nobody likes the second kind."""
    engine, dice = TasteEngine(seed=3), np.random.default_rng(11)
    engine.add_items(
        [
            ItemFacts(ItemId(n), PersonId(500 + n % 30), 9_000 + n * 100, NOW_MS - n * 3_600_000, tags=(f"k{n % 4}",))
            for n in range(1, 300)
        ]
    )
    for turn in range(showings):
        person, item, at_ms = PersonId(1 + turn % 9), ItemId(1 + int(dice.integers(299))), NOW_MS + turn * 30_000
        liked = item % 4 == 0 if person == 1 else item % 4 != 1 and dice.random() < 0.6
        kinds = [EventKind.SHOWN, EventKind.WATCHED, EventKind.FINISHED if liked else EventKind.SKIPPED]
        kinds += [EventKind.LIKE] * (liked and turn % 5 == 0)
        watched_ms = 30_000 if liked else 1_000
        engine.observe([Observation(person, kind, at_ms, item, watched_ms=watched_ms) for kind in kinds])
    return engine


LIVED = lived()


def test_what_is_noted_at_a_showing_is_what_a_page_would_have_said() -> None:
    learner, at_ms = LIVED._learner, NOW_MS + 10**8
    known = Known(
        learner.catalogue, learner.vectors, learner.upcoming, learner.co_watched, learner.kinds, learner.rising
    )
    page = LIVED.page(PageRequest(now_ms=at_ms, size=40, person=PersonId(1)))
    state = learner.people[1]
    assert len(page.items) == 40
    for ranked in page.items:
        state.unsolved = 200
        found = dict(zip(PARTS, parts_of(known, state, learner.catalogue.slots[ranked.item], at_ms), strict=True))
        said = dict(zip(page.part_names, ranked.parts, strict=True)) | {"luck": 0.0}
        assert found == pytest.approx(said, abs=1e-3)
        assert len(told(known, state, learner.catalogue.slots[ranked.item], at_ms)) == INPUTS


def test_the_engine_learns_the_lines_from_its_own_showings() -> None:
    foretelling, first = LIVED._learner.foretelling, Foretelling()
    showings = LIVED._learner.showings
    rows = slice(300, showings.held)
    happened, inputs = showings.true[rows], showings.told[rows]
    late, early = foretelling.chances(inputs), first.chances(inputs)
    assert abs(late[:, FINISH].mean() - happened[:, FINISH].mean()) < 0.05
    assert _surprise(late, happened) < _surprise(early, happened)


def _surprise(chances: NDArray[np.float64], happened: NDArray[np.float32]) -> float:
    return -float(np.log(np.where(happened > 0.5, chances, 1.0 - chances))[:, [FINISH, LIKE]].sum())


def test_a_page_without_profiling_is_the_same_whoever_asks() -> None:
    pages = [
        LIVED.page(PageRequest(now_ms=NOW_MS + 10**8, person=PersonId(person), mode=Mode.UNPROFILED, size=4))
        for person in (1, 2)
    ]
    scores = [{ranked.item: ranked.score for ranked in page.items if not ranked.exploring} for page in pages]
    both = scores[0].keys() & scores[1].keys()
    assert both
    assert all(scores[0][item] == pytest.approx(scores[1][item], abs=0.1) for item in both), "luck apart"


def test_who_is_forgotten_leaves_no_showing() -> None:
    engine = lived(60)
    assert (engine._learner.showings.of_person == 3).any()
    engine.forget(PersonId(3))
    assert not (engine._learner.showings.of_person == 3).any()
    assert all(person != 3 for person, _ in engine._learner.showings.rows)
