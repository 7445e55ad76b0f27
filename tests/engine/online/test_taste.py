"""The model that is renewed by each event says what sums over all events would say, and learns what follows what."""

import numpy as np
import torch

from plainview.engine.online.taste import OnlineTaste, TasteShape
from plainview.engine.sequence.histories import Histories
from plainview.engine.sequence.linear_next import pair_sums


def walked(events: int, items: int, persons: int, seed: int) -> list[tuple[int, int]]:
    """(person, item): everybody goes round a ring of items, now and then by lot."""
    dice = np.random.default_rng(seed)
    at = dice.integers(items, size=persons)
    found = []
    for _ in range(events):
        person = int(dice.integers(persons))
        at[person] = (at[person] + 3) % items if dice.random() < 0.9 else dice.integers(items)
        found.append((person, int(at[person])))
    return found


def learned(model: OnlineTaste, events: list[tuple[int, int]], known: dict[int, list[int]]) -> dict[int, list[int]]:
    for person, item in events:
        history = known.setdefault(person, [])
        model.learn(np.array(history, np.int64), item)
        history.append(item)
    return known


def test_what_follows_what_is_learned_from_the_first_events_on() -> None:
    model, found = OnlineTaste(60), 0
    known = learned(model, walked(900, 60, 12, 1), {})
    for history in known.values():
        scores = model.scores(np.array(history, np.int64))
        scores[history[-10:]] = -np.inf
        found += int(np.argmax(scores) == (history[-1] + 3) % 60)
    assert found >= 9


def test_rank_one_updates_end_where_the_sums_over_all_events_lead() -> None:
    events, items = walked(1_500, 25, 4, 2), 25
    model = OnlineTaste(items, TasteShape(fading=0.7, ridge=20.0))
    known = learned(model, events, {})
    lists = [np.array(known[person], np.int64) for person in sorted(known)]
    starts = np.cumsum([0, *(len(each) for each in lists)])
    gram, followed = pair_sums(Histories(np.concatenate(lists), starts, items), model.linear.shape)
    slow = torch.linalg.solve(gram.double() + 20 * torch.eye(items, dtype=torch.float64), followed.double())
    # The sums leave out what has faded to a hundredth in one place and not in the other: hence the tolerance.
    np.testing.assert_allclose(model.linear.weights.numpy(), slow.numpy(), atol=0.02)


def test_a_frozen_copy_does_not_hear_of_later_events() -> None:
    model = OnlineTaste(30)
    known = learned(model, walked(300, 30, 5, 3), {})
    history = np.array(known[0], np.int64)
    frozen = model.frozen()
    before = frozen.scores(history)
    assert np.array_equal(before, model.scores(history))
    learned(model, walked(100, 30, 5, 4), known)
    assert np.array_equal(frozen.scores(history), before)
    assert not np.array_equal(model.scores(history), before)


def test_learning_the_same_events_twice_gives_the_same_model() -> None:
    one, other = OnlineTaste(30), OnlineTaste(30)
    for each in (one, other):
        learned(each, walked(400, 30, 5, 5), {})
    assert np.array_equal(one.weights, other.weights)
    assert torch.equal(one.linear.weights, other.linear.weights)
