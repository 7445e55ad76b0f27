"""Fireworks: shells of sparks over a dark lake; each burst is heard a moment after it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from plainview.demo.canvas import TAU, bloom, enlarge, finish, halve, points, tone
from plainview.demo.music import bed
from plainview.demo.palette import color
from plainview.demo.shot import Frame, Kind, Picture, Plane, Shot, Sound
from plainview.demo.sound import boom, hiss

LIFE = 2.6


@dataclass(frozen=True)
class Shell:
    """One rocket: when and where it bursts (units, y up from the shore), how wide, its colour and its manner."""

    at: float
    x: float
    y: float
    size: float
    tint: float
    manner: int
    seed: int


def _plan(shot: Shot) -> list[Shell]:
    rng = shot.rng("plan")
    count = max(3, round(shot.seconds * 1.9))
    shells = []
    for index in range(count):
        at = (index + rng.uniform(0, 0.7)) / count * shot.seconds
        side = 0.6 * (-1) ** index * rng.uniform(0.05, 1.0)
        size, tint = rng.uniform(0.75, 1.35), rng.uniform(0.42, 0.9)
        shells.append(Shell(at, side, rng.uniform(1.0, 2.05), size, tint, int(rng.integers(0, 3)), index))
    return shells


def _sparks(shell: Shell, age: float) -> tuple[Plane, Plane, float]:
    """Places of a shell's sparks, trails included, and how bright they still are."""
    rng = np.random.default_rng(shell.seed)
    count = 420
    lift, turn = np.arccos(rng.uniform(-1, 1, count)), rng.random(count) * TAU
    speed = shell.size * (rng.uniform(0.93, 1.0, count) if shell.manner == 0 else rng.uniform(0.25, 1.0, count))
    vx, vy = speed * np.sin(lift) * np.cos(turn), speed * np.cos(lift)
    drag = 1.15 if shell.manner == 2 else 1.7
    back = np.linspace(0, 0.42 if shell.manner == 2 else 0.22, 12)[:, None]
    t = np.clip(age - back, 0, None)
    reach = (1 - np.exp(-drag * t)) / drag * 1.5
    x, y = shell.x + vx * reach, shell.y + vy * reach - 0.16 * t * t
    return x.ravel(), y.ravel(), float(np.exp(-1.1 * age) * 1.5 * (1 - age / LIFE))


def _light(shot: Shot, shells: list[Shell], now: float, size: tuple[int, int]) -> Picture:
    light = np.zeros((3, *size), np.float32)
    shore = size[0]
    fade = np.repeat(np.linspace(1, 0.1, 12), 420)
    for shell in shells:
        age = (now - shell.at) % shot.seconds
        if age < LIFE:
            x, y, strength = _sparks(shell, age)
            glitter = 0.6 + 0.8 * np.random.default_rng(int(now * 30)).random(len(x)) if age > 0.9 else 1.0
            at = points(size, x * shot.unit + size[1] / 2, shore - y * shot.unit, fade * strength * glitter)
            hue = color(shot.palette, shell.tint)
            light += at * (hue * 1.5 + 0.5 * max(0.0, 0.5 - age))
        climb = (shell.at - now) % shot.seconds
        if climb < 0.9:
            done = 1 - np.linspace(climb, min(0.95, climb + 0.12), 24) / 0.95
            rise = 1 - (1 - done) ** 2
            sway = shell.x + 0.01 * np.sin(done * 40)
            light += points(
                size, sway * shot.unit + size[1] / 2, shore - rise * shell.y * shot.unit, np.linspace(0.9, 0.1, 24)
            ) * color(shot.palette, 0.95)
    return light


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    shells = _plan(shot)
    shore = int(shot.height * 0.8)
    up = np.linspace(1, 0, shore, dtype=np.float32)[:, None]
    sky = color(shot.palette, 0.1) * (1 - up) ** 2 * 0.6 + color(shot.palette, 0.01) * 0.6
    sky = np.broadcast_to(sky, (3, shore, shot.width))
    depth = shot.height - shore
    ripple = np.arange(depth)
    smoke: Picture = np.zeros((3, shore // 8, shot.width // 8), np.float32)
    for phase in shot.phases():
        light = _light(shot, shells, phase * shot.seconds, (shore, shot.width))
        cell = halve(halve(halve(light)))[:, : smoke.shape[1], : smoke.shape[2]]
        smoke = smoke * 0.975 + cell * 0.05
        scene = (
            tone(bloom(np.minimum(light * 4.2, 5.0), 1.3, 0.02)) + sky + 0.35 * tone(enlarge(smoke, shore, shot.width))
        )
        wobble = (3 * np.sin(ripple * 0.8 + TAU * 8 * phase) * (0.4 + ripple / depth)).astype(int)
        rows = np.clip(shore - 1 - (ripple * 3.2).astype(int) + wobble, 0, shore - 1)
        mirror = scene[:, rows] * np.linspace(0.55, 0.3, depth, dtype=np.float32)[:, None]
        yield finish(np.concatenate([scene, mirror], axis=1))


def sound(shot: Shot) -> Sound:
    """Distant booms, crackle, and a chord to hold them together."""
    mix = bed(shot, "bright", 0.2)
    rng = shot.rng("bursts")
    for shell in _plan(shot):
        mix.add(boom(rng), shell.at + 0.12, 0.55 * shell.size, shell.x * 0.6)
        mix.add(hiss(rng, 0.9, 900, 4000, 3) * 0.5, shell.at - 0.9, 0.08, shell.x)
        for _ in range(40):
            mix.add(
                hiss(rng, 0.03, 2500, 8000, 120),
                shell.at + 0.5 + rng.gamma(2, 0.3),
                0.09 * rng.random(),
                rng.uniform(-0.8, 0.8),
            )
    mix.room(3.2, 0.5)
    return mix.master()


KIND = Kind("fireworks", picture, sound, detail=0.75)
