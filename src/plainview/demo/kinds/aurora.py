"""Aurora: curtains of northern light over a line of firs and its mirror in a lake."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import sin

import numpy as np

from plainview.demo.canvas import TAU, clouds, finish, points, sample, step
from plainview.demo.music import bed, figure
from plainview.demo.palette import color
from plainview.demo.shot import Frame, Kind, Picture, Plane, Shot, Sound
from plainview.demo.sound import bell


def _firs(shot: Shot, rng: np.random.Generator) -> Plane:
    """How far up the trees reach at each column, in heights."""
    x = np.arange(shot.width, dtype=np.float32) / shot.width
    line = 0.012 + 0.016 * (1 + np.sin(TAU * (x * 0.8 + rng.random())))
    for _ in range(70):
        middle, tall = rng.random(), rng.uniform(0.02, 0.075)
        away = np.abs(x - middle) / (tall * 0.34)
        jag = 0.12 * (1 - np.abs((away * 7) % 2 - 1))
        line = np.maximum(line, tall * np.clip(1 - away + jag * (away < 1), 0, 1) + 0.02)
    return line.astype(np.float32)


def _curtain(lean: tuple[Plane, Plane], noise: Plane, phase: float, which: int) -> Plane:
    """One curtain's light: bright at its lower hem, streaked along its folds, fading upwards."""
    x, up = lean
    angle = TAU * (phase + which * 0.37)
    hem = 0.26 + 0.08 * which + 0.06 * np.sin(2.1 * x + angle + which) + 0.045 * np.sin(4.7 * x - 2 * angle + 2 * which)
    fold = x + 0.13 * np.sin(3.3 * x + angle) + 0.06 * np.sin(8 * x - angle)
    streak = sample(noise, fold * 74 + which * 60 + 0 * up, np.full_like(up, 64 + 30 * sin(angle)) + fold * 2)
    above = up - hem
    tall = 0.17 + 0.05 * np.sin(1.7 * x - angle)
    rise = step(-0.03, 0.05, above) * np.exp(-np.clip(above, 0, 9) / tall)
    patch = 0.55 + 0.45 * np.sin(1.3 * x + angle + 2 * which)
    return np.asarray(rise * patch * (0.5 + 0.32 * np.clip(streak + 1.0, 0, 2.5)), np.float32)


def _sky(shot: Shot, x: Plane, up: Plane) -> Picture:
    rng = shot.rng("stars")
    count = 500
    far = points(
        x.shape, rng.random(count) * shot.width, rng.random(count) * shot.height, rng.pareto(2.2, count) * 0.22
    )
    low, high = color(shot.palette, 0.2), color(shot.palette, 0.05)
    return low * np.exp(-up * 2.6) * 0.8 + high * 0.8 + np.clip(far, 0, 0.9) * 0.9


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    rng = shot.rng("aurora")
    shore = int(shot.height * 0.76)
    x, _ = shot.grid()
    x, up = x[:shore], (shore - np.arange(shot.height, dtype=np.float32)[:, None] + 0 * x)[:shore] / shot.height
    noise = clouds(rng, 128, 256, 1.1, 0.012)
    sky, firs = _sky(shot, x, up), _firs(shot, rng)
    wood = np.clip((firs - up) * shot.height + 0.5, 0, 1)
    tints = [color(shot.palette, value) for value in (0.6, 0.5, 0.72)]
    ripple = np.arange(shot.height - shore)
    for phase in shot.phases():
        scene = sky.copy()
        for which in range(3):
            glow = _curtain((x, up), noise, phase, which)
            blush = np.clip((up - 0.5) * 1.4, 0, 1)
            scene += glow * (tints[which] * (1.15 - blush) + color(shot.palette, 0.42) * blush)
        scene *= 1 - wood * 0.97
        rows = (
            shore
            - 1
            - (ripple * 2.4).astype(int)
            + (2.2 * np.sin(ripple * 0.9 - TAU * 6 * phase) * ripple / 40).astype(int)
        )
        mirror = scene[:, np.clip(rows, 0, shore - 1)] * np.linspace(0.6, 0.32, len(ripple), dtype=np.float32)[:, None]
        yield finish(np.concatenate([scene, mirror + color(shot.palette, 0.1) * 0.1], axis=1))


def sound(shot: Shot) -> Sound:
    """Cold wind and glass."""
    mix = bed(shot, "dream", 0.34, 4, 1.6)
    mix.wash(250, 800, 0.09, 2)
    figure(mix, shot, "dream", partial(bell, seconds=4.0), 16, (0.4, 0.13))
    mix.room(4.5, 0.6)
    return mix.master(-16)


KIND = Kind("aurora", picture, sound, detail=0.5)
