"""The linear next-item model is what its formula says, and learns one event at a time."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.engine.sequence.histories import Histories, gathered
from plainview.engine.sequence.linear_next import LinearNext, LinearShape, fit_linear, pair_sums

SHAPE = LinearShape(fading=0.7, ridge=0.3)
rows = st.lists(st.lists(st.integers(0, 5), max_size=SHAPE.reach), min_size=1, max_size=6)


def histories_of(lists: list[list[int]], items: int = 6) -> Histories:
    return gathered([np.array(row, np.int64) for row in lists], items)


def written_out(histories: Histories, shape: LinearShape) -> tuple[np.ndarray, np.ndarray]:
    """X and Y, row by row: slow and obvious."""
    before, came = [], []
    for person in range(len(histories)):
        items = histories.of(person)
        for place in range(1, len(items)):
            row, target = np.zeros(histories.item_count), np.zeros(histories.item_count)
            for ago, item in enumerate(items[:place][::-1]):
                row[item] += shape.fading**ago
            target[items[place]] = 1
            before.append(row)
            came.append(target)
    empty = np.zeros((0, histories.item_count))
    return np.array(before or empty), np.array(came or empty)


@settings(deadline=None, max_examples=60)
@given(rows)
def test_the_sums_over_pairs_are_the_products_of_the_written_out_matrices(lists: list[list[int]]) -> None:
    histories = histories_of(lists)
    gram, followed = pair_sums(histories, SHAPE)
    before, came = written_out(histories, SHAPE)
    np.testing.assert_allclose(gram.numpy(), before.T @ before, atol=1e-4)
    np.testing.assert_allclose(followed.numpy(), before.T @ came, atol=1e-4)


def test_the_closed_form_is_least_squares_with_a_ridge() -> None:
    dice = np.random.default_rng(1)
    histories = histories_of([list(dice.integers(0, 6, 9)) for _ in range(20)])
    before, came = written_out(histories, SHAPE)
    gram = before.T @ before
    ridge = SHAPE.ridge * gram.diagonal().mean()
    wanted = np.linalg.solve(gram + ridge * np.eye(6), before.T @ came)
    np.testing.assert_allclose(fit_linear(histories, SHAPE).weights.numpy(), wanted, atol=1e-4)


def test_like_items_count_as_following_each_other_but_not_themselves() -> None:
    dice = np.random.default_rng(5)
    histories = histories_of([list(dice.integers(0, 6, 9)) for _ in range(20)])
    traits = torch.nn.functional.normalize(torch.rand(6, 4), dim=1)
    model = fit_linear(histories, SHAPE, traits)
    likeness = (traits @ traits.T).fill_diagonal_(0)
    wanted = model.inverse @ (pair_sums(histories, SHAPE)[1] + SHAPE.content * likeness)
    torch.testing.assert_close(model.weights, wanted, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("items", [30, 600])
def test_learning_event_by_event_gives_what_a_refit_gives(items: int) -> None:
    dice = np.random.default_rng(2)
    lists = [list(dice.integers(0, items, SHAPE.reach)) for _ in range(40)]
    early = histories_of([row[:-3] for row in lists], items)
    learned = fit_linear(early, SHAPE)
    ridge = SHAPE.ridge * float(pair_sums(early, SHAPE)[0].diagonal().mean()) + 1e-6
    for row in lists:
        for place in range(len(row) - 3, len(row)):
            learned.learn(np.array(row[:place]), row[place])
    gram, followed = pair_sums(histories_of(lists, items), SHAPE)
    refit = torch.linalg.solve(gram + ridge * torch.eye(items), followed)
    np.testing.assert_allclose(learned.weights.numpy(), refit.numpy(), atol=1e-4)


def test_a_score_is_the_faded_sum_of_the_weights_of_the_last_items() -> None:
    weights = torch.arange(36.0).view(6, 6)
    model = LinearNext(SHAPE, torch.eye(6), weights)
    scores = model.scores(histories_of([[2, 4, 1], [], [3]]))
    expected = weights[1] + 0.7 * weights[4] + 0.49 * weights[2]
    np.testing.assert_allclose(scores[0], expected.numpy(), rtol=1e-5)
    np.testing.assert_allclose(scores[1], np.zeros(6))
    np.testing.assert_allclose(scores[2], weights[3].numpy(), rtol=1e-5)


def test_a_planted_rule_of_what_follows_what_is_learned() -> None:
    dice = np.random.default_rng(3)
    chains = [[int(start + step) % 50 for step in range(12)] for start in dice.integers(0, 50, 200)]
    model = fit_linear(histories_of(chains, 50), LinearShape())
    scores = model.scores(histories_of([[7, 8, 9], [20, 21]], 50))
    assert list(scores.argmax(1)) == [10, 22]
