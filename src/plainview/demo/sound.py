"""The sound of the sample clips: owns the instruments, the room they stand in and the loudness they leave with.

Everything is circular: a tail that runs past the end comes in again at the start, so that a looping clip has no seam.
Pads are made in the frequency domain after Nasca Octavian Paul's PADsynth.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from plainview.demo.shot import Plane, Sound

RATE = 48_000
TAU = float(2 * np.pi)


def hertz(note: float) -> float:
    """The frequency of a MIDI note; 69 is 440 Hz."""
    return float(440 * 2 ** ((note - 69) / 12))


def scale(root: int, mood: str, count: int) -> list[int]:
    """The first `count` notes upward from `root` in the mood's scale."""
    steps = {
        "calm": (0, 2, 4, 7, 9),
        "dark": (0, 3, 5, 7, 10),
        "bright": (0, 2, 4, 6, 7, 9, 11),
        "dream": (0, 2, 3, 7, 8),
        "warm": (0, 2, 4, 5, 7, 9, 10),
    }[mood]
    return [root + steps[i % len(steps)] + 12 * (i // len(steps)) for i in range(count)]


def _clock(seconds: float) -> Plane:
    return np.arange(int(seconds * RATE), dtype=np.float32) / RATE


def pluck(note: float, seconds: float = 2.0, bright: float = 1.0) -> Plane:
    """A plucked string: harmonics that die the sooner the higher they are."""
    t, f = _clock(seconds), hertz(note)
    count = int(max(1, min(12, 9000 // f)))
    tone = sum(
        np.sin(TAU * f * k * np.sqrt(1 + 0.0004 * k * k) * t)
        * np.exp(-t * (2.2 + 1.5 * k / bright))
        / k ** (1.5 / bright)
        for k in range(1, count + 1)
    )
    return np.asarray(tone * np.minimum(1, t / 0.003), np.float32)


def bell(note: float, seconds: float = 3.0) -> Plane:
    """A small soft bell, with the uneven partials of struck metal."""
    t, f = _clock(seconds), hertz(note)
    partials = ((1, 1.0, 1.4), (2.0, 0.5, 2.2), (2.76, 0.3, 3.2), (5.4, 0.12, 6.0), (0.5, 0.25, 1.2))
    tone = sum(a * np.sin(TAU * f * r * t) * np.exp(-t * d) for r, a, d in partials if f * r < 12_000)
    return np.asarray(tone * np.minimum(1, t / 0.002), np.float32)


def keys(note: float, seconds: float = 1.6) -> Plane:
    """A mellow electric piano: one sine bending another."""
    t, f = _clock(seconds), hertz(note)
    bend = np.sin(TAU * f * t) * 1.6 * np.exp(-t * 5) + 0.25 * np.sin(TAU * f * 14 * t) * np.exp(-t * 18)
    return np.asarray(np.sin(TAU * f * t + bend) * np.exp(-t * 2.2) * np.minimum(1, t / 0.004), np.float32)


def bass(note: float, seconds: float = 0.5) -> Plane:
    """A round bass note."""
    t, f = _clock(seconds), hertz(note)
    tone = np.sin(TAU * f * t) + 0.4 * np.sin(TAU * 2 * f * t) * np.exp(-t * 8)
    return np.asarray(np.tanh(1.4 * tone) * np.exp(-t * 3.5 / seconds) * np.minimum(1, t / 0.006), np.float32)


def kick(seconds: float = 0.4) -> Plane:
    """A bass drum: a tone that falls fast."""
    t = _clock(seconds)
    sweep = 48 * t + 110 * (1 - np.exp(-t * 32)) / 32
    return np.asarray(np.sin(TAU * sweep) * np.exp(-t * 9) * np.minimum(1, t / 0.001), np.float32)


def hiss(rng: np.random.Generator, seconds: float, low: float, high: float, fall: float) -> Plane:
    """A burst of noise between two frequencies that dies away: hats, snares, ticks, splashes."""
    size = int(seconds * RATE)
    spectrum = np.fft.rfft(rng.standard_normal(size))
    f = np.fft.rfftfreq(size, 1 / RATE)
    spectrum *= np.exp(-((low / (f + 1)) ** 4)) * np.exp(-((f / high) ** 4))
    noise = np.fft.irfft(spectrum, size)
    noise /= np.abs(noise).max() + 1e-9
    return np.asarray(noise * np.exp(-_clock(seconds)[:size] * fall), np.float32)


def boom(rng: np.random.Generator, seconds: float = 2.0) -> Plane:
    """A distant, soft explosion."""
    t = _clock(seconds)
    thump = np.sin(TAU * (38 * t + 1.2 * (1 - np.exp(-t * 20)))) * np.exp(-t * 4)
    return np.asarray(thump + 0.6 * hiss(rng, seconds, 40, 900, 3.5), np.float32)


@dataclass
class Mix:
    """A stereo tape whose end is joined to its beginning."""

    seconds: float
    rng: np.random.Generator
    tape: Sound = field(init=False)

    def __post_init__(self) -> None:
        self.tape = np.zeros((round(self.seconds * RATE), 2), np.float32)

    def add(self, tone: Plane, at: float, gain: float = 1.0, pan: float = 0.0) -> None:
        """Lay a mono tone at a time in seconds; `pan` from -1 left to 1 right."""
        size = len(self.tape)
        start = round(at * RATE) % size
        angle = (pan + 1) * np.pi / 4
        both = tone[:, None] * np.array([np.cos(angle), np.sin(angle)], np.float32) * gain
        while len(both):
            part = both[: size - start]
            self.tape[start : start + len(part)] += part
            both, start = both[len(part) :], 0

    def pad(self, notes: list[int], gain: float = 0.3, span: tuple[float, float] = (0, 1), dark: float = 1.4) -> None:
        """Lay a wide, slow chord over `span` of the tape, with soft ends if that is not the whole."""
        size = len(self.tape)
        f = np.fft.rfftfreq(size, 1 / RATE)
        power = np.zeros(len(f))
        for note in notes:
            for k in range(1, 9):
                center = hertz(note) * k
                width = center * 0.006 * k**0.3 + 0.3
                near = slice(*np.searchsorted(f, (center - 4 * width, center + 4 * width)))
                power[near] += np.exp(-(((f[near] - center) / width) ** 2)) / k**dark / np.sqrt(width)
        for side in (0, 1):
            wave = np.fft.irfft(power * np.exp(1j * self.rng.random(len(f)) * TAU), size)
            wave *= gain / (np.sqrt(np.mean(wave**2)) * 3 + 1e-9)
            self.tape[:, side] += (wave * self._window(span)).astype(np.float32)

    def _window(self, span: tuple[float, float]) -> Plane:
        if span == (0, 1):
            return np.ones(len(self.tape), np.float32)
        at = np.arange(len(self.tape)) / len(self.tape)
        middle, half = (span[0] + span[1]) / 2, (span[1] - span[0]) / 2
        away = np.abs((at - middle + 0.5) % 1 - 0.5)
        edge = min(half, 0.35 / self.seconds)
        return np.clip((half + edge - away) / (2 * edge), 0, 1) ** 2

    def wash(self, low: float, high: float, gain: float = 0.2, swell: int = 0) -> None:
        """Lay noise between two frequencies: wind, rain, sea; `swell` waves of it over the tape."""
        size = len(self.tape)
        f = np.fft.rfftfreq(size, 1 / RATE)
        power = np.exp(-((low / (f + 1)) ** 2)) * np.exp(-((f / high) ** 2)) / np.sqrt(f + 20)
        t = np.arange(size) / size
        for side in (0, 1):
            wave = np.fft.irfft(power * np.exp(1j * self.rng.random(len(f)) * TAU), size)
            shape = 0.55 + 0.45 * np.sin(TAU * swell * t + side * 0.6) if swell else 1.0
            self.tape[:, side] += (wave * shape * gain / (np.sqrt(np.mean(wave**2)) * 3)).astype(np.float32)

    def room(self, seconds: float = 2.5, wet: float = 0.35, warm: float = 4500) -> None:
        """Put all so far in a room whose echo dies in `seconds`."""
        size = len(self.tape)
        t = np.arange(size) / RATE
        f = np.fft.rfftfreq(size, 1 / RATE)
        shade = np.exp(-((f / warm) ** 2)) * (1 - np.exp(-((f / 120) ** 2)))
        for side in (0, 1):
            echo = self.rng.standard_normal(size) * np.exp(-t * 6.9 / seconds) * np.minimum(1, t / 0.012)
            spectrum = np.fft.rfft(echo / np.sqrt(np.sum(echo**2))) * shade
            wetness = np.fft.irfft(np.fft.rfft(self.tape[:, side]) * spectrum, size)
            self.tape[:, side] += (wet * 1.8 * wetness).astype(np.float32)

    def master(self, loudness: float = -15.0) -> Sound:
        """The finished tape at the given loudness in LUFS, peaks rounded off below -1.5 dBFS."""
        tape = self.tape - self.tape.mean(axis=0)
        for _ in range(3):
            tape = tape * 10 ** ((loudness - lufs(tape)) / 20)
            over = np.abs(tape) > 0.6
            tape = np.where(over, np.sign(tape) * (0.6 + 0.24 * np.tanh((np.abs(tape) - 0.6) / 0.24)), tape)
        return np.asarray(tape, np.float32)


def lufs(tape: Sound) -> float:
    """The loudness of the whole tape after ITU-R BS.1770's weighting, without its gate."""
    f = np.fft.rfftfreq(len(tape), 1 / RATE)
    shelf = 1 + 0.58 / (1 + (1500 / (f + 1)) ** 4)
    weight = shelf * (f**2 / (f**2 + 38**2))
    power = sum(float(np.mean(np.fft.irfft(np.fft.rfft(tape[:, c]) * weight, len(tape)) ** 2)) for c in (0, 1))
    return float(-0.691 + 10 * np.log10(power + 1e-12))
