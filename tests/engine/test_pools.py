"""The short lists: whole where the catalogue is small, no slower where it is large, and right in the end in both."""

import numpy as np
import pytest

from plainview.engine.catalogue import EXPOSURES_AT, HEAT_AT, WORTH_AT, Catalogue
from plainview.engine.limits import Limits
from plainview.engine.pools import Pools

LARGE = 50_000


@pytest.fixture
def large() -> Catalogue:
    """Items of three languages with records by lot, as if they had been added long ago."""
    catalogue, dice = Catalogue(Limits(), 0), np.random.default_rng(1)
    catalogue.reserve(LARGE)
    catalogue.count = LARGE
    catalogue.alive[:LARGE] = dice.random(LARGE) < 0.9
    catalogue.languages = {"": 0, "en": 1, "de": 2, "es": 3}
    catalogue.facts[:LARGE, 2] = dice.integers(1, 4, LARGE)
    catalogue.published_ms[:LARGE] = dice.permutation(LARGE)
    catalogue.record[:LARGE, WORTH_AT] = dice.standard_normal(LARGE)
    catalogue.record[:LARGE, HEAT_AT] = dice.standard_normal(LARGE)
    catalogue.record[:LARGE, EXPOSURES_AT] = dice.integers(0, 200, LARGE)
    return catalogue


def best(
    values: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]",
    among: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]",
    many: int,
) -> list[int]:
    """The places of the largest, in order."""
    places = np.flatnonzero(among)
    found: list[int] = places[np.argsort(-values[places], kind="stable")][:many].tolist()
    return found


def test_a_large_catalogue_is_gone_through_in_parts_until_the_lists_are_those_of_the_whole(large: Catalogue) -> None:
    pools = Pools(Limits())
    for _ in range(4):
        pools.renew(large)
    alive, record = large.alive[:LARGE], large.record[:LARGE]
    liked = large.quality(record) + large.published_ms[:LARGE] * np.float32(1e-16)
    assert pools.rising.tolist() == best(record[:, HEAT_AT], alive, 512)
    assert pools.popular.tolist() == best(liked, alive, 512)
    assert pools.near[2].tolist() == best(liked, alive & (large.facts[:LARGE, 2] == 2), 128)
    unproven = alive & (record[:, EXPOSURES_AT] < 100)
    assert pools.fresh.tolist() == best(large.published_ms[:LARGE].astype(np.float32), unproven, 48)


def test_what_has_changed_is_in_the_lists_at_once_wherever_it_lies(large: Catalogue) -> None:
    pools = Pools(Limits())
    for _ in range(4):
        pools.renew(large)
    slot, gone = int(np.flatnonzero(large.alive[:LARGE])[-3_000]), int(pools.rising[0])
    large.record[slot, HEAT_AT] = 99.0
    large.alive[gone] = False
    while pools.rising[0] != slot:
        pools.note(slot, large)
    assert len(pools.changed) == 0
    assert gone not in pools.rising


def test_what_is_added_is_among_the_new_at_once_and_nothing_else_is_looked_at_for_it(large: Catalogue) -> None:
    pools, slot = Pools(Limits()), 40_000
    for _ in range(4):
        pools.renew(large)
    before, cursor = pools.fresh.tolist(), pools.cursor
    large.alive[slot], large.published_ms[slot], large.record[slot, EXPOSURES_AT] = True, 10**9, 0.0
    large.record[slot, HEAT_AT] = 99.0
    pools.add([slot], large)
    assert pools.fresh.tolist() == [slot, *(each for each in before if each != slot)][: len(before)]
    assert pools.cursor == cursor
    large.alive[slot] = False
    pools.add([slot], large)
    assert slot not in pools.fresh


def test_so_many_that_are_added_one_by_one_come_into_all_lists(large: Catalogue) -> None:
    pools, slot = Pools(Limits()), 40_000
    large.alive[slot], large.record[slot, HEAT_AT] = True, 99.0
    for each in range(slot, slot + LARGE // 32 + 1):
        pools.add([each], large)
    assert pools.rising[0] == slot
    assert not pools.changed
