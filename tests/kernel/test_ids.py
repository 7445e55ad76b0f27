"""Ids: ordered by time, unique, carrying their region, and strings on the wire."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.kernel.ids import ID_MAX, IdMaker, RegionNumber, first_id_at, made_at_ms, parse_id, region_of


@given(region=st.integers(0, 63), node=st.integers(0, 63))
def test_ids_rise_and_carry_their_region(region: int, node: int) -> None:
    maker = IdMaker(RegionNumber(region), node)
    made = [maker.next() for _ in range(3_000)]
    assert made == sorted(set(made))
    assert {region_of(each) for each in made} == {region}
    assert all(0 < each <= ID_MAX for each in made)


def test_an_id_knows_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    an_id = IdMaker(RegionNumber(3), 1).next()
    assert before <= made_at_ms(an_id) <= before + 1_000
    assert first_id_at(before) <= an_id


@given(st.integers(0, ID_MAX))
def test_an_id_survives_the_wire(an_id: int) -> None:
    assert parse_id(str(an_id)) == an_id


@pytest.mark.parametrize("text", ["", "-1", "1.0", " 1", "1e3", "٣", "9" * 19, "1" * 20, "0x1", "one"])
def test_what_is_not_an_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        parse_id(text)
