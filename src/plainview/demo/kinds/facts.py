"""Facts: one true thing in large letters, set in motion over drifting colour."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import cos, sin

import numpy as np

from plainview.demo.canvas import TAU, enlarge, finish, vignette
from plainview.demo.lettering import lay, word
from plainview.demo.music import bed, figure, pulse
from plainview.demo.palette import color, ramp
from plainview.demo.shot import Frame, Kind, Picture, Plane, Shot, Sound
from plainview.demo.sound import hiss, keys, kick

LESSONS: dict[str, tuple[tuple[str, str], ...]] = {
    "sunlight": (
        ("8 min", "and 20 seconds:"),
        ("that old", "is the sunlight on your hand"),
        ("right now", "when it arrives"),
    ),
    "octopus": (
        ("3 hearts", "An octopus has three."),
        ("two", "push blood through the gills,"),
        ("one", "sends it to all the rest."),
    ),
    "lightning": (
        ("30 000°", "inside a bolt of lightning:"),
        ("5 times", "as hot as the face of the Sun"),
        ("a blink", "and it is over"),
    ),
    "trees": (
        ("3 trillion", "trees stand on Earth:"),
        ("more", "than there are stars"),
        ("up there", "in the Milky Way"),
    ),
    "equator": (
        ("1 670", "kilometres an hour:"),
        ("you", "on the equator"),
        ("so fast", "just by standing still"),
    ),
    "sobremesa": (
        ("sobremesa", "Spanish, a noun:"),
        ("the talk", "that goes on at the table"),
        ("after", "the meal is over"),
    ),
    "fernweh": (
        ("Fernweh", "German, a noun:"),
        ("an ache", "for places far away,"),
        ("perhaps", "where you have never been"),
    ),
    "depaysement": (
        ("dépaysement", "French, a noun:"),
        ("the feeling", "of not being"),
        ("at home", "in another country"),
    ),
}


def _weather(shot: Shot, phase: float, spots: list[tuple[float, float, int, float]], x: Plane, y: Plane) -> Picture:
    """Soft clouds of colour, worked out small and enlarged."""
    light = np.zeros((3, *x.shape), np.float32) + color(shot.palette, 0.12)
    for px, py, turns, value in spots:
        cx, cy = px + 0.5 * cos(TAU * phase * turns + 9 * px), py + 0.5 * sin(TAU * phase * turns + 7 * py)
        near = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 0.55)
        light += near * (color(shot.palette, value) - light) * 0.75
    return enlarge(light, shot.height, shot.width)


def _ease(value: float) -> float:
    """From 0 to 1 with a quick start and a soft landing."""
    return 1 - (1 - min(1.0, max(0.0, value))) ** 4


def _headline(canvas: Picture, shot: Shot, text: str, now: float, leave: float) -> None:
    """Letters that rise one after another from behind an edge, and sink away again."""
    size = min(shot.unit * 0.52, shot.unit * 2.9 / max(4, len(text)))
    whole = word(text, size, 650, True)
    y, left = shot.height * 0.44, shot.width / 2 - whole.shape[1] / 2
    white = color(shot.palette, 1.0)
    for index, letter in enumerate(text):
        start = word(text[:index], size, 650, True).shape[1] - 4 if index else 0
        cover = word(letter, size, 650, True)
        shown = _ease((now - 0.035 * index) * 2.2) * (1 - _ease((leave - 0.02 * index) * 3.2))
        drop = (1 - shown) * size * 0.9
        lay(canvas, cover, left + start + cover.shape[1] / 2, y + drop, white, shown)


def picture(shot: Shot) -> Iterator[Frame]:
    """Yield the frames."""
    rng = shot.rng("facts")
    lines = LESSONS[shot.variant or "sunlight"]
    small = Shot(max(8, shot.width // 12), max(8, shot.height // 12), shot.seconds, shot.seed, shot.palette)
    x, y = small.grid()
    spots = [
        (rng.uniform(-1, 1), rng.uniform(-1.7, 1.7), int(rng.choice((-1, 1))), v)
        for v in (0.32, 0.5, 0.62, 0.4, 0.25, 0.55)
    ]
    dark, share = vignette(shot.height, shot.width, 0.5), shot.seconds / len(lines)
    table = ramp(shot.palette)
    for phase in shot.phases():
        canvas = np.ascontiguousarray(_weather(shot, phase, spots, x, y) * (0.85 * dark))
        now = phase * shot.seconds
        index = int(now / share)
        since, leave = now - index * share, now - (index + 1) * share + 0.45
        _headline(canvas, shot, lines[index][0], since, leave)
        below = word(lines[index][1], shot.unit * 0.118, 500)
        shown = _ease((since - 0.35) * 1.6) * (1 - _ease(leave * 3.2))
        lay(
            canvas,
            below,
            shot.width / 2,
            shot.height * 0.54 + (1 - shown) * shot.unit * 0.06,
            color(shot.palette, 0.96),
            shown,
        )
        width = round(shot.width * 0.36 * phase)
        top, left = round(shot.height * 0.605), round(shot.width * 0.32)
        canvas[:, top : top + max(2, round(shot.unit * 0.008)), left : left + width] = table[:, 900, None, None]
        yield finish(canvas)


def sound(shot: Shot) -> Sound:
    """A light beat with a change of chord for each line."""
    mix = bed(shot, "warm", 0.26, 3)
    hat = hiss(shot.rng("hat"), 0.07, 6000, 12000, 70)
    hits = [(0.0, kick(), 0.4), (0.5, kick(), 0.25), *((k / 8, hat, 0.07) for k in range(1, 8, 2))]
    pulse(mix, shot, hits, 6)
    figure(mix, shot, "warm", partial(keys, seconds=1.2), 48, (0.42, 0.2))
    mix.room(2.0, 0.35)
    return mix.master()


KIND = Kind("facts", picture, sound, detail=1.0)
