"""A fit takes what the engine tells, is judged on what it has not seen, and is refused where it is worse."""

from dataclasses import replace
from io import BytesIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from plainview.engine.fit_beside import attend
from plainview.engine.ranking import TasteEngine
from plainview.engine.sequence.encoder import EncoderShape
from plainview.engine.sequence.fitting import Course
from plainview.engine.sequence.nightly import NightlyShape, fit, fitted
from plainview.engine.sequence.told import Told, gathered_up, kept_back
from plainview.kernel.frames import framed, taken_out
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, Observation
from plainview.ports.fitter import Fitted
from tests.contracts.test_engine import NOW_MS, video

TINY = NightlyShape(
    encoder=EncoderShape(width=16, recent=8, dropout=0.0, actions=3),
    course=Course(epochs=8, places_min=128, places_max=128, rate=1e-2, warmup=5),
    asked_min=5,
)
ITEMS = 24


def lived() -> TasteEngine:
    """Everybody goes up by one, again and again; every third video is skipped, and nobody likes the last."""
    engine = TasteEngine()
    engine.add_items([video(number) for number in range(ITEMS + 1)])
    dice = np.random.default_rng(2)
    for person in range(1, 61):
        start = int(dice.integers(ITEMS))
        for step in range(9):
            item, at_ms = (start + step) % ITEMS, NOW_MS + person * 60_000 + step
            kind = EventKind.SKIPPED if item % 3 == 0 else EventKind.FINISHED
            for each in (EventKind.SHOWN, kind):
                engine.observe([Observation(PersonId(person), each, at_ms, ItemId(item))])
    return engine


def slices(engine: TasteEngine) -> list[bytes]:
    at: tuple[int, int] | None = (0, 0)
    found = []
    while at is not None:
        told, at = engine.lesson(at)
        found.append(told)
    return found


SLICES = slices(lived())
TOLD = gathered_up(SLICES)


def test_what_is_told_is_what_people_did_in_order() -> None:
    assert len(TOLD.people) == 60
    assert len(TOLD.stock.ids) == ITEMS + 1
    first = TOLD.people[0]
    steps = np.diff(TOLD.stock.ids[first.met]) % ITEMS
    assert (steps == 1).all()
    assert ((TOLD.stock.ids[first.met] % 3 == 0) == (first.done == 0)).all()


def watched_by_length(seconds: NDArray[np.float64]) -> TasteEngine:
    """Everybody meets videos in an order by lot, a second after the one before ended, and likes a few an hour later."""
    engine, dice = TasteEngine(), np.random.default_rng(5)
    engine.add_items([video(number) for number in range(len(seconds))])
    for person in range(1, 301):
        at_ms = NOW_MS + person * 86_400_000
        likes = []
        for item in dice.permutation(len(seconds))[:12].tolist():
            engine.observe([Observation(PersonId(person), EventKind.SHOWN, at_ms, ItemId(item))])
            at_ms += int(seconds[item] * 1_000)
            engine.observe([Observation(PersonId(person), EventKind.FINISHED, at_ms, ItemId(item))])
            at_ms += 1_000
            likes += [item] if dice.random() < 0.02 else []
        for item in likes:
            engine.observe([Observation(PersonId(person), EventKind.LIKE, at_ms + 3_600_000, ItemId(item))])
    return engine


def test_how_long_a_video_was_watched_does_not_give_away_that_it_came() -> None:
    seconds = np.array([2.0 * 1.3**step for step in range(24)])
    told = gathered_up(slices(watched_by_length(seconds)))
    for person in told.people:
        watched = seconds[told.stock.ids[person.met[:-1]]]
        assert np.allclose(np.diff(person.met_ms) / 1_000, watched + 1.0, atol=0.01)
    outcome = fit(told, None, TINY)
    assert outcome.figures["ndcg"] < 1.2 * outcome.figures["ndcg_of_most_enjoyed"]


def test_what_is_asked_for_is_not_learned_from() -> None:
    less, questions = kept_back(TOLD, 1_000)
    assert len(questions) == 12
    for known, target, asked_ms in questions:
        assert asked_ms >= known.met_ms[-1]
        assert any(person is known for person in less.people)
        assert known.done[-1] == 2 or len(known.met) < 9
        assert (target + 1) % 3 != 1
    assert less.enjoyed < TOLD.enjoyed


def test_a_planted_order_is_learned_and_taken() -> None:
    outcome = fit(TOLD, None, TINY)
    assert outcome.verdict == "taken"
    assert outcome.figures["ndcg"] > 1.5 * outcome.figures["ndcg_of_most_enjoyed"]
    assert outcome.model is not None
    again = fit(TOLD, None, TINY)
    assert again.model is not None
    assert again.model.digest == outcome.model.digest


def test_one_that_is_clearly_worse_than_what_serves_is_refused() -> None:
    good = fitted(TOLD, TINY)
    before = good.with_facts(cut_ms=NOW_MS)
    bad = replace(TINY, course=replace(TINY.course, epochs=0.2, rate=1e-6))
    outcome = fit(TOLD, before, bad)
    assert outcome.verdict == "refused"
    assert outcome.model is None
    # What serves has learned from all that is asked: then it is no judge, and nothing is compared with it.
    assert "ndcg_of_serving" not in fit(TOLD, good, TINY).figures


def test_too_little_is_not_fitted() -> None:
    asked, said = (
        BytesIO(b"".join([framed(0, "serving", b""), *(framed(0, "lesson", each) for each in SLICES)])),
        BytesIO(),
    )
    attend(asked, said)
    (answer,) = taken_out(bytearray(said.getvalue()))
    found = msgspec.msgpack.decode(answer.payload, type=Fitted)
    assert (found.verdict, found.model) == ("too_little", b"")
    assert found.figures["enjoyed"] == Told(*TOLD).enjoyed
