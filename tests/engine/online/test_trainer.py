"""Learning finds what people like, does the same each time, and has the gradients that it says it has."""

from io import BytesIO

import numpy as np
import pytest

from plainview.engine.online.events import ACTIONS, Action, Examples
from plainview.engine.online.network import Network
from plainview.engine.online.trainer import Trainer
from plainview.ports.engine import SnapshotUnreadableError
from tests.engine.online.streams import People, ids_of, trainer


def written(each: Trainer) -> bytes:
    file = BytesIO()
    each.write(file)
    return file.getvalue()


def test_a_planted_taste_is_learned() -> None:
    learner, people = trainer(), People(1)
    for now_s in range(80):
        learner.learn(people.examples(200), now_s)
    person, item = np.divmod(np.arange(60 * 40), 40)
    chances = learner.predict(ids_of(person, item), np.full((60 * 40, 2), 0.5, np.float32))[:, Action.LIKE]
    own = person % 2 == item % 2
    assert chances[own].mean() > 0.8
    assert chances[~own].mean() < 0.2


def test_the_same_log_gives_the_same_parameters_bit_for_bit() -> None:
    one, other = trainer(admit_after=2), trainer(admit_after=2)
    for each in (one, other):
        people = People(2)
        for now_s in range(20):
            # Memory lies elsewhere the second time; that must not matter.
            rubbish = np.ones(now_s * 1000 + 3)
            each.learn(people.examples(137), now_s)
            del rubbish
    assert written(one) == written(other)
    assert written(Trainer.read(BytesIO(written(one)))) == written(one)


def test_a_trainer_that_was_read_learns_on_as_the_one_that_was_written() -> None:
    one, people = trainer(admit_after=2), People(3)
    for now_s in range(10):
        one.learn(people.examples(50), now_s)
    other = Trainer.read(BytesIO(written(one)))
    more = people.examples(300)
    assert np.array_equal(one.learn(more, 11), other.learn(more, 11))
    assert written(one) == written(other)


def test_chances_are_those_of_a_model_that_has_not_seen_the_example() -> None:
    learner, people = trainer(), People(4)
    learner.learn(people.examples(2_000), 0)
    examples = people.examples(64)
    before = learner.predict(examples.ids, examples.features)
    assert np.array_equal(learner.learn(examples, 1), before)
    assert not np.array_equal(learner.predict(examples.ids, examples.features), before)


def test_gradients_are_those_of_the_loss() -> None:
    network, dice = Network(3, 4, 2, 8, seed=1), np.random.default_rng(1)
    rows, features = dice.normal(size=(5, 3, 4)).astype(np.float32), dice.normal(size=(5, 2)).astype(np.float32)
    positive = dice.random((5, ACTIONS)).astype(np.float32)
    negative = 1 - positive

    def loss() -> float:
        chances = network.forward(rows, features).chances.astype(np.float64)
        return float(-(positive * np.log(chances) + negative * np.log(1 - chances)).sum())

    passed = network.forward(rows, features)
    errors = positive * (passed.chances - 1) + negative * passed.chances
    gradients, by_row = network.backward(passed, errors)
    for array, gradient in [(rows, by_row), *((network.weights[name], gradients[name]) for name in gradients)]:
        for place in dice.integers(array.size, size=12).tolist():
            flat = array.reshape(-1)
            held = flat[place]
            sides = []
            for nudge in (0.01, -0.01):
                flat[place] = held + np.float32(nudge)
                sides.append(loss())
            flat[place] = held
            assert (sides[0] - sides[1]) / 0.02 == pytest.approx(gradient.reshape(-1)[place], rel=0.03, abs=0.02)


def test_a_correction_takes_back_exactly_what_was_taught_wrongly() -> None:
    # For one model, the gradients of "no" and of its correction add up to that of "yes".
    network, dice = Network(1, 4, 0, 8, seed=1), np.random.default_rng(1)
    passed = network.forward(dice.normal(size=(1, 1, 4)).astype(np.float32), np.zeros((1, 0), np.float32))
    chances = passed.chances
    no, correction, yes = chances, (chances - 1) - chances, chances - 1
    for left, right in zip(
        network.backward(passed, no + correction)[0].values(), network.backward(passed, yes)[0].values(), strict=True
    ):
        np.testing.assert_allclose(left, right, atol=1e-6)


def test_what_was_drawn_rarely_weighs_more_up_to_a_bound() -> None:
    def moved(propensity: float) -> float:
        learner, one = trainer(), People(5).examples(1)
        batch = Examples(*one[:4], np.array([propensity], np.float32))
        # A large past, so that Adagrad's own scaling does not hide the weight.
        learner.network.squares = {name: each + 100 for name, each in learner.network.squares.items()}
        before = learner.network.weights["out_bias"].copy()
        learner.learn(batch, 0)
        return float(np.abs(learner.network.weights["out_bias"] - before).sum())

    assert moved(0.5) > 1.3 * moved(1.0)
    assert moved(0.001) == pytest.approx(moved(0.25))


def test_a_torn_snapshot_is_refused() -> None:
    data = written(trainer())
    for broken in (data[:-3], data[: len(data) // 2], b"nothing"):
        with pytest.raises(SnapshotUnreadableError):
            Trainer.read(BytesIO(broken))
