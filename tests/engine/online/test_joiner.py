"""What was served and what came back become examples whose sum is the truth, whatever comes late or twice."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from plainview.engine.online.events import (
    ACTIONS,
    Action,
    Event,
    Examples,
    Feedback,
    Forgotten,
    Served,
    Tick,
    packed,
    unpacked,
)
from plainview.engine.online.joiner import Joiner, Waiting


def served(impression: int, at_ms: int = 0, propensity: float = 1.0) -> Served:
    ids = np.array([impression * 10 + 1, impression * 10 + 2], np.uint64)
    return Served(impression, at_ms, ids, np.full(3, impression, np.float32), propensity)


def joiner(held_max: int = 100, wait_ms: int = 1_000, keep_ms: int = 100_000) -> Joiner:
    return Joiner(Waiting(2, 3, held_max, wait_ms, keep_ms))


def sums(examples: Examples) -> dict[int, NDArray[np.float32]]:
    """Impression → (2, ACTIONS) what was taught of it in all."""
    found: dict[int, NDArray[np.float32]] = {}
    for ids, positive, negative in zip(examples.ids, examples.positive, examples.negative, strict=True):
        key = int(ids[0]) // 10
        found[key] = found.get(key, np.zeros((2, ACTIONS), np.float32)) + np.stack((positive, negative))
    return found


FEEDBACK = st.builds(
    Feedback,
    st.integers(1, 40),
    st.integers(1, 4),
    st.sampled_from(Action),
    st.sampled_from([0.0, 0.25, 1.0]),
    st.just(0),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(FEEDBACK, max_size=30, unique_by=lambda each: each.event), st.randoms())
def test_the_sum_of_all_examples_is_the_truth_in_any_order_and_with_repetitions(
    feedback: list[Feedback], lots: random.Random
) -> None:
    held, events = joiner(), feedback + feedback[::2]
    lots.shuffle(events)
    for impression in range(1, 5):
        held.serve(served(impression), 0)
    for each in events:
        held.hear(each)
    held.pass_time(1_000)
    taught = sums(held.take())
    for impression in range(1, 5):
        mine = sorted((each for each in feedback if each.impression == impression), key=lambda each: each.event)
        if not mine:
            assert impression not in taught
            continue
        last = {each.action: each.value for each in mine}
        for action in Action:
            known = action != Action.WATCH or action in last
            expected = [last.get(action, 0.0), 1.0 - last.get(action, 0.0)] if known else [0.0, 0.0]
            assert taught[impression][:, action].tolist() == expected


def test_an_example_waits_for_the_watch_and_carries_what_was_logged_at_serving() -> None:
    held = joiner()
    held.serve(served(7, propensity=0.25), 0)
    held.hear(Feedback(1, 7, Action.FINISH, 1.0, 10))
    assert len(held.take().ids) == 0
    held.hear(Feedback(2, 7, Action.WATCH, 0.75, 20))
    examples = held.take()
    assert examples.ids.tolist() == [[71, 72]]
    assert examples.features.tolist() == [[7.0, 7.0, 7.0]]
    assert examples.propensity.tolist() == [0.25]
    assert examples.positive[0, [Action.WATCH, Action.FINISH, Action.LIKE]].tolist() == [0.75, 1.0, 0.0]
    assert examples.negative[0, [Action.WATCH, Action.FINISH, Action.LIKE]].tolist() == [0.25, 0.0, 1.0]


def test_a_like_after_the_watch_puts_right_what_was_taught() -> None:
    held = joiner()
    held.serve(served(7), 0)
    held.hear(Feedback(2, 7, Action.WATCH, 1.0, 20))
    assert held.take().first.tolist() == [True]
    held.hear(Feedback(3, 7, Action.LIKE, 1.0, 30))
    late = held.take()
    assert late.first.tolist() == [False]
    assert late.positive[0].tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert late.negative[0].tolist() == [0, 0, -1, 0, 0, 0, 0, 0, 0]
    held.hear(Feedback(3, 7, Action.LIKE, 1.0, 40))
    held.hear(Feedback(1, 7, Action.LIKE, 0.0, 40))
    assert len(held.take().ids) == 0


def test_a_watch_that_never_ends_is_not_waited_for_longer_than_was_stated() -> None:
    held = joiner(wait_ms=1_000)
    held.serve(served(1, 0), 0)
    held.serve(served(2, 0), 0)
    held.hear(Feedback(5, 1, Action.LIKE, 1.0, 10))
    held.pass_time(999)
    assert len(held.take().ids) == 0
    held.pass_time(1_000)
    examples = held.take()
    assert examples.ids[:, 0].tolist() == [11]
    assert (examples.positive + examples.negative)[0, Action.WATCH] == 0
    held.hear(Feedback(6, 1, Action.WATCH, 0.5, 2_000))
    assert held.take().positive[0].tolist() == [0.5, 0, 0, 0, 0, 0, 0, 0, 0]


def test_memory_is_bounded_and_the_oldest_is_taught_before_it_is_forgotten() -> None:
    held = joiner(held_max=10, wait_ms=10**9)
    for impression in range(1, 41):
        held.serve(served(impression, impression), impression)
        held.hear(Feedback(impression, impression, Action.LIKE, 1.0, impression))
    assert len(held) == 10
    assert sorted(sums(held.take())) == list(range(1, 31))
    held.hear(Feedback(99, 3, Action.SAVE, 1.0, 50))
    assert held.passed_over == 1
    held.pass_time(200_000)
    assert len(held) == 0


def test_who_is_forgotten_is_not_taught_and_the_others_are() -> None:
    held = joiner(held_max=4)
    for impression in range(1, 8):
        held.serve(served(impression, impression), impression)
    held.forget(51)
    for impression in range(4, 8):
        held.hear(Feedback(impression, impression, Action.WATCH, 1.0, 10))
    assert held.take().ids[:, 0].tolist() == [41, 61, 71]
    for impression in range(8, 12):
        held.serve(served(impression, 20), impression)
    assert len(held) == 4
    assert held.low_water == 8


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("serve"), st.integers(1, 30), st.integers(0, 400)),
        st.tuples(st.sampled_from(["watch", "like", "unlike"]), st.integers(1, 30), st.integers(0, 400)),
    ),
    max_size=60,
)


@settings(max_examples=100, deadline=None)
@given(EVENTS, st.integers(0, 60))
def test_a_lost_joiner_is_made_again_from_its_low_water(plan: list[tuple[str, int, int]], cut: int) -> None:
    log: list[Event] = []
    for number, (what, impression, pause) in enumerate(plan):
        at_ms = (log[-1].at_ms if log else 0) + pause
        if what == "serve":
            log.append(served(impression * 100 + number, at_ms))
        else:
            known = [each.impression for each in log if isinstance(each, Served)]
            action = Action.WATCH if what == "watch" else Action.LIKE
            value = 0.0 if what == "unlike" else 1.0
            chosen = known[impression % len(known)] if known else 0
            log.append(Feedback(number + 1, chosen, action, value, at_ms))
    whole = joiner(held_max=6, wait_ms=500, keep_ms=3_000)
    fed(whole, log, 0, cut)
    whole.take()
    again = joiner(held_max=6, wait_ms=500, keep_ms=3_000)
    low = whole.low_water
    fed(again, log, cut if low is None else low, cut)
    again.take()
    fed(whole, log, cut, len(log))
    fed(again, log, cut, len(log))
    left, right = whole.take(), again.take()
    assert [each.tolist() for each in left] == [each.tolist() for each in right]


def fed(held: Joiner, log: list[Event], start: int, end: int) -> None:
    for position, event in enumerate(log[start:end], start):
        if isinstance(event, Served):
            held.serve(event, position)
        elif isinstance(event, Feedback):
            held.hear(event)


def test_events_survive_being_written_as_bytes() -> None:
    one = served(7, 5, 0.5)
    back = unpacked(packed(one))
    assert isinstance(back, Served)
    assert (back.impression, back.at_ms, back.propensity) == (7, 5, 0.5)
    assert back.ids.tolist() == one.ids.tolist()
    assert back.features.tolist() == one.features.tolist()
    for event in (Feedback(2**62, 3, Action.SAVE, 0.5, 9), Tick(12), Forgotten(2**64 - 1, 8)):
        assert unpacked(packed(event)) == event
