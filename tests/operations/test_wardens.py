"""How many witnesses are asked for."""

from hypothesis import given
from hypothesis import strategies as st

from plainview.operations.wardens import quorum_against_one_liar


@given(st.integers(min_value=3, max_value=1_000))
def test_one_lying_witness_cannot_help_two_histories_to_a_quorum(witnesses: int) -> None:
    quorum = quorum_against_one_liar(witnesses)
    assert quorum <= witnesses
    # The liar cosigns both histories, each honest witness only one of them.
    assert 2 * quorum > witnesses + 1
    assert 2 * (quorum - 1) <= witnesses + 1


def test_of_our_own_three_all_are_asked_and_of_four_one_may_be_silent() -> None:
    assert [quorum_against_one_liar(count) for count in range(5)] == [0, 1, 2, 3, 3]
