"""Owns how four looks at one screen become one picture, and the two of the feed the README's."""

import io
from pathlib import Path

from PIL import Image

GAP = 16
HIGH = 900
GROUND = (128, 138, 142)
Look = tuple[str, str]
LOOKS: list[Look] = [("phone", "light"), ("phone", "dark"), ("desktop", "light"), ("desktop", "dark")]


def sheet(shots: dict[Look, bytes], path: Path) -> None:
    """Both phones side by side, both desktops above each other beside them."""
    phones = [_scaled(shots["phone", scheme], HIGH) for scheme in ("light", "dark")]
    desktops = [_scaled(shots["desktop", scheme], (HIGH - GAP) // 2) for scheme in ("light", "dark")]
    width = sum(each.width + GAP for each in phones) + desktops[0].width
    whole = Image.new("RGB", (width + 2 * GAP, HIGH + 2 * GAP), GROUND)
    left = GAP
    for phone in phones:
        whole.paste(phone, (left, GAP))
        left += phone.width + GAP
    whole.paste(desktops[0], (left, GAP))
    whole.paste(desktops[1], (left, 2 * GAP + desktops[0].height))
    whole.save(path, "WEBP", quality=82, method=6)


def pair(phone: bytes, desktop: bytes, path: Path, width: int = 1600) -> None:
    """A phone beside a desktop of the same height on a clear ground."""
    high = 720
    left, right = _scaled(phone, high), _scaled(desktop, high)
    whole = Image.new("RGB", (left.width + right.width + 3 * GAP, high + 2 * GAP), GROUND)
    whole.paste(left, (GAP, GAP))
    whole.paste(right, (left.width + 2 * GAP, GAP))
    whole = whole.resize((width, round(whole.height * width / whole.width)), Image.Resampling.LANCZOS)
    whole.save(path, "WEBP", quality=90, method=6)


def _scaled(shot: bytes, high: int) -> Image.Image:
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    return picture.resize((round(picture.width * high / picture.height), high), Image.Resampling.LANCZOS)
