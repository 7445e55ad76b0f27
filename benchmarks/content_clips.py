"""Whether clips that are described alike are of one kind: the product's description, and a histogram of colours."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from plainview.adapters.media_verdict import TranscoderLimits
from plainview.adapters.transcoder_ffmpeg import TranscoderFfmpeg
from plainview.engine.content import hashed
from plainview.ports.transcoder import Work

Floats = NDArray[np.floating]
FFMPEG = Path(imageio_ffmpeg.get_ffmpeg_exe())
SHOWN = 64
"""So many of a description's numbers are of the picture, the rest of the sound."""


async def alike(folder: Path, most: int | None) -> dict[str, object]:
    """Mean average precision, and how often the nearest is of the same category; others of one recording left out."""
    clips: list[dict[str, Any]] = json.loads((folder.parent / "clips.json").read_text())
    step = 1 if most is None else max(len(clips) // most, 1)
    clips = clips[::step]
    kinds = [clip["category"] for clip in clips]
    recordings = [clip["file"].rpartition("_")[0] for clip in clips]
    started = time.process_time()
    told = np.stack([await described(folder / clip["file"]) for clip in clips]).astype(float)
    print(f"described {len(clips)} clips, own part {time.process_time() - started:.1f} s", file=sys.stderr)
    words = np.stack([hashed(" ".join((clip["title"], *clip["tags"]))) for clip in clips]).astype(float)
    colours = np.stack([histogram(folder / clip["file"]) for clip in clips])
    ways = {
        "plainview": told,
        "its_picture": told[:, :SHOWN],
        "its_sound": told[:, SHOWN:],
        "with_words": np.concatenate((unit(told), unit(words)), axis=1),
        "colours": colours,
        "lot": np.random.default_rng(5).standard_normal((len(clips), 32)),
    }
    found = {name: precise(unit(numbers), kinds, recordings) for name, numbers in ways.items()}
    return {"clips": len(clips), **found}


async def described(source: Path) -> NDArray[np.int8]:
    """What the product says of a clip, by the whole confined way."""
    transcoder = TranscoderFfmpeg(TranscoderLimits(duration_ms_min=500, threads=1), FFMPEG)
    with tempfile.TemporaryDirectory() as made:
        probe = await transcoder.probe(source)
        work = Work(source, Path(made), probe)
        work = Work(source, Path(made), probe, await transcoder.measure(work))
        await (transcoder.remux if probe.conforms else transcoder.first)(work)
        return np.frombuffer(await transcoder.content(work), np.int8)


def histogram(source: Path) -> Floats:
    """(64,) roots of the shares of 64 colours, of a picture a second."""
    looked = "fps=1,scale=64:112:flags=area"
    command = [str(FFMPEG), "-v", "error", "-i", str(source), "-vf", looked, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    pixels = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.uint8).reshape(-1, 3)
    shares = np.bincount((pixels // 64) @ np.array([16, 4, 1]), minlength=64) / len(pixels)
    found: Floats = np.sqrt(shares)
    return found


def unit(numbers: Floats) -> Floats:
    """The rows less their mean, each of length 1."""
    moved = numbers - numbers.mean(axis=0)
    found: Floats = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return found


def precise(rows: Floats, kinds: list[str], recordings: list[str]) -> dict[str, float]:
    """How well the cosines of these rows find the same kind."""
    cosines, kind, recording = rows @ rows.T, np.array(kinds), np.array(recordings)
    precisions, nearest = [], []
    for place in range(len(rows)):
        others = np.flatnonzero(recording != recording[place])
        hit = (kind[others] == kind[place])[np.argsort(-cosines[place, others], kind="stable")]
        if hit.any():
            precisions.append((np.cumsum(hit) / np.arange(1, len(hit) + 1))[hit].mean())
            nearest.append(hit[0])
    return {"map": round(float(np.mean(precisions)), 3), "nearest": round(float(np.mean(nearest)), 3)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(alike(Path(sys.argv[1]), None))))
