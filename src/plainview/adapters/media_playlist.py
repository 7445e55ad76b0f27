"""Owns the HLS side of an asset's folder: what each stream on disk is, and the master playlist that names them all.

All that is read here was written by our own muxer, from names that we generated.
"""

import json
import re
import shutil
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

from plainview.ports.transcoder import Rendition

MASTER = "master.m3u8"
ABOUT = "rendition.json"
SOUND_OF = {"avc1": "audio", "av01": "audio_opus"}
COPY = "copy"


@dataclass(frozen=True, slots=True)
class Rates:
    """Size and speed of one stream's segments."""

    bytes: int
    duration_s: float
    bits_per_s: int
    bits_per_s_max: int


def codecs_of(init: bytes) -> str:
    """The RFC 6381 name of the one codec in an initialisation segment; empty when there is none that we make."""
    if (at := init.find(b"avcC")) > 0:
        return f"avc1.{init[at + 5]:02x}{init[at + 6]:02x}{init[at + 7]:02x}"
    if (at := init.find(b"av1C")) > 0:
        profile, level = init[at + 5] >> 5, init[at + 5] & 31
        flags = init[at + 6]
        depth = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
        return f"av01.{profile}.{level:02d}{'H' if flags & 0x80 else 'M'}.{depth:02d}"
    if b"Opus" in init:
        return "opus"
    return "mp4a.40.2" if b"mp4a" in init else ""


def rates_of(folder: Path) -> Rates:
    """Mean and greatest rate over the segments that the folder's playlist names so far."""
    text = (folder / "index.m3u8").read_text()
    segments = [(float(length), name) for length, name in re.findall(r"#EXTINF:([\d.]+),\n(seg_\d+\.m4s)", text)]
    sizes = [(length, (folder / name).stat().st_size) for length, name in segments]
    total, duration = sum(size for _, size in sizes), sum(length for length, _ in sizes)
    target = max((length for length, _ in sizes), default=0.0)
    # A last segment of a few frames would look like a burst: the standard looks at half a target's length and more.
    peaks = [size * 8 / length for length, size in sizes if length >= target / 2 and length > 0]
    mean = round(total * 8 / duration) if duration else 0
    return Rates(total, duration, mean, max(round(max(peaks, default=0)), mean))


def rendition_of(folder: Path, size: tuple[int, int], rate: Fraction) -> Rendition | None:
    """The stream in a folder as far as it is written; None before its first segment. Size (0, 0) means sound."""
    playlist, init = folder / "index.m3u8", folder / "init.mp4"
    if not playlist.is_file() or not init.is_file() or init.stat().st_size == 0:
        return None
    rates = rates_of(folder)
    codecs = codecs_of(init.read_bytes())
    if rates.duration_s <= 0 or not codecs:
        return None
    return Rendition(
        folder=folder.name,
        codecs=codecs,
        width=size[0],
        height=size[1],
        frames_per_s=round(float(rate), 3) if size[0] else 0.0,
        bits_per_s=rates.bits_per_s,
        bits_per_s_max=rates.bits_per_s_max,
        bytes=rates.bytes + init.stat().st_size,
        duration_ms=round(rates.duration_s * 1000),
    )


def finish(folder: Path, rendition: Rendition) -> None:
    """Mark a stream as whole: its playlist becomes VOD, and `rendition.json` says what it is."""
    playlist = folder / "index.m3u8"
    text = playlist.read_text().replace("#EXT-X-PLAYLIST-TYPE:EVENT", "#EXT-X-PLAYLIST-TYPE:VOD")
    if "#EXT-X-ENDLIST" not in text:
        text += "#EXT-X-ENDLIST\n"
    if "#EXT-X-INDEPENDENT-SEGMENTS" not in text:
        text = text.replace("#EXT-X-MAP", "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP", 1)
    write(playlist, text)
    write(folder / ABOUT, json.dumps(asdict(rendition)))


def finished(folder: Path) -> tuple[Rendition, ...]:
    """All whole streams of an asset, pictures by size first, then sound."""
    found = [Rendition(**json.loads(about.read_text())) for about in folder.glob(f"*/{ABOUT}")]
    return tuple(sorted(found, key=lambda one: (one.is_sound, one.codecs[:4], one.width * one.height, one.folder)))


def write_master(folder: Path, renditions: tuple[Rendition, ...]) -> None:
    """Replace the master playlist at once by one that names these streams."""
    write(folder / MASTER, master_text(renditions))


def master_text(renditions: tuple[Rendition, ...]) -> str:
    """The master playlist: H.264 before AV1, the middle of each ladder first, for that is what a player starts with."""
    sounds = {one.folder: one for one in renditions if one.is_sound}
    pictures = [one for one in renditions if not one.is_sound]
    if any(one.folder.startswith("video_") for one in pictures) and len(pictures) > 1:
        pictures = [one for one in pictures if one.folder != COPY]
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [_sound_line(one) for one in sounds.values()]
    for one in sorted(pictures, key=_starting_order):
        sound = sounds.get(SOUND_OF.get(one.codecs[:4], ""))
        lines += [_variant_line(one, sound), f"{one.folder}/index.m3u8"]
    return "\n".join(lines) + "\n"


def _starting_order(one: Rendition) -> tuple[bool, bool, int]:
    """A player begins with the first variant: the middle one, so that the start is neither slow nor blurred."""
    short = min(one.width, one.height)
    return not one.codecs.startswith("avc1"), not 500 <= short <= 720, short


def _sound_line(one: Rendition) -> str:
    """The line that makes a stream of sound a group of its own."""
    group = one.folder
    offered = 'NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"'
    return f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{group}",{offered},URI="{group}/index.m3u8"'


def _variant_line(one: Rendition, sound: Rendition | None) -> str:
    """The line that offers a stream of pictures, with the sound that goes with it."""
    with_sound = f',AUDIO="{sound.folder}"' if sound else ""
    codecs = one.codecs + (f",{sound.codecs}" if sound else "")
    return (
        f"#EXT-X-STREAM-INF:BANDWIDTH={one.bits_per_s_max + (sound.bits_per_s_max if sound else 0)}"
        f",AVERAGE-BANDWIDTH={one.bits_per_s + (sound.bits_per_s if sound else 0)}"
        f',CODECS="{codecs}",RESOLUTION={one.width}x{one.height},FRAME-RATE={one.frames_per_s:.3f}{with_sound}'
    )


def write(path: Path, text: str) -> None:
    """Replace a file in one step, so that a reader has the old text or the new, never half."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text)
    fresh.replace(path)


def renew(*folders: Path) -> None:
    """Empty folders in place of these, whatever a step that was cut off left there."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)


def put_in_place(made: Path, place: Path) -> None:
    """Move a whole stream to where the master playlist will name it."""
    shutil.rmtree(place, ignore_errors=True)
    made.replace(place)


def joined(folder: Path) -> bytes:
    """A stream's initialisation and segments as one fragmented file."""
    return b"".join(path.read_bytes() for path in [folder / "init.mp4", *sorted(folder.glob("seg_*.m4s"))])
