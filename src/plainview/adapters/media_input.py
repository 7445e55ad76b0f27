"""Owns how a hostile source is opened: the arguments that leave FFmpeg nothing to guess, and what its child may use."""

from pathlib import Path

from plainview.adapters import media_probe
from plainview.adapters.media_verdict import TranscoderLimits
from plainview.adapters.sandbox import Confinement
from plainview.ports.transcoder import Work

# References from one file to another are what playlists and QuickTime's aliases are made of; none is followed.
NO_REFERENCES = ("-enable_drefs", "0", "-use_absolute_path", "0", "-ignore_chapters", "1")


def hostile_input(limits: TranscoderLimits, source: Path, container: str) -> list[str]:
    """FFmpeg's arguments for a hostile input: one demuxer, a list of decoders, no other file, no other protocol."""
    decoders = ",".join((*media_probe.VIDEO_DECODERS, *media_probe.SOUND_DECODERS))
    threads = ("-threads", str(limits.threads)) if limits.threads else ()
    return [
        *threads,
        *("-protocol_whitelist", "file,pipe", "-format_whitelist", container, "-codec_whitelist", decoders),
        *("-max_pixels", str(limits.pixels_max), "-max_streams", str(limits.streams_max)),
        *("-f", container, *(NO_REFERENCES if container == "mov" else ()), "-i", f"file:{source}"),
    ]


def looking(limits: TranscoderLimits, source: Path) -> Confinement:
    """The confinement of a child that only looks: nothing may be written."""
    seconds = limits.probe_s
    return Confinement((source,), (), round(seconds), seconds, limits.memory_bytes, nice=limits.nice)


def making(limits: TranscoderLimits, work: Work, write: tuple[Path, ...]) -> Confinement:
    """The confinement of a child that makes streams, its time measured by the length of the video."""
    seconds = 60 + limits.encode_s_per_s * work.probe.duration_ms / 1000
    return Confinement(
        *((work.source,), write, round(seconds), seconds, limits.memory_bytes),
        file_bytes=limits.folder_bytes // 2,
        folder_bytes=limits.folder_bytes,
        nice=limits.nice,
    )
