"""A model that was spoiled goes back to what it was when it was good; one that is good is left alone."""

from io import BytesIO

import numpy as np
import pytest

from plainview.engine.online.deltas import Checkpoint
from plainview.engine.online.events import ACTIONS, Action
from plainview.engine.online.guard import Guard, GuardConfig, Undo, area, normalized_loss
from plainview.engine.online.serving_copy import ServingCopy
from tests.engine.online.streams import People, trainer

CONFIG = GuardConfig(window=1_000, fall=0.15, wait_windows=4)


def taught(guard: Guard, people: People, windows: int, poisoned: float = 0.0) -> None:
    for turn in range(windows * 5):
        guard.learn(people.examples(200, poisoned), turn)


def test_poisoned_data_is_undone_and_learning_goes_on_when_it_ends() -> None:
    guard, plain, people = Guard(trainer(), CONFIG), trainer(), People(21)
    taught(guard, people, 20)
    good = guard.judged[-1].loss
    assert good < 0.8
    assert not any(judged.rolled_back for judged in guard.judged)
    taught(guard, people, 3, poisoned=1.0)
    assert [judged.rolled_back for judged in guard.judged[-3:]] == [True, False, False]
    assert not guard.learning
    taught(guard, people, 2)
    assert guard.learning
    assert guard.judged[-1].loss < 1.1 * good
    # Without a guard the same data leave a model that is worse than knowing nothing.
    same = People(21)
    for count, poisoned in ((100, 0.0), (15, 1.0)):
        for turn in range(count):
            plain.learn(same.examples(200, poisoned), turn)
    fresh = same.examples(1_000)
    unguarded = normalized_loss(plain.predict(fresh.ids, fresh.features), fresh.positive, fresh.negative)
    guarded = normalized_loss(guard.trainer.predict(fresh.ids, fresh.features), fresh.positive, fresh.negative)
    assert guarded < 0.8
    assert unguarded > 1.0


def test_a_good_model_is_left_alone() -> None:
    guard = Guard(trainer(), CONFIG)
    taught(guard, People(22), 40)
    assert not any(judged.rolled_back for judged in guard.judged)
    assert guard.judged[-1].auc[Action.LIKE] > 0.85


def test_when_the_world_has_changed_for_good_it_is_learned() -> None:
    guard, people = Guard(trainer(), CONFIG), People(23)
    taught(guard, people, 20)
    taught(guard, people, 40, poisoned=1.0)
    assert guard.learning
    assert guard.judged[-1].loss < 0.9


def test_rolling_back_restores_what_was_bit_for_bit_and_reaches_the_copies() -> None:
    learner, people = trainer(), People(24)
    learner.learn(people.examples(800), 0)
    checkpoint = Checkpoint(learner)
    learner.table.take_changes()
    copy, undo = ServingCopy(checkpoint), Undo(learner)
    before = BytesIO()
    learner.write(before)
    for turn in range(4):
        examples = people.examples(150)
        undo.note(learner.table, examples.ids.reshape(-1))
        learner.learn(examples, 0)
        copy.apply(checkpoint.taken(turn, 0))
    undo.undo(learner)
    after = BytesIO()
    learner.write(after)
    assert after.getvalue() == before.getvalue()
    copy.apply(checkpoint.taken(9, 0))
    asked = people.examples(300)
    assert np.array_equal(copy.predict(asked.ids, asked.features), learner.predict(asked.ids, asked.features))


def test_the_loss_of_always_saying_the_rates_is_one() -> None:
    dice = np.random.default_rng(1)
    positive = (dice.random((2_000, ACTIONS)) < 0.3).astype(np.float32)
    rates = np.broadcast_to(positive.mean(axis=0), positive.shape)
    assert normalized_loss(rates, positive, 1 - positive) == pytest.approx(1.0, abs=1e-6)
    assert normalized_loss(positive, positive, 1 - positive) < 1e-4


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    dice = np.random.default_rng(2)
    chances, did = dice.integers(0, 8, 60) / 8, dice.integers(0, 2, 60)
    pairs = [(mine > other) + (mine == other) / 2 for mine in chances[did == 1] for other in chances[did == 0]]
    assert area(chances, did, 1 - did) == pytest.approx(float(np.mean(pairs)))
    assert np.isnan(area(chances, np.ones(60), np.zeros(60)))
