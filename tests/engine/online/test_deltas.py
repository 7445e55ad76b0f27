"""What was learned reaches every copy, bit for bit; a lost delta is noticed; a kill loses no event."""

import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.engine.online.delta_folder import DeltaFolder, Tail
from plainview.engine.online.deltas import Checkpoint, Delta, VersionGapError
from plainview.engine.online.events import Forgotten, Served, Tick, packed
from plainview.engine.online.journal import Journal, read_from
from plainview.engine.online.learning_loop import LearningLoop
from plainview.engine.online.serving_copy import ServingCopy
from tests.engine.online.streams import WAITING, People, trainer


def written(each: Checkpoint) -> bytes:
    file = BytesIO()
    each.write(file)
    return file.getvalue()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 120), st.integers(0, 40)), min_size=1, max_size=8), st.integers(1, 2))
def test_a_snapshot_and_the_deltas_after_it_are_the_trainers_state(ticks: list[tuple[int, int]], admit: int) -> None:
    held, people = Checkpoint(trainer(rows=60, admit_after=admit)), People(7)
    follower, now_s = Checkpoint.read(BytesIO(written(held))), 0
    copy = ServingCopy(held)
    for count, pause_s in ticks:
        now_s += pause_s
        held.trainer.learn(people.examples(count), now_s)
        held.trainer.table.evict(now_s - 30, 25)
        delta = Delta.from_bytes(held.taken(position=now_s, low_water=0).to_bytes())
        follower.apply(delta)
        copy.apply(delta)
    assert written(follower) == written(held)
    asked = people.examples(200)
    expected = held.trainer.predict(asked.ids, asked.features)
    assert np.array_equal(copy.predict(asked.ids, asked.features), expected)
    assert np.array_equal(ServingCopy(follower).predict(asked.ids, asked.features), expected)


def test_a_page_that_began_before_a_delta_is_finished_with_the_numbers_it_began_with() -> None:
    held, people = Checkpoint(trainer()), People(8)
    held.trainer.learn(people.examples(500), 0)
    held.taken(0, 0)
    copy, asked = ServingCopy(held), people.examples(100)
    rows, weights = copy.places(asked.ids), copy.network.weights
    before, weights_before = copy.vectors[rows].copy(), weights["in"].copy()
    for turn in range(2):
        held.trainer.learn(people.examples(500), 1 + turn)
        copy.apply(held.taken(0, 0))
        assert np.array_equal(copy.vectors[rows], before)
        assert np.array_equal(weights["in"], weights_before)
    assert not np.array_equal(copy.vectors[copy.places(asked.ids)], before)


def test_a_missing_delta_is_noticed_and_changes_nothing() -> None:
    held, people = Checkpoint(trainer()), People(9)
    held.trainer.learn(people.examples(50), 0)
    copy, follower = ServingCopy(held), Checkpoint.read(BytesIO(written(held)))
    deltas = []
    for turn in range(3):
        held.trainer.learn(people.examples(50), turn)
        deltas.append(held.taken(0, 0))
    copy.apply(deltas[0])
    follower.apply(deltas[0])
    state = written(follower)
    for receiver in (copy, follower):
        with pytest.raises(VersionGapError):
            receiver.apply(deltas[2])
        assert receiver.version == 1
    assert written(follower) == state


def test_a_copy_that_fell_behind_is_sent_back_to_the_snapshot(tmp_path: Path) -> None:
    folder, held, people = DeltaFolder(tmp_path), Checkpoint(trainer()), People(10)
    folder.keep(held)
    tail, journal = Tail(folder, 0), folder.begin(0)
    for turn in range(6):
        held.trainer.learn(people.examples(30), turn)
        journal.append(held.taken(turn, 0).to_bytes())
        if turn == 2:
            assert [delta.version for delta in tail.read()] == [1, 2, 3]
            journal = folder.begin(3)
    behind = Tail(folder, 1)
    compacted = folder.latest()
    assert compacted is not None
    assert written(compacted) == written(held)
    folder.keep(compacted)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["deltas-000000000003", "snapshot-000000000006"]
    with pytest.raises(VersionGapError):
        behind.read()
    assert [delta.version for delta in tail.read()] == [4, 5, 6]


