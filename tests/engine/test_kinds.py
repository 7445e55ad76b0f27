"""Learned kinds: they part what no trait parts, please or not, place what is new, and forget whom they must."""

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from plainview.engine.beforehand import Known, parts_of
from plainview.engine.foretelling import PARTS
from plainview.engine.limits import Limits
from plainview.engine.opinions import opinion_of, shares_of
from plainview.engine.ranking import TasteEngine
from plainview.engine.worth import (
    ANSWER_SCATTER,
    KIND_CURIOSITY,
    KIND_MATTERS,
    KIND_SPREAD,
    KIND_SPREAD_WIDE,
    STANDING_DOUBT,
    STANDING_PRIOR_ANSWERS,
    USUAL_LIKING,
    USUAL_SPREAD,
)
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Mode, Observation, PageRequest, RankedPage

Doubles = NDArray[np.float64]

NOW_MS = 1_800_000_000_000
ITEMS, PEOPLE, SORTS = 180, 60, 3
LIMITS = Limits(kinds=6, kinds_from_answers=400)
NEWCOMER = 900
KIND, TIRED, QUALITY = (PARTS.index(part) for part in ("kind", "tired", "quality"))


def video(number: int, creator: int) -> ItemFacts:
    """A video without tags, sound or caption. All are of one length and come from one hour."""
    return ItemFacts(ItemId(number), PersonId(creator), 9_000, NOW_MS - number)


def answer(engine: TasteEngine, person: int, item: int, likes: bool, at_ms: int = NOW_MS, position: int = -1) -> None:
    kinds = (EventKind.SHOWN, EventKind.FINISHED if likes else EventKind.SKIPPED)
    engine.observe([Observation(PersonId(person), kind, at_ms, ItemId(item), position=position) for kind in kinds])


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
        answer(engine, NEWCOMER, item, likes=True, position=0)
        answer(engine, NEWCOMER, item + 1, likes=False, position=1)
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


def answers_of_the_newcomer() -> tuple[Doubles, Doubles]:
    """(n,) by how much each answer is better than everybody's to that video, and (n, kinds) of which kind it is."""
    learner = LIVED._learner
    person, vectors = learner.people[NEWCOMER], learner.vectors
    slots, worths = person.answers()
    answers = np.concatenate([vectors.answers[slot][vectors.viewers[slot] >= 0] for slot in range(ITEMS)]) / 127.0
    beyond = []
    for slot, worth in zip(slots, worths, strict=True):
        mine = vectors.answers[slot][vectors.viewers[slot] >= 0] / 127.0 - answers.mean()
        standing = (mine.sum() - STANDING_PRIOR_ANSWERS * STANDING_DOUBT) / (len(mine) + STANDING_PRIOR_ANSWERS)
        beyond.append(min(max(float(worth), -1.0), 1.0) - answers.mean() - standing)
    return np.array(beyond), learner.kinds.items[slots].astype(float)


def thought(count: float, total: float, usual: float) -> tuple[float, float]:
    """The mean and the spread of what is thought of one kind, by adding up over all that might be thought of it."""
    might = np.linspace(-5.0, 5.0, 40_001)
    usually, widely = (np.exp(-0.5 * (might / spread) ** 2) / spread for spread in (KIND_SPREAD, KIND_SPREAD_WIDE))
    chance = (1.0 - KIND_MATTERS) * usually + KIND_MATTERS * widely
    chance *= np.exp(-0.5 * (count * might**2 - 2.0 * (total - usual * count) * might) / ANSWER_SCATTER**2)
    chance /= chance.sum()
    mean = float(chance @ might)
    return mean, float(chance @ (might - mean) ** 2) ** 0.5


