"""Owns how a video is looked at and listened to, so that it can be described: few small pictures, half a minute."""

import json
import math
from pathlib import Path
from typing import Final

from plainview.adapters.confined_python import asked
from plainview.adapters.sandbox import Confinement
from plainview.ports.transcoder import Probe, TranscodeFailedError

CHILD = Path(__file__).with_name("content_child.py")
PICTURES_MAX: Final = 6
SOUND_SECONDS, SOUND_HZ = 30, 16_000
WALL_S: Final = 30.0
CONFINEMENT = Confinement(cpu_s=20, memory_bytes=1 << 30, file_bytes=0, open_files=32, threads=64)
KEY_PICTURES: Final = ("-skip_frame", "nokey")
"""Only what can be decoded by itself is: a whole video's cost for a fiftieth."""
OUR_STREAM: Final = ("-protocol_whitelist", "file,pipe", "-f", "mov", "-i", "pipe:0")
"""A stream that our own muxer wrote, on standard input."""
_PIXELS, _CELL, _SIDE_MAX = 28_672, 32, 512


def size_of(probe: Probe) -> tuple[int, int]:
    """(width, height) of the pictures: about as many pixels for every shape, in whole cells of the network."""
    scale = math.sqrt(_PIXELS / max(probe.width * probe.height, 1))
    sides = (round(side * scale / _CELL) * _CELL for side in (probe.width, probe.height))
    width, height = (min(max(side, _CELL), _SIDE_MAX) for side in sides)
    return width, height


def picture_arguments(probe: Probe, size: tuple[int, int]) -> list[str]:
    """FFmpeg's arguments that write at most PICTURES_MAX pictures, spread over the length, to standard output."""
    apart_s = max(probe.duration_ms / 1000 / PICTURES_MAX * 0.9, 0.04)
    chosen = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{apart_s:.3f})'"
    return [
        *("-map", "0:V:0", "-vf", f"{chosen},scale={size[0]}:{size[1]}:flags=area", "-fps_mode", "passthrough"),
        *("-frames:v", str(PICTURES_MAX), "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"),
    ]


def sound_arguments() -> list[str]:
    """FFmpeg's arguments that write the beginning of our own stream of sound, read from standard input, as samples."""
    return [
        *(*OUR_STREAM, "-map", "0:a:0", "-t", str(SOUND_SECONDS)),
        *("-ac", "1", "-ar", str(SOUND_HZ), "-f", "s16le", "pipe:1"),
    ]


async def described(size: tuple[int, int], pictures: bytes, sound: bytes) -> bytes:
    """What `content_child` says of pictures and sound.

    Raises:
        TranscodeFailedError: it could not say anything.
    """
    width, height = size
    whole = len(pictures) // (width * height * 3) * width * height * 3
    head = json.dumps((height, width, whole)).encode() + b"\n"
    try:
        said = await asked(CHILD, CONFINEMENT, head + pictures[:whole] + sound, WALL_S)
    except TimeoutError as error:
        raise TranscodeFailedError("Describing this video took too long.") from error
    if said.code != 0 or not said.answer:
        why = said.complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise TranscodeFailedError(f"This video could not be described: {why[-200:]}")
    return said.answer
