"""What somebody looks for leads their next pages, is said as the reason, and leaves nothing behind."""

import random
from dataclasses import replace

import numpy as np
import pytest

from plainview.engine.limits import Limits
from plainview.engine.looked_up import looked_up
from plainview.engine.ranking import TasteEngine
from plainview.engine.terms import TAG, WORD, Terms
from plainview.engine.worth import LOOKED_FOR_KEPT, LOOKED_FOR_WORTH
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Mode, Observation, RankedPage
from tests.engine.test_learning import KINDS, NOW_MS, ask, catalogue, kind_of, share, swipe


def place_of(page: RankedPage, kind: str) -> int:
    """How many of a page's items are of one kind."""
    return sum(kind_of(ranked.item) == kind for ranked in page.items)


def engine_of(per_kind: int = 40) -> TasteEngine:
    engine = TasteEngine(seed=3)
    engine.add_items(catalogue(per_kind))
    return engine


def crowded() -> TasteEngine:
    """Everything has been seen by many; person 1 has watched a hundred videos and loves one kind."""
    engine, dice = engine_of(100), random.Random(1)
    items = [facts.item for facts in catalogue(100)]
    for person in range(100, 220):
        loved = KINDS[person % len(KINDS)]
        for item in dice.sample(items, 60):
            kind = EventKind.FINISHED if kind_of(item) == loved else EventKind.SKIPPED
            engine.observe([Observation(PersonId(person), each, NOW_MS, item) for each in (EventKind.SHOWN, kind)])
    for turn in range(12):
        swipe(engine, 1, ask(engine, 1, turn), "space", NOW_MS + turn * 60_000)
    return engine


@pytest.mark.parametrize("person", [None, 1])
def test_what_a_newcomer_looks_for_leads_the_next_page_and_leaves_nothing(person: int | None) -> None:
    engine = engine_of()
    before, state = ask(engine, person, 0), engine.snapshot()
    page = ask(engine, person, 0, looked_for=["clay"])
    assert place_of(page, "clay") >= max(4, place_of(before, "clay") + 2)
    led = [ranked for ranked in page.items if "looked_for" in ranked.sources]
    assert led
    assert {kind_of(ranked.item) for ranked in led} == {"clay"}
    assert "looked_for:clay" in {str(reason) for ranked in led for reason in ranked.reasons}
    assert ask(engine, person, 0) == before
    assert engine.snapshot() == state


def test_it_is_on_the_next_page_of_who_is_well_known_among_videos_that_are_and_the_rest_stays() -> None:
    engine = crowded()
    found: list[tuple[int, int, int]] = []
    before = ask(engine, 1, 20)
    for looked_for in set(KINDS) - {"space"}:
        page = ask(engine, 1, 20, looked_for=[looked_for])
        found.append((place_of(before, looked_for), place_of(page, looked_for), place_of(page, "space")))
    already, led, loved = np.array(found).mean(axis=0)
    assert already <= 0.5
    assert 3.0 <= led <= 6.0, "what was looked for is there, and is not the whole page"
    assert loved >= 0.5


def test_the_last_that_was_looked_for_counts_most() -> None:
    engine = engine_of()
    wish = ["clay", "surf", "knots", "chess"]
    pages = [ask(engine, person, turn, looked_for=wish) for person in range(8) for turn in range(8)]
    newest, older, oldest, forgotten = (share(pages, kind) for kind in ("clay", "surf", "knots", "chess"))
    assert newest > older > oldest > 0.02
    assert forgotten <= 0.01
    led = [ranked for page in pages for ranked in page.items if "looked_for" in ranked.sources]
    assert {kind_of(ranked.item) for ranked in led} == {"clay", "surf", "knots"}


