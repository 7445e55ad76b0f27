"""Owns what is read out of a source: the container its first bytes name, and what FFmpeg says of its streams.

One parser sees every file: the same FFmpeg that will transcode it, so that no file can be one thing to the prober and
another to the transcoder. Its listing gives the streams, its list of packets the true length, rate and keyframes.
Pure: text in, facts out.
"""

import itertools
import math
import re
import statistics
from dataclasses import dataclass
from fractions import Fraction

from plainview.ports.transcoder import Sound

# The only demuxers there are for us, each with the decoders that may stand behind it (names as FFmpeg's).
DEMUXERS = {"mov": "mov", "matroska": "matroska"}
VIDEO_DECODERS = ("h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4")
SOUND_DECODERS = (
    *("aac", "mp3float", "mp3", "opus", "vorbis", "flac", "alac", "ac3", "eac3"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le"),
)
VIDEO_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4"})
SOUND_CODECS = frozenset(SOUND_DECODERS) - {"mp3float"}
ISO_FIRST_BOXES = frozenset({b"ftyp", b"moov", b"wide", b"free", b"skip", b"mdat", b"pnot"})
MATROSKA_MAGIC = b"\x1a\x45\xdf\xa3"
HDR_TRANSFERS = {"smpte2084": "pq", "arib-std-b67": "hlg"}
USUAL_RATES = (
    *(Fraction(24_000, 1_001), Fraction(24), Fraction(25), Fraction(30_000, 1_001), Fraction(30)),
    *(Fraction(48), Fraction(50), Fraction(60_000, 1_001), Fraction(60)),
)
RATE_MAX, RATE_MIN = Fraction(60), Fraction(10)

_STREAM = re.compile(r"^\[info\]   Stream #0:(\d+)(?:\[[^\]]*\])?(?:\([^)]*\))?: (\w+): (.*)$")
_SIZE = re.compile(r", (\d{1,6})x(\d{1,6})(?:,? \[?SAR (\d+):(\d+) DAR \d+:\d+\]?)?(?:,|$| \()")
_ROTATION = re.compile(r"^\[info\] +(?:displaymatrix|Display Matrix): rotation of (-?\d+(?:\.\d+)?|nan) degrees")
_DOLBY = re.compile(r"^\[info\] +DOVI configuration record:.*profile: (\d+)")
_PIXELS = re.compile(r"^[^,]*(?:\([^)]*\))*, ([a-z0-9]+)(?:\(([^)]*)\))?,")
_PACKET = re.compile(r"^0, *(-?\d+|NOPTS), *(-?\d+|NOPTS), *(\d+), *(\d+), 0x[0-9a-f]+(?:, F=0x([0-9A-Fa-f]+))?")


@dataclass(frozen=True, slots=True)
class Picture:
    """The video stream as FFmpeg lists it, before a packet is looked at."""

    codec: str
    profile: str
    pixel_format: str
    colour: str
    width: int
    height: int
    aspect: Fraction
    rotation: int
    transformed: bool
    dolby_profile: int


@dataclass(frozen=True, slots=True)
class Listing:
    """All that was listed: the first moving picture and the first sound."""

    picture: Picture | None
    sound: Sound | None
    streams: int


@dataclass(frozen=True, slots=True)
class Packets:
    """What the packets of a stream add up to. Times in seconds; the length counts from the file's own beginning."""

    count: int
    start_s: float
    duration_s: float
    rate: float
    rate_max: float
    variable: bool
    bytes: int
    keyframe_gap_s: float
    starts_with_key: bool


def container_of(head: bytes) -> str | None:
    """The demuxer for a file that begins like this, or None: FFmpeg is never left to guess."""
    if head[4:8] in ISO_FIRST_BOXES:
        return "mov"
    if head.startswith(MATROSKA_MAGIC):
        return "matroska"
    return None


def listing_of(text: str) -> Listing:
    """The streams of input 0 in FFmpeg's log, written with `-loglevel level+info`."""
    picture: Picture | None = None
    sound: Sound | None = None
    streams = 0
    mine = False
    for line in text.splitlines():
        if line.startswith(("[info] Output #", "[info] Stream mapping")):
            break
        if (found := _STREAM.match(line)) is not None:
            streams += 1
            kind, words = found[2], found[3]
            mine = kind == "Video" and picture is None and "(attached pic)" not in words
            picture = _picture_of(words) if mine else picture
            sound = _sound_of(words) if kind == "Audio" and sound is None else sound
        elif mine and picture is not None:
            picture = _with_side_data(picture, line)
    return Listing(picture, sound, streams)


def _picture_of(words: str) -> Picture:
    """The picture that a stream's line describes; a size of 0 when the line gives none."""
    size = _SIZE.search(words)
    width, height = (int(size[1]), int(size[2])) if size else (0, 0)
    wide, tall = (int(size[3] or 0), int(size[4] or 0)) if size else (0, 0)
    pixels = _PIXELS.match(words)
    profile = re.match(r"^\w+ (?:\(lib\w+\) )?\(([^)]*)\)", words)
    return Picture(
        codec=words.split(" ", maxsplit=1)[0].rstrip(",").removeprefix("lib"),
        profile=profile[1] if profile else "",
        pixel_format=pixels[1] if pixels else "",
        colour=(pixels[2] or "") if pixels else "",
        width=width,
        height=height,
        aspect=Fraction(wide, tall) if wide and tall else Fraction(1),
        rotation=0,
        transformed=False,
        dolby_profile=0,
    )


def _with_side_data(picture: Picture, line: str) -> Picture:
    """The picture with what one line of side data adds."""
    turned = _ROTATION.match(line)
    dolby = _DOLBY.match(line)
    if turned is None and dolby is None:
        return picture
    degrees = 0.0 if turned is None or turned[1] == "nan" else float(turned[1])
    return Picture(
        *(
            picture.codec,
            picture.profile,
            picture.pixel_format,
            picture.colour,
            picture.width,
            picture.height,
            picture.aspect,
        ),
        rotation=round(-degrees) % 360 if turned else picture.rotation,
        transformed=picture.transformed or turned is not None,
        dolby_profile=int(dolby[1]) if dolby else picture.dolby_profile,
    )


def _sound_of(words: str) -> Sound:
    """The sound that a stream's line describes."""
    rate = re.search(r", (\d+) Hz", words)
    layout = re.search(r" Hz, ([^,]+)", words)
    name = layout[1].strip() if layout else ""
    channels = {"mono": 1, "stereo": 2, "5.1": 6, "5.1(side)": 6, "7.1": 8, "quad": 4}.get(name, 2)
    return Sound(words.split(" ", maxsplit=1)[0].rstrip(","), channels, int(rate[1]) if rate else 0)


def packets_of(text: str) -> Packets:
    """What a list of packets in FFmpeg's framecrc format adds up to; a count of 0 when there are none."""
    base = Fraction(1, 1000)
    times: list[int] = []
    keys: list[int] = []
    last_length = total = 0
    for line in text.splitlines():
        if line.startswith("#tb 0: "):
            top, _, bottom = line.removeprefix("#tb 0: ").partition("/")
            base = Fraction(int(top), int(bottom) or 1)
        if (found := _PACKET.match(line)) is None:
            continue
        when = found[2] if found[2] != "NOPTS" else found[1]
        if when == "NOPTS":
            continue
        times.append(int(when))
        total += int(found[4])
        last_length = int(found[3])
        # Flags are printed only where they differ from a plain keyframe's.
        if found[5] is None or int(found[5], 16) & 1:
            keys.append(int(when))
    return _added_up(times, keys, last_length, total, base)


def _added_up(times: list[int], keys: list[int], last_length: int, total: int, base: Fraction) -> Packets:
    """Times, in units of `base`, as length, rate and distance of keyframes."""
    if not times:
        return Packets(0, 0.0, 0.0, 0.0, 0.0, variable=False, bytes=0, keyframe_gap_s=0.0, starts_with_key=False)
    first_key = bool(keys) and keys[0] == times[0]
    times.sort()
    steps = [after - before for before, after in itertools.pairwise(times) if after > before]
    # Many pictures at one moment have no length, whatever the last one says of itself.
    usual = statistics.median(steps) if steps else last_length * (len(times) == 1)
    end = times[-1] + max(round(usual), last_length if last_length < 10 * max(usual, 1) else 0)
    start = max(times[0], 0)
    shown = float(max(end - start, 0) * base)
    marks = [*sorted(keys), end] if keys else [times[0], end]
    gap = max(after - before for before, after in itertools.pairwise(marks))
    # A millisecond clock (Matroska) makes steps of 33 and 34: only steps well off the usual make a rate variable.
    slack = max(usual * 0.25, float(Fraction(2, 1000) / base))
    return Packets(
        count=len(times),
        start_s=float(start * base),
        duration_s=float(max(end, 0) * base),
        rate=sum(when >= 0 for when in times) / shown if shown > 0 else 0.0,
        rate_max=float(1 / (usual * base)) if usual else 0.0,
        variable=any(abs(step - usual) > slack for step in steps),
        bytes=total,
        keyframe_gap_s=float(gap * base),
        starts_with_key=first_key,
    )


def output_rate(rate: float, variable: bool, rate_usual: float) -> Fraction:
    """The constant rate that renditions get: the source's own when it is usual, never over 60 a second."""
    wanted = max(rate, rate_usual) if variable and rate_usual <= float(RATE_MAX) else rate
    if not math.isfinite(wanted) or wanted <= 0:
        return Fraction(30)
    wanted = wanted / 2 if 100 <= wanted <= 125 else wanted
    near = min(USUAL_RATES, key=lambda usual: abs(float(usual) - wanted))
    if abs(float(near) - wanted) <= wanted * 0.01:
        return near
    if variable:
        return next((usual for usual in USUAL_RATES if float(usual) >= wanted), RATE_MAX)
    return min(max(Fraction(wanted).limit_denominator(100), RATE_MIN), RATE_MAX)


def upright_size(picture: Picture) -> tuple[int, int]:
    """Width and height once turned upright and stretched to square pixels."""
    width = picture.width * picture.aspect if picture.aspect >= 1 else Fraction(picture.width)
    height = picture.height / picture.aspect if picture.aspect < 1 else Fraction(picture.height)
    if picture.rotation % 180 == 90:
        width, height = height, width
    return max(round(width), 1), max(round(height), 1)


def bit_depth_of(pixel_format: str) -> int:
    """Bits in one component, from the name of the pixel format."""
    found = re.search(r"p(9|10|12|14|16)(?:le|be)?$", pixel_format)
    return int(found[1]) if found else 8


def hdr_of(colour: str) -> str:
    """`pq`, `hlg` or empty, from the colour words of the listing."""
    return next((name for transfer, name in HDR_TRANSFERS.items() if transfer in colour), "")


def level_of(matroska: bytes) -> int:
    """The H.264 level times ten, out of the head of a Matroska file that our own FFmpeg wrote; 0 when it has none."""
    start = matroska.find(b"\x63\xa2")
    # The private data's size takes one or two bytes, then comes avcC: version 1, profile, compatibility, level.
    for offset in (3, 4) if start >= 0 else ():
        record = matroska[start + offset : start + offset + 4]
        if len(record) == 4 and record[0] == 1:
            return record[3]
    return 0
