"""Zoom: a fall into the Mandelbrot set.

The set is worked out once on a strip whose rows are rings, each a little smaller than the last (the exponential
map that fractal zoomers use); a frame is then no more than reading that strip a few rows further down.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from plainview.demo.canvas import TAU, enlarge, finish, nearest
from plainview.demo.music import bed, key
from plainview.demo.palette import color, cycle, paint
from plainview.demo.shot import Frame, Kind, Picture, Plane, Shot, Sound
from plainview.demo.sound import keys, scale

PLACES = {
    "seahorse": (-0.743643887037151, 0.131825904205330),
    "elephant": (0.2925755, -0.0149977),
    "spiral": (-0.7269, 0.1889),
    "star": (-1.25066, 0.02012),
    "feather": (-0.170337, -1.06506),
}


def _counts(c: Plane, limit: int) -> Plane:
    """Smooth counts of the steps until each point escapes; -1 for those that do not."""
    count = np.full(c.size, -1, np.float32)
    left = np.arange(c.size)
    z, at = np.zeros(c.size, complex), c.ravel()
    for index in range(limit):
        z = z * z + at
        size = z.real**2 + z.imag**2
        out = size > 400
        if out.any():
            count[left[out]] = index + 2 - np.log2(np.log(size[out]) / 2)
            stay = ~out
            left, z, at = left[stay], z[stay], at[stay]
        if not len(left):
            break
    return count.reshape(c.shape)


def _strip(shot: Shot, around: int, fall: float) -> Plane:
    center = complex(*PLACES[shot.variant or "seahorse"])
    row = TAU / around
    rows = int((fall + 4.2) / row)
    radius = 2.6 * np.exp(-np.arange(rows) * row)
    return _counts(center + radius[:, None] * np.exp(1j * np.arange(around) * row)[None], 420)


def _tint(strip: Plane, shot: Shot) -> Picture:
    table = cycle(shot.palette)
    inside = strip < 0
    depth = np.sqrt(np.clip(strip, 0, None))
    wave = 0.5 - 0.5 * np.cos(depth * 1.15)
    body = paint(0.12 + 0.86 * wave, table[:, : table.shape[1] // 2])
    edge = np.gradient(depth, axis=1) - np.gradient(depth, axis=0)
    body *= np.clip(1 + 1.6 * np.clip(edge, -0.2, 0.35), 0.6, 1.5)
    body[:, inside] = color(shot.palette, 0.03)[:, 0] * 0.6
    return body


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    around = max(64, int(shot.width * 2.1))
    fall = 0.9 * shot.seconds
    colors = _tint(_strip(shot, around, fall), shot)
    x, y = shot.grid()
    row = TAU / around
    # Twice as fine as it was worked out, the strip can be read at whole places, which is many times quicker.
    rows, around, row = colors.shape[1] * 2, around * 2, row / 2
    colors = finish(enlarge(colors, rows, around))
    angle = np.arctan2(y, x) / row + around
    ring = -np.log((np.hypot(x, y) + 1e-3) / 2.6) / row
    for phase in shot.phases():
        # Ease in and out, so that the fall does not begin with a jerk.
        along = phase - 0.6 * np.sin(TAU * phase) / TAU
        turned = (angle + phase * around * 0.16) % around
        yield nearest(colors, np.minimum(turned, around - 1), np.clip(ring + along * fall / row, 0, rows - 1))


def sound(shot: Shot) -> Sound:
    """Notes that seem to climb for ever (after Roger Shepard)."""
    mix = bed(shot, "dream", 0.2, 2, 1.5)
    notes = scale(key(shot) - 12, "dream", 30)
    beats = round(shot.seconds * 5)
    for beat in range(beats):
        for octave in range(5):
            place = (beat % 5) + octave * 5 + (beat // 5) % 5
            loud = np.exp(-(((place - 13) / 6) ** 2))
            mix.add(keys(notes[place], 1.4), beat / beats * shot.seconds, 0.2 * float(loud), (-1) ** octave * 0.5)
    mix.room(3.0, 0.5)
    return mix.master()


KIND = Kind("zoom", picture, sound, detail=0.75, loops=False)
