"""Ridges: mountains behind mountains in evening air, drifting past without end; farther is paler and slower."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from plainview.demo.canvas import TAU, finish, stroke
from plainview.demo.music import bed, figure
from plainview.demo.palette import color, glass, paint, ramp
from plainview.demo.shot import Frame, Kind, Picture, Plane, Shot, Sound
from plainview.demo.sound import pluck

LAYERS = 7


def _outline(rng: np.random.Generator, rough: float) -> Plane:
    """One ridge's heights, 1024 samples that tile."""
    f = np.arange(513)
    power = np.where(f > 1, (f + 1e-9) ** -rough, 0) * (f < 240)
    line = np.fft.irfft(power * np.exp(1j * rng.random(513) * TAU), 1024)
    return np.asarray(line / np.abs(line).max(), np.float32)


def _sky(shot: Shot) -> tuple[Picture, float, float]:
    x, y = shot.grid()
    table = ramp(shot.palette)
    tall = shot.height / shot.width
    height = np.clip((y + tall) / (1.25 * tall), 0, 1)
    sky = paint(0.2 + 0.72 * height**1.15, table)
    sun_x, sun_y = 0.28 * (-1) ** shot.seed, -0.12 * tall
    away = np.hypot(x - sun_x, y - sun_y)
    glow = 0.5 * np.exp(-((away / 0.75) ** 2)) + 0.35 * np.exp(-((away / 0.3) ** 2))
    disc = np.clip((0.2 - away) * shot.unit / 1.5 + 0.5, 0, 1)
    light = color(shot.palette, 1.0)
    return sky + (glow * 0.5) * light + disc * (light - sky), sun_x, sun_y


def _birds(canvas: Picture, shot: Shot, phase: float) -> None:
    rng = shot.rng("birds")
    ink = glass(color(shot.palette, 0.12), 0.85)
    for _ in range(5):
        x0, y0, beat, size = rng.random(), rng.uniform(0.2, 0.34), rng.integers(9, 14), rng.uniform(0.025, 0.045)
        x = (1.3 * ((x0 * 0.4 + phase) % 1) - 0.15) * shot.width
        y = y0 * shot.height + 6 * np.sin(TAU * (phase + x0))
        flap = np.sin(TAU * (phase * beat + x0)) * 0.5 + 0.15
        for side in (-1, 1):
            wing = (x + side * size * shot.unit, y - flap * size * shot.unit)
            stroke(canvas, (x, y), wing, shot.unit * 0.006, ink)


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    sky, _, _ = _sky(shot)
    rng = shot.rng("ridges")
    lines = [_outline(rng, 0.95 + 0.06 * (LAYERS - i)) for i in range(LAYERS)]
    rows = np.arange(shot.height, dtype=np.float32)[:, None]
    columns = np.arange(shot.width, dtype=np.float32) / shot.width
    far, near = color(shot.palette, 0.66), color(shot.palette, 0.03)
    for phase in shot.phases():
        canvas = sky.copy()
        _birds(canvas, shot, phase)
        for index, line in enumerate(lines):
            depth = (index + 1) / LAYERS
            # A whole number of widths over the loop brings each ridge back to where it began.
            place = (columns * (0.34 + 0.1 * index) + phase * (1 if index < 4 else 2) + 0.17 * index) * 1024
            crest = np.interp(place % 1024, np.arange(1025), np.append(line, line[0])).astype(np.float32)
            top = shot.height * (0.47 + 0.072 * index - crest * (0.045 + 0.012 * index))
            first = int(top.min())
            below = rows[first:] - top
            cover = np.clip(below + 0.5, 0, 1)
            fog = np.clip(below / (0.2 * shot.height), 0, 1) * ((1 - depth) * 0.6)
            body = far * (1 - depth) ** 1.2 + near * (1 - (1 - depth) ** 1.2)
            view = canvas[:, first:]
            view += cover * (body + fog * (far - body) - view)
        yield finish(canvas)


def sound(shot: Shot) -> Sound:
    """Wind, warm chords and an unhurried guitar."""
    mix = bed(shot, "warm", 0.26)
    mix.wash(200, 900, 0.1, 2)
    figure(mix, shot, "calm", partial(pluck, seconds=2.4, bright=0.7), 32, (0.5, 0.24))
    mix.room(3.0, 0.45)
    return mix.master()


KIND = Kind("ridges", picture, sound, detail=0.75)
