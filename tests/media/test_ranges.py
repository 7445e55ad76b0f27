"""Byte ranges: what is asked for is what is given, and nothing that does not exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.media.ranges import RangeNotSatisfiableError, range_of


@given(st.integers(1, 5_000), st.integers(0, 6_000), st.integers(0, 6_000))
def test_a_range_is_the_slice_that_was_asked_for(total: int, first: int, last: int) -> None:
    content = bytes(number % 251 for number in range(total))
    if first >= total and last >= first:
        with pytest.raises(RangeNotSatisfiableError):
            range_of(f"bytes={first}-{last}", total)
        return
    found = range_of(f"bytes={first}-{last}", total)
    if last < first:
        assert found is None
    else:
        assert found is not None
        assert content[slice(*found)] == content[first : last + 1]


@given(st.text(max_size=40))
def test_what_is_no_range_is_answered_whole(header: str) -> None:
    try:
        found = range_of(header, 100)
    except RangeNotSatisfiableError:
        return
    assert found is None or 0 <= found[0] < found[1] <= 100


def test_open_ends() -> None:
    assert range_of("bytes=90-", 100) == (90, 100)
    assert range_of("bytes=-10", 100) == (90, 100)
    assert range_of("bytes=-1000", 100) == (0, 100)
    assert range_of("bytes=0-0,5-6", 100) is None
    with pytest.raises(RangeNotSatisfiableError):
        range_of("bytes=-0", 100)
