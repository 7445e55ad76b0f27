"""The peers are what they say they are, and the comparison counts rightly."""

import numpy as np
import pytest

from benchmarks.adaptation import Outcome, gained, gini, play
from benchmarks.feeds.bandit import LinUcb
from benchmarks.feeds.factors import solved
from benchmarks.feeds.feed import PAGE, Feed, best_unseen
from benchmarks.feeds.plain import ItemToItem, Popularity
from benchmarks.feeds.product import Product
from benchmarks.simulator.marginals import KINDS, LIKE, LONG, stand_in
from benchmarks.simulator.sessions import View, sessions
from benchmarks.simulator.videos import made_up_videos
from benchmarks.simulator.world import START_MS, World, world_of
from benchmarks.watchtime import at_equal_interest, xauc
from plainview.engine.ranking import TasteEngine
from plainview.kernel.ids import PersonId


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(3, made_up_videos(400), stand_in())


def view(person: int, video: int, enjoyed: bool, **given: bool) -> View:
    flags = [given.get(kind, False) for kind in KINDS]
    flags[LONG] = enjoyed
    return View(person, video, START_MS, 20_000 if enjoyed else 900, 30_000, tuple(flags), 0.0)


def test_item_to_item_follows_those_who_enjoyed_the_same() -> None:
    feed = ItemToItem(40)
    for fan in range(5):
        for video in (3, 30, 31):
            feed.learn(view(fan, video, enjoyed=True))
    for other in range(10, 30):
        feed.learn(view(other, 7, enjoyed=True))
    for other in range(30, 60):
        feed.learn(view(other, 8 + other % 20, enjoyed=False))
    feed.learn(view(99, 3, enjoyed=True))
    assert set(feed.page(99, 0)[:2]) == {30, 31}
    assert feed.page(98, 0)[0] == 7, "of whom nothing is known gets what is popular"


def test_least_squares_in_one_go_are_those_row_by_row() -> None:
    dice = np.random.default_rng(1)
    others = dice.standard_normal((9, 4))
    rows, columns = np.array([2, 0, 2, 2, 1]), np.array([1, 3, 4, 8, 3])
    found = solved(others, rows, columns, 4)
    for row in range(3):
        mine = others[columns[rows == row]]
        left = others.T @ others + 12.0 * mine.T @ mine + 4.0 * np.eye(4)
        assert found[row] == pytest.approx(np.linalg.solve(left, 13.0 * mine.sum(axis=0)))
    assert not found[3].any()


def test_the_bandit_finds_the_tag_that_is_enjoyed(world: World) -> None:
    feed = LinUcb(world.videos, 1, None, width=0.1)
    loved = max({tags[0] for tags in world.videos.tags}, key=[tags[0] for tags in world.videos.tags].count)
    loves = [tags[0] == loved for tags in world.videos.tags]
    for video in range(100):
        feed.learn(view(1, video, enjoyed=video % 3 == 0))
    feed.hour()
    seen = list(range(200, 300))
    for video in seen:
        feed.learn(view(2, video, enjoyed=loves[video]))
    page = feed.page(2, 0)
    assert sum(loves[video] for video in page) >= PAGE - 2
    assert not set(page) & set(seen)


def test_the_product_is_told_what_its_client_would_tell(world: World) -> None:
    engine = TasteEngine(seed=1)
    feed = Product(world, engine, content=False)
    feed.learn(view(4, 0, enjoyed=True, is_like=True))
    feed.learn(view(4, 1, enjoyed=False))
    facts = {fact.name: fact.weight for fact in engine.person_facts(PersonId(5)) if not fact.subject}
    assert facts["shown"] == 2.0
    assert facts["skipped"] == 1.0
    assert facts["events"] == 6.0, "two showings, two watches, a like and a skip"
    assert KINDS[LIKE] == "is_like"
    assert not {0, 1} & set(feed.page(4, START_MS))


@pytest.mark.parametrize("name", ["popularity", "plainview"])
def test_newcomers_are_the_same_for_every_feed_and_every_time(world: World, name: str) -> None:
    def outcome() -> Outcome:
        feed: Feed = Popularity(400) if name == "popularity" else Product(world, TasteEngine(seed=1), content=False)
        found = Outcome()
        play(world, feed, list(sessions(3, 20, 12.0, world)), 2, found)
        return found

    first, again = outcome(), outcome()
    assert first == again
    assert sum(first.shown.values()) == 400
    assert all(0.0 < satisfaction < 200.0 for satisfaction in first.satisfaction)


def test_what_was_seen_is_not_among_the_best() -> None:
    scores = np.arange(20.0)
    assert best_unseen(scores, [19, 17]) == [18, 16, 15, 14, 13, 12, 11, 10]
    assert scores[19] == 19.0


def test_exposure_is_equal_at_zero_and_all_in_one_hand_near_one() -> None:
    assert gini({1: 5, 2: 5, 3: 5}, 3) == pytest.approx(0.0)
    assert gini({1: 9}, 100) == pytest.approx(0.99)


def test_a_gain_has_an_interval_that_holds_it() -> None:
    theirs = np.random.default_rng(1).uniform(50.0, 70.0, 80)
    gain, low, high = gained(theirs * 1.2, theirs)
    assert gain == low == high == pytest.approx(0.2)
    noisy = theirs * 1.2 + np.random.default_rng(2).normal(0.0, 10.0, 80)
    gain, low, high = gained(noisy, theirs)
    assert low < gain < high
    assert low < 0.2 < high


def test_order_and_length_are_judged_rightly() -> None:
    dice = np.random.default_rng(3)
    truth, length = dice.standard_normal(4_000), dice.integers(5_000, 300_000, 4_000)
    assert xauc(truth, truth) == 1.0
    assert xauc(-truth, truth) == 0.0
    assert xauc(np.zeros(4_000), truth) == 0.5
    assert abs(at_equal_interest(truth, length, truth)) < 0.05
    assert at_equal_interest(truth + 0.5 * np.log(length), length, truth) > 0.6
