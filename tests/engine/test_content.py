"""What a video is places it before anybody has seen it: by its content, its words, and what a person leans to."""

import random
from dataclasses import replace

import numpy as np
import pytest

from plainview.engine.content import FEATURES_AT, FEATURES_MAX, Content, hashed
from plainview.engine.ranking import TasteEngine
from plainview.engine.said import SAID_CHARACTERS_MAX, said
from plainview.engine.worth import LEANING_WORTH
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Observation, PageRequest

NOW_MS = 1_800_000_000_000
KINDS, LENGTH = 4, 24
CENTRES = np.random.default_rng(2).standard_normal((KINDS, LENGTH))


def video(number: int, dice: random.Random, described: bool = True) -> ItemFacts:
    """Each by a creator of its own, without a word; what kind it is of is seen by its content alone."""
    content = CENTRES[number % KINDS] + [1.0 + 0.7 * dice.gauss(0, 1) for _ in range(LENGTH)]
    features = content.tolist() if described else None
    return ItemFacts(ItemId(number), PersonId(9_000 + number), 9_000, NOW_MS - number, features=features)


def answer(engine: TasteEngine, person: int, item: int, likes: bool) -> None:
    kinds = (EventKind.SHOWN, EventKind.FINISHED) if likes else (EventKind.SHOWN, EventKind.SKIPPED)
    engine.observe([Observation(PersonId(person), kind, NOW_MS, ItemId(item)) for kind in kinds])


def place(described: bool = True) -> TasteEngine:
    """Forty people, each of whom enjoys one kind in four; then forty videos that nobody has seen."""
    engine, dice = TasteEngine(seed=3), random.Random(1)
    engine.add_items([video(number, dice, described) for number in range(1, 161)])
    for _ in range(20):
        for person in range(1, 41):
            item = dice.randint(1, 160)
            answer(engine, person, item, item % KINDS == person % KINDS)
    engine.add_items([video(number, dice, described) for number in range(161, 201)])
    return engine


def new_among(engine: TasteEngine, person: int) -> list[int]:
    """The kinds of the first eight on a page on which only the new videos may be."""
    old = [ItemId(number) for number in range(1, 161)]
    request = PageRequest(NOW_MS, person=PersonId(person), excluded_items=old, without_sources=["fresh"])
    return [ranked.item % KINDS for ranked in engine.page(request).items]


def test_videos_that_nobody_has_seen_are_given_to_those_who_enjoy_their_kind() -> None:
    engine = place()
    found = [kind == person % KINDS for person in range(1, 41) for kind in new_among(engine, person)]
    assert np.mean(found) > 0.6
    blind = place(described=False)
    found = [kind == person % KINDS for person in range(1, 41) for kind in new_among(blind, person)]
    assert np.mean(found) < 0.4