def test_what_is_thought_of_a_kind_is_what_the_answers_leave_likely() -> None:
    beyond, kinds = answers_of_the_newcomer()
    counts, sums = kinds.sum(axis=0), beyond @ kinds
    # At first as if all kinds mattered little: a regression on normal laws.
    narrow = counts * KIND_SPREAD**2 + ANSWER_SCATTER**2
    before = (USUAL_LIKING / USUAL_SPREAD**2 + (sums / narrow).sum()) / (USUAL_SPREAD**-2 + (counts / narrow).sum())
    # Then, of each kind, so much of what is left of the answers to it as is thought of the kind.
    first = [thought(count, total, before)[0] for count, total in zip(counts, sums, strict=True)]
    share = counts * first / (sums - before * counts)
    # What is thought of everything: the mean of what is left of the answers then, near what people usually think.
    held = (ANSWER_SCATTER / USUAL_SPREAD) ** 2
    usual = (float(beyond.sum() - share @ sums) + held * USUAL_LIKING) / (len(beyond) - share @ counts + held)
    mean, doubt = np.transpose([thought(count, total, usual) for count, total in zip(counts, sums, strict=True)])
    at_first = thought(0.0, 0.0, usual)[1]
    liked = mean + KIND_CURIOSITY * (doubt - at_first)
    learner = LIVED._learner
    for ranked in page_of(LIVED, NEWCOMER).items:
        of_kinds = learner.kinds.items[learner.catalogue.slots[ranked.item]].astype(float)
        assert ranked.parts[KIND] == pytest.approx(float(liked @ of_kinds), abs=2e-3)


def likeliest_usual(counts: list[int], answers: list[float]) -> float:
    """What is thought of everything, by adding up over all that might be, and of each kind over both laws."""
    might = np.linspace(-3.0, 3.0, 6_001)
    chance = -0.5 * ((might - USUAL_LIKING) / USUAL_SPREAD) ** 2
    for count, answer in zip(counts, answers, strict=True):
        laws = []
        for share, spread in ((1.0 - KIND_MATTERS, KIND_SPREAD), (KIND_MATTERS, KIND_SPREAD_WIDE)):
            # The mean of so many answers scatters by the law of the kind and by theirs.
            variance = spread**2 + ANSWER_SCATTER**2 / count
            laws.append(np.log(share) - 0.5 * np.log(variance) - 0.5 * (answer - might) ** 2 / variance)
        chance += np.logaddexp(*laws)
    chance = np.exp(chance - chance.max())
    return float(chance @ might / chance.sum())


@pytest.mark.parametrize("each", [2, 6, 25])
@pytest.mark.parametrize("answers", [[0.8] * 8, [-0.6] * 8, [0.9, -0.3, -0.3, -0.3, -0.3, -0.3, -0.3, -0.3]])
def test_who_is_pleased_by_everything_is_told_from_who_likes_a_kind(each: int, answers: list[float]) -> None:
    kinds = np.eye(8, 9, dtype=np.float32).repeat(each, axis=0)
    opinion = opinion_of(np.repeat(np.array(answers, np.float32), each), kinds)
    assert float(opinion.usual) == pytest.approx(likeliest_usual([each] * 8, answers), abs=0.03)
    assert opinion.mean.dtype == opinion.liked.dtype == np.float32


def test_a_few_answers_to_a_kind_say_little_and_some_more_make_up_the_mind() -> None:
    others = np.eye(5, 7, 1, dtype=np.float32).repeat(6, axis=0)
    told = []
    for count in (1, 3, 12):
        kinds = np.concatenate([np.eye(1, 7, dtype=np.float32).repeat(count, axis=0), others])
        answers = np.full(len(kinds), USUAL_LIKING, np.float32)
        answers[:count] = 0.8
        told.append(opinion_of(answers, kinds))
    # The narrow law alone would say 0.6 at most in the end, the wide one alone 0.4 at the first answer.
    assert float(told[0].mean[0]) < 0.2
    assert 0.7 < float(told[-1].mean[0]) < 0.9
    liked = [float(each.liked[0]) for each in told]
    assert liked == sorted(liked)
    assert all(float(each.liked[-1]) == pytest.approx(0.0, abs=1e-6) for each in told)


def test_the_shares_of_the_answers_sum_to_what_is_thought_of_a_video() -> None:
    beyond, kinds = (each.astype(np.float32) for each in answers_of_the_newcomer())
    of = LIVED._learner.kinds.items[:ITEMS].astype(np.float32)
    shares = shares_of(beyond, kinds, of)
    assert shares.shape == (len(beyond), ITEMS)
    assert np.allclose(shares.sum(axis=0), of @ opinion_of(beyond, kinds).mean, atol=1e-5)


