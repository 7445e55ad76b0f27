"""Attractors: paths in a chaotic flow, drawn as some hundred thousand grains of light and turned once round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from math import cos, sin

import numpy as np

from plainview.demo.canvas import TAU, bloom, finish, points, tone
from plainview.demo.music import bed, figure
from plainview.demo.palette import color
from plainview.demo.shot import Frame, Kind, Plane, Shot, Sound
from plainview.demo.sound import pluck


def _aizawa(p: Plane) -> Plane:
    x, y, z = p
    return np.stack([
        (z - 0.7) * x - 3.5 * y,
        3.5 * x + (z - 0.7) * y,
        0.6 + 0.95 * z - z**3 / 3 - (x * x + y * y) * (1 + 0.25 * z) + 0.1 * z * x**3,
    ])  # fmt: skip


def _thomas(p: Plane) -> Plane:
    x, y, z = p
    return np.stack([np.sin(y) - 0.19 * x, np.sin(z) - 0.19 * y, np.sin(x) - 0.19 * z])


def _halvorsen(p: Plane) -> Plane:
    x, y, z = p
    return np.stack([
        -1.89 * x - 4 * y - 4 * z - y * y,
        -1.89 * y - 4 * z - 4 * x - z * z,
        -1.89 * z - 4 * x - 4 * y - x * x,
    ])  # fmt: skip


def _lorenz(p: Plane) -> Plane:
    x, y, z = p
    return np.stack([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])


def _dadras(p: Plane) -> Plane:
    x, y, z = p
    return np.stack([y - 3 * x + 2.7 * y * z, 1.7 * y - x * z + z, 2 * x * y - 9 * z])


# Each flow with its step of time and how far apart its points begin.
FLOWS: dict[str, tuple[Callable[[Plane], Plane], float, float]] = {
    "aizawa": (_aizawa, 0.012, 0.1),
    "thomas": (_thomas, 0.06, 0.1),
    "halvorsen": (_halvorsen, 0.006, 0.1),
    "lorenz": (_lorenz, 0.009, 8.0),
    "dadras": (_dadras, 0.01, 0.1),
}


def _cloud(shot: Shot) -> tuple[Plane, Plane]:
    """Points on the attractor, (3, n) within a unit ball, and how fast each was going, 0..1."""
    flow, pace, apart = FLOWS[shot.variant or "aizawa"]
    rng = shot.rng("attractor")
    p = rng.normal(0, apart, (3, 560)) + 0.5
    trail, speed = [], []
    for index in range(900):
        slope = flow(p)
        p = p + pace * flow(p + pace / 2 * slope)
        if index >= 380:
            trail.append(p)
            speed.append(np.sqrt((slope**2).sum(axis=0)))
    cloud = np.concatenate(trail, axis=1).astype(np.float32)
    cloud -= cloud.mean(axis=1, keepdims=True)
    cloud /= np.quantile(np.sqrt((cloud**2).sum(axis=0)), 0.985)
    pace_rank = np.concatenate(speed)
    low, high = np.quantile(pace_rank, (0.05, 0.95))
    return cloud, np.clip((pace_rank - low) / (high - low), 0, 1).astype(np.float32)


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    (x, y, z), speed = _cloud(shot)
    size = (shot.height, shot.width)
    # In order of speed, so that each colour is one stretch of the arrays.
    order = np.argsort(speed)
    x, y, z, speed = x[order], y[order], z[order], speed[order]
    cuts = np.searchsorted(speed, (0, 0.33, 0.66, 2))
    tints = [color(shot.palette, value) for value in (0.4, 0.58, 0.85)]
    ground = color(shot.palette, 0.02)
    strength = size[0] * size[1] / len(x) * 0.9
    for phase in shot.phases():
        turn, nod = TAU * phase, 0.35 * sin(TAU * phase)
        across, deep = x * cos(turn) + y * sin(turn), y * cos(turn) - x * sin(turn)
        up, deep = z * cos(nod) - deep * sin(nod), z * sin(nod) + deep * cos(nod)
        near = 1 / (1.9 - 0.55 * deep)
        px = across * near * shot.unit * 2.15 + shot.width / 2
        py = -up * near * shot.unit * 2.15 + shot.height / 2
        light = np.zeros((3, *size), np.float32)
        for band, tint in enumerate(tints):
            mine = slice(cuts[band], cuts[band + 1])
            light += points(size, px[mine], py[mine], near[mine]) * tint
        yield finish(tone(bloom((light * strength * 0.42) ** 0.75, 0.45, 0.02)) + ground)


def sound(shot: Shot) -> Sound:
    """A restless figure of plucked strings."""
    mix = bed(shot, "dream", 0.22)
    figure(mix, shot, "dream", partial(pluck, seconds=1.6, bright=0.8), 48, (0.72, 0.2))
    mix.room(2.8, 0.5)
    return mix.master()


KIND = Kind("attractor", picture, sound, detail=0.75)
