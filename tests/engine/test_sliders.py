"""The person's own hand on the engine: each slider moves its part of a page its way, and no slider lets anything in."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainview.engine import worth
from plainview.engine.ranking import TasteEngine
from plainview.engine.weights import weights_by
from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import (
    AS_PUBLISHED,
    SLIDER_MOST,
    EventKind,
    ItemFacts,
    Mode,
    Observation,
    PageRequest,
    RankedPage,
    Sliders,
)

NOW_MS = 1_800_000_000_000
DAY_MS = 86_400_000
ME = PersonId(1)
KINDS = 6
steps = st.builds(Sliders, **dict.fromkeys(asdict(AS_PUBLISHED), st.integers(-SLIDER_MOST, SLIDER_MOST)))


def video(number: int) -> ItemFacts:
    return ItemFacts(
        item=ItemId(number),
        creator=PersonId(9000 + number % 40),
        duration_ms=9_000,
        published_at_ms=NOW_MS - (number * 7919 % 40) * DAY_MS // 2,
        tags=(f"kind{number % KINDS}",),
    )


def lived() -> TasteEngine:
    """A place in which some videos are liked by all, and in which one person has enjoyed those of two kinds."""
    engine = TasteEngine(seed=3)
    engine.add_items([video(number) for number in range(1, 301)])
    events = []
    for other in range(2, 40):
        for step in range(8):
            item = ItemId(1 + (other * 31 + step * step * 13) % 300)
            events.append(Observation(PersonId(other), EventKind.SHOWN, NOW_MS - 3_600_000, item))
            kind = EventKind.LIKE if int(item) % 5 == 0 else EventKind.SKIPPED
            events.append(Observation(PersonId(other), kind, NOW_MS - 3_000_000, item))
    for number in (7, 13, 19, 6, 12, 18, 24):
        events += [Observation(ME, kind, NOW_MS, ItemId(number)) for kind in (EventKind.SHOWN, EventKind.FINISHED)]
    engine.observe(events)
    return engine


LIVED = lived()
WISH = PageRequest(now_ms=NOW_MS, size=12, person=ME, followed=tuple(PersonId(9000 + n) for n in range(6)))


def means(sliders: Sliders) -> dict[str, float]:
    """The mean of each part over some pages, and how much their videos have in common."""
    pages = [LIVED.page(replace(WISH, now_ms=NOW_MS + each, sliders=sliders)) for each in range(6)]
    parts = np.array([item.parts for page in pages for item in page.items]).mean(axis=0)
    return dict(zip(pages[0].part_names, parts.tolist(), strict=True)) | {"alike": np.mean([alike(p) for p in pages])}


def alike(page: RankedPage) -> float:
    """The share of pairs on a page that are of one kind."""
    kinds = np.array([item.item % KINDS for item in page.items])
    same = kinds[:, None] == kinds
    return float((same.sum() - len(kinds)) / (len(kinds) * (len(kinds) - 1)))


@pytest.mark.parametrize(("slider", "parts"), worth.SLIDERS.items())
def test_each_slider_moves_what_it_is_named_after_its_own_way(slider: str, parts: tuple[str, ...]) -> None:
    down, up = (means(Sliders(**{slider: step})) for step in (-SLIDER_MOST, SLIDER_MOST))
    if slider == "varied":
        assert up["alike"] < down["alike"]
        return
    weights = worth.PART_WEIGHTS
    assert sum(weights[part] * up[part] for part in parts) > sum(weights[part] * down[part] for part in parts)


def test_every_part_but_language_and_luck_is_under_one_slider() -> None:
    assert set(worth.SLIDERS) == set(asdict(AS_PUBLISHED))
    assert set(worth.SLIDER_STEPS) == set(range(-SLIDER_MOST, SLIDER_MOST + 1))
    moved = [part for parts in worth.SLIDERS.values() for part in parts]
    assert sorted(moved) == sorted(set(worth.PART_WEIGHTS) - {"language", "luck"})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.sampled_from(Mode), st.sets(st.integers(1, 300)), st.sets(st.integers(9000, 9039), max_size=20))
def test_no_setting_of_the_sliders_lets_in_what_is_excluded(
    sliders: Sliders, mode: Mode, items: set[int], creators: set[int]
) -> None:
    wish = replace(
        WISH,
        mode=mode,
        sliders=sliders,
        excluded_items=tuple(map(ItemId, items)),
        excluded_creators=tuple(map(PersonId, creators)),
    )
    page = LIVED.page(wish)
    shown = {ranked.item for ranked in page.items}
    assert not shown & items
    assert not {9000 + item % 40 for item in shown} & creators
    assert all(0.0 < ranked.propensity <= 1.0 for ranked in page.items)


def test_in_the_middle_the_weights_are_bit_for_bit_those_that_are_published() -> None:
    weights = weights_by(AS_PUBLISHED)
    assert weights.factor.tobytes() == np.ones(len(worth.PART_WEIGHTS), np.float32).tobytes()
    assert weights.variety == 1.0
    for mode in Mode:
        assert LIVED.page(replace(WISH, mode=mode, sliders=Sliders())) == LIVED.page(replace(WISH, mode=mode))


@settings(max_examples=25, deadline=None)
@given(steps)
def test_a_score_and_its_reasons_are_of_the_moved_weights(sliders: Sliders) -> None:
    page, me = LIVED.page(replace(WISH, sliders=sliders)), LIVED._learner.people[ME]
    lines = LIVED._learner.foretelling.for_page(weights_by(sliders).factor, me.newcomer, me.facts(NOW_MS))
    for ranked in page.items:
        shares = lines.shares(np.array(ranked.parts, np.float32)[:, None])[:, 0]
        weighed = dict(zip(page.part_names, shares.tolist(), strict=True))
        assert ranked.score == pytest.approx(sum(weighed.values()), abs=1e-4)
        named = sorted((share for part, share in weighed.items() if part not in {"language", "luck"}), reverse=True)
        given_ = [reason.weight for reason in ranked.reasons]
        wanted = [share for share in named if share >= worth.REASON_WEIGHT_MIN][:3]
        assert given_ == pytest.approx(wanted or [0.0], abs=1e-4)


@pytest.mark.parametrize("off", [origin.name for origin in LIVED.origins()])
def test_a_source_that_is_switched_off_names_nothing(off: str) -> None:
    pages = [LIVED.page(replace(WISH, now_ms=NOW_MS + each, without_sources=(off,))) for each in range(4)]
    assert all(page.items and off not in ranked.sources for page in pages for ranked in page.items)
    assert off != "fresh" or not any(ranked.exploring for page in pages for ranked in page.items)


@pytest.mark.parametrize("step", [-3, 3, 0.5, True, "1"])
def test_a_slider_goes_no_further_than_its_ends(step: object) -> None:
    with pytest.raises(InvalidInputError):
        Sliders(fresh=step)  # type: ignore[arg-type]


def test_a_forgotten_taste_ranks_nothing_until_it_is_learned_anew_or_recalled() -> None:
    engine = lived()
    before = {(fact.name, fact.subject): fact.weight for fact in engine.person_facts(ME)}
    engine.forget_taste(ME, "tag", "kind0")
    after = {(fact.name, fact.subject): fact.weight for fact in engine.person_facts(ME)}
    assert ("tag", "kind0") not in after
    assert after["forgotten", "tag:kind0"] == before["tag", "kind0"]
    assert {key: weight for key, weight in after.items() if key[0] != "forgotten"} == {
        key: weight for key, weight in before.items() if key != ("tag", "kind0")
    }
    again = TasteEngine()
    again.restore(engine.snapshot())
    assert again.person_facts(ME) == engine.person_facts(ME)
    assert again.snapshot() == engine.snapshot()
    engine.observe([Observation(ME, EventKind.FINISHED, NOW_MS, ItemId(30))])
    assert ("tag", "kind0") in {(fact.name, fact.subject) for fact in engine.person_facts(ME)}, "learned anew"
    again.recall_taste(ME, "tag", "kind0")
    assert {(fact.name, fact.subject): fact.weight for fact in again.person_facts(ME)} == before
    again.recall_taste(ME, "tag", "kind0")
    assert {(fact.name, fact.subject): fact.weight for fact in again.person_facts(ME)} == before, "once is enough"
    engine.reset(ME)
    assert not [fact for fact in engine.person_facts(ME) if fact.name == "forgotten"]
