"""Epicycles: a drawing made by wheels upon wheels, each turning evenly (the Fourier series of a closed line)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from plainview.demo.canvas import TAU, bloom, curve, disc, finish, stroke, tone, vignette
from plainview.demo.music import bed, figure
from plainview.demo.palette import color, glass
from plainview.demo.shot import Frame, Kind, Plane, Shot, Sound
from plainview.demo.sound import pluck

WHEELS = 48


def _heart(t: Plane) -> Plane:
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return (16 * np.sin(t) ** 3 - 1j * y) / 17


def _butterfly(t: Plane) -> Plane:
    t = 6 * t
    r = np.exp(np.cos(t)) - 2 * np.cos(4 * t) - np.sin(t / 12) ** 5
    return (np.sin(t) * r - 1j * np.cos(t) * r) / 3.6


def _star(t: Plane) -> Plane:
    corners = np.array([(1 if k % 2 == 0 else 0.45) * np.exp(1j * (k * np.pi / 5 - np.pi / 2)) for k in range(11)])
    at = t / TAU * 10
    return np.interp(at, range(11), corners.real) + 1j * np.interp(at, range(11), corners.imag)


def _flower(t: Plane) -> Plane:
    return (0.62 + 0.36 * np.cos(7 * t)) * np.exp(1j * t)


def _note(t: Plane) -> Plane:
    """A treble clef, by eye."""
    xs = (0.12, -0.28, -0.3, 0.1, 0.42, 0.2, -0.3, -0.5, -0.2, 0.3, 0.42, 0.2, 0.06, 0.2, 0.25, 0.12, 0.0, 0.04, 0.2, 0.3, 0.1, -0.15, -0.05, 0.12)
    ys = (0.2, 0.25, 0.6, 0.72, 0.42, 0.02, 0.05, 0.45, 0.9, 0.85, 0.3, -0.4, -1.0, -1.3, -1.0, -0.6, -0.2, 0.5, 1.1, 1.5, 1.6, 1.45, 1.25, 0.7)
    at = t / TAU * len(xs)
    ring = np.arange(len(xs) + 1)
    return 0.8 * (np.interp(at, ring, (*xs, xs[0])) + 1j * np.interp(at, ring, (*ys, ys[0])))


SHAPES: dict[str, Callable[[Plane], Plane]] = {
    "heart": _heart, "butterfly": _butterfly, "star": _star, "flower": _flower, "clef": _note,
}  # fmt: skip


def _wheels(shot: Shot) -> list[tuple[int, complex]]:
    """The largest wheels as (turns, radius and start), largest first."""
    t = np.arange(2048) / 2048 * TAU
    series = np.fft.fft(SHAPES[shot.variant or "heart"](t)) / 2048
    turns = np.fft.fftfreq(2048, 1 / 2048).astype(int)
    order = [i for i in np.argsort(-np.abs(series)) if turns[i] != 0][:WHEELS]
    return [(int(turns[i]), complex(series[i])) for i in order]


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    wheels, size = _wheels(shot), (shot.height, shot.width)
    scale, middle = shot.unit * 0.86, complex(shot.width / 2, shot.height / 2)
    t = np.linspace(0, 1, 1600)
    path = sum(c * np.exp(1j * TAU * k * t) for k, c in wheels) * scale + middle
    ground = (color(shot.palette, 0.06) * vignette(shot.height, shot.width, 0.6)).astype(np.float32)
    faint, bright = color(shot.palette, 0.45), color(shot.palette, 0.72)
    arm = glass(color(shot.palette, 0.9), 0.75)
    circle = np.exp(1j * np.linspace(0, TAU, 160))
    for phase in shot.phases():
        age = (phase - t) % 1
        glow = (0.1 + 1.8 * np.exp(-age * 3.0)).astype(np.float32)
        # The line is three fine lines side by side: a stroke with soft edges.
        line = sum(curve(size, path.real + dx, path.imag + dy, glow) for dx, dy in ((0, 0), (1.0, 0.4), (-0.4, 1.0), (-1.0, -0.4), (0.4, -1.0)))
        rings, at = np.zeros(size, np.float32), middle
        joints = [at]
        for k, c in wheels:
            reach = abs(c) * scale
            if reach > 2:
                ring = circle * reach + at
                rings += curve(size, ring.real, ring.imag, 0.32, 1.0)
            at += c * np.exp(1j * TAU * k * phase) * scale
            joints.append(at)
        canvas = ground + tone(bloom(line * bright * 1.1 + rings * faint * 0.8, 1.1, 0.02))
        for a, b in zip(joints, joints[1:], strict=False):
            stroke(canvas, (a.real, a.imag), (b.real, b.imag), shot.unit * 0.0045, arm)
        disc(canvas, at.real, at.imag, shot.unit * 0.024, color(shot.palette, 1.0))
        yield finish(canvas.astype(np.float32))


def sound(shot: Shot) -> Sound:
    """A music box."""
    mix = bed(shot, "calm", 0.2)
    figure(mix, shot, "calm", partial(pluck, seconds=1.8, bright=1.2), 32, (0.75, 0.24))
    mix.room(2.6, 0.45)
    return mix.master()


KIND = Kind("epicycles", picture, sound, detail=0.75)
