"""A long watch must mean a liked video, not a long one; sums must fade; what is bounded must stay so."""

import math
import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plainview.engine.catalogue import EXPOSURES_AT, WORTH_AT, Catalogue
from plainview.engine.covisits import CoWatched
from plainview.engine.fading import Fading
from plainview.engine.growing import IntList
from plainview.engine.limits import Limits
from plainview.engine.persons import Person, Seen
from plainview.engine.watching import LENGTH_GROUPS, SHARE_STEPS, WatchRanks, length_group, share_step
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import ItemFacts

NOW_MS = 1_800_000_000_000


@given(st.integers(-10, 2**62), st.integers(0, 2**31 - 1))
def test_any_watch_has_a_group_a_step_and_a_rank(watched_ms: int, duration_ms: int) -> None:
    assert 0 <= length_group(duration_ms) < LENGTH_GROUPS
    assert 0 <= share_step(watched_ms, duration_ms) < SHARE_STEPS
    ranks = WatchRanks()
    assert 0.0 < ranks.rank(watched_ms, duration_ms) < 1.0


@given(st.integers(1_000, 600_000), st.lists(st.integers(0, 10**6), min_size=2, max_size=30))
def test_a_longer_watch_never_ranks_lower(duration_ms: int, watches: list[int]) -> None:
    ranks = WatchRanks()
    for watched_ms in watches:
        ranks.add(watched_ms, duration_ms)
    found = [ranks.rank(watched_ms, duration_ms) for watched_ms in sorted(watches)]
    assert found == sorted(found)


def test_quality_does_not_follow_length() -> None:
    """People watch long videos for longer but less of them; at equal interest, length must not move the quality."""
    dice, count = random.Random(11), 1500
    catalogue, ranks = Catalogue(Limits(), seed=1), WatchRanks()
    lengths = [int(5_000 * 2 ** dice.uniform(0, 6)) for _ in range(count)]
    interest = [dice.gauss(0, 1) for _ in lengths]
    for number, length in enumerate(lengths):
        catalogue.put(ItemFacts(ItemId(number), PersonId(number), length, NOW_MS))
    watched_share = np.zeros(count)
    for _ in range(30_000):
        item = dice.randrange(count)
        usual = lengths[item] * (lengths[item] / 5_000) ** -0.5
        watched_ms = int(usual * math.exp(0.5 * interest[item] + dice.gauss(0, 0.4)))
        watched_share[item] += watched_ms / lengths[item]
        catalogue.record[item, WORTH_AT] += 2 * ranks.rank(watched_ms, lengths[item]) - 1
        catalogue.record[item, EXPOSURES_AT] += 1
        ranks.add(watched_ms, lengths[item])

    def pull_of_length(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
        """The correlation with length of what the interest does not explain, as a part of the whole spread."""
        beyond = values - np.polyval(np.polyfit(interest, values, 1), interest)
        return abs(float(np.corrcoef(beyond, np.log(lengths))[0, 1] * beyond.std() / values.std()))

    quality = catalogue.quality(catalogue.record[:count]).astype(np.float64)
    assert pull_of_length(quality) < 0.05
    assert pull_of_length(watched_share) > 0.3, "the plain share that was watched follows the length"
    assert np.corrcoef(quality, interest)[0, 1] > 0.85


@given(st.lists(st.tuples(st.integers(0, 10**10), st.floats(-5, 5)), min_size=1, max_size=30))
def test_a_fading_sum_is_the_sum_of_what_has_faded(deeds: list[tuple[int, float]]) -> None:
    half_life_ms = 3_600_000.0
    sums, fading = np.zeros(1, np.float32), Fading(half_life_ms)
    for at_ms, value in deeds:
        weight = fading.weight(at_ms, sums)
        sums[0] += value * weight
    now_ms = max(at_ms for at_ms, _ in deeds)
    slow = sum(value * 0.5 ** ((now_ms - at_ms) / half_life_ms) for at_ms, value in deeds)
    assert abs(float(sums[0]) / 2 ** ((now_ms - (fading.origin_ms or 0)) / half_life_ms) - slow) < 1e-3


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 8))
def test_what_was_seen_is_kept_up_to_the_cap_and_the_oldest_goes_first(slots: list[int], cap: int) -> None:
    seen = Seen(cap)
    for slot in slots:
        seen.add(slot)
    assert seen.oldest_first().tolist() == slots[-cap:]
    assert seen.last == (slots[-1] if slots else -1)


@given(st.lists(st.integers(-5, 5), max_size=60))
def test_a_list_that_grows_holds_what_was_put_in(values: list[int]) -> None:
    held = IntList()
    for value in values:
        held.append(value)
    assert held.values.tolist() == values
    held.remove(3)
    assert held.values.tolist() == [value for value in values if value != 3]


def test_a_taste_makes_room_by_giving_up_the_weakest() -> None:
    person, places = Person(Limits(tastes_per_person=8)), np.full(100, -1, np.int16)
    person.lean(np.array([1, 2, 3], np.int32), places, 5.0)
    for number in range(20):
        person.lean(np.array([10 + 2 * number, 11 + 2 * number], np.int32), places, 0.1)
    held, opinion = person.tastes()
    assert {1, 2, 3} <= set(held.tolist())
    assert len(set(held.tolist())) == 8
    assert opinion[held == 1] > 1.0
    assert (places == -1).all()


def test_where_a_taste_is_held_is_found_whatever_was_thought_before() -> None:
    lots, limits, places = random.Random(3), Limits(tastes_per_person=12), np.full(40, -1, np.int16)
    guessing, searching = [Person(limits) for _ in range(3)], [Person(limits) for _ in range(3)]
    items = [np.array(lots.sample(range(1, 40), 4), np.int32) for _ in range(8)]
    likely = np.zeros(0, np.int16)
    for _ in range(400):
        who, traits, worth = lots.randrange(3), items[lots.randrange(8)], lots.random()
        likely = guessing[who].lean(traits, places, worth, likely)
        searching[who].lean(traits, places, worth)
        if lots.random() < 0.1:
            for person in (guessing[who], searching[who]):
                person.lay_aside(int(traits[0]), 4)
    for mine, other in zip(guessing, searching, strict=True):
        assert [each.tolist() for each in mine.tastes()] == [each.tolist() for each in other.tastes()]


def test_what_was_done_with_each_of_the_last_items_is_known_and_of_no_other() -> None:
    lots, person = random.Random(4), Person(Limits(events_per_person=10))
    last: dict[int, float] = {}
    assert person.answer_to(0) is None
    for _ in range(300):
        item = lots.randrange(16)
        person.remember((item, 1, 1.0, NOW_MS, False))
        last[item] = last.get(item, 0.0) + 1.0
        if len(last) > 10:
            del last[next(iter(last))]
        assert [person.answer_to(each) for each in range(16)] == [last.get(each) for each in range(16)]


def test_a_full_list_of_followers_gives_way_to_what_is_watched_now() -> None:
    co_watched = CoWatched(4)
    co_watched.reserve(100)
    for follower in range(4):
        for _ in range(5):
            co_watched.add([50], follower, NOW_MS)
    for _ in range(12):
        co_watched.add([50], 9, NOW_MS)
    found = co_watched.after([50])
    assert 9 in found.slots
    assert float(found.shares.sum()) > 0.99