def test_a_record_that_was_half_written_is_cut_off_and_the_log_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "log"
    journal = Journal(path)
    journal.extend([b"one", b"", b"three"])
    end = journal.position
    journal.close()
    for torn in (b"\x09", b"\x03\x00\x00\x00\x00\x00\x00\x00abc", b"\xff\xff\xff\x00aaaa"):
        with path.open("ab") as file:
            file.write(torn)
        assert [record for _, record in read_from(path, 0)] == [b"one", b"", b"three"]
        journal = Journal(path)
        assert journal.position == end == path.stat().st_size
        journal.close()
    assert Journal(path).append(b"four") == end + 12
    assert [record for _, record in read_from(path, end)] == [b"four"]


def test_who_is_forgotten_is_forgotten_in_every_copy_and_after_a_restart(tmp_path: Path) -> None:
    events, log = People(13).log(12), Journal(tmp_path / "log")
    me = next(int(event.ids[0]) for event in events if isinstance(event, Served))
    log.extend([packed(event) for event in events[: len(events) // 2]])
    loop = LearningLoop(tmp_path / "log", DeltaFolder(tmp_path / "deltas"), WAITING, trainer)
    loop.read_on()
    copy, tail = ServingCopy(loop.checkpoint), Tail(loop.folder, loop.checkpoint.version)
    asked = np.array([[me]], np.uint64)
    assert copy.places(asked).all()
    log.append(packed(Forgotten(me, 0)))
    rest = [
        event for event in events[len(events) // 2 :] if not (isinstance(event, Served) and int(event.ids[0]) == me)
    ]
    log.extend([packed(event) for event in rest])
    loop.read_on()
    for delta in tail.read():
        copy.apply(delta)
    again = LearningLoop(tmp_path / "log", loop.folder, WAITING, trainer)
    assert not copy.places(asked).any()
    assert not again.checkpoint.trainer.table.remap(asked[0]).any()
    assert written(again.checkpoint) == written(loop.checkpoint)


CHILD = """
import sys, time
from pathlib import Path
from plainview.engine.online.delta_folder import DeltaFolder
from plainview.engine.online.learning_loop import LearningLoop
from tests.engine.online.streams import WAITING, trainer
loop = LearningLoop(Path(sys.argv[1]), DeltaFolder(Path(sys.argv[2])), WAITING, trainer)
print("ready", flush=True)
while True:
    if loop.read_on():
        print(loop.checkpoint.version, flush=True)
    time.sleep(0.002)
"""


def test_kills_at_any_moment_lose_no_event_and_at_most_one_tick_of_learning(tmp_path: Path) -> None:
    events, ticks = People(11).log(40), 40
    log = Journal(tmp_path / "log")
    dice = np.random.default_rng(12)
    folder = DeltaFolder(tmp_path / "deltas")
    start = 0
    for _ in range(2):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path / "log"), str(folder.folder)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        said = 0
        end = start + len(events) // 2
        for place in range(start, end, 7):
            log.extend([packed(event) for event in events[place : min(place + 7, end)]])
            time.sleep(0.001)
        start = end
        while said < 3:
            said = max(said, int(child.stdout.readline()))
        time.sleep(float(dice.random()) * 0.1)
        child.kill()
        child.wait()
        survived = folder.latest()
        assert survived is not None
        # All that the dead process said to have learned is there.
        assert survived.version >= said
    log.extend([packed(event) for event in events[start:]])
    after = LearningLoop(tmp_path / "log", folder, WAITING, trainer)
    after.read_on()
    whole = LearningLoop(tmp_path / "log", DeltaFolder(tmp_path / "other"), WAITING, trainer)
    whole.read_on()
    assert whole.checkpoint.version == ticks == sum(isinstance(event, Tick) for event in events)
    assert written(after.checkpoint) == written(whole.checkpoint)
    latest = folder.latest()
    assert latest is not None
    assert written(latest) == written(whole.checkpoint)
