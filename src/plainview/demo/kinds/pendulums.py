"""Pendulum wave: pendulums whose counts of swings differ by one, so that they part, dance and meet again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from plainview.demo.canvas import TAU, bloom, disc, finish, stroke, vignette
from plainview.demo.music import bed, key
from plainview.demo.palette import color, glass
from plainview.demo.shot import Frame, Kind, Picture, Shot, Sound
from plainview.demo.sound import keys, pluck, scale

COUNT = 13
LEAN = 0.345


def _swings(shot: Shot) -> list[int]:
    slowest = max(3, round(shot.seconds * 0.55))
    return [slowest + index for index in range(COUNT)]


def _ground(shot: Shot) -> Picture:
    down = np.linspace(0, 1, shot.height, dtype=np.float32)[:, None]
    top, low = color(shot.palette, 0.13), color(shot.palette, 0.04)
    wall = np.broadcast_to(top * (1 - down) + low * down, (3, shot.height, shot.width))
    return wall * vignette(shot.height, shot.width, 0.5)


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    ground = _ground(shot)
    tints = [color(shot.palette, value) for value in np.linspace(0.48, 0.92, COUNT)]
    for phase in shot.phases():
        canvas = ground.copy()
        for index, swings in enumerate(_swings(shot)):
            # A faint bob a moment behind shows which way each is going.
            for late, strength in ((0.112 / shot.seconds, 0.14), (0.0, 1.0)):
                angle = LEAN * np.cos(TAU * (phase - late) * swings)
                _bob(canvas, shot, index, float(angle), glass(tints[index], strength))
        yield finish(bloom(canvas, 0.28, 0.03))


def _bob(canvas: Picture, shot: Shot, index: int, angle: float, paint: Picture) -> None:
    """Draw one pendulum, in place; its opacity is the paint's."""
    x, y, radius = _place(shot, index, angle)
    strength = float(paint[3, 0, 0])
    if shot.variant != "above":
        string = glass(paint[:3] * 0.6, 0.3 * strength)
        stroke(canvas, (shot.width / 2, shot.height / 2 - shot.unit * 1.5), (x, y), shot.unit * 0.005, string)
    disc(canvas, x, y, radius * (0.8 + 0.2 * strength), paint, 1.2)
    if strength == 1:
        shine = glass(np.ones((3, 1, 1), np.float32), 0.35)
        disc(canvas, x - radius * 0.3, y - radius * 0.3, radius * 0.32, shine, radius * 0.4)


def _place(shot: Shot, index: int, angle: float) -> tuple[float, float, float]:
    """Where a bob is, in pixels, and how large: hanging in front of us, or a row seen from above."""
    unit = shot.unit
    if shot.variant == "above":
        y = shot.height / 2 + (index - (COUNT - 1) / 2) * unit * 0.225
        return shot.width / 2 + angle / LEAN * unit * 0.72, y, unit * 0.075
    length = unit * (2.75 - 0.14 * index)
    x = shot.width / 2 + np.sin(angle) * length
    return x, shot.height / 2 - unit * 1.5 + np.cos(angle) * length, unit * (0.092 - 0.0032 * index)


def sound(shot: Shot) -> Sound:
    """One note for each pendulum, struck whenever it passes the middle."""
    mix = bed(shot, "calm", 0.16, 1)
    notes = scale(key(shot) + 7, "calm", COUNT)
    for index, swings in enumerate(_swings(shot)):
        voice = keys(notes[index], 1.2) if shot.variant == "above" else pluck(notes[index], 1.4, 0.8)
        for half in range(2 * swings):
            side = 0.6 if half % 2 else -0.6
            mix.add(voice, (half + 0.5) / (2 * swings) * shot.seconds, 0.11, side)
    mix.room(2.4, 0.45)
    return mix.master()


KIND = Kind("pendulums", picture, sound, detail=1.0)
