"""A ranking is judged over the whole catalogue, and every doubt counts against it."""

import numpy as np
import pytest

from plainview.engine.sequence.evaluating import Quality, evaluate, paired_chance, ranks
from plainview.engine.sequence.histories import Histories, gathered, hold_out, hold_out_of_some


def seen(*rows: list[int], items: int = 5) -> Histories:
    return gathered([np.array(row, np.int64) for row in rows], items)


def rank(scores: list[float], known: list[int], target: int) -> int:
    return int(ranks(np.array([scores], np.float32), seen(known, items=len(scores)), np.array([target]))[0])


def test_the_highest_score_is_first() -> None:
    assert rank([0.1, 0.9, 0.3, 0.2, 0.0], [0], 1) == 0


def test_all_ties_stand_before_the_target() -> None:
    assert rank([1.0] * 5, [], 2) == 4
    assert rank([0.5, 0.5, 0.5, 0.1, 0.9], [], 1) == 3


def test_a_seen_item_stands_before_nobody() -> None:
    assert rank([0.9, 0.8, 0.3, 0.2, 0.0], [0, 1], 2) == 0


def test_a_target_that_was_seen_before_is_a_miss() -> None:
    assert rank([0.1, 0.9, 0.3, 0.2, 0.0], [1], 1) == 5


def test_of_some_people_the_last_item_is_kept_back_and_of_nobody_else() -> None:
    all_of_it = seen([0, 1, 2], [3], [4, 0], [1, 2], [2, 3, 4, 0], items=5)
    learned, asked = hold_out_of_some(all_of_it, 2)
    assert [learned.of(person).tolist() for person in range(5)] == [[0, 1], [3], [4, 0], [1, 2], [2, 3, 4]]
    assert [asked.known.of(person).tolist() for person in range(2)] == [[0, 1], [2, 3, 4]]
    assert asked.targets.tolist() == [2, 0]
    assert len(hold_out_of_some(all_of_it, 100)[1].targets) == 2


def test_what_is_kept_back_leaves_behind_when_it_was_taken() -> None:
    waits = [np.array(row) for row in ([5, 9, 0], [0], [7, 0])]
    timed = gathered([np.array(row) for row in ([0, 1, 2], [3], [4, 0])], 5, waits)
    asked = hold_out(timed)
    assert asked.known.waits is not None
    assert asked.known.waits.tolist() == [5, 9, 7]
    assert timed.some(np.array([2, 0])).waits == pytest.approx([7, 0, 5, 9, 0])


def test_scores_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(AssertionError):
        rank([float("nan"), 0.9, 0.3, 0.2, 0.0], [], 1)


def test_the_measures_are_those_of_the_papers() -> None:
    quality = Quality(np.array([0, 1, 9, 10]))
    assert quality.hr10 == 0.75
    assert quality.ndcg10 == pytest.approx((1 + 1 / np.log2(3) + 1 / np.log2(11)) / 4)


def test_the_last_item_is_asked_for_and_never_known() -> None:
    asked = hold_out(seen([0, 1, 2], [3], [4, 0]))
    assert list(asked.targets) == [2, 0]
    assert [list(asked.known.of(person)) for person in range(2)] == [[0, 1], [4]]
    before = hold_out(seen([0, 1, 2], [3], [4, 0]), nth_last=2)
    assert list(before.targets) == [1]
    assert list(before.known.of(0)) == [0]


def test_people_in_many_batches_are_judged_as_in_one() -> None:
    dice = np.random.default_rng(1)
    asked = hold_out(seen(*[list(dice.choice(40, 6, replace=False)) for _ in range(1200)], items=40))
    table = dice.random((40, 40)).astype(np.float32)

    class ByLast:
        def scores(self, known: Histories) -> np.ndarray:
            return table[[known.of(person)[-1] for person in range(len(known))]]

    whole = ranks(ByLast().scores(asked.known), asked.known, asked.targets)
    assert (evaluate(ByLast(), asked).ranks == whole).all()


def test_the_paired_chance_is_small_for_a_steady_lead_and_one_for_none() -> None:
    worse, better = Quality(np.array([5] * 50 + [20] * 50)), Quality(np.array([2] * 50 + [20] * 50))
    assert paired_chance(better.gains, worse.gains) < 1e-6
    assert paired_chance(worse.gains, worse.gains) == 1.0
