"""A model of what comes next ranks from the next page on, says why, and leaves nothing when it is taken out."""

from dataclasses import replace

import numpy as np
import pytest

from plainview.engine.beforehand import parts_of
from plainview.engine.content import FEATURES_AT
from plainview.engine.foretelling import PARTS
from plainview.engine.ranking import TasteEngine
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import (
    EventKind,
    ItemFacts,
    Mode,
    Observation,
    PageRequest,
    RankedPage,
    SnapshotUnreadableError,
)
from tests.contracts.test_engine import NOW_MS, video
from tests.engine.planted_next import drawn_model

ANN = PersonId(1)
ITEMS = list(range(1, 61))
NEXT = PARTS.index("next")
WISH = PageRequest(now_ms=NOW_MS + 10**6, person=ANN, size=12)


def lived(model: bytes | None, events: int = 24) -> TasteEngine:
    """Some videos enjoyed and some skipped, by three people; what is adopted, before anything happens."""
    engine = TasteEngine(seed=4)
    engine.add_items([video(number) for number in ITEMS])
    if model is not None:
        engine.adopt(model)
    dice = np.random.default_rng(9)
    for turn in range(events):
        item, kind = int(dice.integers(1, 40)), (EventKind.FINISHED, EventKind.SKIPPED)[int(dice.integers(2))]
        for each in (EventKind.SHOWN, kind):
            engine.observe([Observation(PersonId(1 + turn % 3), each, NOW_MS + turn * 1_000, ItemId(item))])
    return engine


MODEL = drawn_model(ITEMS).to_bytes()


def parts(page: RankedPage) -> list[float]:
    return [place.parts[NEXT] for place in page.items]


def test_without_a_model_nothing_is_said_and_one_that_is_taken_out_leaves_nothing() -> None:
    engine, other = lived(None), lived(None)
    before = engine.page(WISH)
    assert not any(parts(before))
    other.adopt(MODEL)
    assert any(parts(other.page(WISH)))
    other.adopt(b"")
    assert other.page(WISH)._replace(state_version=0) == before._replace(state_version=0)
    assert engine.page(WISH) == before


def test_the_page_names_the_model_and_only_a_profiled_one_is_ranked_by_it() -> None:
    plain, engine = lived(None), lived(None)
    engine.adopt(MODEL)
    page = engine.page(WISH)
    assert page.model_version == f"{plain.page(WISH).model_version}+next-{drawn_model(ITEMS).digest}"
    assert "next" in {name for place in page.items for name in place.sources}
    unprofiled = PageRequest(now_ms=NOW_MS, person=ANN, mode=Mode.UNPROFILED)
    assert engine.page(unprofiled).items == plain.page(unprofiled).items
    off = engine.page(PageRequest(now_ms=NOW_MS, person=ANN, without_sources=("next",)))
    assert "next" not in {name for place in off.items for name in place.sources}


def test_the_reason_is_a_video_that_was_enjoyed() -> None:
    engine = lived(MODEL)
    held = {fact.subject for fact in engine.person_facts(ANN) if fact.name == "enjoyed"}
    named = {r.fact for place in engine.page(WISH).items for r in place.reasons if r.code == "next"}
    assert named
    assert named <= held


def test_what_is_noted_at_a_showing_is_what_a_page_says() -> None:
    engine = lived(MODEL)
    learner = engine._learner
    for place in engine.page(WISH).items:
        noted = parts_of(learner._known, learner.people[ANN], learner.catalogue.slots[place.item], WISH.now_ms)
        assert noted[NEXT] == pytest.approx(place.parts[NEXT], abs=1e-5)


def test_what_is_expected_depends_on_how_long_it_has_been() -> None:
    timeless, engine = lived(MODEL), lived(drawn_model(ITEMS, timed=True).to_bytes())

    def said(engine: TasteEngine, later_s: int) -> dict[int, float]:
        page = engine.page(replace(WISH, now_ms=NOW_MS + 24_000 + later_s * 1_000, size=len(ITEMS)))
        return {place.item: place.parts[NEXT] for place in page.items}

    soon, as_soon, late = (said(engine, seconds) for seconds in (60, 61, 3_000_000))
    both = set(soon) & set(late) & set(as_soon)
    assert both
    assert all(soon[item] == as_soon[item] for item in both)
    assert any(abs(soon[item] - late[item]) > 0.01 for item in both)
    before, after = said(timeless, 60), said(timeless, 3_000_000)
    assert all(before[item] == after[item] for item in set(before) & set(after))


def test_a_new_video_is_placed_by_its_traits_from_the_first_second() -> None:
    engine = TasteEngine()
    engine.add_items([video(1), video(2)])
    model = drawn_model([1, 2], tags=("tag3", "rare8"))
    engine.adopt(model.to_bytes())
    engine.add_items([video(8)])
    wanted = model.traits.astype(np.float32).sum(axis=0)
    assert engine._learner.upcoming.items[engine._learner.catalogue.slots[8]] == pytest.approx(wanted)


