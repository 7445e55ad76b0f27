"""Clips as files: made whole or not at all, and conforming."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil
import pytest

from plainview.demo.encode import ClipNotEncodedError, Target, encode
from plainview.demo.render import Recipe, render, render_many

DRAWING = """
import signal, sys
from pathlib import Path
from plainview.demo.render import CalledOffError, Recipe, call_off, render_many
if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: call_off())
    jobs = [(Recipe("silk", seed, "dusk", seconds=120.0), Path(sys.argv[1]) / f"{seed}.mp4") for seed in (1, 2, 3)]
    try:
        list(render_many(jobs))
    except CalledOffError as error:
        sys.exit(str(error))
"""
SMALL = Recipe("silk", 1, "dusk", seconds=5.0, width=90, height=160)


def test_a_clip_is_h264_high_with_stereo_sound_and_a_keyframe_every_two_seconds(tmp_path: Path) -> None:
    path = render(SMALL, tmp_path / "clip.mp4")
    with av.open(str(path)) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert (video.codec_context.name, video.profile, video.pix_fmt) == ("h264", "High", "yuv420p")
        assert (video.width, video.height) == (90, 160)
        assert video.average_rate == Fraction(30)
        assert (audio.codec_context.name, audio.channels, audio.rate) == ("aac", 2, 48_000)
        frames = list(file.decode(video=0))
    assert len(frames) == 150
    assert [index for index, frame in enumerate(frames) if frame.key_frame] == [0, 60, 120]
    assert [entry.name for entry in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_silent_clip_has_no_sound(tmp_path: Path) -> None:
    with av.open(str(render(replace(SMALL, silent=True, seconds=0.2), tmp_path / "clip.mp4"))) as file:
        assert not file.streams.audio


def test_a_failure_leaves_no_half_a_clip(tmp_path: Path) -> None:
    frames = iter([np.zeros((3, 16, 16), np.uint8)])
    with pytest.raises(ClipNotEncodedError, match="could not make"):
        encode(frames, None, Target(tmp_path / "nowhere" / "clip.mp4", 16, 16, 30))
    assert not list(tmp_path.iterdir())


def test_clips_come_as_they_are_done_and_are_not_made_twice(tmp_path: Path) -> None:
    jobs = [(replace(SMALL, seconds=0.2, seed=seed), tmp_path / f"{seed}.mp4") for seed in (1, 2)]
    made = dict(render_many(jobs, workers=1))
    assert sorted(made) == [0, 1]
    stamps = [path.stat().st_mtime_ns for _, path in jobs]
    assert dict(render_many(jobs, workers=1)) == made
    assert [path.stat().st_mtime_ns for _, path in jobs] == stamps


@pytest.mark.long
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_whoever_draws_leaves_no_process_and_no_half_a_clip_when_ended(tmp_path: Path, ending: signal.Signals) -> None:
    program, drawn = tmp_path / "drawing.py", tmp_path / "drawn"
    program.write_text(DRAWING)
    drawn.mkdir()
    drawing = subprocess.Popen([sys.executable, str(program), str(drawn)], stderr=subprocess.PIPE, text=True)
    try:
        _until(lambda: sum("libx264" in child.cmdline() for child in _below(drawing)) == 2)
        below = _below(drawing)
    finally:
        drawing.send_signal(ending)
    _, said = drawing.communicate(timeout=60)
    _until(lambda: not any(child.is_running() for child in below))
    assert not list(drawn.iterdir())
    assert ("goes on where it stopped" in said) == (ending is signal.SIGTERM)


def _below(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
