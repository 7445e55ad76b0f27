"""Silk: satin in slow water, waves bent by waves (the sine warp of shader artists), in a seamless loop."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import pi

import numpy as np

from plainview.demo.canvas import TAU, finish, vignette
from plainview.demo.music import bed, figure
from plainview.demo.palette import color, paint, ramp
from plainview.demo.shot import Frame, Kind, Shot, Sound
from plainview.demo.sound import bell

FOLDS = 6


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    rng = shot.rng("silk")
    across, down = shot.grid()
    lean = rng.uniform(-0.6, 0.6)
    across, down = across + lean * down, down - lean * across
    start, turns = rng.random((FOLDS, 2)) * TAU, rng.choice((-1, 1), (FOLDS, 2))
    table, shade, white = ramp(shot.palette), vignette(shot.height, shot.width), color(shot.palette, 1.0)
    fine = 0.72 if shot.variant == "broad" else 1.05
    for phase in shot.phases():
        x, y = across * fine, down * fine
        for index in range(FOLDS):
            k, a, b = index + 1, start[index], TAU * phase * turns[index]
            x = x + 0.62 / k * np.sin(k * 1.5 * y + float(a[0] + b[0]))
            y = y + 0.62 / k * np.sin(k * 1.4 * x + float(a[1] + b[1]))
        height = np.sin(2.3 * x + 1.1 * y)
        slope = (np.gradient(height, axis=1) - 0.8 * np.gradient(height, axis=0)) * (shot.unit / 18)
        light = np.tanh(slope * 1.2)
        body = paint(0.5 + 0.33 * height + 0.1 * np.sin(y - 0.5 * pi), table)
        yield finish(body * ((0.82 + 0.36 * light) * shade) + np.clip(light - 0.55, 0, 1) * 0.32 * white)


def sound(shot: Shot) -> Sound:
    """Slow chords, a few bells."""
    mix = bed(shot, "dream" if shot.seed % 2 else "calm", 0.34)
    figure(mix, shot, "calm", partial(bell, seconds=3.0), 16, (0.35, 0.16))
    mix.room(3.5, 0.5)
    return mix.master()


KIND = Kind("silk", picture, sound, detail=0.5)
