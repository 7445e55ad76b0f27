"""Where no order is known, co-taking and content rank together, and a new item has neighbours by content alone."""

import numpy as np
import pytest
import torch

from plainview.engine.sequence.evaluating import set_quality
from plainview.engine.sequence.histories import Histories, gathered
from plainview.engine.sequence.without_order import PairShape, fit_pairs, likeness_of, taken_together


def histories_of(*rows: list[int], items: int) -> Histories:
    return gathered([np.array(row, np.int64) for row in rows], items)


def test_the_weights_are_least_squares_with_an_empty_diagonal() -> None:
    dice = np.random.default_rng(1)
    taken = dice.random((60, 8)) < 0.4
    histories = histories_of(*[np.flatnonzero(row).tolist() for row in taken], items=8)
    gram = taken_together(histories)
    np.testing.assert_allclose(gram.numpy(), taken.T.astype(float) @ taken)
    weights = fit_pairs(gram, None, PairShape(ridge=0.5)).weights.numpy()
    assert (weights.diagonal() == 0).all()
    ridge = 0.5 * float(gram.diagonal().mean())
    for item in range(8):
        others = np.arange(8) != item
        left = taken[:, others].astype(float)
        wanted = np.linalg.solve(left.T @ left + ridge * np.eye(7), left.T @ taken[:, item])
        np.testing.assert_allclose(weights[others, item], wanted, atol=1e-4)


def test_a_new_item_is_near_the_items_that_look_like_it() -> None:
    features = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], np.float32)
    histories = histories_of([0, 2], [0], [2], items=4)
    model = fit_pairs(taken_together(histories), likeness_of(features), PairShape(ridge=1, content=1))
    scores = model.scores(histories_of([0], [2], items=4))
    assert scores[0, 1] > scores[0, 3]
    assert scores[1, 3] > scores[1, 1]


def test_recall_and_gain_of_several_asked_items_are_those_of_the_papers() -> None:
    class Falling:
        def scores(self, known: Histories) -> np.ndarray:
            return np.tile(-np.arange(6, dtype=np.float32), (len(known), 1))

    known, asked = histories_of([0], [1], items=6), histories_of([1, 5], [0], items=6)
    found = set_quality(Falling(), known, asked, first=2)
    best = 1 + 1 / np.log2(3)
    assert found[0] == pytest.approx([0.5, 1 / best])
    assert found[1] == pytest.approx([1.0, 1.0])


def test_likeness_is_a_cosine() -> None:
    likeness = likeness_of(np.random.default_rng(2).random((9, 4)).astype(np.float32))
    torch.testing.assert_close(likeness.diagonal(), torch.ones(9))
    torch.testing.assert_close(likeness, likeness.T)
