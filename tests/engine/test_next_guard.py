"""A model that has got worse on fresh showings is taken out; a good one is left alone."""

import numpy as np

from plainview.engine.foretelling import ACTIONS, INPUTS, PARTS, Foretelling
from plainview.engine.next_guard import WINDOW, NextGuard
from plainview.engine.ranking import TasteEngine
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, Observation, PageRequest
from tests.contracts.test_engine import NOW_MS, video
from tests.engine.planted_next import drawn_model

FINISH = ACTIONS.index("finish")
LINES = Foretelling().for_page(np.ones(len(PARTS), np.float32), 0.0)


def windows(guard: NextGuard, sharpness: float, count: int, dice: np.random.Generator) -> bool:
    """Whole windows of showings whose outcome follows a taste, and by so much what the model foretold."""
    told = np.zeros((count * WINDOW, INPUTS), np.float32)
    true = np.zeros((len(told), len(ACTIONS)), np.float32)
    part = dice.normal(0.0, 1.0, len(told)).astype(np.float32)
    taste = dice.normal(0.0, 1.0, len(told)).astype(np.float32)
    told[:, len(PARTS) + PARTS.index("next")], told[:, PARTS.index("taste")] = part, taste
    true[:, FINISH] = dice.random(len(told)) < 1.0 / (1.0 + np.exp(-0.8 * taste - sharpness * part))
    return guard.has_failed(LINES, told, true)


def test_a_good_model_serves_on_and_one_that_fell_goes() -> None:
    guard, dice = NextGuard(), np.random.default_rng(1)
    assert not windows(guard, 0.8, 6, dice)
    assert windows(guard, 0.0, 1, dice)


def test_one_that_says_the_opposite_goes_at_its_first_window() -> None:
    assert windows(NextGuard(), -0.5, 1, np.random.default_rng(1))


def nearly_judged() -> TasteEngine:
    """An engine whose model said the opposite in all but the last few showings of a window."""
    engine = TasteEngine()
    engine.add_items([video(number) for number in range(60)])
    engine.adopt(drawn_model(list(range(60))).to_bytes())
    guard, dice = engine._learner.next_guard, np.random.default_rng(1)
    guard.count = WINDOW - 20
    guard.foretold[0, : guard.count] = dice.normal(0.0, 1.0, guard.count)
    guard.enjoyed[: guard.count] = guard.foretold[0, : guard.count] < 0.0
    return engine


def swiped(engine: TasteEngine, position: int) -> None:
    """Eighty videos are shown, by a page at this place or, below 0, elsewhere, and finished."""
    for turn in range(80):
        for kind in (EventKind.SHOWN, EventKind.FINISHED):
            event = Observation(PersonId(1), kind, NOW_MS + turn, ItemId(turn % 60), position=position)
            engine.observe([event])


def test_the_engine_takes_it_out_and_serves_on() -> None:
    engine = nearly_judged()
    swiped(engine, position=0)
    assert engine._learner.upcoming.model is None
    assert "next" not in engine.page(PageRequest(now_ms=NOW_MS, person=PersonId(1))).model_version


def test_what_no_page_of_ours_placed_is_not_judged() -> None:
    engine = nearly_judged()
    swiped(engine, position=-1)
    assert engine._learner.next_guard.count == WINDOW - 20
    assert engine.model()
