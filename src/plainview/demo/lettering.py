"""Words in pictures: owns the two free type faces and how a line of text becomes coverage."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from plainview.demo.shot import Picture, Plane

FONTS = Path(__file__).parent / "fonts"


@lru_cache(maxsize=32)
def face(size: float, weight: int = 500, serif: bool = False) -> ImageFont.FreeTypeFont:
    """The type face at a size in pixels; the serif one is Fraunces, the other Inter."""
    font = ImageFont.truetype(str(FONTS / ("fraunces.woff2" if serif else "inter.woff2")), size)
    font.set_variation_by_axes([weight])
    return font


@lru_cache(maxsize=256)
def word(text: str, size: float, weight: int = 500, serif: bool = False) -> Plane:
    """The text as coverage 0..1, cropped to its advance and the face's line height."""
    font = face(size, weight, serif)
    ascent, descent = font.getmetrics()
    image = Image.new("L", (max(1, round(font.getlength(text)) + 4), ascent + descent), 0)
    ImageDraw.Draw(image).text((2, 0), text, fill=255, font=font)
    return np.asarray(image, np.float32) / 255


def lay(picture: Picture, cover: Plane, x: float, y: float, paint: Picture, opacity: float = 1.0) -> None:
    """Lay coverage over the picture with its middle at (x, y), in place; what falls outside is cut off."""
    height, width = cover.shape
    left, top = round(x - width / 2), round(y - height / 2)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(picture.shape[2], left + width), min(picture.shape[1], top + height)
    if x0 >= x1 or y0 >= y1:
        return
    part = cover[y0 - top : y1 - top, x0 - left : x1 - left] * opacity
    view = picture[:, y0:y1, x0:x1]
    view += part * (paint[:3] - view)
