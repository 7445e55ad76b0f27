"""The simulator keeps the marginals that it is given, knows the truth, and shares nothing with the engine."""

import ast
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import simulator
from benchmarks.simulator.marginals import KINDS, Marginals, read_marginals, stand_in
from benchmarks.simulator.sessions import active_days, sessions
from benchmarks.simulator.truth import SUBJECTS
from benchmarks.simulator.videos import made_up_videos, read_videos
from benchmarks.simulator.watching import LENGTH_EFFECT, Views, answered, draw_lots, watched
from benchmarks.simulator.world import START_MS, World, served_views, world_of

DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(3, made_up_videos(1_500), stand_in())


@pytest.fixture(scope="module")
def views(world: World) -> Views:
    """Many lots for views that the habits were not fitted on."""
    logits, shown = served_views(world.videos, world.truth, world.uploaded_ms, seed=99)
    logits, shown = np.tile(logits, 25), np.tile(shown, 25)
    return answered(
        world.habits, logits, world.videos.duration_ms[shown], draw_lots(np.random.default_rng(1), len(shown))
    )


def test_the_rates_of_the_seven_kinds_are_kept(world: World, views: Views) -> None:
    found, wished = views.given.mean(axis=0), world.marginals.rates
    chance = 4.0 * np.sqrt(wished / len(views.given))
    assert (np.abs(found - wished) < 0.06 * wished + chance).all(), dict(zip(KINDS, found / wished, strict=True))


def test_what_goes_together_in_the_log_goes_together_here(world: World, views: Views) -> None:
    given = views.given.astype(np.float64)
    found, wished = given.T @ given / len(given), world.marginals.together
    often = wished * len(given) > 100
    assert often.sum() > 25
    found, wished = found[often], wished[often]
    assert (np.abs(found / wished - 1.0) < 0.1 + 4.0 / np.sqrt(wished * len(given))).all()


def test_people_come_back_after_the_gaps_of_the_log(world: World) -> None:
    gaps, dice = world.marginals.gap_days, np.random.default_rng(5)
    found = np.concatenate([np.diff(active_days(gaps, dice, 120)) for _ in range(1_000)])
    counted = np.bincount(found, minlength=len(gaps) + 1)[1:] / len(found)
    assert np.abs(counted - gaps).sum() / 2 < 0.02


def test_at_equal_pleasure_patience_grows_with_length_as_stated() -> None:
    lots, logits = draw_lots(np.random.default_rng(2), 40_000), np.full(40_000, 1.0)
    short, long = (
        watched(-50.0, np.log(2_000.0), logits, np.full(40_000, length_ms), lots) for length_ms in (300_000, 600_000)
    )
    assert np.log2(np.median(long) / np.median(short)) == pytest.approx(LENGTH_EFFECT, abs=0.01)


def test_a_log_is_in_order_of_time_and_the_same_for_the_same_seed(world: World) -> None:
    first, again, other = (list(sessions(seed, 60, 12.0, world)) for seed in (1, 1, 2))
    assert first == again != other
    assert first
    assert all(one.at_ms <= two.at_ms for one, two in itertools.pairwise(first))
    assert all(START_MS <= view.at_ms < START_MS + 12 * 3_600_000 for view in first)
    assert all(world.uploaded_ms[view.video] <= view.at_ms for view in first), "nothing is shown before it came"


def test_a_person_tires_of_a_subject_and_of_what_was_seen_and_rests(world: World) -> None:
    worn, other = world.person(1), world.person(1)
    alike = np.flatnonzero(world.truth.main == world.truth.main[0])[:8].tolist()
    unlike = np.flatnonzero(world.truth.main != world.truth.main[0])[:7].tolist()
    for person, shown in ((worn, alike[:-1]), (other, unlike)):
        person.arrive(START_MS)
        for video in shown:
            person.saw(video, START_MS)
    tired = other.pleasure(alike[-1]) - worn.pleasure(alike[-1])
    assert tired > 0.03
    assert worn.pleasure(alike[0]) < 0.7 * other.pleasure(alike[0])
    for person in (worn, other):
        person.arrive(START_MS + DAY_MS)
    assert abs(other.pleasure(alike[-1]) - worn.pleasure(alike[-1])) < tired / 10


def test_tastes_wander_with_time(world: World) -> None:
    people = [world.person(number) for number in range(40)]
    before = [person.interest.copy() for person in people]
    for person in people:
        for day in range(0, 15, 3):
            person.arrive(START_MS + day * DAY_MS)
            person.saw(0, START_MS + day * DAY_MS)
    turned = sum(bool((person.interest != old).any()) for person, old in zip(people, before, strict=True))
    assert 20 < turned < 40


def test_tags_say_something_of_the_subject_and_far_from_all(world: World) -> None:
    first = [tags[0] for tags in world.videos.tags]
    known = [np.bincount(world.truth.main[[tag == name for tag in first]], minlength=SUBJECTS) for name in set(first)]
    guessed = sum(int(counts.max()) for counts in known) / len(first)
    blindly = np.bincount(world.truth.main).max() / len(first)
    assert 1.5 * blindly < guessed < 0.6


def test_length_says_nothing_of_quality_or_subject(world: World) -> None:
    assert abs(np.corrcoef(np.log(world.videos.duration_ms), world.truth.quality)[0, 1]) < 0.06


def test_the_simulator_shares_no_code_with_the_engine() -> None:
    found = set[str]()
    for path in Path(str(simulator.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                found.add(str(node.module))
            if isinstance(node, ast.Import):
                found |= {each.name for each in node.names}
    assert not [name for name in found if name.startswith("plainview")]
    assert not [name for name in found if name.startswith("benchmarks") and "simulator" not in name]


def test_the_real_files_forms_are_read(tmp_path: Path) -> None:
    table = tmp_path / "videos.csv"
    table.write_text(
        "video_id,author_id,video_type,upload_dt,video_duration,music_id,tag\n"
        '0,77,NORMAL,2022-04-10,87433.0,5,"12,62"\n1,78,NORMAL,2022-04-10,,5,3\n2,77,AD,2022-04-10,7000.0,6,3\n'
    )
    videos = read_videos(table)
    assert videos.duration_ms.tolist() == [87433, 7000]
    assert videos.author.tolist() == [0, 0]
    assert videos.tags == (("tag12", "tag62"), ("tag3",))
    calibration = tmp_path / "calibration.json"
    counts = [[int(number * 1e6) for number in row] for row in stand_in().together[::-1, ::-1].tolist()]
    form = {"interactions": 10**6, "cooccurrence_order": KINDS[::-1], "cooccurrence": counts}
    calibration.write_text(json.dumps({**form, "return_gap_days": {"1": 6, "2": 3, "4": 1}}))
    found: Marginals = read_marginals(calibration)
    assert found.rates == pytest.approx(stand_in().rates, abs=1e-6)
    assert found.gap_days.tolist() == [0.6, 0.3, 0.0, 0.1]


def test_a_file_of_another_form_is_refused_by_name(tmp_path: Path) -> None:
    table = tmp_path / "other.csv"
    table.write_text("video_id,author\n1,2\n")
    with pytest.raises(ValueError, match="author_id, video_duration, music_id, tag"):
        read_videos(table)
    calibration = tmp_path / "other.json"
    calibration.write_text("{}")
    with pytest.raises(ValueError, match="cooccurrence"):
        read_marginals(calibration)
