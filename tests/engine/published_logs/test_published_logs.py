"""The published logs' forms are read to one form, from rows made by hand; a file of another form is refused clearly."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike

from plainview.engine.published_logs.events import FLAGS, UNKNOWN_MS, Events, LogUnreadableError
from plainview.engine.published_logs.kuai import read_kuairand, read_kuairec
from plainview.engine.published_logs.microlens import read_microlens
from plainview.engine.published_logs.vk_lsvd import read_vk_lsvd

KUAIRAND = (
    "user_id,video_id,date,hourmin,time_ms,is_click,is_like,is_follow,is_comment,is_forward,is_hate,long_view,"
    "play_time_ms,duration_ms,profile_stay_time,comment_stay_time,is_profile_enter,is_rand,tab\n"
)
KUAIREC = "user_id,video_id,play_duration,video_duration,time,date,timestamp,watch_ratio\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_kuairand_is_read_from_several_files_in_order_of_time(tmp_path: Path) -> None:
    late = write(
        tmp_path / "b.csv", KUAIRAND + "7,11,20220421,400,1650485801301,1,1,0,0,0,0,1,151024,104400,0,0,1,0,1\n"
    )
    early = write(
        tmp_path / "a.csv",
        KUAIRAND
        + "7,12,20220408,400,1649400000000,0,0,0,0,0,1,0,900,17200,0,0,0,0,1\n"
        + "9,11,20220409,400,1649500000000,1,0,1,1,1,0,0,9000,104400,0,0,0,1,0\n",
    )
    events = read_kuairand(late, early)
    assert events.at_ms.tolist() == [1649400000000, 1649500000000, 1650485801301]
    assert events.person.tolist() == [7, 9, 7]
    assert events.item.tolist() == [12, 11, 11]
    assert events.watched_ms.tolist() == [900, 9000, 151024]
    assert events.duration_ms.tolist() == [17200, 104400, 104400]
    given = {name: flag.tolist() for name, flag in events.flags.items()}
    assert given == {
        "click": [False, True, True],
        "long_view": [False, False, True],
        "like": [False, False, True],
        "comment": [False, True, False],
        "share": [False, True, False],
        "follow": [False, True, False],
        "not_interested": [True, False, False],
        "creator_opened": [False, False, True],
    }
    assert events.has_clock


def test_kuairec_is_read_with_its_seconds_as_milliseconds(tmp_path: Path) -> None:
    rows = (
        "0,3649,13838,10867,2020-07-05 00:08:23.438,20200705,1593878903.438,1.273397\n"
        "0,9598,13665,10984,,,,1.244082\n"
        "1,3649,0,10867,2020-07-04 00:00:00,20200704,1593792000.0,0.0\n"
    )
    events = read_kuairec(write(tmp_path / "big_matrix.csv", KUAIREC + rows))
    assert events.at_ms.tolist() == [0, 1593792000000, 1593878903438], "a view without a time comes first"
    assert events.watched_ms.tolist() == [13665, 0, 13838]
    assert events.duration_ms.tolist() == [10984, 10867, 10867]
    assert events.flags == {}


def test_microlens_knows_no_watch_times(tmp_path: Path) -> None:
    events = read_microlens(
        write(tmp_path / "pairs.csv", "user,item,timestamp\n4,8,1600000002000\n4,9,1600000001000\n")
    )
    assert events.item.tolist() == [9, 8]
    assert set(events.watched_ms.tolist()) | set(events.duration_ms.tolist()) == {UNKNOWN_MS}
    assert events.flags["comment"].all()


def test_vk_lsvd_has_weeks_in_order_and_no_clock() -> None:
    plain: dict[str, ArrayLike] = {
        "place": [0],
        "platform": [1],
        "agent": [1],
        "dislike": [False],
        "share": [False],
        "bookmark": [False],
    }
    rest: dict[str, ArrayLike] = {"click_on_author": [False], "open_comments": [True]}
    weeks: list[dict[str, ArrayLike]] = [
        {
            "user_id": [5],
            "item_id": [414687932],
            "timespent": np.array([38], np.uint8),
            "like": [True],
            **plain,
            **rest,
        },
        {"user_id": [4], "item_id": [1], "timespent": np.array([255], np.uint8), "like": [False], **plain, **rest},
    ]
    events = read_vk_lsvd(weeks, {1: 60})
    assert events.person.tolist() == [5, 4]
    assert events.item.tolist() == [414687932, 1]
    assert events.watched_ms.tolist() == [38_000, 255_000], "seconds in one byte do not overflow"
    assert events.duration_ms.tolist() == [UNKNOWN_MS, 60_000]
    assert events.at_ms.tolist() == [0, 1]
    assert not events.has_clock
    assert events.flags["like"].tolist() == [True, False]
    assert events.flags["comment"].all()
    assert len(read_vk_lsvd([])) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user_id,video,timestamp\n", "has no column video_id, play_duration, video_duration; it has user_id, video"),
        ("", "has no column user_id"),
        (KUAIREC + "1,2,3\n", "line 2: 3 cells where there are 8"),
        (KUAIREC + "1,2,3,4,a,b,5,1\n1,2,x,4,a,b,5,1\n", "line 3: the cell of play_duration is no number"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_line_or_column(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LogUnreadableError, match=said):
        read_kuairec(write(tmp_path / "big_matrix.csv", text))


def test_a_missing_column_of_a_week_is_named() -> None:
    with pytest.raises(LogUnreadableError, match="week 0 has no column timespent"):
        read_vk_lsvd([{"user_id": [1], "item_id": [2], **{name: [0] for name in ("like", "dislike", "share")}}])


def test_every_flag_is_one_of_the_one_form() -> None:
    one = np.zeros(1, np.int64)
    Events(one, one, one, one, one, {name: np.zeros(1, np.bool_) for name in FLAGS})
    with pytest.raises(AssertionError):
        Events(one, one, one, one, one, {"is_like": np.zeros(1, np.bool_)})
