"""Drawing with arrays: owns noise that tiles, light that blooms, points, discs and lines without jagged edges."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image

from plainview.demo.shot import Frame, Picture, Plane

TAU = float(2 * np.pi)


def step(low: float, high: float, value: Plane) -> Plane:
    """0 below `low`, 1 above `high`, a soft S between them."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


@lru_cache(maxsize=4)
def _grain(height: int, width: int) -> Plane:
    rng = np.random.default_rng(7)
    return (rng.random((height, width), np.float32) - rng.random((height, width), np.float32)) * 1.2 + 0.5


def finish(picture: Picture) -> Frame:
    """The picture as bytes, with a breath of grain so that dark gradients do not band."""
    assert picture.dtype == np.float32, "a wider number would make every step slow"
    assert len(picture) == 3, "a picture is three planes"
    scaled = picture * 255
    scaled += _grain(*picture.shape[1:])
    return np.clip(scaled, 0, 255, out=scaled).astype(np.uint8)


def tone(light: Picture) -> Picture:
    """Light of any strength folded into 0..1 with soft shoulders, as film does."""
    return 1 - np.exp(-light)


def enlarge(plane: Plane, height: int, width: int) -> Plane:
    """The plane or picture resampled smoothly to another size."""
    if plane.ndim == 3:
        return np.stack([enlarge(channel, height, width) for channel in plane])
    image = Image.fromarray(np.ascontiguousarray(plane, np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def _smear(plane: Plane, reach: int, axis: int) -> Plane:
    pad = [(0, 0)] * plane.ndim
    pad[axis] = (reach + 1, reach)
    sums = np.cumsum(np.pad(plane, pad, mode="edge"), axis=axis, dtype=np.float32)
    gap = 2 * reach + 1
    if axis == -1:
        return (sums[..., gap:] - sums[..., :-gap]) / gap
    return (sums[..., gap:, :] - sums[..., :-gap, :]) / gap


def blur(plane: Plane, radius: float) -> Plane:
    """The plane or picture out of focus by about `radius` pixels; two passes of a box, nearly a bell."""
    reach = max(1, round(radius))
    for axis in (-2, -1, -2, -1):
        plane = _smear(plane, reach, axis)
    return plane


def halve(picture: Picture) -> Picture:
    """The plane or picture at half its size, by means."""
    height, width = picture.shape[-2] // 2 * 2, picture.shape[-1] // 2 * 2
    rows = picture[..., 0:height:2, :width] + picture[..., 1:height:2, :width]
    half: Plane = (rows[..., 0::2] + rows[..., 1::2]) * 0.25
    return half


def bloom(picture: Picture, strength: float = 0.5, spread: float = 0.03) -> Picture:
    """The picture with a halo about all that is bright; `spread` in heights."""
    small = halve(halve(picture))
    halo = blur(small, max(1.0, spread * small.shape[-2]))
    return picture + strength * enlarge(halo, *picture.shape[-2:])


@lru_cache(maxsize=8)
def vignette(height: int, width: int, depth: float = 0.35) -> Plane:
    """A (height, width) factor that darkens the corners."""
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    return np.asarray(1 - depth * np.clip((x * x + y * y) / 2, 0, 1) ** 1.3, np.float32)


def clouds(rng: np.random.Generator, height: int, width: int, slope: float = 1.6, coarse: float = 0.0) -> Plane:
    """Noise that tiles in both directions, mean 0 and deviation 1; a steeper slope is smoother."""
    fy = np.fft.fftfreq(height)[:, None] * height
    fx = np.fft.rfftfreq(width)[None] * height
    size = np.hypot(fy, fx) + 1e-6
    power = size**-slope * np.exp(-((size * coarse) ** 2))
    power[0, 0] = 0
    phase = rng.random(power.shape) * TAU
    plane = np.fft.irfft2(power * np.exp(1j * phase), (height, width))
    return np.asarray((plane - plane.mean()) / plane.std(), np.float32)


def sample(plane: Plane, x: Plane, y: Plane) -> Plane:
    """The tiling plane (or picture) read at fractional pixel places."""
    height, width = plane.shape[-2:]
    x, y = np.asarray(x, np.float32), np.asarray(y, np.float32)
    left, top = np.floor(x), np.floor(y)
    u, v = x - left, y - top
    x0, y0 = left.astype(np.int32) % width, top.astype(np.int32) % height * width
    x1, y1 = (x0 + 1) % width, (y0 + width) % (height * width)
    flat = plane.reshape(*plane.shape[:-2], height * width)
    upper = flat[..., y0 + x0] * (1 - u) + flat[..., y0 + x1] * u
    lower = flat[..., y1 + x0] * (1 - u) + flat[..., y1 + x1] * u
    between: Plane = upper * (1 - v) + lower * v
    return between


def nearest(plane: Plane, x: Plane, y: Plane) -> Plane:
    """The plane or picture read at whole places, all within it; quicker than `sample` where it is fine enough."""
    width = plane.shape[-1]
    at = y.astype(np.int32) * width + x.astype(np.int32)
    if plane.ndim == 2:
        return np.asarray(plane.reshape(-1).take(at))
    return np.stack([np.ascontiguousarray(channel).reshape(-1).take(at) for channel in plane])


def points(size: tuple[int, int], x: Plane, y: Plane, weight: Plane | float = 1.0) -> Plane:
    """Points of light at fractional pixels, each spread over its four neighbours; (height, width) sums."""
    height, width = size
    inside = (x >= 0) & (x < width - 1) & (y >= 0) & (y < height - 1)
    x, y = x[inside], y[inside]
    strength = np.broadcast_to(weight, inside.shape)[inside]
    left, top = x.astype(np.int32), y.astype(np.int32)
    u, v = x - left, y - top
    at = top * width + left
    total = np.zeros(height * width, np.float64)
    for shift, part in ((0, (1 - u) * (1 - v)), (1, u * (1 - v)), (width, (1 - u) * v), (width + 1, u * v)):
        total += np.bincount(at + shift, strength * part, height * width)
    return total.reshape(height, width).astype(np.float32)


def disc(picture: Picture, x: float, y: float, radius: float, paint: Picture, soft: float = 1.0) -> None:
    """Lay a disc of one colour over the picture, in place; `soft` pixels of edge; `paint` as for a stroke."""
    reach = radius + soft + 1
    left, right = int(max(0, x - reach)), int(min(picture.shape[2], x + reach + 1))
    top, bottom = int(max(0, y - reach)), int(min(picture.shape[1], y + reach + 1))
    if left >= right or top >= bottom:
        return
    px = np.arange(left, right, dtype=np.float32) - np.float32(x)
    py = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(y)
    cover = np.clip((radius - np.sqrt(px * px + py * py)) / soft + 0.5, 0, 1)
    if len(paint) == 4:
        cover = cover * paint[3, 0, 0]
    view = picture[:, top:bottom, left:right]
    view += cover * (paint[:3] - view)


Spot = tuple[float, float]


def stroke(picture: Picture, start: Spot, end: Spot, radius: float, paint: Picture, soft: float = 1.0) -> None:
    """Lay a line with round ends over the picture, in place; `paint` may carry a fourth number, its opacity."""
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    ys, xs = _near(picture.shape[-2:], start, end, radius + soft + 1)
    px, py = xs - np.float32(x0), ys - np.float32(y0)
    along = np.clip((px * dx + py * dy) / (dx * dx + dy * dy + 1e-9), 0, 1)
    distance = np.hypot(px - along * dx, py - along * dy)
    cover = np.clip((radius - distance) / soft + 0.5, 0, 1).astype(np.float32)
    if len(paint) == 4:
        cover = cover * paint[3, 0, 0]
    for channel in range(3):
        old = picture[channel][ys, xs]
        picture[channel][ys, xs] = old + cover * (paint[channel, 0, 0] - old)


def _near(size: tuple[int, ...], start: Spot, end: Spot, reach: float) -> tuple[Plane, Plane]:
    """Rows and columns of the pixels within `reach` of the line: a band along it, not the box about it."""
    (x0, y0), (x1, y1) = start, end
    if abs(x1 - x0) > abs(y1 - y0):
        columns, rows = _near((size[1], size[0]), (y0, x0), (y1, x1), reach)
        return rows, columns
    line = np.arange(max(0, int(min(y0, y1) - reach)), min(size[0], int(max(y0, y1) + reach) + 1))
    lean = (x1 - x0) / (y1 - y0) if y1 != y0 else 0.0
    middle = np.clip(x0 + (line - y0) * lean, min(x0, x1), max(x0, x1))
    wide = int(reach * np.hypot(1, lean)) + 1
    columns = np.floor(middle)[:, None].astype(np.intp) + np.arange(-wide, wide + 2)
    rows = np.broadcast_to(line[:, None], columns.shape)
    inside = (columns >= 0) & (columns < size[1])
    return rows[inside], columns[inside]


def curve(size: tuple[int, int], x: Plane, y: Plane, weight: Plane | float = 1.0, every: float = 0.6) -> Plane:
    """A bright line through the points, even along its length however far apart they lie."""
    length = np.hypot(np.diff(x), np.diff(y))
    along = np.concatenate([[0.0], np.cumsum(length)])
    at = np.arange(0, along[-1], every)
    strength = np.interp(at, along, weight) if isinstance(weight, np.ndarray) else weight
    return points(size, np.interp(at, along, x), np.interp(at, along, y), strength)
