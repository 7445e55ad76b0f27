"""The port of the transcoder: a hostile file in, streams and stills out, in steps that are run and resumed one by one.

Order: `probe` (refuses), `measure`, `poster`, then `remux` when the source conforms or `first` when it does not,
`content`, `ladder`, `strip`, and when the machine is idle `second_wave`. Each step may be run again: it replaces what
it made before and rewrites `master.m3u8` as a whole. Only `Path`s that the caller generated are passed in; nothing is
named after what a person sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from plainview.kernel.errors import InvalidInputError, PlainviewError

CONTENT_NUMBERS = 88
"""How many numbers say what a video looks and sounds like."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound that came with the video."""

    codec: str
    channels: int
    rate_hz: int


@dataclass(frozen=True, slots=True)
class Probe:
    """What a source is. Width and height are those of the upright picture with square pixels."""

    container: str
    duration_ms: int
    width: int
    height: int
    coded_width: int
    coded_height: int
    rotation: int
    transformed: bool
    frames_per_s: float
    variable_rate: bool
    interlaced: bool
    colour: str
    codec: str
    profile: str
    level: int
    pixel_format: str
    bit_depth: int
    hdr: str
    keyframe_interval_ms: int
    bits_per_s: int
    sound: Sound | None
    conforms: bool
    misfits: tuple[str, ...]

    @property
    def short_edge(self) -> int:
        """The shorter side in pixels, by which rungs are named and gated."""
        return min(self.width, self.height)


@dataclass(frozen=True, slots=True)
class Loudness:
    """What the first pass of EBU R 128 measured; `silent` when there is nothing to bring to a level."""

    integrated_lufs: float
    true_peak_db: float
    range_lu: float
    threshold_lufs: float
    target_offset_lu: float
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder, named by its short edge."""

    short_edge: int
    width: int
    height: int
    video_kbps: int
    video_kbps_max: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """One stream on disk: `folder`/index.m3u8. `width` 0 means sound."""

    folder: str
    codecs: str
    width: int
    height: int
    frames_per_s: float
    bits_per_s: int
    bits_per_s_max: int
    bytes: int
    duration_ms: int

    @property
    def is_sound(self) -> bool:
        """True for a stream of sound."""
        return self.width == 0


@dataclass(frozen=True, slots=True)
class Poster:
    """`poster.webp` and a tiny picture for the feed's JSON, a `data:image/webp;base64,` address of some 150 letters."""

    file: str
    width: int
    height: int
    placeholder: str


@dataclass(frozen=True, slots=True)
class Strip:
    """`strip.webp`: `count` tiles in rows of `columns`, one each `interval_ms`."""

    file: str
    tile_width: int
    tile_height: int
    columns: int
    count: int
    interval_ms: int


@dataclass(frozen=True, slots=True)
class Work:
    """One asset's source, the folder that its streams go to, and what is known of it so far."""

    source: Path
    folder: Path
    probe: Probe
    loudness: Loudness | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step is; `playable` once `master.m3u8` names a stream that has its first segment."""

    fraction: float
    eta_s: float | None
    playable: bool


@dataclass(frozen=True, slots=True)
class Defence:
    """One layer around the child processes, and whether it holds on this machine, in words for `doctor`."""

    name: str
    holds: bool
    words: str


OnProgress = Callable[[Progress], None]


class RefusedError(InvalidInputError):
    """The file will not be taken, and trying again would not help: a person is told why."""

    code, status, title = "media.refused", 422, "This file cannot be posted"


class EmptyFileError(RefusedError):
    """Nothing is in the file."""

    code, title = "media.empty", "This file is empty. Choose another one, or send it again."


class NotAVideoError(RefusedError):
    """The bytes are not one of the containers that we open."""

    code, title = "media.not_a_video", "This is not a video that we can open. Send an MP4, MOV, MKV or WebM file."


class NoVideoStreamError(RefusedError):
    """A container with no moving picture in it."""

    code, title = "media.no_video_stream", "This file has no picture, only sound or data. Send a video."


class CodecNotAllowedError(RefusedError):
    """The picture is coded in a way that is not on our list."""

    code = "media.codec_not_allowed"
    title = "This video is coded in a way that we do not open. Save it as H.264, HEVC, VP9 or AV1 and send it again."


class TooShortError(RefusedError):
    """Shorter than the least length."""

    code, title = "media.too_short", "This video is too short."


class TooLongError(RefusedError):
    """Longer than the greatest length."""

    code, title = "media.too_long", "This video is too long."


class TooManyPixelsError(RefusedError):
    """A picture larger, or more frames, than we decode."""

    code, title = "media.too_many_pixels", "This picture is too large. Save it at 4K or less and send it again."


class TooSmallError(RefusedError):
    """A picture too small or too thin to show."""

    code, title = "media.too_small", "This picture is too small or too narrow to be shown."


class BrokenVideoError(RefusedError):
    """It says that it is a video, and cannot be played."""

    code, title = "media.broken", "This video is damaged and cannot be played. Export it again, or send it again."


class TookTooMuchError(RefusedError):
    """A child ran into a limit on time, memory or output."""

    code, title = (
        "media.took_too_much",
        "This video needs more time or memory than one video may take. Export it again.",
    )


class TranscodeFailedError(PlainviewError):
    """The step failed for a reason that may pass; the job tries again."""

    code, status, title = "media.failed", 503, "Processing this video failed. It is tried again."


class QuarantinedError(TranscodeFailedError):
    """All tries failed. Told of the asset; never raised."""

    code, title = "media.quarantined", "This video was set aside after all tries to process it failed."


class Transcoder(Protocol):
    """Turns one source into streams and stills, without trusting a byte of it."""

    async def probe(self, source: Path) -> Probe:
        """What the source is. Raises a `RefusedError` that says why when it will not be taken."""

    async def measure(self, work: Work) -> Loudness | None:
        """The loudness of the source (first pass of two); None when it has no sound that can be used."""

    async def poster(self, work: Work) -> Poster:
        """A still of the first seconds in `poster.webp`, and its tiny blurred placeholder."""

    async def remux(self, work: Work, on_progress: OnProgress | None = None) -> tuple[Rendition, ...]:
        """A conforming source, its picture copied as it is into `copy/`; playable in about a second."""

    async def first(self, work: Work, on_progress: OnProgress | None = None) -> tuple[Rendition, ...]:
        """One middle rung, quickly; it is kept, and the ladder does not make it again."""

    async def ladder(self, work: Work, on_progress: OnProgress | None = None) -> tuple[Rendition, ...]:
        """All H.264 rungs that are not there yet, from one decode; removes `copy/` from the master."""

    async def content(self, work: Work) -> bytes:
        """What the video looks and sounds like, as CONTENT_NUMBERS signed bytes; the first stream must be there."""

    async def content_of_ours(self, probe: Probe, pictures: Path, sound: Path) -> bytes:
        """The same of a video whose source is not kept any more, by whole streams of ours.

        Args:
            probe: what the source was.
            pictures: the folder of a stream in H.264.
            sound: where the folder of its sound is, if it has any.
        """

    async def strip(self, work: Work) -> Strip:
        """Preview tiles in `strip.webp`, cut from the lowest rung that we made ourselves."""

    async def second_wave(self, work: Work) -> tuple[Rendition, ...]:
        """AV1 and Opus, for when the machine has nothing better to do."""

    def renditions(self, folder: Path) -> tuple[Rendition, ...]:
        """The finished streams in an asset's folder."""

    async def defences(self) -> tuple[Defence, ...]:
        """The layers around a child, each tried out in a real child on this machine."""
