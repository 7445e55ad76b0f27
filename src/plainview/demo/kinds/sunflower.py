"""Sunflower: seeds set one by one, each a fixed turn further; as it changes, spirals come and go (after Vogel)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import pi, sin, sqrt

import numpy as np

from plainview.demo.canvas import TAU, bloom, disc, finish, vignette
from plainview.demo.music import bed, figure
from plainview.demo.palette import color
from plainview.demo.shot import Frame, Kind, Shot, Sound
from plainview.demo.sound import keys

GOLDEN = pi * (3 - sqrt(5))
COUNT = 460


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    number = np.arange(COUNT)
    reach = np.sqrt((number + 0.5) / COUNT)
    tints = [color(shot.palette, 0.36 + 0.56 * value) for value in reach[::-1]]
    ground = (color(shot.palette, 0.07) * vignette(shot.height, shot.width, 0.6)).astype(np.float32)
    span = 0.94 if shot.variant == "disc" else 1.62
    wander = 0.006 if shot.variant == "disc" else 0.010
    for phase in shot.phases():
        canvas = ground.copy()
        turn = GOLDEN + wander * sin(TAU * phase) * (1 + 0.4 * sin(2 * TAU * phase))
        breath = 1 + 0.03 * sin(TAU * phase * 2)
        angle = number * turn + TAU * phase
        x = reach * np.cos(angle) * shot.unit * span * breath + shot.width / 2
        y = reach * np.sin(angle) * shot.unit * span * breath + shot.height / 2
        beat = 0.5 + 0.5 * np.sin(TAU * (2 * phase - reach * 2.2))
        for index in range(COUNT - 1, -1, -1):
            radius = shot.unit * (0.014 + 0.026 * reach[index]) * (0.62 + 0.62 * beat[index]) * span
            place = float(x[index]), float(y[index])
            disc(canvas, *place, radius, tints[index], 1.2)
        yield finish(bloom(canvas, 0.22, 0.02))


def sound(shot: Shot) -> Sound:
    """An electric piano that counts in Fibonacci's numbers."""
    mix = bed(shot, "calm", 0.24)
    figure(mix, shot, "calm", partial(keys, seconds=1.6), 40, (0.6, 0.2))
    mix.room(2.6, 0.45)
    return mix.master()


KIND = Kind("sunflower", picture, sound, detail=0.75)
