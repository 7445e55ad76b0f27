"""Histories are read from two forms of file; anything else is refused with the line that is wrong."""

from pathlib import Path

import numpy as np
import pytest

from plainview.engine.sequence.reading import HistoriesUnreadableError, Named, read_histories, with_traits
from plainview.engine.sequence.waits import WAITS, until_next, waits


def read(folder: Path, text: str) -> Named:
    path = folder / "histories.txt"
    path.write_text(text, encoding="utf-8")
    return read_histories(path)


def rows(named: Named) -> dict[str, list[str]]:
    return {
        person: [named.items[item] for item in named.histories.of(number)] for number, person in enumerate(named.people)
    }


def test_a_line_a_person_is_read_in_its_order(tmp_path: Path) -> None:
    named = read(tmp_path, "# a remark\nann 5 3 9\n\nbob\t9 5\n")
    assert rows(named) == {"ann": ["5", "3", "9"], "bob": ["9", "5"]}
    assert named.histories.item_count == 3


def test_a_line_an_event_is_put_in_order_of_time(tmp_path: Path) -> None:
    named = read(tmp_path, "ann\t5\t30\tx\nbob\t5\t2\ty\nann\t3\t10\tz\nann\t7\t30\tz\n")
    assert rows(named) == {"ann": ["3", "5", "7"], "bob": ["5"]}
    # Twenty seconds, none at all, and nothing yet.
    assert named.histories.waits is not None
    assert named.histories.waits.tolist() == [8, 1, 0, 0]
    assert read(tmp_path, "ann 5 3 9\n").histories.waits is None


def test_waits_are_numbered_evenly_in_their_logarithm_from_one_on() -> None:
    seconds = np.array([-5.0, 0.0, 1.0, 60.0, 3_600.0, 86_400.0, 3e7, 1e12])
    numbers = waits(seconds)
    assert numbers[0] == numbers[1] == 1
    assert (np.diff(numbers[1:]) > 0).all()
    assert numbers[-1] == WAITS - 1
    assert until_next(np.zeros(0)).tolist() == []


def test_a_heading_may_say_where_the_time_is(tmp_path: Path) -> None:
    named = read(tmp_path, "user\titem\trating:float\ttimestamp:float\nann\t5\t3\t30\nann\t4\t5\t10\n")
    assert rows(named) == {"ann": ["4", "5"]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no line"),
        ("# only a remark\n", "no line"),
        ("ann 1 2\nbob\n", "Line 2"),
        ("ann 1 2\nann 3 4\n", "Line 2"),
        ("ann\t1\t10\nbob\t2\nann\t3\t10\n", "Line 2"),
        ("ann\t1\t10\nbob\t2\tsoon\nann\t3\t10\n", "Line 2"),
        ("ann\t1\t10\nbob\t2\tnan\nann\t3\t10\n", "Line 2"),
    ],
)
def test_garbage_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(HistoriesUnreadableError, match=says):
        read(tmp_path, text)


def test_what_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "histories.txt"
    path.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(HistoriesUnreadableError, match="UTF-8"):
        read_histories(path)


def test_traits_are_read_by_item_id_and_a_trait_of_all_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "traits.json"
    path.write_text('{"5": ["film", "red"], "3": ["film", "red"], "9": ["film"], "77": ["film", "blue"]}')
    traits = with_traits(read(tmp_path, "ann 5 3 9\n"), path).traits
    assert traits is not None
    assert (traits @ traits.T).tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("text", ["no json", "[1, 2]", '{"5": "film"}'])
def test_traits_in_another_form_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "traits.json"
    path.write_text(text)
    with pytest.raises(HistoriesUnreadableError, match="JSON"):
        with_traits(read(tmp_path, "ann 5 3 9\n"), path)
