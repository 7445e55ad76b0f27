"""From frames and samples to a file: owns the encoder's settings, chosen so that a clip conforms as it is."""

from __future__ import annotations

import subprocess
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from plainview.demo.shot import Frame, Sound
from plainview.demo.sound import RATE
from plainview.kernel.errors import PlainviewError


class ClipNotEncodedError(PlainviewError):
    """FFmpeg did not make the clip."""

    code = "demo.clip_not_encoded"
    status = 500


@dataclass(frozen=True)
class Target:
    """The file to be made: its place, its size in pixels and its frames a second."""

    path: Path
    width: int
    height: int
    fps: int


def encode(frames: Iterator[Frame], sound: Sound | None, target: Target) -> None:
    """Write H.264 High and AAC in MP4, a keyframe every 2 s, ready to be streamed; silent if there is no sound.

    Raises:
        ClipNotEncodedError: FFmpeg failed; the message ends with its last words.
    """
    with tempfile.TemporaryDirectory(prefix="plainview-clip-") as folder:
        tape = Path(folder) / "sound.wav"
        if sound is not None:
            write_wave(tape, sound)
        first = next(frames)
        command = _command(first, tape if sound is not None else None, target)
        _run(command, first, frames, Path(folder) / "words")


def _run(command: list[str], first: Frame, rest: Iterator[Frame], log: Path) -> None:
    with log.open("wb") as words:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=words)
        try:
            _feed(child, first, rest)
            child.wait()
        finally:
            child.kill()
            child.wait()
    if child.returncode != 0:
        last = log.read_text(errors="replace")[-400:]
        raise ClipNotEncodedError(f"FFmpeg could not make a sample clip: {last}")


def _feed(child: subprocess.Popen[bytes], first: Frame, rest: Iterator[Frame]) -> None:
    assert child.stdin is not None
    try:
        for frame in chain((first,), rest):
            child.stdin.write(frame[[1, 2, 0]].tobytes())
        child.stdin.close()
    except BrokenPipeError:
        # The child has gone; its exit status and last words tell why.
        return


def _command(first: Frame, tape: Path | None, target: Target) -> list[str]:
    _, height, width = first.shape
    picture = ["-f", "rawvideo", "-pix_fmt", "gbrp", "-s", f"{width}x{height}", "-r", str(target.fps), "-i", "pipe:0"]
    grow = f"scale={target.width}:{target.height}:flags=lanczos+accurate_rnd"
    size = f"{grow}:out_color_matrix=bt709:out_range=tv,format=yuv420p"
    marks = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    video = ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", "21", "-maxrate", "4500k"]
    video += ["-bufsize", "6000k", "-g", str(2 * target.fps), "-sc_threshold", "0", "-threads", "1", *marks]
    audio = ["-i", str(tape)] if tape else []
    voice = ["-c:a", "aac", "-b:a", "128k"] if tape else []
    return [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *picture, *audio, "-vf", size,
        *video, *voice, "-movflags", "+faststart", "-f", "mp4", str(target.path),
    ]  # fmt: skip


def write_wave(path: Path, sound: Sound) -> None:
    """Write the sound as a 16-bit stereo WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
