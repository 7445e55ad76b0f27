"""The sample accounts' pictures: owns how a handle becomes a small round landscape that is nobody's face."""

from __future__ import annotations

import io
import zlib

import numpy as np
from PIL import Image

from plainview.demo.canvas import disc, finish
from plainview.demo.palette import color, paint, ramp
from plainview.demo.shot import Shot


def portrait(handle: str, palette: str, size: int = 256) -> bytes:
    """A square PNG, `size` pixels wide: a sun over hills in the account's colours, the same each time for a handle."""
    shot = Shot(size, size, 1, zlib.crc32(handle.encode()), palette)
    rng = shot.rng("portrait")
    x, y = shot.grid()
    canvas = paint(0.42 + 0.5 * (y + 1) / 2, ramp(palette))
    disc(
        canvas,
        size * rng.uniform(0.32, 0.68),
        size * rng.uniform(0.3, 0.5),
        size * rng.uniform(0.13, 0.2),
        color(palette, 1.0),
        1.5,
    )
    for index, value in enumerate((0.5, 0.3, 0.14)):
        start, waves = rng.random(2) * 6, rng.uniform(1.2, 2.6, 2)
        crest = (
            0.12 + 0.26 * index + 0.14 * np.sin(waves[0] * x + start[0]) + 0.05 * np.sin(2 * waves[1] * x + start[1])
        )
        cover = np.clip((y - crest) * shot.unit + 0.5, 0, 1).astype(np.float32)
        canvas += cover * (color(palette, value) - canvas)
    file = io.BytesIO()
    Image.fromarray(finish(canvas.astype(np.float32)).transpose(1, 2, 0)).save(file, "PNG", optimize=True)
    return file.getvalue()
