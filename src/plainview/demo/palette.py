"""The colours of the sample clips: owns the curated ramps and how a number becomes a colour."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from plainview.demo.shot import Frame, Picture, Plane

RAMPS: dict[str, str] = {
    "dusk": "0b0f2b 2b1b5a 7a2e7a d9506e ff9a5a ffe3a3",
    "lagoon": "021019 04344a 0a7c86 4fc9b0 c6f1d6 fffbe8",
    "ember": "0a0406 3a0a12 8e1b1b e0521f ffad3b fff1c9",
    "orchid": "0d0618 341253 7c2a96 d65fb7 ffb3c7 fff3ea",
    "moss": "070d08 16301f 3c6b3a 93ad4f e6d98a fff9e0",
    "glacier": "050a1c 10305f 2f74b5 7dbfe3 d2eef7 ffffff",
    "rose": "16070f 57162f b13a52 ec7f76 fcc9a8 fff4e4",
    "mint": "03120f 0b3d33 1f8a70 6fd3a5 d4f7cf fffef0",
    "ink": "06070d 1c2740 46608f a2b6cf e9e3d6 fffaf0",
    "honey": "120802 42210a 94560f dd9b24 fbd76b fff7d9",
    "neon": "05010f 240a5c 6a1bd1 f02fb0 ff8a5c ffe98a",
    "reef": "02101c 063f6b 0f8fb0 59d6c9 ffb88a ff6f6b",
    "plum": "0c0714 2f1a4a 6a3f86 b779a8 efbfae fff2dc",
    "sakura": "1a0d1a 5a2a4f b0567f ef93a8 fbd0d0 fffaf5",
    "nordic": "06090f 12263a 1f5a63 4ea58a b9dca0 f6f2c8",
    "copper": "0a0807 33201b 7c4430 c9805a ecc39a fff3e2",
}


@lru_cache(maxsize=64)
def ramp(name: str, steps: int = 1024) -> Picture:
    """The ramp called `name` as (3, steps) float32 in 0..1, dark to light."""
    stops = [[int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)] for code in RAMPS[name].split()]
    # Mixing squares of the values keeps the middle of a blend from going muddy.
    table = np.array(stops, np.float32) ** 2
    at = np.linspace(0, len(stops) - 1, steps)
    mixed = np.stack([np.interp(at, np.arange(len(stops)), table[:, c]) for c in range(3)])
    return np.sqrt(mixed).astype(np.float32)


def cycle(name: str, steps: int = 1024) -> Picture:
    """The ramp there and back, so that its end meets its beginning."""
    half = ramp(name, steps // 2)
    return np.concatenate([half, half[:, ::-1]], axis=1)


def color(name: str, value: float) -> Picture:
    """One colour of the ramp, (3, 1, 1) float32, `value` from 0 dark to 1 light."""
    table = ramp(name)
    return table[:, int(np.clip(value, 0, 1) * (table.shape[1] - 1)), None, None]


def glass(paint: Picture, opacity: float) -> Picture:
    """The colour as see-through paint, (4, 1, 1)."""
    return np.concatenate([paint, np.full((1, 1, 1), opacity, np.float32)])


def paint(plane: Plane, table: Picture) -> Picture:
    """Each number of the plane, 0..1, as its colour in the table."""
    index = np.clip(plane * (table.shape[1] - 1), 0, table.shape[1] - 1).astype(np.int32)
    return np.stack([np.take(channel, index) for channel in table])


def paint_frame(plane: Plane, table: Picture) -> Frame:
    """As `paint`, straight to the bytes of a frame: the quick way for pictures that need no light."""
    index = np.clip(plane * (table.shape[1] - 1), 0, table.shape[1] - 1).astype(np.int32)
    return np.stack([np.take(channel, index) for channel in (table * 255 + 0.5).astype(np.uint8)])
