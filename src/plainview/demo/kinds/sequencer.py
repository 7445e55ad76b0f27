"""Sequencer: a drum machine seen from above; what lights up is what is heard."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from plainview.demo.canvas import bloom, finish, vignette
from plainview.demo.lettering import lay, word
from plainview.demo.music import key
from plainview.demo.palette import color
from plainview.demo.shot import Frame, Kind, Picture, Plane, Shot, Sound
from plainview.demo.sound import Mix, bass, hiss, keys, kick, pluck, scale

STEPS, VOICES = 16, 8
NAMES = ("kick", "snare", "hat", "clap", "bass", "low", "high", "bell")
GROOVES = {
    "house": ("x...x...x...x...", "....x.......x...", "..x...x...x...x.", "............x..x"),
    "break": ("x.....x...x.....", "....x..x.x..x...", "x.x.x.x.x.x.x.xx", "....x.......x..."),
    "bossa": ("x..xx..xx..xx..x", "..x..x....x.x...", "x.xxx.xxx.xxx.xx", "............x..."),
    "dub": ("x.........x.....", "........x.......", "..x.x.x...x.x.x.", "........x......x"),
}


def _plan(shot: Shot) -> NDArray[np.bool_]:
    """Which voice sounds at which step, (VOICES, STEPS)."""
    rng = shot.rng("plan")
    plan = np.zeros((VOICES, STEPS), bool)
    for row, line in enumerate(GROOVES[shot.variant or "house"]):
        plan[row] = [mark == "x" for mark in line]
    for row, chance in ((4, 0.4), (5, 0.3), (6, 0.3), (7, 0.16)):
        plan[row] = rng.random(STEPS) < chance
        plan[row, 0] |= row < 6
    return plan


def _bars(shot: Shot) -> int:
    return max(1, round(shot.seconds / 2))


def _square(size: float, round_by: float) -> Plane:
    """A tile with round corners as coverage."""
    at = np.arange(int(size) + 2, dtype=np.float32) - (int(size) + 1) / 2
    inner = size / 2 - round_by
    away = np.hypot(np.clip(np.abs(at)[None] - inner, 0, None), np.clip(np.abs(at)[:, None] - inner, 0, None))
    return np.asarray(np.clip(round_by - away + 0.5, 0, 1))


def _ground(shot: Shot) -> Picture:
    shade = color(shot.palette, 0.1) * vignette(shot.height, shot.width, 0.6)
    picture = np.ascontiguousarray(shade.astype(np.float32))
    for row, name in enumerate(NAMES):
        x, y = _cell(shot, row, 0)
        lay(picture, word(name, shot.unit * 0.062, 600), x, y - shot.unit * 0.215, color(shot.palette, 0.55))
    return picture


def _cell(shot: Shot, row: int, number: int) -> tuple[float, float]:
    """The middle of a tile: time runs downwards, voices stand side by side."""
    x = shot.width / 2 + (row - (VOICES - 1) / 2) * shot.unit * 0.215
    y = shot.height / 2 + (number - (STEPS - 1) / 2) * shot.unit * 0.182 + shot.unit * 0.05
    return x, y


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    plan, ground = _plan(shot), _ground(shot)
    tile = _square(shot.unit * 0.15, shot.unit * 0.035)
    tints = [color(shot.palette, value) for value in np.linspace(0.42, 0.88, VOICES)]
    rest, white = color(shot.palette, 0.17), color(shot.palette, 1.0)
    for row in range(VOICES):
        for number in range(STEPS):
            tint = tints[row] * 0.62 if plan[row, number] else rest
            lay(ground, tile, *_cell(shot, row, number), tint)
    beats = _bars(shot) * STEPS
    for phase in shot.phases():
        canvas, now = ground.copy(), phase * beats % STEPS
        for number in range(STEPS):
            since = (now - number) % STEPS
            if since > 5:
                continue
            for row in range(VOICES):
                fade = float(np.exp(-since * (0.9 if plan[row, number] else 2.6)))
                paint = tints[row] * 1.15 + white * 0.5 * fade if plan[row, number] else white
                lay(canvas, tile, *_cell(shot, row, number), paint, fade if plan[row, number] else 0.16 * fade)
        yield finish(bloom(canvas, 0.4, 0.02))


def _voice(shot: Shot, row: int, number: int) -> tuple[Plane, float, float]:
    rng = np.random.default_rng(row)
    notes = scale(key(shot), ("warm", "dark", "dream")[shot.seed % 3], 12)
    tune = shot.rng(f"tune{row}").integers(0, 6, STEPS)[number]
    drums = (
        (kick(), 0.9, 0.0),
        (hiss(rng, 0.25, 700, 6000, 22), 0.36, 0.1),
        (hiss(rng, 0.08, 5000, 12000, 60), 0.18, 0.35),
        (hiss(rng, 0.2, 1100, 3500, 26), 0.3, -0.3),
    )
    if row < 4:
        return drums[row]
    if row == 4:
        return bass(notes[(0, 0, 2, 3, 0, 4)[tune]] - 12, 0.4), 0.5, 0.0
    if row == 7:
        return pluck(notes[tune] + 24, 0.8, 0.6), 0.2, 0.5
    return keys(notes[tune + (row == 6) * 3] + 12 * (row - 5), 0.8), 0.22, 0.4 * (-1) ** row


def sound(shot: Shot) -> Sound:
    """What the lights say."""
    mix, plan, bars = Mix(shot.seconds, shot.rng("sound")), _plan(shot), _bars(shot)
    step = shot.seconds / bars / STEPS
    for row, number in zip(*np.nonzero(plan), strict=True):
        tone, gain, pan = _voice(shot, int(row), int(number))
        for bar in range(bars):
            mix.add(tone, (bar * STEPS + number) * step, gain, pan)
    mix.room(1.2, 0.16)
    return mix.master(-14)


KIND = Kind("sequencer", picture, sound, detail=1.0)