def test_a_video_moves_with_its_content_where_the_fit_has_not_seen_it() -> None:
    engine, kept, dice = TasteEngine(), TasteEngine(), np.random.default_rng(8)
    engine.adopt(drawn_model([1, 2], numbers=FEATURES_AT + 9).to_bytes())

    def places(*told: ItemFacts) -> list[bytes]:
        engine.add_items(told)
        kept.restore(engine.snapshot())
        found = [each._learner.upcoming.items[:4].tobytes() for each in (engine, kept)]
        assert found[0] == found[1]
        return [engine._learner.upcoming.items[at].tobytes() for at in range(4)]

    silent = [video(number, caption="") for number in (1, 2, 8, 9)]
    first = places(*silent)
    assert not any(first[2])
    told = places(*(replace(each, features=dice.standard_normal(8).tolist()) for each in silent))
    assert [told[at] == first[at] for at in range(4)] == [True, True, False, False]
    assert told[2] != told[3]
    assert places(*silent)[2:] == first[2:]


def test_a_snapshot_and_a_replay_are_exact_with_a_model() -> None:
    engine, again = lived(MODEL), lived(MODEL)
    kept = TasteEngine()
    kept.restore(engine.snapshot())
    assert kept.page(WISH) == engine.page(WISH) == again.page(WISH)
    more = [Observation(ANN, EventKind.LIKE, NOW_MS + 10**5, ItemId(50))]
    for each in (kept, engine):
        each.observe(more)
    assert kept.snapshot() == engine.snapshot()
    assert kept.page(WISH) == engine.page(WISH) != again.page(WISH)


def test_who_is_forgotten_is_expected_to_enjoy_nothing_and_a_forgotten_taste_says_nothing() -> None:
    engine = lived(MODEL)
    everything = parts(engine.page(WISH))
    enjoyed = [int(fact.subject) for fact in engine.person_facts(ANN) if fact.name == "enjoyed"]
    engine.forget_taste(ANN, "tag", f"tag{enjoyed[-1] % 5}")
    assert parts(engine.page(WISH)) != everything
    engine.forget(ANN)
    assert not any(parts(engine.page(WISH)))
    assert not engine._learner.upcoming._states


def test_a_torn_model_is_refused_and_the_one_before_serves_on() -> None:
    engine = lived(MODEL)
    before = engine.page(WISH)
    for torn in (MODEL[:-3], b"nothing", MODEL[:40] + b"?" + MODEL[41:]):
        with pytest.raises(SnapshotUnreadableError):
            engine.adopt(torn)
    assert engine.page(WISH) == before


@pytest.mark.parametrize("piece_bytes", [1, 37, 10**6])
def test_taken_in_by_slices_between_changes_it_is_as_if_taken_in_at_once(piece_bytes: int) -> None:
    model = drawn_model(ITEMS[:30], tags=("tag0", "tag3", "new"), numbers=FEATURES_AT + 9).to_bytes()
    looks = np.random.default_rng(1).standard_normal((2, 8)).tolist()
    changes = iter(
        [
            video(3, tags=["tag0"]),
            video(59, tags=["new"], features=looks[0]),
            video(70),
            video(71, tags=["new", "tag3"], features=looks[1]),
        ]
    )
    at_once, engine = lived(None), lived(MODEL)
    engine.adopt(b"")
    engine.take_in(model[:50], 0)  # One that was given up.
    for at in range(0, len(model), piece_bytes):
        assert not engine.take_in(model[at : at + piece_bytes], at)
    steps = 0
    while not engine.take_in(b"", len(model)):
        steps += 1
        if (changed := next(changes, None)) is not None:
            engine.add_items([changed])
            at_once.add_items([changed])
    for changed in changes:
        engine.add_items([changed])
        at_once.add_items([changed])
    at_once.adopt(model)
    assert steps >= 3
    page, wanted = engine.page(WISH), at_once.page(WISH)
    assert page.model_version == wanted.model_version
    assert page.items == wanted.items
    assert any(parts(page))
    held, known = engine._learner.upcoming.items, engine._learner.catalogue.count
    assert held[:known].tobytes() == at_once._learner.upcoming.items[:known].tobytes()


def test_a_torn_model_in_slices_is_refused_and_the_one_before_serves_on() -> None:
    engine = lived(MODEL)
    before = engine.page(WISH)
    for torn in (
        MODEL[:-3],
        b"nothing at all that would be a model",
        MODEL[:40] + b"?" + MODEL[41:],
        MODEL + b"?",
        b"",
    ):
        with pytest.raises(SnapshotUnreadableError):
            _ = [engine.take_in(torn, 0), engine.take_in(b"", len(torn))]
        with pytest.raises(SnapshotUnreadableError):
            engine.take_in(b"", 1)
    assert engine.page(WISH) == before


def test_a_changed_video_is_expected_as_if_it_had_never_been_another() -> None:
    engine, kept = lived(drawn_model(ITEMS[:9], tags=("tag0", "tag3")).to_bytes()), TasteEngine()
    engine.page(WISH)
    for number in ITEMS[9:40]:
        engine.add_items([video(number, tags=["tag3"])])
    kept.restore(engine.snapshot())
    assert engine.page(WISH) == kept.page(WISH)


def test_a_fit_is_told_histories_in_order_and_nobody_by_name() -> None:
    from plainview.engine.online.archive import from_bytes

    engine = lived(None)
    at: tuple[int, int] | None = (0, 0)
    told = []
    while at is not None:
        piece, at = engine.lesson(at)
        told.append(from_bytes(piece))
    assert [facts["stage"] for facts, _ in told] == [0, 1, 2]
    people = told[2][1]
    assert set(people) == {"lengths", "items", "acts", "met_ms", "last_ms"}
    learner = engine._learner
    first = learner.people[1]
    shown = [int(learner.catalogue.ids[slot]) for slot in first.seen.oldest_first()]
    assert sorted(people["items"][: people["lengths"][0]].tolist()) == sorted(set(shown))
