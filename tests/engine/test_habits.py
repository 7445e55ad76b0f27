"""Habits: lengths by the part of the day and how repeats are borne are found where planted, and not made up."""

import random
from dataclasses import replace

import numpy as np
import pytest

from plainview.engine.asking import Asking
from plainview.engine.foretelling import PARTS
from plainview.engine.habits import PART_NAMES, Habits
from plainview.engine.ranking import TasteEngine
from plainview.engine.scratch import Scratch
from plainview.engine.terms import LENGTH_NAMES, LENGTHS, length_number, length_numbers
from plainview.engine.worth import HABIT_VIEWS, REPEATS_BORNE, REPEATS_VIEWS
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, Observation, PageRequest, RankedPage
from tests.engine.test_learning import NOW_MS, ask, catalogue

HOUR_MS = 3_600_000
MIDNIGHT_MS = NOW_MS // (24 * HOUR_MS) * 24 * HOUR_MS
SHORT, LONG = length_number(8_000), length_number(90_000)
TIRED, TASTE = PARTS.index("tired"), PARTS.index("taste")


def at(hour: float, day: int = 0) -> int:
    return MIDNIGHT_MS + int((24 * day + hour) * HOUR_MS)


def lived(swing: float, views: int = 400, seed: int = 1) -> Habits:
    """In the evening long videos are liked and short ones not, at noon the other way round; by so much."""
    habits, dice = Habits(), random.Random(seed)
    for view in range(views):
        is_evening, is_long = view % 2 == 0, dice.random() < 0.5
        liked = swing if is_evening == is_long else -swing
        watched_at = at(21 if is_evening else 12, view // 8)
        habits.watch(watched_at, LONG if is_long else SHORT, min(max(liked + dice.gauss(0.1, 0.5), -1.0), 1.0))
    return habits


def test_a_length_that_is_liked_at_one_time_of_day_is_found_and_named() -> None:
    habits = lived(0.4)
    evening, noon = habits.at_this_time(at(21)), habits.at_this_time(at(12))
    assert evening is not None
    assert noon is not None
    assert evening[LONG] > 0.15 > -0.15 > evening[SHORT]
    assert noon[SHORT] > 0.1 > -0.1 > noon[LONG]
    assert (np.delete(evening, [SHORT, LONG]) == 0.0).all(), "of other lengths nothing is known"
    named = {(part, length): beyond for part, length, beyond in habits.by_time_of_day()}
    assert named[PART_NAMES[3], LENGTH_NAMES[LONG]] > 0.15


def test_who_likes_the_same_at_all_times_has_no_such_habit() -> None:
    found = [np.abs(lived(0.0, seed=seed).at_this_time(at(21))).max() for seed in range(20)]  # type: ignore[arg-type]
    assert np.mean(found) < 0.1


def test_who_watches_one_length_at_one_time_and_another_at_another_has_shown_no_habit() -> None:
    habits, dice = Habits(), random.Random(1)
    for view in range(600):
        is_evening = view % 2 == 0
        liked = 0.5 if is_evening else -0.5
        habits.watch(at(21 if is_evening else 12, view // 8), LONG if is_evening else SHORT, liked + dice.gauss(0, 0.2))
    for hour in (12, 21):
        leaning = habits.at_this_time(at(hour, 90))
        assert leaning is not None
        assert np.abs(leaning).max() < 0.05, "whether it is the hour or the length cannot be told"


def test_it_counts_for_nothing_before_there_are_enough_watches_at_this_time_and_at_others() -> None:
    assert lived(0.4, views=int(0.9 * HABIT_VIEWS)).at_this_time(at(21)) is None
    habits = Habits()
    for view in range(500):
        habits.watch(at(21, view), LONG, 0.9)
    assert habits.at_this_time(at(21)) is None, "there is nothing to compare it with"
    assert habits.at_this_time(at(9)) is None
    assert habits.by_time_of_day() == []


def test_a_moment_belongs_to_the_parts_of_the_day_that_it_lies_between() -> None:
    habits = Habits()
    habits.watch(at(0), SHORT, 1.0)
    assert habits.watches[0].sum(axis=1).tolist() == [0.5, 0.0, 0.0, 0.5]
    habits.watch(at(9), SHORT, 1.0)
    assert habits.watches[0, 1, SHORT] == 1.0


@pytest.mark.parametrize("duration_ms", [0, 6_999, 7_000, 59_999, 60_000, 300_000, 10**9])
def test_lengths_have_one_number_and_one_name(duration_ms: int) -> None:
    number = length_number(duration_ms)
    assert 0 <= number < LENGTHS
    assert length_numbers(np.array([duration_ms], np.int32)).tolist() == [number]


def borne(steeper: float, showings: int, seed: int, pleased: float = 0.0) -> float:
    """Somebody for whom what was met counts so much more, in log-odds, than is foretold."""
    habits, dice = Habits(), np.random.default_rng(seed)
    for _ in range(showings):
        met, foretold = float(dice.beta(1.0, 3.0)), float(dice.uniform(0.3, 0.7))
        odds = np.log(foretold / (1.0 - foretold)) - steeper * met + pleased
        rank = dice.beta(2.0 / (1.0 + np.exp(-odds)), 2.0 / (1.0 + np.exp(odds)))
        habits.bear(met, float(rank) - foretold, foretold * (1.0 - foretold))
    return habits.tired_of_repeats


def test_who_tires_sooner_or_later_than_others_is_told_apart_whatever_they_think_of_all_else() -> None:
    for pleased in (-0.4, 0.0, 0.4):
        late, usual, soon = (
            float(np.mean([borne(steeper, 1_000, seed, pleased) for seed in range(20)])) for steeper in (-0.6, 0.0, 0.6)
        )
        assert late < 0.7
        assert usual == pytest.approx(1.0, abs=0.15)
        assert soon > 1.3


def test_repeats_count_as_for_others_before_there_are_enough_showings_and_within_bounds_after() -> None:
    assert borne(-3.0, REPEATS_VIEWS - 1, 1) == 1.0
    assert borne(-30.0, 3_000, 1) == REPEATS_BORNE[0]
    assert borne(30.0, 3_000, 1) == REPEATS_BORNE[1]


def watch_much(engine: TasteEngine, person: int) -> None:
    """Long videos are finished in the evening and passed over at noon, short ones the other way round."""
    dice = random.Random(2)
    for day in range(40):
        for hour in (12, 21):
            for ranked in ask_at(engine, person, at(hour, day)).items:
                facts = engine._learner.catalogue.facts[engine._learner.catalogue.slots[ranked.item]]
                is_long = int(facts[3]) >= 60_000
                likes = dice.random() < (0.9 if is_long == (hour == 21) else 0.1)
                kinds = (EventKind.SHOWN, EventKind.WATCHED, EventKind.FINISHED if likes else EventKind.SKIPPED)
                engine.observe(
                    [
                        Observation(
                            PersonId(person), kind, at(hour, day), ranked.item,
                            watched_ms=int(facts[3]) if likes else 900, position=ranked.position,
                        )
                        for kind in kinds
                    ]
                )  # fmt: skip


def ask_at(engine: TasteEngine, person: int, now_ms: int) -> RankedPage:
    return engine.page(PageRequest(now_ms=now_ms, person=PersonId(person)))


def test_the_page_of_the_evening_has_the_long_ones_and_that_of_noon_the_short_ones() -> None:
    engine = TasteEngine(seed=3)
    engine.add_items(
        [
            replace(facts, duration_ms=90_000 if number % 2 else 8_000, sound=None)
            for number, facts in enumerate(catalogue(150))
        ]
    )
    watch_much(engine, 1)
    durations = dict(
        zip(engine._learner.catalogue.ids.tolist(), engine._learner.catalogue.facts[:, 3].tolist(), strict=False)
    )
    evening, noon = (
        [durations[ranked.item] >= 60_000 for day in range(6) for ranked in ask_at(engine, 1, at(hour, 41 + day)).items]
        for hour in (21, 12)
    )
    assert np.mean(evening) >= np.mean(noon) + 0.3
    facts = {(fact.name, fact.subject): fact.weight for fact in engine.person_facts(PersonId(1))}
    assert facts["time_of_day", f"{PART_NAMES[3]}, {LENGTH_NAMES[LONG]}"] > 0.1
    assert facts["watched_at", PART_NAMES[3]] > 50.0
    assert ("repeats", "") in facts
    again = TasteEngine(seed=3)
    again.restore(engine.snapshot())
    assert ask_at(again, 1, at(21, 41)) == ask_at(engine, 1, at(21, 41))
    assert again.person_facts(PersonId(1)) == engine.person_facts(PersonId(1))
    engine.reset(PersonId(1))
    names = {fact.name for fact in engine.person_facts(PersonId(1))}
    assert not names & {"time_of_day", "watched_at", "repeats"}


def test_it_is_the_reason_where_most_of_the_taste_comes_from_it() -> None:
    engine = TasteEngine(seed=3)
    engine.add_items([replace(facts, duration_ms=90_000 if facts.item % 2 else 8_000) for facts in catalogue()])
    engine.observe([Observation(PersonId(1), EventKind.SHOWN, NOW_MS, ItemId(1), position=0)])
    before = ask_at(engine, 1, at(21))
    engine._learner.people[1].habits = lived(0.4)
    page = ask_at(engine, 1, at(21))
    assert sum(ranked.item % 2 for ranked in page.items) > sum(ranked.item % 2 for ranked in before.items)
    assert f"time_of_day:{LENGTH_NAMES[LONG]}" in {str(reason) for ranked in page.items for reason in ranked.reasons}


def test_who_bears_repeats_is_given_them() -> None:
    engine = TasteEngine(seed=3)
    engine.add_items(catalogue())
    ask(engine, 1, 0)
    engine.observe([Observation(PersonId(1), EventKind.SHOWN, NOW_MS, ItemId(1), position=0)])
    learner = engine._learner
    learner.kinds.next_at = 1
    learner.kinds.items[:] = 0.0
    learner.kinds.items[:, 0] = 1.0
    usual = Asking(PageRequest(now_ms=NOW_MS, person=PersonId(1)), learner, Scratch(), 3).met.copy()
    learner.people[1].habits.repeats[:] = (1_000.0, 0.0, 30.0, 200.0, 30.0, 20.0)
    patient = Asking(PageRequest(now_ms=NOW_MS, person=PersonId(1)), learner, Scratch(), 3).met
    assert usual[0] > 0.0
    assert patient[0] == pytest.approx(usual[0] * learner.people[1].habits.tired_of_repeats)
    assert patient[0] < 0.5 * usual[0]


def test_a_language_that_is_enjoyed_is_held_by_name() -> None:
    engine = TasteEngine(seed=3)
    engine.add_items([replace(facts, language="is-IS" if facts.item % 8 == 0 else "en") for facts in catalogue(60)])
    for number in range(8, 200, 8):
        engine.observe([Observation(PersonId(1), EventKind.FINISHED, NOW_MS, ItemId(number))])
    facts = {(fact.name, fact.subject): fact.weight for fact in engine.person_facts(PersonId(1))}
    assert facts["language", "is"] > 0.0
    engine.forget_taste(PersonId(1), "language", "is")
    assert ("language", "is") not in {(fact.name, fact.subject) for fact in engine.person_facts(PersonId(1))}
