"""Rain: a street at night through a wet window; each drop is a small lens that turns the lights upside down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from plainview.demo.canvas import TAU, blur, enlarge, finish, sample, vignette
from plainview.demo.music import bed, figure
from plainview.demo.palette import color
from plainview.demo.shot import Frame, Kind, Picture, Plane, Shot, Sound
from plainview.demo.sound import hiss, keys


def _street(shot: Shot, phase: float) -> Picture:
    """Lamps out of focus, some of them passing, on a dark street."""
    rng = shot.rng("street")
    # All is out of focus, so a third of the fineness is enough.
    x, y = replace(shot, width=shot.width // 3, height=shot.height // 3).grid()
    tall = shot.height / shot.width
    scene = np.zeros((3, *x.shape), np.float32)
    scene += color(shot.palette, 0.16) * (0.35 + 0.3 * np.clip(y / tall + 0.4, 0, 1))
    for index in range(38):
        px, py, size = rng.uniform(-1.2, 1.2), rng.normal(0.12, 0.42) * tall, rng.uniform(0.07, 0.24)
        value, strength = rng.uniform(0.4, 0.95), rng.uniform(0.35, 1.0)
        if index % 3 == 0:
            px = (px + 1.4 + 2.8 * phase * (-1) ** index) % 2.8 - 1.4
        away = np.hypot(x - px, y - py) / size
        scene += (
            np.clip((1 - away) * 9, 0, 1)
            * (0.72 + 0.28 * np.clip(away, 0, 1))
            * strength
            * color(shot.palette, value)
            * 0.95
        )
    return scene


def _lenses(shot: Shot, drops: Plane, x: Plane, y: Plane) -> tuple[Plane, Plane, Plane]:
    """How far each pixel's sight is bent, both ways, and whether there is a drop, 0..1."""
    bend_x, bend_y, there = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
    for px, py, size, long in drops:
        reach = size * long + 0.02
        rows = slice(*(int(np.clip((py + s * reach) * shot.unit + shot.height / 2, 0, shot.height)) for s in (-1, 1)))
        columns = slice(
            *(int(np.clip((px + s * (size + 0.02)) * shot.unit + shot.width / 2, 0, shot.width)) for s in (-1, 1))
        )
        dx, dy = (x[rows, columns] - px) / size, (y[rows, columns] - py) / (size * long)
        if not dx.size:
            continue
        cover = np.clip((1 - np.hypot(dx * (1.12 + 0.22 * dy), dy)) * size * shot.unit, 0, 1)
        keep = cover > there[rows, columns]
        bend_x[rows, columns] = np.where(keep, -dx * 0.55, bend_x[rows, columns])
        bend_y[rows, columns] = np.where(keep, -dy * 0.75, bend_y[rows, columns])
        there[rows, columns] = np.maximum(there[rows, columns], cover)
    return bend_x, bend_y, there


def _still(shot: Shot) -> Plane:
    rng = shot.rng("still")
    tall, count = shot.height / shot.width, 260
    size = np.clip(rng.gamma(1.7, 0.019, count), 0.009, 0.1)
    return np.stack(
        [rng.uniform(-1, 1, count), rng.uniform(-tall, tall, count), size, rng.uniform(1.0, 1.25, count)], axis=1
    )


def _running(shot: Shot, phase: float) -> Plane:
    rng = shot.rng("running")
    tall, drops = shot.height / shot.width, []
    for _ in range(9):
        px, start, size, turns = (
            rng.uniform(-0.95, 0.95),
            rng.random(),
            rng.uniform(0.055, 0.09),
            int(rng.integers(1, 3)),
        )
        along = (start + phase * turns) % 1
        along += 0.03 * np.sin(TAU * along * 5)
        py = (along * 2.5 - 1.25) * tall
        drops.append((px + 0.025 * np.sin(along * 21 + start * 9), py, size, 1.45))
        drops.extend(
            (
                px + 0.025 * np.sin((along - k * 0.02) * 21 + start * 9),
                py - k * 0.09 - 0.05,
                size * (0.42 - 0.05 * k),
                1.2,
            )
            for k in range(1, 7)
        )
    return np.array(drops, np.float32)


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    x, y = shot.grid()
    still = _lenses(shot, _still(shot).astype(np.float32), x, y)
    dark = vignette(shot.height, shot.width, 0.5)
    columns, rows = np.meshgrid(np.arange(shot.width, dtype=np.float32), np.arange(shot.height, dtype=np.float32))
    for phase in shot.phases():
        small = _street(shot, phase)
        street = enlarge(small, shot.height, shot.width)
        fog = enlarge(blur(small, shot.unit * 0.012) * 0.9 + 0.02, shot.height, shot.width)
        bend_x, bend_y, there = _lenses(shot, _running(shot, phase), x, y)
        bend_x, bend_y = (np.where(there > still[2], now, old) for now, old in ((bend_x, still[0]), (bend_y, still[1])))
        cover = np.maximum(there, still[2])
        wet = cover > 0
        seen = sample(street, (columns + bend_x * shot.unit)[wet], (rows + bend_y * shot.unit)[wet])
        shine = np.clip(bend_x + bend_y - 0.62, 0, 1)[wet] * 1.4
        canvas = fog.copy()
        canvas[:, wet] += cover[wet] * (seen * 1.35 + shine + 0.03 - canvas[:, wet])
        yield finish((canvas * dark).astype(np.float32))


def sound(shot: Shot) -> Sound:
    """Rain on glass and a piano next door."""
    mix = bed(shot, "dream", 0.14)
    mix.wash(700, 7000, 0.16)
    mix.wash(100, 500, 0.1, 1)
    rng = shot.rng("taps")
    for _ in range(int(26 * shot.seconds)):
        mix.add(
            hiss(rng, 0.03, 900, 5000, 160),
            rng.random() * shot.seconds,
            0.1 * rng.random() ** 2,
            rng.uniform(-0.9, 0.9),
        )
    figure(mix, shot, "dream", lambda note: keys(note - 12, 2.4), 24, (0.5, 0.26))
    mix.room(2.6, 0.4, 3500)
    return mix.master(-16)


KIND = Kind("rain", picture, sound, detail=0.5)
