"""What one clip is to be: owns `Shot`, the order that a kind of clip fulfils, and `Kind`, one way of fulfilling it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[Any]
"""(height, width) float32."""

Picture: TypeAlias = NDArray[Any]
"""(3, height, width) float32, red green blue, 0 to 1 and above for light that is to bloom.

Plane by plane, because a short last axis makes every operation several times slower.
"""

Frame: TypeAlias = NDArray[np.uint8]
"""(3, height, width) uint8."""

Sound: TypeAlias = NDArray[Any]
"""(samples, 2) float32 at 48 kHz, -1 to 1."""


@dataclass(frozen=True)
class Shot:
    """One clip to be drawn; the same shot gives the same pixels and samples every time."""

    width: int
    height: int
    seconds: float
    seed: int
    palette: str
    variant: str = ""
    fps: int = 30

    @property
    def frames(self) -> int:
        """The number of frames."""
        return round(self.seconds * self.fps)

    @property
    def unit(self) -> float:
        """Pixels from the middle to the nearer edge: the length that drawings call 1."""
        return min(self.width, self.height) / 2

    def rng(self, purpose: str) -> np.random.Generator:
        """A source of chance of its own for each purpose, so that sound and picture can draw the same plan."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])

    def phases(self) -> Iterator[float]:
        """Where each frame stands in the loop, from 0 up to but not including 1."""
        return (index / self.frames for index in range(self.frames))

    def grid(self) -> tuple[Plane, Plane]:
        """Across and down of every pixel, 0 in the middle, 1 at the nearer edge, y downwards."""
        x = (np.arange(self.width, dtype=np.float32) - (self.width - 1) / 2) / self.unit
        y = (np.arange(self.height, dtype=np.float32) - (self.height - 1) / 2) / self.unit
        across, down = np.meshgrid(x, y)
        return across.astype(np.float32), down.astype(np.float32)


@dataclass(frozen=True)
class Kind:
    """A way to make clips: its picture, its sound, how finely it is drawn and whether its end meets its beginning."""

    name: str
    picture: Callable[[Shot], Iterator[Frame]]
    sound: Callable[[Shot], Sound]
    detail: float = 0.75
    loops: bool = True
