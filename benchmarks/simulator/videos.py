"""Owns the catalogue as anybody can see it: length, author, sound, tags of each video. Real ones, or made up."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_COLUMNS = ("video_id", "author_id", "video_duration", "music_id", "tag")


@dataclass(frozen=True, slots=True)
class Videos:
    """One row a video; rows are the simulator's names of videos."""

    duration_ms: NDArray[np.int64]
    author: NDArray[np.int64]
    """(videos,): 0 … authors - 1."""
    sound: NDArray[np.int64]
    tags: tuple[tuple[str, ...], ...]
    source: str

    def __len__(self) -> int:
        return len(self.duration_ms)


def read_videos(path: Path) -> Videos:
    """The videos of KuaiRand's `video_features_basic_pure.csv`; those without a length are left out.

    Raises:
        ValueError: a column is missing.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise ValueError(f"{path.name} has no column {', '.join(missing)}; give video_features_basic_pure.csv.")
        kept = [row for row in rows if row["video_duration"]]
    _, author = np.unique([row["author_id"] for row in kept], return_inverse=True)
    _, sound = np.unique([row["music_id"] for row in kept], return_inverse=True)
    duration_ms = np.array([float(row["video_duration"]) for row in kept]).astype(np.int64)
    tags = tuple(tuple(f"tag{tag}" for tag in row["tag"].split(",") if tag) for row in kept)
    return Videos(duration_ms, author.astype(np.int64), sound.astype(np.int64), tags, path.name)


def made_up_videos(count: int = 6_000, seed: int = 20) -> Videos:
    """Made-up videos of the same form: lengths of 5 s to 10 min, many authors with few videos each, one or two tags."""
    dice = np.random.default_rng(seed)
    duration_ms = np.clip(dice.lognormal(np.log(60_000), 0.9, count), 5_000, 600_000).astype(np.int64)
    often = 1.0 / np.arange(1, 61)
    drawn = dice.choice(60, (count, 2), p=often / often.sum())
    tags = tuple(
        (f"tag{one}",) if one == two or lot < 0.7 else (f"tag{one}", f"tag{two}")
        for (one, two), lot in zip(drawn.tolist(), dice.random(count).tolist(), strict=True)
    )
    return Videos(duration_ms, dice.integers(0, count * 5 // 6, count), dice.integers(0, count, count), tags, "made up")
