"""Galaxy: some hundred thousand suns on tilted orbits whose slow turning winds up spiral arms (density waves)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import cos, sin

import numpy as np

from plainview.demo.canvas import TAU, bloom, finish, points, tone
from plainview.demo.music import bed, figure
from plainview.demo.palette import color
from plainview.demo.shot import Frame, Kind, Picture, Plane, Shot, Sound
from plainview.demo.sound import bell


def _stars(shot: Shot) -> tuple[Plane, Plane, Plane, Plane]:
    rng = shot.rng("galaxy")
    count = int(shot.width * shot.height * 0.28)
    radius = (rng.gamma(2.1, 0.29, count) + 0.02).astype(np.float32)
    angle = (rng.random(count) * TAU).astype(np.float32)
    height = (rng.normal(0, 0.022, count) * (1 + 2.5 * np.exp(-((radius / 0.16) ** 2)))).astype(np.float32)
    warmth = np.clip(0.85 - radius * 0.62 + rng.normal(0, 0.12, count), 0.1, 1).astype(np.float32)
    return radius, angle, height, warmth


def _sky(shot: Shot) -> Picture:
    rng = shot.rng("sky")
    count = shot.width * shot.height // 900
    far = points(
        (shot.height, shot.width),
        rng.random(count) * shot.width,
        rng.random(count) * shot.height,
        rng.pareto(2.2, count) * 0.16,
    )
    return far * (0.7 + 0.3 * color(shot.palette, 0.8))


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    radius, angle, height, warmth = _stars(shot)
    sky, size = _sky(shot), (shot.height, shot.width)
    tints = [color(shot.palette, value) for value in (0.42, 0.66, 0.92)]
    order = np.argsort(warmth)
    radius, angle, height, warmth = radius[order], angle[order], height[order], warmth[order]
    cuts = np.searchsorted(warmth, (0, 0.4, 0.72, 2))
    arms = 3 if shot.variant == "three" else 2
    # Nearer stars go round faster; whole turns for every star are what closes the loop.
    turns = np.clip(np.round(0.42 / (radius + 0.12)), 1, 3)
    for phase in shot.phases():
        theta = angle + TAU * phase * turns
        wave = np.sin(arms * (theta + 2.1 * np.log(radius + 0.05)) - arms * TAU * phase)
        theta = theta - 0.62 / arms * np.cos(arms * (theta + 2.1 * np.log(radius + 0.05)) - arms * TAU * phase)
        tilt = 0.92 + 0.13 * sin(TAU * phase)
        across, away = radius * np.cos(theta), radius * np.sin(theta)
        up = away * cos(tilt) + height * sin(tilt)
        lean = 0.95 + 0.05 * cos(TAU * phase)
        px = (across * cos(lean) - up * sin(lean)) * shot.unit * 1.3 + shot.width / 2
        py = (across * sin(lean) + up * cos(lean)) * shot.unit * 1.3 + shot.height / 2
        light = sky.copy()
        glow = (0.16 + 0.3 * np.clip(wave, 0, 1) ** 2).astype(np.float32)
        for group, tint in enumerate(tints):
            mine = slice(cuts[group], cuts[group + 1])
            light += points(size, px[mine], py[mine], glow[mine]) * tint * (0.75 + 0.25 * group)
        yield finish(tone(bloom(light * 1.6, 0.9, 0.025)) + color(shot.palette, 0.05) * 0.5)


def sound(shot: Shot) -> Sound:
    """A wide dark chord and bells far away."""
    mix = bed(shot, "dark", 0.36, 2, 1.7)
    figure(mix, shot, "dark", partial(bell, seconds=4.0), 12, (0.5, 0.13))
    mix.wash(60, 300, 0.1, 1)
    mix.room(5.0, 0.7, 3000)
    return mix.master(-16)


KIND = Kind("galaxy", picture, sound, detail=0.75)
