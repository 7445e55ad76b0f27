"""Owns what one video may be, and the verdict on a source: its facts, or the error that says why not. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from plainview.adapters import media_probe
from plainview.adapters.media_probe import Listing, Packets, Picture
from plainview.ports.transcoder import (
    BrokenVideoError,
    CodecNotAllowedError,
    EmptyFileError,
    NotAVideoError,
    NoVideoStreamError,
    Probe,
    TooLongError,
    TooManyPixelsError,
    TooShortError,
    TooSmallError,
)

# What a source must be for its picture to be copied as it is.
COPY_SHORT_EDGE_MAX, COPY_BITS_PER_S_MAX, COPY_RATE_MAX = 1_080, 8_500_000, 60.5
COPY_KEYFRAME_GAP_S_MAX, COPY_LEVEL_MAX = 5.05, 42
COPY_PROFILES = frozenset({"Constrained Baseline", "Baseline", "Main", "High"})
# A narrower or smaller picture cannot be shown with any use.
SIDE_PX_MIN, PROPORTION_MAX = 32, 8.0


@dataclass(frozen=True, slots=True)
class TranscoderLimits:
    """What one video may be, and what its children may use.

    `encode_s_per_s` is the CPU time that one second of video may take; `threads` 0 means as many as suit the machine.
    """

    duration_ms_min: int = 3_000
    duration_ms_max: int = 600_000
    pixels_max: int = 4_096 * 3_072
    side_px_max: int = 8_192
    frames_max: int = 144_000
    streams_max: int = 64
    memory_bytes: int = 8 << 30
    folder_bytes: int = 2 << 30
    probe_s: float = 60.0
    encode_s_per_s: float = 60.0
    threads: int = 0
    preset_first: str = "superfast"
    preset_ladder: str = "veryfast"
    preset_av1: int = 10
    nice: int = 5


def judge_head(head: bytes) -> str:
    """The container that the first bytes name. Raises when they name none that we open."""
    if not head:
        raise EmptyFileError
    container = media_probe.container_of(head)
    if container is None:
        raise NotAVideoError
    return container


def judge(container: str, listing: Listing, packets: Packets, level: int, limits: TranscoderLimits) -> Probe:
    """The facts of a source that we take. Raises the first reason not to."""
    picture = listing.picture
    if picture is None:
        raise NoVideoStreamError if listing.sound is not None or listing.streams else BrokenVideoError
    _judge_codecs(picture, listing)
    _judge_size(picture, limits)
    _judge_length(packets, limits)
    width, height = media_probe.upright_size(picture)
    rate = media_probe.output_rate(packets.rate, packets.variable, packets.rate_max)
    bits = round(packets.bytes * 8 / packets.duration_s)
    misfits = _misfits(picture, packets, level, bits, min(width, height))
    return Probe(
        container=container,
        duration_ms=min(round(packets.duration_s * 1000), limits.duration_ms_max),
        width=width,
        height=height,
        coded_width=picture.width,
        coded_height=picture.height,
        rotation=picture.rotation,
        transformed=picture.transformed,
        frames_per_s=round(float(rate), 3),
        variable_rate=packets.variable,
        interlaced=" first" in picture.colour,
        colour=picture.colour,
        codec=picture.codec,
        profile=picture.profile,
        level=level,
        pixel_format=picture.pixel_format,
        bit_depth=media_probe.bit_depth_of(picture.pixel_format),
        hdr=media_probe.hdr_of(picture.colour),
        keyframe_interval_ms=round(packets.keyframe_gap_s * 1000),
        bits_per_s=bits,
        sound=listing.sound,
        conforms=not misfits,
        misfits=misfits,
    )


def _judge_codecs(picture: Picture, listing: Listing) -> None:
    """Refuse what is coded in a way that is not on the lists."""
    if picture.codec not in media_probe.VIDEO_CODECS:
        raise CodecNotAllowedError
    if picture.dolby_profile == 5:
        raise CodecNotAllowedError(
            "This is Dolby Vision without a picture that others can show. Save it as HDR10 or SDR."
        )
    if listing.sound is not None and listing.sound.codec not in media_probe.SOUND_CODECS:
        raise CodecNotAllowedError("The sound of this video is coded in a way that we do not open. Save it with AAC.")


def _judge_size(picture: Picture, limits: TranscoderLimits) -> None:
    """Refuse pictures that are too large to decode or too small to show; the raw size first, then the shown one."""
    if picture.width == 0 or picture.height == 0 or not picture.pixel_format:
        raise BrokenVideoError
    width, height = media_probe.upright_size(picture)
    for wide, high in ((picture.width, picture.height), (width, height)):
        if wide * high > limits.pixels_max or max(wide, high) > limits.side_px_max:
            raise TooManyPixelsError
    if min(width, height) < SIDE_PX_MIN or max(width, height) > PROPORTION_MAX * min(width, height):
        raise TooSmallError


def _judge_length(packets: Packets, limits: TranscoderLimits) -> None:
    """Refuse what is too short, too long, or has more frames than a video of the greatest length could need."""
    if packets.count == 0:
        raise BrokenVideoError
    # A clock that counts in coarse steps may miss the limit by a frame; nobody should be refused for that.
    if packets.duration_s * 1000 < limits.duration_ms_min - 50:
        raise TooShortError(f"This video is too short: the least is {limits.duration_ms_min / 1000:g} seconds.")
    if packets.duration_s * 1000 > limits.duration_ms_max + 500:
        raise TooLongError(f"This video is too long: the most is {limits.duration_ms_max / 60_000:g} minutes.")
    if packets.count > limits.frames_max:
        raise TooManyPixelsError("This video has too many frames. Save it at 60 frames a second or less.")


def _misfits(picture: Picture, packets: Packets, level: int, bits: int, short_edge: int) -> tuple[str, ...]:
    """Why the picture cannot be copied as it is; nothing when it can."""
    plain = picture.pixel_format in {"yuv420p", "yuvj420p"} and not media_probe.hdr_of(picture.colour)
    reasons = {
        "codec": picture.codec == "h264" and picture.profile in COPY_PROFILES,
        "level": 0 < level <= COPY_LEVEL_MAX,
        "pixels": plain and " first" not in picture.colour,
        "size": short_edge <= COPY_SHORT_EDGE_MAX and picture.width % 2 == 0 and picture.height % 2 == 0,
        "shape": picture.aspect == Fraction(1) and not picture.transformed,
        "rate": bits <= COPY_BITS_PER_S_MAX,
        "frames": packets.rate <= COPY_RATE_MAX and packets.rate_max <= COPY_RATE_MAX,
        "start": packets.start_s < 0.1,
        "keyframes": packets.starts_with_key and packets.keyframe_gap_s <= COPY_KEYFRAME_GAP_S_MAX,
    }
    return tuple(name for name, fits in reasons.items() if not fits)
