"""Small pieces of music for the sample clips: owns chord beds and figures that several kinds of clip play."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from plainview.demo.shot import Plane, Shot
from plainview.demo.sound import Mix, scale

PROGRESSIONS = {
    "calm": ((0, 4, 7, 14), (-3, 4, 9, 12), (5, 9, 12, 16), (-5, 7, 11, 14)),
    "dark": ((0, 3, 7, 14), (-4, 3, 8, 12), (5, 8, 12, 15), (-2, 5, 10, 14)),
    "bright": ((0, 4, 7, 11), (2, 6, 9, 14), (0, 4, 9, 14), (-5, 2, 7, 11)),
    "dream": ((0, 3, 7, 10), (-4, 3, 7, 12), (-4, 0, 5, 8), (-5, 2, 7, 10)),
    "warm": ((0, 4, 7, 10), (-2, 5, 9, 14), (5, 9, 12, 16), (0, 4, 9, 14)),
}


def key(shot: Shot) -> int:
    """The MIDI note that the shot's music calls home, between C3 and A3."""
    return 48 + int(shot.rng("key").integers(0, 10))


def bed(shot: Shot, mood: str, gain: float = 0.3, chords: int = 4, dark: float = 1.4) -> Mix:
    """A tape with slow chords on it, for other sounds to stand on."""
    mix = Mix(shot.seconds, shot.rng("sound"))
    home = key(shot)
    for index in range(chords):
        chord = PROGRESSIONS[mood][index % 4]
        notes = [home + chord[0] - 12, *(home + n for n in chord)]
        span = (0.0, 1.0) if chords == 1 else (index / chords, (index + 1) / chords)
        mix.pad(notes, gain, span, dark)
    return mix


def figure(
    mix: Mix,
    shot: Shot,
    mood: str,
    voice: Callable[[float], Plane],
    beats: int = 32,
    pattern: tuple[float, float] = (0.6, 0.2),
) -> None:
    """Play a wandering tune on an even grid; `pattern` is the chance of a note and its gain."""
    chance, gain = pattern
    rng = shot.rng("figure")
    notes = scale(key(shot) + 12, mood, 11)
    place = 4
    for beat in range(beats):
        place = int(np.clip(place + rng.integers(-2, 3), 0, len(notes) - 1))
        if beat % 8 == 0 or rng.random() < chance:
            accent = 1.0 if beat % 4 == 0 else 0.7
            mix.add(voice(notes[place]), beat * shot.seconds / beats, gain * accent, float(rng.uniform(-0.6, 0.6)))


def pulse(mix: Mix, shot: Shot, hits: Sequence[tuple[float, Plane, float]], bars: int) -> None:
    """Repeat a bar of hits, each (place in the bar 0..1, tone, gain), evenly over the tape."""
    bar = shot.seconds / bars
    for index in range(bars):
        for place, tone, gain in hits:
            mix.add(tone, (index + place) * bar, gain)
