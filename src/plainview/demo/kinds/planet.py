"""Planet: a world that never was, turned once round, with its seas, clouds, air and the shadow of night."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import cos, sin

import numpy as np

from plainview.demo.canvas import TAU, clouds, enlarge, finish, nearest, points, step
from plainview.demo.music import bed, figure
from plainview.demo.palette import color, paint, ramp
from plainview.demo.shot import Frame, Kind, Picture, Plane, Shot, Sound
from plainview.demo.sound import bell

WIDE, TALL = 1024, 512


def _surface(shot: Shot) -> tuple[Picture, Plane]:
    """The map of the world in colour, (3, TALL, WIDE), and where it is water, 0..1."""
    rng = shot.rng("world")
    table = ramp(shot.palette)
    if shot.variant == "giant":
        rows = np.arange(TALL, dtype=np.float32)[:, None]
        swirl = clouds(rng, TALL, WIDE, 2.0)
        bands = clouds(rng, TALL, 8, 1.3, 0.02)[:, :1]
        drift = np.take(bands[:, 0], np.clip(rows + swirl * 9, 0, TALL - 1).astype(int))
        return paint(0.5 + 0.17 * drift + 0.03 * swirl, table), np.zeros((TALL, WIDE), np.float32)
    land = clouds(rng, TALL, WIDE, 1.75)
    cold = np.abs(np.linspace(-1, 1, TALL, dtype=np.float32))[:, None]
    water = 1 - step(0.12, 0.2, land)
    ground = paint(0.5 + 0.13 * land + 0.05 * clouds(rng, TALL, WIDE, 1.2), table)
    sea = paint(0.2 + 0.05 * land + 0.02, table)
    white = step(0.8, 0.9, cold + 0.05 * land)
    mixed = ground * (1 - water) + sea * water
    return mixed * (1 - white) + 0.95 * white, water * (1 - white)


def _ball(shot: Shot, radius: float) -> tuple[Plane, Plane, Plane, Plane]:
    """For each pixel: longitude, latitude (radians), the normal's third part, distance from the middle."""
    x, y = shot.grid()
    lean = 0.3 * (-1) ** shot.seed
    x, y = x / radius, y / radius
    away = np.hypot(x, y)
    z = np.sqrt(np.clip(1 - away**2, 0, 1))
    u, v = x * cos(lean) + y * sin(lean), y * cos(lean) - x * sin(lean)
    return np.arctan2(u, z + 1e-6), np.arcsin(np.clip(v, -1, 1)), z, away


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    rng = shot.rng("planet")
    surface, water = _surface(shot)
    veil = np.clip(clouds(rng, TALL, WIDE, 1.5) * 0.7 - 0.35, 0, 1) * (0.25 if shot.variant == "giant" else 0.95)
    radius = 0.86
    fine = WIDE * 2, TALL * 2
    surface, water, veil = (enlarge(plane, fine[1], fine[0]) for plane in (surface, water, veil))
    longitude, latitude, z, away = _ball(shot, radius)
    x, y = shot.grid()
    sun = (-0.62, -0.4, 0.67)
    facing = (x * sun[0] + y * sun[1]) / radius + z * sun[2]
    day = step(-0.12, 0.75, facing) * 1.05
    inside = np.clip((1 - away) * shot.unit * radius + 0.5, 0, 1)
    rim = np.exp(-np.clip(away - 1, 0, 9) / 0.07) * (1 - inside) + inside * (1 - z) ** 3 * 0.75
    air = color(shot.palette, 0.72) * rim * np.clip(0.42 + 0.75 * (x * sun[0] + y * sun[1]) / radius, 0, 1.2)
    count = 420
    far = points(
        (shot.height, shot.width),
        rng.random(count) * shot.width,
        rng.random(count) * shot.height,
        rng.pareto(2.0, count) * 0.3,
    )
    behind = color(shot.palette, 0.03) * 0.6 + np.clip(far, 0, 1) * (1 - inside)
    glint = np.clip(facing, 0, 1) ** 24 * 0.5
    px, py = longitude / TAU * fine[0] + 4 * fine[0], np.clip((latitude / np.pi + 0.5) * fine[1], 0, fine[1] - 9)
    rows = slice(*(int(shot.height / 2 + side * radius * shot.unit * 1.01) for side in (-1, 1)))
    px, py, glint, lit = px[rows], py[rows], glint[rows], (inside * day)[rows]
    for phase in shot.phases():
        at, drift = (px - phase * fine[0]) % fine[0], (px - phase * 2 * fine[0]) % fine[0]
        at, drift = np.minimum(at, fine[0] - 1), np.minimum(drift, fine[0] - 12)
        ground = nearest(surface, at, py)
        cover, shade = nearest(veil, drift, py), nearest(veil, drift + 10, py + 8)
        body = ground * (1 - 0.4 * shade) + (nearest(water, at, py) * glint)
        body += cover * (1 - body)
        canvas = behind + air
        canvas[:, rows] += body * lit
        yield finish(canvas)


def sound(shot: Shot) -> Sound:
    """A slow, wide chord: nothing carries sound out there."""
    mix = bed(shot, "bright", 0.4, 2, 1.8)
    figure(mix, shot, "bright", partial(bell, seconds=4.0), 12, (0.4, 0.14))
    mix.wash(50, 240, 0.12, 1)
    mix.room(5.5, 0.7, 3500)
    return mix.master(-16)


KIND = Kind("planet", picture, sound, detail=0.75)
