"""A page follows the state of this moment: an event is in its person's next page, what was seen or hidden is not."""

import numpy as np
import pytest

from plainview.engine.online.deltas import Checkpoint
from plainview.engine.online.keymap import mixed
from plainview.engine.online.nearest import Nearest
from plainview.engine.online.pages import Items, PageMaker
from plainview.engine.online.serving_copy import ServingCopy
from plainview.engine.online.states import PersonStates
from plainview.engine.online.table import TableConfig
from plainview.engine.online.trainer import Trainer, TrainerConfig
from tests.engine.online.streams import trainer

KINDS, COUNT = 10, 3_000
ME = np.uint64(77)


@pytest.fixture(scope="module")
def items() -> Items:
    dice = np.random.default_rng(1)
    vectors = np.eye(16, dtype=np.float32)[np.arange(COUNT) % KINDS]
    vectors = vectors + dice.normal(0, 0.1, vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    following = (np.arange(COUNT)[:, None] + KINDS * np.arange(1, 5)) % COUNT
    return Items(
        vectors=vectors,
        ids=mixed(np.arange(1, COUNT * 2 + 1, dtype=np.uint64).reshape(-1, 2)),
        features=np.zeros((COUNT, 1), np.float32),
        creators=(np.arange(COUNT) // 5).astype(np.int32),
        standing=np.zeros(COUNT, np.float32),
        following=following.astype(np.int32),
        for_everybody=np.arange(0, 300, dtype=np.int64),
        showable=np.ones(COUNT, np.bool_),
    )


def maker(items: Items) -> PageMaker:
    learner = Trainer.fresh(TrainerConfig(3, 2, 8), TableConfig("t", 100, 4, 1, 1 << 12))
    return PageMaker(items, Nearest(items.vectors), PersonStates(5, 16), ServingCopy(Checkpoint(learner)))


def test_an_event_is_in_its_persons_next_page_and_in_nobody_elses(items: Items) -> None:
    pages = maker(items)
    before = [pages.page(person, ME).items.tolist() for person in range(5)]
    for item in (3, 13, 23):
        pages.states.observe(2, item, items.vectors[item], 2.0)
    page = pages.page(2, ME)
    assert page.events == 3
    assert (page.items % KINDS == 3).sum() > (np.array(before[2]) % KINDS == 3).sum()
    near = pages._candidates(2, pages.states.wish(2))
    assert (near % KINDS == 3).sum() >= 250
    for person in (0, 1, 3, 4):
        assert pages.page(person, ME).items.tolist() == before[person]


def test_a_person_who_was_forgotten_is_a_new_one(items: Items) -> None:
    pages = maker(items)
    before = pages.page(3, ME).items.tolist()
    for item in before:
        pages.states.observe(3, item, items.vectors[item], 1.0)
    assert pages.page(3, ME).items.tolist() != before
    pages.states.forget(3)
    assert pages.page(3, ME).items.tolist() == before


def test_what_was_seen_or_may_not_be_shown_never_appears(items: Items) -> None:
    pages, shown = maker(items), set[int]()
    items.showable[::7] = False
    for turn in range(60):
        page = pages.page(1, ME)
        chosen = page.items.tolist()
        assert len(set(chosen)) == 8
        assert not shown & set(chosen)
        assert items.showable[chosen].all()
        assert len(set(items.creators[chosen].tolist())) == 8
        shown |= set(chosen)
        for item in chosen:
            pages.states.observe(1, item, items.vectors[item], float(turn % 3 - 1))
    items.showable[:] = True


def test_a_page_is_a_function_of_the_state(items: Items) -> None:
    one, other = maker(items), maker(items)
    for each in (one, other):
        each.states.observe(1, 5, items.vectors[5], 1.0)
    left, right = one.page(1, ME), other.page(1, ME)
    assert left.items.tolist() == right.items.tolist()
    assert np.array_equal(left.chances, right.chances)
    assert left.features.shape == (8, 2)
    assert left.ids.shape == (8, 3)


def test_what_is_learned_moves_items_on_the_page(items: Items) -> None:
    learner = trainer()
    assert learner.network.weights["in"].shape[0] == 2 * 8 + 8 + 2
    checkpoint = Checkpoint(Trainer.fresh(TrainerConfig(3, 2, 8), TableConfig("t", 100, 4, 1, 1 << 12)))
    copy = ServingCopy(checkpoint)
    pages = PageMaker(items, Nearest(items.vectors), PersonStates(5, 16), copy)
    first = pages.page(0, ME)
    loved, hated = first.items[-1], first.items[0]
    rows = checkpoint.trainer.table.profile(items.ids[[loved, hated], 0], 1)
    checkpoint.trainer.table.put(rows, np.array([[3] * 4, [-3] * 4], np.float32), np.zeros(2, np.float32))
    weights = checkpoint.trainer.network.weights
    weights["in"][:], weights["out"][:] = 0, 0
    weights["in"][4:8, 0] = 1
    weights["out"][0, 2] = 1
    copy.apply(checkpoint.taken(0, 0))
    page = pages.page(0, ME)
    assert page.version == 1
    assert page.items[0] == loved
