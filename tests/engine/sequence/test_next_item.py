"""The whole model blends its parts by what they are worth, and the comparison says so in figures."""

import json

import numpy as np

from plainview.engine.sequence.blending import Blend, best_weights, shares, standardized
from plainview.engine.sequence.comparing import compare
from plainview.engine.sequence.encoder import EncoderShape
from plainview.engine.sequence.fitting import Course
from plainview.engine.sequence.histories import Histories, gathered, hold_out
from plainview.engine.sequence.next_item import QUICK, NextItemShape
from plainview.engine.sequence.reading import Named


class Fixed:
    """Scores that are given."""

    def __init__(self, scores: np.ndarray) -> None:
        self.given = scores

    def scores(self, known: Histories) -> np.ndarray:
        return self.given[: len(known)].copy()


def walks(people: int = 120, items: int = 40) -> Histories:
    dice = np.random.default_rng(6)
    starts = dice.integers(0, items, people)
    return gathered([(start + np.arange(7)).astype(np.int64) % items for start in starts], items)


def test_standardized_scores_have_mean_zero_and_deviation_one() -> None:
    scores = np.random.default_rng(1).normal(5, 3, (4, 50)).astype(np.float32)
    made = standardized(scores)
    np.testing.assert_allclose(made.mean(1), 0, atol=1e-5)
    np.testing.assert_allclose(made.std(1), 1, rtol=1e-4)
    assert (standardized(np.ones((2, 5), np.float32)) == 0).all()


def test_shares_are_all_the_ways_to_part_one_whole() -> None:
    assert len(shares(2)) == 11
    assert len(shares(3)) == 66
    assert all(abs(sum(each) - 1) < 1e-9 for each in shares(3))


def test_a_scorer_by_lot_gets_little_weight_beside_one_that_knows() -> None:
    asked = hold_out(walks())
    dice = np.random.default_rng(2)
    lots = dice.normal(size=(120, 40)).astype(np.float32)
    knows = dice.normal(size=(120, 40)).astype(np.float32)
    knows[np.arange(120), asked.targets] += 3
    weights = best_weights([Fixed(lots), Fixed(knows)], asked)
    assert weights[1] >= 0.7


def test_a_blend_of_one_ranks_as_that_one_does() -> None:
    scores = np.random.default_rng(3).normal(size=(120, 40)).astype(np.float32)
    blended = Blend([Fixed(scores)], (1.0,)).scores(walks())
    assert (blended.argsort(1) == scores.argsort(1)).all()


def test_the_comparison_beats_its_peers_on_a_planted_order_and_is_plain_json() -> None:
    shape = NextItemShape(
        memories=QUICK.memories[:1],
        encoder=EncoderShape(width=16, recent=8, dropout=0.1),
        course=Course(epochs=12, places_min=256, places_max=256, rate=1e-2, warmup=5),
    )
    found = json.loads(json.dumps(compare(Named(walks(), (), ()), shape)))
    assert found["plainview"]["ndcg10"] > 0.8
    assert found["plainview"]["ndcg10"] > found[found["best_peer"]]["ndcg10"]
    assert found["chance_of_no_lead"] < 0.05
    assert set(found) >= {"popularity", "ease", "ials", "plainview"}


def test_seldom_taken_items_raise_the_dropout_and_the_ridges() -> None:
    shape = NextItemShape()
    often = gathered([np.zeros(100, np.int64)], 1)
    seldom = gathered([np.arange(5)], 5)
    assert shape.for_data(often) == shape
    raised = shape.for_data(seldom)
    assert raised.encoder is not None
    assert raised.encoder.dropout == 0.5
    assert [memory.ridge for memory in raised.memories] == [4 * memory.ridge for memory in shape.memories]
