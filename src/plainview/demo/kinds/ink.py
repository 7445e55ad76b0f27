"""Ink: coloured dye in slow water, stirred by unseen hands (Stam's stable fluids, solved with Fourier transforms)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import cos, sin

import numpy as np

from plainview.demo.canvas import TAU, enlarge, finish, sample, vignette
from plainview.demo.music import bed, figure
from plainview.demo.palette import color
from plainview.demo.shot import Frame, Kind, Picture, Plane, Shot, Sound
from plainview.demo.sound import keys


class Water:
    """A tiling pane of water: its velocities in cells a step."""

    def __init__(self, height: int, width: int) -> None:
        self.u, self.v = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
        fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
        size = fx**2 + fy**2
        size[0, 0] = 1
        self._fx, self._fy, self._size = fx, fy, size
        self._calm = np.exp(-size * 1.6)
        rows, columns = np.mgrid[:height, :width]
        self.x, self.y = columns.astype(np.float32), rows.astype(np.float32)

    def flow(self) -> None:
        """Carry the velocities along themselves, let them tire, and take out all that would squeeze the water."""
        x, y = self.x - self.u, self.y - self.v
        u = np.fft.rfft2(sample(self.u, x, y)) * self._calm
        v = np.fft.rfft2(sample(self.v, x, y)) * self._calm
        squeeze = (u * self._fx + v * self._fy) / self._size
        self.u = np.fft.irfft2(u - squeeze * self._fx, self.x.shape).astype(np.float32)
        self.v = np.fft.irfft2(v - squeeze * self._fy, self.x.shape).astype(np.float32)


def _spot(water: Water, x: float, y: float, size: float) -> Plane:
    height, width = water.x.shape
    dx = (water.x - x + width / 2) % width - width / 2
    dy = (water.y - y + height / 2) % height - height / 2
    return np.asarray(np.exp(-(dx * dx + dy * dy) / (size * size)), np.float32)


def _stir(water: Water, dye: Picture, shot: Shot, phase: float) -> None:
    """Three hands that circle, each leaving its colour."""
    height, width = water.x.shape
    rng = shot.rng("hands")
    for value in (0.4, 0.58, 0.84):
        a, b, turns = rng.random() * TAU, rng.random() * TAU, int(rng.integers(2, 4))
        angle, other = TAU * phase * turns + a, TAU * phase * (turns + 1) + b
        x, y = width * (0.5 + 0.34 * sin(angle)), height * (0.5 + 0.36 * sin(other))
        spot = _spot(water, x, y, width * 0.06)
        push = 0.034 * width * 8 / shot.seconds / 4
        water.u += spot * (push * turns * cos(angle))
        water.v += spot * (push * (turns + 1) * 1.5 * cos(other))
        dye += (color(shot.palette, value) * 1.4 - dye) * (spot * 0.3)


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    height, width = shot.height // 3, shot.width // 3
    water = Water(height, width)
    dye = np.zeros((3, height, width), np.float32) + color(shot.palette, 0.1)
    dark = vignette(shot.height, shot.width, 0.4)
    for index in range(-40, shot.frames):
        _stir(water, dye, shot, index / shot.frames)
        water.flow()
        dye = sample(dye, water.x - water.u, water.y - water.v)
        dye += (color(shot.palette, 0.1) - dye) * 0.004
        if index < 0:
            continue
        body = enlarge(dye, shot.height, shot.width)
        bright = body.mean(axis=0)
        light = np.gradient(bright, axis=1) * -4.0 - np.gradient(bright, axis=0) * 5.0
        yield finish(body * np.clip(1 + light * shot.width / 360, 0.6, 1.5) * dark)


def sound(shot: Shot) -> Sound:
    """Slow chords and an electric piano, as if under water."""
    mix = bed(shot, "dream", 0.3)
    mix.wash(120, 500, 0.1, 2)
    figure(mix, shot, "dream", partial(keys, seconds=2.4), 24, (0.5, 0.2))
    mix.room(3.6, 0.6, 2500)
    return mix.master()


KIND = Kind("ink", picture, sound, detail=0.5, loops=False)
