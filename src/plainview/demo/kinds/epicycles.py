"""Epicycles: a drawing made by wheels upon wheels, each turning evenly (the Fourier series of a closed line)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import numpy as np

from plainview.demo.canvas import TAU, bloom, curve, disc, finish, points, stroke, tone, vignette
from plainview.demo.music import bed, figure
from plainview.demo.palette import color, glass
from plainview.demo.shot import Frame, Kind, Plane, Shot, Sound
from plainview.demo.sound import pluck

WHEELS = 48


def _heart(t: Plane) -> Plane:
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.asarray((16 * np.sin(t) ** 3 - 1j * y) / 17)


def _butterfly(t: Plane) -> Plane:
    t = 6 * t
    r = np.exp(np.cos(t)) - 2 * np.cos(4 * t) - np.sin(t / 12) ** 5
    return np.asarray((np.sin(t) * r - 1j * np.cos(t) * r) / 2.9)


def _star(t: Plane) -> Plane:
    corners = np.array([(1 if k % 2 == 0 else 0.45) * np.exp(1j * (k * np.pi / 5 - np.pi / 2)) for k in range(11)])
    at = t / TAU * 10
    return np.asarray(np.interp(at, range(11), corners.real) + 1j * np.interp(at, range(11), corners.imag))


def _flower(t: Plane) -> Plane:
    return np.asarray((0.62 + 0.36 * np.cos(7 * t)) * np.exp(1j * t))


SHAPES: dict[str, Callable[[Plane], Plane]] = {
    "heart": _heart, "butterfly": _butterfly, "star": _star, "flower": _flower,
}  # fmt: skip


def _wheels(shot: Shot) -> list[tuple[int, complex]]:
    """The largest wheels as (turns, radius and start), largest first."""
    t = np.arange(2048) / 2048 * TAU
    series = np.fft.fft(SHAPES[shot.variant or "heart"](t)) / 2048
    turns = np.fft.fftfreq(2048, 1 / 2048).astype(int)
    order = [i for i in np.argsort(-np.abs(series)) if turns[i] != 0][:WHEELS]
    return [(int(turns[i]), complex(series[i])) for i in order]


def _evenly(wheels: list[tuple[int, complex]], scale: float, middle: complex) -> tuple[Plane, Plane]:
    """Times 0..1 and places of points that lie evenly along the drawing."""
    t = np.linspace(0, 1, 4000)
    path = np.sum([c * np.exp(1j * TAU * k * t) for k, c in wheels], axis=0) * scale + middle
    along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(path)))])
    times = np.interp(np.arange(0, along[-1], 0.6), along, t)
    return times, np.interp(times, t, path.real) + 1j * np.interp(times, t, path.imag)


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    wheels, size = _wheels(shot), (shot.height, shot.width)
    scale, middle = shot.unit * 0.86, complex(shot.width / 2, shot.height / 2)
    t, path = _evenly(wheels, scale, middle)
    # The line is five fine lines side by side: a stroke with soft edges.
    t = np.tile(t, 5)
    path = np.concatenate([path + shift for shift in (0, 1 + 0.4j, -0.4 + 1j, -1 - 0.4j, 0.4 - 1j)])
    ground = (color(shot.palette, 0.06) * vignette(shot.height, shot.width, 0.6)).astype(np.float32)
    faint, bright = color(shot.palette, 0.45), color(shot.palette, 0.72)
    arm = glass(color(shot.palette, 0.9), 0.75)
    circle = np.exp(1j * np.linspace(0, TAU, 160))
    for phase in shot.phases():
        age = (phase - t) % 1
        glow = (0.1 + 1.8 * np.exp(-age * 3.0)).astype(np.float32)
        line = points(size, path.real, path.imag, glow)
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
        for a, b in pairwise(joints):
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
