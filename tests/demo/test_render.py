"""Clips as files: made whole or not at all, and conforming."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from plainview.demo.encode import ClipNotEncodedError, Target, encode
from plainview.demo.render import Recipe, render, render_many

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
