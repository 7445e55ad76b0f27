"""Pool: the net of light that small waves throw on the floor of clear water, in a seamless loop."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import cos, sin, sqrt

import numpy as np

from plainview.demo.canvas import TAU, finish, vignette
from plainview.demo.music import bed, figure
from plainview.demo.palette import color, paint, ramp
from plainview.demo.shot import Frame, Kind, Plane, Shot, Sound
from plainview.demo.sound import bell, pluck


def _waves(shot: Shot) -> list[tuple[float, float, int, float]]:
    """Waves as (x, y of the wave number, whole turns over the loop, phase)."""
    rng = shot.rng("pool")
    waves = []
    for index in range(11):
        angle, length = rng.random() * TAU, 2.4 + 0.95 * index
        pace = max(1, round(sqrt(length) * shot.seconds * 0.13)) * int(rng.choice((-1, 1)))
        waves.append((length * cos(angle), length * sin(angle), pace, rng.random() * TAU))
    return waves


def _bend(x: Plane, y: Plane, phase: float, waves: list[tuple[float, float, int, float]]) -> tuple[Plane, Plane, Plane]:
    """The surface's slope both ways and how strongly it focuses light downwards."""
    sx, sy, xx = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
    yy, xy = np.zeros_like(x), np.zeros_like(x)
    for kx, ky, turns, start in waves:
        size = 0.42 / (kx * kx + ky * ky) ** 0.78
        angle = kx * x + ky * y + (TAU * phase * turns + start)
        cosine, sine = np.cos(angle) * size, np.sin(angle) * size
        sx += kx * cosine
        sy += ky * cosine
        xx -= kx * kx * sine
        yy -= ky * ky * sine
        xy -= kx * ky * sine
    # Light is concentrated where the mapping from surface to floor folds: one over its determinant.
    depth = 0.36
    area = (1 + depth * xx) * (1 + depth * yy) - (depth * xy) ** 2
    return sx, sy, 1 / (np.abs(area) + 0.09)


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    x, y = shot.grid()
    waves, table = _waves(shot), ramp(shot.palette)
    tall = shot.height / shot.width
    depth = 0.42 + 0.1 * (-y / tall)
    dark, sparkle = vignette(shot.height, shot.width, 0.45), color(shot.palette, 1.0)
    for phase in shot.phases():
        sx, sy, net = _bend(x * 1.35, y * 1.35, phase, waves)
        if shot.variant == "tiles":
            u, v = (x + sx * 0.05) * 3, (y + sy * 0.05) * 3
            seam = np.minimum(np.abs((u % 1) - 0.5), np.abs((v % 1) - 0.5))
            floor = (
                depth
                + 0.05 * np.clip(1 - seam * 16, 0, 1)
                + 0.03 * ((np.floor(u + 0.5) * 7 + np.floor(v + 0.5) * 3) % 4 - 1.5) * 0.5
            )
        else:
            floor = depth + 0.025 * np.sin(3 * (x + sx * 0.1)) * np.sin(2.2 * (y + sy * 0.1))
        light = np.clip(net * 0.16, 0, 1.1)
        glint = np.clip(sx * 1.1 - sy * 1.3 - 1.05, 0, 1) * 0.5
        yield finish(paint(np.clip((floor + 0.34 * light) * dark, 0, 1), table) + (light**2 * 0.16 + glint) * sparkle)


def sound(shot: Shot) -> Sound:
    """Lapping water and clear high notes."""
    mix = bed(shot, "bright", 0.26)
    mix.wash(300, 1600, 0.16, 3)
    mix.wash(1500, 5000, 0.05, 2)
    voice = partial(pluck, seconds=2.0, bright=0.6) if shot.seed % 2 else partial(bell, seconds=2.5)
    figure(mix, shot, "calm", voice, 32, (0.45, 0.16))
    mix.room(3.5, 0.5)
    return mix.master()


KIND = Kind("pool", picture, sound, detail=0.5)
