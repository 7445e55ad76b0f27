"""Silk: folds of coloured light, noise bent by noise (after Inigo Quilez's domain warping), in a seamless loop."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import cos, sin

import numpy as np

from plainview.demo.canvas import TAU, clouds, finish, sample, vignette
from plainview.demo.music import bed, figure
from plainview.demo.palette import cycle, paint
from plainview.demo.shot import Frame, Kind, Shot, Sound
from plainview.demo.sound import bell


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    rng = shot.rng("silk")
    x, y = shot.grid()
    tile = 256
    coarse, fine = clouds(rng, tile, tile, 2.3, 0.03), clouds(rng, tile, tile, 2.1, 0.03)
    table, shade = cycle(shot.palette), vignette(shot.height, shot.width)
    folds = 0.9 if shot.variant == "broad" else 1.4
    px, py = x * 34 * folds + 40, y * 34 * folds + 90
    for phase in shot.phases():
        sway, lift = 9 * cos(TAU * phase), 9 * sin(TAU * phase)
        u = sample(coarse, px + sway, py + lift)
        v = sample(fine, px * 0.8 - lift + 99, py * 0.8 + sway)
        height = sample(coarse, px + 15 * u + lift, py + 15 * v - sway)
        band = height * 0.55 + 0.5 * u + 0.5 + phase
        light = (
            np.gradient(height, axis=1) * shot.unit * 0.07 - np.gradient(height, axis=0) * shot.unit * 0.05
        )
        gloss = np.clip(0.86 + light, 0.35, 1.6)
        body = paint(0.5 - 0.5 * np.cos(TAU * (band % 1)), table[:, : table.shape[1] // 2])
        yield finish(body * gloss * shade + 0.16 * np.clip(light - 0.35, 0, 1))


def sound(shot: Shot) -> Sound:
    """Slow chords, a few bells."""
    mix = bed(shot, "dream" if shot.seed % 2 else "calm", 0.34)
    figure(mix, shot, "calm", partial(bell, seconds=3.0), 16, (0.35, 0.16))
    mix.room(3.5, 0.5)
    return mix.master()


KIND = Kind("silk", picture, sound, detail=0.5)
