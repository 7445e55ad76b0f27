"""Owns what can be said of pictures and sound without having learned anything: colour, edges, change; timbre, beat.

Colour layout and edges after MPEG-7 (ISO/IEC 15938-3); the sound's timbre as mel-frequency cepstra (Davis and
Mermelstein 1980), speech by its syllables' four beats a second (Scheirer and Slaney 1997). Each number is moved and
stretched so that usual videos lie between -2 and 2.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
PICTURE_NUMBERS: Final = 16
SOUND_NUMBERS: Final = 24
SOUND_HZ: Final = 16_000
_STEP, _WINDOW = 160, 400
_BANDS, _CEPSTRA = 40, 13
_STEPS_PER_S: Final = SOUND_HZ / _STEP
# About the middle and the spread of each number, of 95 clips of many kinds.
_PICTURE_USUAL: Final = np.array(
    [0.45, 0.21, 0.068, -0.023, -0.001, 0.072, 0.047, 0.055, -0.01, 0.007, -0.004, 0.039, -0.001, 0.5, 0.056, 0.077],
    np.float32,
)
_PICTURE_SPREAD: Final = np.array(
    [0.17, 0.058, 0.062, 0.11, 0.072, 0.069, 0.052, 0.15, 0.097, 0.099, 0.071, 0.031, 0.026, 0.19, 0.049, 0.086],
    np.float32,
)
_SOUND_USUAL: Final = np.array(
    [
        13.0,
        0.59,
        2.3,
        0.3,
        0.68,
        0.15,
        0.86,
        0.023,
        0.42,
        0.17,
        0.15,
        0.095,
        11.0,
        4.3,
        2.7,
        1.9,
        1.8,
        1.9,
        1.0,
        1.3,
        0.008,
        0.3,
        0.26,
        0.41,
    ],
    np.float32,
)
_SOUND_SPREAD: Final = np.array(
    [
        5.0,
        3.8,
        2.2,
        1.5,
        1.1,
        1.3,
        0.94,
        0.95,
        0.71,
        0.71,
        0.62,
        0.98,
        4.5,
        1.7,
        0.94,
        0.77,
        0.5,
        0.51,
        0.072,
        0.51,
        0.012,
        0.045,
        0.11,
        0.2,
    ],
    np.float32,
)


def picture_numbers(pictures: NDArray[np.uint8]) -> Floats:
    """(PICTURE_NUMBERS,) float32 of (n, height, width, 3) uint8 pictures in RGB, in order of time."""
    rgb = pictures.astype(np.float32) / np.float32(255.0)
    light = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    blue, red = rgb[..., 2] - light, rgb[..., 0] - light
    down, across = _halves(light.mean(axis=0))
    steps_down, steps_across = np.abs(np.diff(light, axis=1)), np.abs(np.diff(light, axis=2))
    change = np.abs(np.diff(light, axis=0)).mean(axis=(1, 2)) if len(light) > 1 else np.zeros(1, np.float32)
    found = np.array(
        [
            *(light.mean(), light.std(), rgb.std(axis=3).mean(), blue.mean(), red.mean(), blue.std(), red.std()),
            *(down, across, _halves(blue.mean(axis=0))[0], _halves(red.mean(axis=0))[0]),
            *(steps_down.mean() + steps_across.mean(), (steps_across > 0.1).mean() - (steps_down > 0.1).mean()),
            *((steps_across < 0.004).mean(), change.mean(), change.max()),
        ],
        np.float32,
    )
    return (found - _PICTURE_USUAL) / _PICTURE_SPREAD


def sound_numbers(samples: NDArray[np.int16]) -> Floats:
    """(SOUND_NUMBERS,) float32 of mono samples at SOUND_HZ; zeros for next to none or for silence."""
    if len(samples) < 2 * SOUND_HZ // 4 or not np.abs(samples).max() > 8:
        return np.zeros(SOUND_NUMBERS, np.float32)
    power = _spectra(samples.astype(np.float32) / np.float32(32768.0))
    bands = np.log(power @ _mel() + np.float32(1e-8))
    loud = bands.mean(axis=1)
    heard = loud > loud.max() - 9.0
    cepstra = (bands @ _cosines())[heard]
    rise = np.maximum(np.diff(bands, axis=0), 0.0).mean(axis=1)
    flat = np.exp(np.log(power[heard] + 1e-10).mean(axis=1)) / (power[heard].mean(axis=1) + 1e-10)
    found = np.array(
        [
            *cepstra.mean(axis=0)[1:],
            *cepstra.std(axis=0)[:6],
            *(heard.mean(), loud[heard].std(), flat.mean(), rise.mean()),
            *(_syllables(loud), _beat(rise)),
        ],
        np.float32,
    )
    return (found - _SOUND_USUAL) / _SOUND_SPREAD


def _halves(plane: Floats) -> tuple[np.float32, np.float32]:
    """How much lighter the upper half of a plane is than the lower, and the left than the right."""
    rows, columns = plane.shape[0] // 2, plane.shape[1] // 2
    return plane[:rows].mean() - plane[rows:].mean(), plane[:, :columns].mean() - plane[:, columns:].mean()


def _spectra(samples: Floats) -> Floats:
    """(steps, bins) the power in each bin of each hundredth of a second."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_STEP]
    found: Floats = np.abs(np.fft.rfft(windows * np.hanning(_WINDOW).astype(np.float32), 512)).astype(np.float32)
    return found * found


def _mel() -> Floats:
    """(bins, bands) triangles that lie as evenly as the ear hears."""
    edges = 700.0 * (10.0 ** (np.linspace(_mels(50.0), _mels(7_600.0), _BANDS + 2) / 2595.0) - 1.0)
    hertz = np.arange(257) * SOUND_HZ / 512
    rising = (hertz[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz[:, None]) / (edges[2:] - edges[1:-1])
    return np.maximum(np.minimum(rising, falling), 0.0).astype(np.float32)


def _mels(hertz: float) -> float:
    return 2595.0 * float(np.log10(1.0 + hertz / 700.0))


def _cosines() -> Floats:
    """(bands, cepstra) of the discrete cosine transform."""
    angles = np.pi / _BANDS * (np.arange(_BANDS)[:, None] + 0.5) * np.arange(_CEPSTRA)
    found: Floats = (np.cos(angles) * np.sqrt(2.0 / _BANDS)).astype(np.float32)
    return found


def _syllables(loud: Floats) -> float:
    """Which share of the loudness's movement lies about four beats a second: much in speech, little in music."""
    moving = np.abs(np.fft.rfft(loud - loud.mean())) ** 2
    beats = np.fft.rfftfreq(len(loud), 1.0 / _STEPS_PER_S)
    return float(moving[(beats > 2.5) & (beats < 6.5)].sum() / (moving[(beats > 0.3) & (beats < 25.0)].sum() + 1e-9))


def _beat(rise: Floats) -> float:
    """How much what begins is repeated at some distance between a third of a second and one second."""
    moved = rise - rise.mean()
    spectrum = np.abs(np.fft.rfft(moved, 2 * len(moved))) ** 2
    repeated = np.fft.irfft(spectrum)[: len(moved)]
    near = repeated[int(_STEPS_PER_S / 3) : int(_STEPS_PER_S)]
    return float(near.max() / (repeated[0] + 1e-9)) if len(near) else 0.0
