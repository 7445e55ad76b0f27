"""Owns the stills of an asset: the poster with its tiny placeholder, and the strip of preview tiles."""

import base64
import shutil
from pathlib import Path

from plainview.adapters import media_ladder
from plainview.adapters.media_outcome import error_of
from plainview.adapters.sandbox import Outcome
from plainview.ports.transcoder import Poster, Probe, Rendition, Rung, Strip

STRIP_TILES_MAX, STRIP_COLUMNS, STRIP_LONG_EDGE = 60, 10, 160
POSTER_SHORT_EDGE = 540
WEBP = ("-frames:v", "1", "-c:v", "libwebp", "-map_metadata", "-1", "-update", "1", "-f", "image2")


def poster_rung(probe: Probe) -> Rung:
    """The size of the poster."""
    return media_ladder.rungs_for(probe.width, probe.height, ((POSTER_SHORT_EDGE, 1, 1),))[0]


def poster_arguments(probe: Probe, rung: Rung, folder: Path) -> list[str]:
    """FFmpeg's arguments that write `poster.webp` and `tiny.webp`: the most usual picture of the first seconds."""
    graph, labels = media_ladder.picture_graph(probe, (rung,), media_ladder.POSTER_RATE)
    tiny = f"scale={'16:-2' if rung.width <= rung.height else '-2:16'}:flags=area"
    graph += f";{labels[rung.short_edge]}thumbnail=20,split=2[still][big];[big]{tiny}[tiny]"
    return [
        *("-filter_complex", graph),
        *("-map", "[still]", "-quality", "78", *WEBP, f"file:{folder}/poster.webp"),
        *("-map", "[tiny]", "-quality", "10", *WEBP, f"file:{folder}/tiny.webp"),
    ]


def kept_poster(folder: Path, making: Path, rung: Rung, outcome: Outcome) -> Poster:
    """The poster moved into place, and its placeholder as text."""
    still, tiny = making / "poster.webp", making / "tiny.webp"
    if not outcome.succeeded or not still.is_file() or not tiny.is_file():
        raise error_of(outcome, "poster")
    placeholder = "data:image/webp;base64," + base64.b64encode(tiny.read_bytes()).decode("ascii")
    still.replace(folder / "poster.webp")
    shutil.rmtree(making)
    return Poster("poster.webp", rung.width, rung.height, placeholder)


def strip_of(source: Rendition) -> Strip:
    """The geometry of a strip: a tile each second, or further apart so that a long video has no more than sixty."""
    interval_ms = max(1_000, -(-source.duration_ms // STRIP_TILES_MAX))
    count = min(max(-(-source.duration_ms // interval_ms), 1), STRIP_TILES_MAX)
    scale = STRIP_LONG_EDGE / max(source.width, source.height)
    width, height = (max(2 * round(side * scale / 2), 2) for side in (source.width, source.height))
    return Strip("strip.webp", width, height, min(STRIP_COLUMNS, count), count, interval_ms)


def strip_arguments(shape: Strip, folder: Path) -> list[str]:
    """FFmpeg's arguments that cut a strip from one of our own streams, read from standard input."""
    rows = -(-shape.count // shape.columns)
    cells = f"scale={shape.tile_width}:{shape.tile_height}:flags=area,tile={shape.columns}x{rows}"
    graph = f"fps=fps=1000/{shape.interval_ms}:round=up,trim=end_frame={shape.count},{cells}"
    return [
        *("-protocol_whitelist", "file,pipe", "-f", "mov", "-i", "pipe:0", "-map", "0:v:0", "-vf", graph),
        *("-quality", "60", *WEBP, f"file:{folder}/{shape.file}"),
    ]


def kept_strip(folder: Path, making: Path, shape: Strip, outcome: Outcome) -> Strip:
    """The strip moved into place."""
    made = making / shape.file
    if not outcome.succeeded or not made.is_file():
        raise error_of(outcome, "strip")
    made.replace(folder / shape.file)
    shutil.rmtree(making)
    return shape