def test_a_new_video_stands_among_those_of_its_content() -> None:
    learner = place()._learner
    slots = np.arange(200)
    vectors, sure = learner.catalogue.content.foretold(slots)
    assert (sure > 0.0).all()
    means = np.stack(
        [learner.vectors.items[:160][(slots[:160] + 1) % KINDS == kind].mean(axis=0) for kind in range(KINDS)]
    )
    nearest = ((vectors[160:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert np.mean(nearest == (slots[160:] + 1) % KINDS) > 0.8


def test_a_first_answer_is_enough_to_lean_by() -> None:
    dice = random.Random(6)
    engine = TasteEngine(seed=3)
    engine.add_items([video(number, dice) for number in range(1, 201)])
    answer(engine, 7, 1, likes=True)
    answer(engine, 7, 2, likes=False)
    kinds = new_among(engine, 7)
    assert kinds.count(1) > kinds.count(2)


def test_the_parts_are_the_sum_of_what_each_answer_adds() -> None:
    content, dice = Content(1, 8), np.random.default_rng(4)
    for slot in range(30):
        content.put(slot, "", dice.standard_normal(12).tolist() if slot % 5 else None)
    slots, of, wished = np.arange(8), np.arange(8, 30), dice.standard_normal(8).astype(np.float32)
    parts = content.parts(content.leaning(slots, wished), of)
    assert parts == pytest.approx(content.because(slots, wished, of).sum(axis=0), abs=1e-6)
    assert not parts[of % 5 == 0].any(), "of what has no content nothing is said"
    rows = content.rows[:30, FEATURES_AT:-1].astype(float)
    rows[np.arange(30) % 5 > 0] -= rows.sum(axis=0) / 24
    rows /= np.maximum(np.linalg.norm(rows, axis=1), 1e-9)[:, None]
    slow = [sum(w * float(rows[s] @ rows[o]) for s, w in zip(slots, wished, strict=True)) for o in of]
    assert parts == pytest.approx(np.array(slow) * LEANING_WORTH / 12.0, abs=1e-4)


def test_what_is_said_is_put_into_numbers_like_a_caption() -> None:
    for text in ("Der Teig ruht über Nacht.", "パンを焼く", "", "and the art of 🥖 " * 9):
        assert said(text) == hashed(text).tobytes()
    assert said("x" * SAID_CHARACTERS_MAX + "y") == said("x" * SAID_CHARACTERS_MAX)


def test_what_is_said_in_a_new_video_places_it_among_those_that_say_the_like() -> None:
    dice = random.Random(1)
    kinds = ["the dough rests and rises", "the guitar is tuned to drop", "this goal was offside", "a router has routes"]
    talk = [kind.split() for kind in kinds]

    def spoken(number: int) -> bytes:
        return said(" ".join(dice.choices(talk[number % KINDS], k=30)))

    engine = TasteEngine(seed=3)
    engine.add_items([replace(video(number, dice, False), spoken=spoken(number)) for number in range(1, 161)])
    for _ in range(20):
        for person in range(1, 41):
            item = dice.randint(1, 160)
            answer(engine, person, item, item % KINDS == person % KINDS)
    engine.add_items([replace(video(number, dice, False), spoken=spoken(number)) for number in range(161, 201)])
    found = [kind == person % KINDS for person in range(1, 41) for kind in new_among(engine, person)]
    assert np.mean(found) > 0.6


def test_a_transcript_that_goes_leaves_nothing_of_itself_behind() -> None:
    content = Content(1, 8)
    content.put(0, "words", [1.0, 2.0, 3.0], said("a whole speech"))
    assert content.foretold(np.arange(1))[0].shape == (1, 8)
    with_speech = content.rows[0].copy()
    content.put(0, "words", [1.0, 2.0, 3.0])
    plain = Content(1, 8)
    plain.put(0, "words", [1.0, 2.0, 3.0])
    assert (content.rows[0] == plain.rows[0]).all()
    assert (content.sums == plain.sums).all()
    assert (with_speech != plain.rows[0]).any()
    for strange in (b"", b"short", bytes(41)):
        content.put(0, "words", [1.0, 2.0, 3.0], strange)
        assert (content.rows[0] == plain.rows[0]).all()


def test_a_row_that_changes_leaves_nothing_of_itself_behind() -> None:
    content = Content(1, 8)
    content.put(0, "one two three", [1.0, 2.0, 3.0])
    sums = content.sums.copy()
    content.put(0, "quite different words", [-3.0, 0.5, 1.0])
    content.put(0, "one two three", [1.0, 2.0, 3.0])
    assert (content.sums == sums).all()


@pytest.mark.parametrize("features", [[float("nan")] * LENGTH, [0.0] * LENGTH, [], b"", [1.0]])
def test_a_vector_with_holes_or_of_another_length_says_nothing(features: list[float] | bytes) -> None:
    content = Content(1, 8)
    content.put(0, "", [1.0] * LENGTH)
    content.put(1, "", features)
    assert not content.rows[1].any()


def test_a_vector_of_any_length_is_kept_so_that_what_is_alike_stays_alike() -> None:
    content, dice = Content(1, 8), np.random.default_rng(4)
    kinds = dice.standard_normal((2, 2_000))
    for slot in range(6):
        content.put(slot, "", (kinds[slot % 2] + 0.5 * dice.standard_normal(2_000)).tolist())
    assert content.width == FEATURES_AT + FEATURES_MAX + 1
    alike = content.because(np.arange(6), np.ones(6, np.float32), np.arange(6))
    assert (alike[0, 2::2] > alike[0, 1::2].max()).all()


@pytest.mark.parametrize(
    ("said", "like", "unlike"),
    [
        ("baking sourdough bread", "sourdough bread, how I bake it", "the last goal of the season"),
        ("Katzenvideos", "kleine Katzen", "Fahrradtour am Rhein"),
        ("猫咪睡觉", "可爱的猫咪", "足球比赛"),
    ],
)
def test_words_of_any_language_are_alike_by_their_letters(said: str, like: str, unlike: str) -> None:
    one, near, far = (hashed(text).astype(float) for text in (said, like, unlike))
    assert one @ near > one @ far
    assert not hashed("").any()
    assert not hashed("about after also").any()


def test_snapshot_and_forgetting_hold_with_content() -> None:
    engine = place()
    data = engine.snapshot()
    other = TasteEngine()
    other.restore(data)
    assert other.snapshot() == data
    assert [new_among(other, person) for person in (1, 2)] == [new_among(engine, person) for person in (1, 2)]
    row = engine._learner.people[PersonId(1)].row
    assert engine._learner.vectors.leanings[row].any()
    engine.forget(PersonId(1))
    assert not engine._learner.vectors.leanings[row].any()