def test_what_is_noted_of_a_kind_at_a_showing_is_what_a_page_says() -> None:
    learner = LIVED._learner
    known = Known(
        learner.catalogue, learner.vectors, learner.upcoming, learner.co_watched, learner.kinds, learner.rising
    )
    for ranked in page_of(LIVED, NEWCOMER).items:
        noted = parts_of(known, learner.people[NEWCOMER], learner.catalogue.slots[ranked.item], NOW_MS)
        for part in (KIND, TIRED, QUALITY):
            assert noted[part] == pytest.approx(ranked.parts[part], abs=1e-3)


def test_who_has_just_met_much_of_a_kind_has_enough_of_it_for_some_hours() -> None:
    learner = LIVED._learner
    person, kinds = learner.people[NEWCOMER], learner.kinds.items[:ITEMS].astype(float)
    sorts = learner.catalogue.ids[:ITEMS] % SORTS

    def tired(hours: int, further: list[int]) -> list[float]:
        """By sort, how much the newcomer has had enough of it."""
        slots = [learner.catalogue.slots[item] for item in further]
        met = kinds @ learner.kinds.met(person, NOW_MS + hours * 3_600_000, slots)
        return [float(met[sorts == sort].mean()) for sort in range(SORTS)]

    now = tired(0, [])
    assert all(0.0 < each < 1.0 for each in now)
    assert tired(3, []) == pytest.approx([each / 2.0 for each in now], rel=1e-3)
    # What they have before them counts though no event of it has come: here, sort 1.
    ahead = np.array(tired(0, [31, 34, 37, 40, 43, 46])) - np.array(now)
    assert int(ahead.argmax()) == 1


def test_what_somebody_went_to_by_themselves_is_no_sign_that_they_have_had_enough() -> None:
    engine = TasteEngine(seed=5, limits=LIMITS)
    engine.restore(LIVED.snapshot())
    learner = engine._learner
    for item in (31, 34, 37):
        answer(engine, 901, item, likes=True)
    person = learner.people[901]
    assert not learner.kinds.met(person, NOW_MS).any()
    # One that was found by oneself and then placed by a page counts, and so does what comes back from a snapshot.
    answer(engine, 901, 34, likes=True, position=2)
    engine.restore(engine.snapshot())
    learner = engine._learner
    met = learner.kinds.met(learner.people[901], NOW_MS)
    sorts = learner.catalogue.ids[:ITEMS] % SORTS
    of_sort = [(learner.kinds.items[:ITEMS][sorts == sort].astype(float) @ met).mean() for sort in range(SORTS)]
    assert int(np.argmax(of_sort)) == 1


def test_who_follows_somebody_before_there_is_any_video_has_a_page() -> None:
    engine = TasteEngine(seed=1, limits=LIMITS)
    engine.observe([Observation(PersonId(1), EventKind.FOLLOW, NOW_MS, creator=PersonId(2))])
    assert page_of(engine, 1).items == ()


def test_whom_our_own_pages_showed_an_item_to_says_nothing_of_what_it_is() -> None:
    """Everybody who likes sort 0 is shown one item of sort 1, and answers neither well nor badly."""

    def kind_of(position: int) -> float:
        """How much that item is of the kinds of sort 0, less how much of those of its own."""
        engine = TasteEngine(seed=5, limits=LIMITS)
        engine.restore(LIVED.snapshot())
        learner, odd = engine._learner, 1_501
        engine.add_items([video(odd, 9_999)])
        for person in range(SORTS, PEOPLE + 1, SORTS):
            for _ in range(30):
                learner.people[person].counts["shown"] += position >= 0
                learner.people[person].counts["on_pages"] += position >= 0
            shown = Observation(PersonId(person), EventKind.SHOWN, NOW_MS, ItemId(odd), position=position)
            watched = Observation(PersonId(person), EventKind.WATCHED, NOW_MS, ItemId(odd), watched_ms=5_000)
            engine.observe([shown, watched])
        for person in range(1, 30):
            answer(engine, person, 170, likes=True)
        kinds = learner.kinds.items[: learner.catalogue.count].astype(float)
        sorts = learner.catalogue.ids[: len(kinds)] % SORTS
        mine = kinds[learner.catalogue.slots[odd]]
        return float((kinds[sorts == 0] @ mine).mean() - (kinds[sorts == 1] @ mine).mean())

    assert kind_of(-1) > kind_of(0) + 0.05


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
