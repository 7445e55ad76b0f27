"""The contract of `plainview.ports.ranker.Ranker`: in whatever process, it answers as the engine does."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable

import pytest

from plainview.adapters.ranker_here import RankerHere
from plainview.adapters.ranker_process import RankerProcess, RankingFailedError
from plainview.engine.ranking import TasteEngine
from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, Mode, Observation, PageRequest, Sliders
from plainview.ports.ranker import Ranker, RankerAwayError
from tests.contracts.test_engine import NOW_MS, video
from tests.engine.planted_next import drawn_model

ANN = PersonId(1)

pytestmark = pytest.mark.anyio


def _beside(on_lost: Callable[[], None]) -> RankerProcess:
    return RankerProcess(["rank", "json", "error"], on_lost)


def _nothing() -> None:
    raise AssertionError("it was told to end")


@pytest.fixture(params=["here", "beside"])
async def ranker(request: pytest.FixtureRequest) -> AsyncIterator[Ranker]:
    made: Ranker = RankerHere(TasteEngine()) if request.param == "here" else _beside(_nothing)
    await made.start()
    yield made
    await made.close()


def liked(item: int, at_ms: int = NOW_MS) -> list[Observation]:
    return [Observation(ANN, kind, at_ms, ItemId(item), None, 9_000) for kind in (EventKind.SHOWN, EventKind.LIKE)]


async def test_it_answers_as_the_engine_does_to_the_bit(ranker: Ranker) -> None:
    assert isinstance(ranker, Ranker)
    engine = TasteEngine()
    items = [video(number, features=[0.1 * number, 1.0, -0.5]) for number in range(60)]
    engine.add_items(items)
    await ranker.add_items(items)
    for item in (1, 6, 11, 16, 3):
        engine.observe(liked(item))
        await ranker.observe(liked(item))
    engine.forget_taste(ANN, "tag", "tag1")
    await ranker.forget_taste(ANN, "tag", "tag1")
    await ranker.settle()
    wishes = [
        PageRequest(
            NOW_MS + 60_000, person=ANN, in_session=(ItemId(2),), followed=(PersonId(9001),), languages=("de",)
        ),
        PageRequest(NOW_MS, person=ANN, mode=Mode.UNPROFILED, sliders=Sliders(fresh=2), without_sources=("popular",)),
        PageRequest(NOW_MS, acted=liked(7), excluded_creators=(PersonId(9000),), excluded_items=(ItemId(5),)),
        PageRequest(NOW_MS, person=ANN, mode=Mode.FOLLOWING, followed=(PersonId(9002),), size=0),
    ]
    for wish in wishes:
        assert await ranker.page(wish) == engine.page(wish)
    assert await ranker.person_facts(ANN) == engine.person_facts(ANN) != ()
    assert await ranker.origins() == engine.origins()
    at: tuple[int, int] | None = (0, 0)
    while at is not None:
        lesson = await ranker.lesson(at)
        assert lesson == engine.lesson(at)
        at = lesson.after
    model = drawn_model(list(range(1, 50))).to_bytes()
    engine.adopt(model)
    for start in range(0, len(model), 1_000):
        assert not await ranker.take_in(model[start : start + 1_000], start)
    while not await ranker.take_in(b"", len(model)):
        pass
    assert await ranker.model() == engine.model() != ""
    await ranker.take_in(model[:-1], 0)
    with pytest.raises(PlainviewError):
        await ranker.take_in(b"", len(model) - 1)
    for wish in wishes:
        assert await ranker.page(wish) == engine.page(wish)


async def test_what_is_said_first_takes_effect_first(ranker: Ranker) -> None:
    await ranker.add_items([video(number) for number in range(4)])
    for round_ in range(30):
        await ranker.remove_item(ItemId(0))
        without = await ranker.page(PageRequest(NOW_MS))
        await ranker.add_items([video(0)])
        assert ItemId(0) not in [place.item for place in without.items]
        assert ItemId(0) in [place.item for place in (await ranker.page(PageRequest(NOW_MS + round_))).items]
    await ranker.observe(liked(1))
    assert await ranker.person_facts(ANN)
    await ranker.recall_taste(ANN, "tag", "never forgotten")
    await ranker.reset(ANN)
    assert {fact.name for fact in await ranker.person_facts(ANN)} <= {"events", "shown", "finished", "skipped", "seen"}
    await ranker.forget(ANN)
    assert await ranker.person_facts(ANN) == ()


async def test_much_at_once_is_taken_in_whole(ranker: Ranker) -> None:
    await ranker.add_items([video(number, caption="many words " * 40) for number in range(3_000)])
    for start in range(0, 3_000, 10):
        await ranker.observe([event for item in range(start, start + 10) for event in liked(item)])
    facts = {fact.name: fact.weight for fact in await ranker.person_facts(ANN) if fact.name == "shown"}
    assert facts == {"shown": 3_000.0}


async def test_one_bad_question_ends_nothing() -> None:
    ranker = _beside(_nothing)
    await ranker.start()
    try:
        with pytest.raises(RankingFailedError):
            await ranker.person_facts("nobody")  # type: ignore[arg-type]
        await ranker.observe("nothing")  # type: ignore[arg-type]
        await ranker.add_items([video(1)])
        assert [place.item for place in (await ranker.page(PageRequest(NOW_MS))).items] == [1]
    finally:
        await ranker.close()


async def test_when_it_is_killed_that_is_told_and_all_that_waits_fails() -> None:
    lost = asyncio.Event()
    ranker = _beside(lost.set)
    with pytest.raises(RankerAwayError):
        await ranker.page(PageRequest(NOW_MS))
    await ranker.start()
    await ranker.settle()
    assert ranker.number is not None
    os.kill(ranker.number, signal.SIGSTOP)
    waiting = asyncio.create_task(ranker.page(PageRequest(NOW_MS)))
    await asyncio.sleep(0)
    os.kill(ranker.number, signal.SIGKILL)
    with pytest.raises(RankerAwayError):
        await waiting
    await lost.wait()
    with pytest.raises(RankerAwayError):
        await ranker.observe(liked(1))
    await ranker.close()


async def test_one_that_hangs_is_ended_and_that_is_told() -> None:
    lost = asyncio.Event()
    ranker = RankerProcess(["rank", "json", "error"], lost.set, patience_s=5.0)
    await ranker.start()
    await ranker.settle()
    assert ranker.number is not None
    os.kill(ranker.number, signal.SIGSTOP)
    with pytest.raises(RankerAwayError):
        await ranker.page(PageRequest(NOW_MS))
    assert lost.is_set()
    await ranker.close()


async def test_it_ends_with_who_started_it_whatever_the_terminal_says() -> None:
    ranker = _beside(_nothing)
    await ranker.start()
    await ranker.settle()
    assert ranker.number is not None
    os.kill(ranker.number, signal.SIGTERM)
    os.kill(ranker.number, signal.SIGINT)
    assert (await ranker.origins()) != ()
    await ranker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(ranker.number, 0)
