"""Coral: two chemicals that feed on each other grow into mazes and corals (Gray and Scott's model, after Pearson)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from plainview.demo.canvas import enlarge, finish, vignette
from plainview.demo.music import bed, figure
from plainview.demo.palette import color, paint, ramp
from plainview.demo.shot import Frame, Kind, Plane, Shot, Sound
from plainview.demo.sound import pluck

MANNERS = {"coral": (0.0545, 0.062), "maze": (0.029, 0.057), "cells": (0.0367, 0.0649), "worms": (0.046, 0.0630)}


def _spread(plane: Plane) -> Plane:
    """What flows in from the eight neighbours less what flows out; the edges are joined."""
    wide = np.pad(plane, 1, mode="wrap")
    sides = wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]
    corners = wide[:-2, :-2] + wide[2:, 2:] + wide[2:, :-2] + wide[:-2, 2:]
    return np.asarray(0.2 * sides + 0.05 * corners - plane)


def _seeded(shot: Shot, height: int, width: int) -> tuple[Plane, Plane]:
    rng = shot.rng("coral")
    a, b = np.ones((height, width), np.float32), np.zeros((height, width), np.float32)
    rows, columns = np.mgrid[:height, :width]
    for _ in range(18 if shot.variant == "cells" else 7):
        y, x = rng.uniform(0.1, 0.9) * height, rng.uniform(0.1, 0.9) * width
        size = rng.uniform(0.02, 0.05) * width + 2
        b[(rows - y) ** 2 + (columns - x) ** 2 < size**2] = 0.5
    return a - b, b + (rng.random((height, width)) < 0.002).astype(np.float32) * 0.2


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    height, width = shot.height * 2 // 5, shot.width * 2 // 5
    a, b = _seeded(shot, height, width)
    feed, kill = MANNERS[shot.variant or "coral"]
    table, dark = ramp(shot.palette), vignette(shot.height, shot.width, 0.4)
    white = color(shot.palette, 1.0)
    age = np.zeros((height, width), np.float32)
    for index in range(shot.frames):
        # It grows slowly where one would miss the beginning and quicker once there is much to see.
        for _ in range((8 + min(10, index // 6)) * (2 if shot.variant == "cells" else 1)):
            eaten = a * b * b
            a, b = a + 1.0 * _spread(a) - eaten + feed * (1 - a), b + 0.5 * _spread(b) + eaten - (kill + feed) * b
        age = np.maximum(age * 0.998, b)
        surface = enlarge(b, shot.height, shot.width)
        slope = np.gradient(surface, axis=1) * -6.0 - np.gradient(surface, axis=0) * 7.0
        slope *= shot.width / 360
        halo = enlarge(age, shot.height, shot.width)
        body = paint((0.1 + 1.75 * surface + 0.3 * halo) * dark, table)
        light = np.clip(0.92 + 1.6 * slope, 0.35, 1.5)
        yield finish(body * light + np.clip(slope - 0.16, 0, 1) ** 1.5 * 2.4 * white)


def sound(shot: Shot) -> Sound:
    """A small wooden tune over bubbling."""
    mix = bed(shot, "warm", 0.2)
    figure(mix, shot, "warm", partial(pluck, seconds=0.9, bright=0.5), 48, (0.66, 0.3))
    mix.room(2.0, 0.4)
    return mix.master()


KIND = Kind("coral", picture, sound, detail=0.5, loops=False)