@pytest.mark.parametrize("wish", [{"mode": Mode.UNPROFILED}, {"without_sources": ["looked_for"]}])
def test_without_profiling_or_with_the_source_off_it_moves_nothing(wish: dict[str, object]) -> None:
    engine = crowded()
    assert ask(engine, 1, 20, looked_for=["clay"], **wish) == ask(engine, 1, 20, **wish)


@pytest.mark.parametrize("looked_for", [["no such thing"], ["", " ", "#", "\0" * 500], ["и 🐈 --"], ["the of and"]])
def test_words_that_name_nothing_change_nothing(looked_for: list[str]) -> None:
    engine = engine_of()
    assert ask(engine, 1, 0, looked_for=looked_for) == ask(engine, 1, 0)


def test_a_removed_or_refused_video_is_not_found_by_looking_for_it() -> None:
    engine = engine_of(per_kind=3)
    clay = [facts.item for facts in catalogue(3) if kind_of(facts.item) == "clay"]
    engine.remove_item(clay[0])
    engine.observe([Observation(PersonId(1), EventKind.NOT_INTERESTED, NOW_MS, clay[1])])
    page = ask(engine, 1, 0, looked_for=["clay"], excluded_items=[clay[2]], size=21)
    assert not set(clay) & {ranked.item for ranked in page.items}


def test_a_caption_leads_too_and_who_bears_all_words_comes_before_who_bears_one() -> None:
    engine = TasteEngine(seed=3)
    told = ("Mending a bicycle wheel", "Our bicycle holiday", "The steering wheel", "Some garden", "Another garden")
    items = [replace(facts, tags=()) for facts in catalogue(5)]
    engine.add_items([replace(facts, caption=told[at % 5]) for at, facts in enumerate(items)])
    page = ask(engine, None, 0, looked_for=["a bicycle wheel"], size=16)
    said = {facts.item: told[at % 5] for at, facts in enumerate(items)}
    both = [ranked.parts[0] for ranked in page.items if said[ranked.item] == told[0]]
    one = [ranked.parts[0] for ranked in page.items if said[ranked.item] in told[1:3]]
    none = [ranked.parts[0] for ranked in page.items if said[ranked.item] in told[3:]]
    assert len(both) >= 5
    assert min(both) == pytest.approx(LOOKED_FOR_WORTH)
    assert one == pytest.approx([0.5 * LOOKED_FOR_WORTH] * len(one))
    assert none == pytest.approx([0.0] * len(none))


def test_words_name_tags_and_captions_and_a_phrase_a_tag_of_its_own() -> None:
    terms = Terms()
    street, dance, street_dance, word = (
        terms.slot(TAG, "street"), terms.slot(WORD, "dance"), terms.slot(TAG, "streetdance"), terms.slot(WORD, "clips"),
    )  # fmt: skip
    assert looked_up(["#Street Dance"], terms, Limits()) == {street_dance: 1.0, street: 0.5, dance: 0.5}
    assert looked_up(["unknown STREET"], terms, Limits()) == {street: 1.0}
    assert looked_up(["clips", "street", "dance"], terms, Limits()) == pytest.approx(
        {word: 1.0, street: LOOKED_FOR_KEPT, dance: LOOKED_FOR_KEPT**2}
    )
    assert looked_up([*["other"] * 3, "street"], terms, Limits()) == {}


def test_many_words_lead_along_a_bounded_number_of_traits() -> None:
    engine = TasteEngine(seed=3)
    words = [f"word{'abcdefghijklmnopqrstuvwxyz'[n]}" for n in range(26)]
    engine.add_items(
        [ItemFacts(ItemId(n + 1), PersonId(9), 9_000, NOW_MS, tags=(word,)) for n, word in enumerate(words)]
    )
    page = ask(engine, None, 0, looked_for=[" ".join(words)], size=26)
    assert 0 < sum("looked_for" in ranked.sources for ranked in page.items) <= Limits().looked_for_terms
    assert len(looked_up([" ".join(words)], engine._learner.catalogue.terms, Limits())) == Limits().looked_for_terms
