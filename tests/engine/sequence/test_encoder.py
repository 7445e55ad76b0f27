"""The encoder looks only backwards, its loss has the right slopes, and the same seed gives the same model."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from plainview.engine.sequence.batches import NO_TARGET, batch, endless, pieces
from plainview.engine.sequence.encoder import Encoder, EncoderShape
from plainview.engine.sequence.evaluating import evaluate
from plainview.engine.sequence.fitting import Course, fit_encoder
from plainview.engine.sequence.histories import Histories, gathered, hold_out
from plainview.engine.sequence.peers import Popularity
from plainview.engine.sequence.softmax import cross_entropy
from plainview.engine.sequence.waits import waits

SMALL = EncoderShape(width=16, recent=12, dropout=0.1)


def chains(people: int = 150, items: int = 30) -> Histories:
    """Everybody goes up by one or by two, all the way: the last two items tell what comes."""
    dice = np.random.default_rng(4)
    starts, strides = dice.integers(0, items, people), dice.integers(1, 3, people)
    rows = [(start + stride * np.arange(8)) % items for start, stride in zip(starts, strides, strict=True)]
    return gathered([row.astype(np.int64) for row in rows], items)


def test_a_later_event_changes_no_earlier_output() -> None:
    torch.manual_seed(0)
    encoder = Encoder(30, SMALL).eval()
    recent = torch.randint(1, 31, (3, 10))
    other = recent.clone()
    other[:, 6:] = torch.randint(1, 31, (3, 4))
    torch.testing.assert_close(encoder(recent)[:, :6], encoder(other)[:, :6])
    assert not torch.allclose(encoder(recent)[:, 6], encoder(other)[:, 6])


def test_padding_at_the_end_changes_nothing_before_it() -> None:
    torch.manual_seed(0)
    encoder = Encoder(30, SMALL).eval()
    recent = torch.randint(1, 31, (2, 7))
    padded = torch.nn.functional.pad(recent, (0, 4))
    torch.testing.assert_close(encoder(padded)[:, :7], encoder(recent))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_and_its_slopes_are_those_of_the_plain_cross_entropy(smoothing: float) -> None:
    torch.manual_seed(1)
    states = torch.randn(700, 8, requires_grad=True)
    vectors = torch.randn(40, 8, requires_grad=True)
    targets = torch.randint(40, (700,))
    plain = torch.nn.functional.cross_entropy(states @ vectors.T, targets, label_smoothing=smoothing)
    wanted = torch.autograd.grad(plain, (states, vectors))
    ours = cross_entropy(states, vectors, targets, smoothing)
    found = torch.autograd.grad(ours, (states, vectors))
    # It computes in bfloat16, which has three digits.
    for slope, right in zip(found, wanted, strict=True):
        assert float((slope - right).norm() / right.norm()) < 0.02
    if not smoothing:
        assert float(ours.detach()) == pytest.approx(float(plain.detach()), rel=0.01)


def test_every_event_but_the_first_is_a_target_once_an_epoch() -> None:
    lots = np.random.default_rng(1)
    history = gathered([np.arange(100), np.arange(5), np.arange(1), np.arange(13)], 100)
    items = history.items
    for _ in range(20):
        cut = pieces(history, 12, lots)
        assert max(len(items[piece]) for piece in cut) <= 13
        targets = sorted(int(item) for piece in cut for item in items[piece][1:])
        assert targets == sorted([*range(1, 100), *range(1, 5), *range(1, 13)])


def test_a_batch_holds_no_more_places_than_allowed() -> None:
    stream = endless(chains(), 12, 64, np.random.default_rng(1))
    for _ in range(30):
        assert next(stream).recent.numel() <= 64
    made = batch(gathered([np.array([3, 4, 5]), np.array([7, 8])], 9), [slice(0, 3), slice(3, 5)])
    assert made.recent.tolist() == [[4, 5], [8, 0]]
    assert made.targets.tolist() == [[4, 5], [8, NO_TARGET]]
    assert made.waits is None


def test_a_planted_rule_is_learned_and_beats_popularity() -> None:
    histories = chains()
    asked = hold_out(histories)
    fitted = fit_encoder(
        histories.without_last(1), SMALL, Course(epochs=30, places_min=256, places_max=256, rate=1e-2, warmup=10)
    )
    assert evaluate(fitted, asked).ndcg10 > 0.8
    assert evaluate(Popularity(histories.without_last(1)), asked).ndcg10 < 0.4


def by_the_clock(people: int = 300) -> Histories:
    """The next item is drawn by lot from the first half of all after a minute, from the second after a month."""
    dice = np.random.default_rng(6)
    late = dice.integers(0, 2, (people, 8))
    items = dice.integers(0, 15, (people, 9))
    items[:, 1:] += 15 * late
    after = np.concatenate([waits(np.where(late, 2.6e6, 60.0)), np.zeros((people, 1), np.int64)], axis=1)
    return gathered(list(items), 30, list(after))


def test_how_long_it_has_been_tells_what_comes() -> None:
    histories = by_the_clock()
    course = Course(epochs=30, places_min=256, places_max=256, rate=1e-2, warmup=10)
    asked = hold_out(histories)
    first_half = asked.targets < 15
    scores = fit_encoder(histories.without_last(1), SMALL, course).scores(asked.known)
    leaning = scores[:, :15].mean(1) - scores[:, 15:].mean(1)
    assert leaning[first_half].min() > 0 > leaning[~first_half].max()
    # Who asks at another time is told of other items, after the same history.
    before = asked.known
    assert before.waits is not None
    at_last = before.starts[1:] - 1
    turned = before.waits.copy()
    turned[at_last] = np.where(first_half, waits(np.array(2.6e6)), waits(np.array(60.0)))
    other = fit_encoder(histories.without_last(1), SMALL, course).scores(replace(before, waits=turned))
    leaning = other[:, :15].mean(1) - other[:, 15:].mean(1)
    assert leaning[first_half].max() < 0 < leaning[~first_half].min()


def test_the_same_seed_gives_the_same_scores_and_another_gives_others() -> None:
    histories, course = chains(40), Course(epochs=5, places_min=128)
    first, second = (fit_encoder(histories, SMALL, course).scores(histories) for _ in range(2))
    other = fit_encoder(histories, SMALL, replace(course, seed=1)).scores(histories)
    assert (first == second).all()
    assert not np.allclose(first, other)


def test_a_person_without_history_is_scored_evenly() -> None:
    fitted = fit_encoder(chains(20), SMALL, Course(epochs=1))
    scores = fitted.scores(gathered([np.array([], np.int64), np.array([3])], 30))
    assert (scores[0] == 0).all()
    assert scores[1].std() > 0
