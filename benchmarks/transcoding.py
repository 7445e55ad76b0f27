"""Times the transcoder against one plain FFmpeg command that makes the same renditions, in CPU-seconds of the same run.

A part of `benchmarks.media`; alone: `.venv/bin/python -m benchmarks.transcoding [--quick]`.
"""

import asyncio
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from plainview.adapters import media_ladder
from plainview.adapters.media_verdict import TranscoderLimits
from plainview.adapters.transcoder_ffmpeg import TranscoderFfmpeg
from plainview.ports.transcoder import Progress, Work

FFMPEG = Path(imageio_ffmpeg.get_ffmpeg_exe())
# Drifting colours, a moving shape and grain: about as hard to code as hand-held footage, and cheap to draw.
SCENE = (
    "gradients=size=270x480:rate=30:speed=0.03:nb_colors=6:seed=7,scale=1080:1920,"
    "noise=alls=8:allf=t,drawbox=x='mod(t*180,1000)':y='900+300*sin(t)':w=160:h=160:color=teal@0.8:t=fill"
)
VOICE = "sine=f=220:b=4:sample_rate=48000,volume=0.4"


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the clock and of the processor."""

    wall_s: float
    cpu_s: float


def phone_clip(path: Path, *, seconds: int, conforming: bool) -> Path:
    """A 1080x1920 clip at 30 frames a second, as H.264 within the bounds of copying or as HEVC from a newer phone."""
    h264 = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "7M", "-maxrate", "7.5M", "-bufsize", "7M", "-g", "30")
    hevc = (
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-b:v",
        "7M",
        "-tag:v",
        "hvc1",
        "-x265-params",
        "log-level=error",
    )
    length = ("-t", str(seconds))
    sources = ("-f", "lavfi", *length, "-i", SCENE, "-f", "lavfi", *length, "-i", VOICE)
    _ffmpeg(*sources, *(h264 if conforming else hevc), "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", str(path))
    return path


def plain_ladder(source: Path, folder: Path) -> Spent:
    """One plain FFmpeg command: one decode, the same rungs, rates and preset, and AAC; no sandbox, no care."""
    rungs = media_ladder.rungs_for(1080, 1920)
    forks = "".join(f"[s{rung.short_edge}]" for rung in rungs)
    graph = f"[0:v:0]fps=30,format=yuv420p,split={len(rungs)}{forks}"
    arguments: list[str] = []
    for rung in rungs:
        (folder / f"v{rung.short_edge}").mkdir(parents=True)
        graph += f";[s{rung.short_edge}]scale={rung.width}:{rung.height}[v{rung.short_edge}]"
        coding = ("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", "22", "-bf", "2", "-g", "60")
        rates = ("-maxrate", f"{rung.video_kbps_max}k", "-bufsize", f"{2 * rung.video_kbps_max}k", "-sc_threshold", "0")
        arguments += ["-map", f"[v{rung.short_edge}]", *coding, *rates, *_hls(folder / f"v{rung.short_edge}")]
    (folder / "sound").mkdir()
    arguments += ["-map", "0:a:0", "-c:a", "aac", "-b:a", "128k", "-ar", "48000", *_hls(folder / "sound")]
    started, before = time.monotonic(), _cpu()
    _ffmpeg("-i", str(source), "-filter_complex", graph, *arguments)
    return Spent(time.monotonic() - started, _cpu() - before)


def _hls(folder: Path) -> list[str]:
    """The plain command's segments: two seconds, fragmented MP4."""
    kind = ("-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4")
    return [*kind, "-hls_segment_filename", f"{folder}/seg_%05d.m4s", f"{folder}/index.m3u8"]


async def our_ladder(source: Path, folder: Path) -> tuple[Spent, float, bool]:
    """Everything from the upload's end to the whole H.264 ladder; the seconds until playable; whether it was copied."""
    transcoder = TranscoderFfmpeg(TranscoderLimits(nice=0), FFMPEG)
    playable: list[float] = []
    started, before = time.monotonic(), _cpu()

    def hear(progress: Progress) -> None:
        if progress.playable and not playable:
            playable.append(time.monotonic() - started)

    probe = await transcoder.probe(source)
    work = Work(source, folder, probe)
    work = Work(source, folder, probe, await transcoder.measure(work))
    await (transcoder.remux if probe.conforms else transcoder.first)(work, hear)
    playable.append(time.monotonic() - started)
    await transcoder.ladder(work)
    return Spent(time.monotonic() - started, _cpu() - before), playable[0], probe.conforms


def _ffmpeg(*arguments: str) -> None:
    """Run FFmpeg as it comes."""
    subprocess.run([str(FFMPEG), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *arguments], check=True)


def _cpu() -> float:
    """Processor seconds of all children so far that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def compared(seconds: int, kinds: tuple[str, ...] = ("copied", "encoded"), runs: int = 1) -> dict[str, float]:
    """Medians for a clip that conforms and one that does not, ours beside the plain command's, in CPU-seconds."""
    figures: dict[str, float] = {"clip_s": seconds, "ladder_runs": runs}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in kinds:
            source = phone_clip(folder / f"{kind}.mp4", seconds=seconds, conforming=kind == "copied")
            taken = [_once(source, folder / f"{kind}_{run}", kind) for run in range(runs)]
            # The ratio is of two that ran one after the other, so that what else the machine does tells on both.
            figures |= {name: round(statistics.median(each[name] for each in taken), 3) for name in taken[0]}
    return figures


def _once(source: Path, folder: Path, kind: str) -> dict[str, float]:
    """One run of the plain command and of ours."""
    plain = plain_ladder(source, folder / "plain")
    (folder / "ours").mkdir()
    ours, playable_s, copied = asyncio.run(our_ladder(source, folder / "ours"))
    assert copied == (kind == "copied")
    shutil.rmtree(folder)
    return {
        f"transcoder_playable_{kind}_s": playable_s,
        f"ladder_{kind}_cpu_s": ours.cpu_s,
        f"ladder_{kind}_wall_s": ours.wall_s,
        f"plain_{kind}_cpu_s": plain.cpu_s,
        f"ladder_{kind}_ratio": ours.cpu_s / plain.cpu_s,
    }


if __name__ == "__main__":
    print(json.dumps(compared(4, ("copied",)) if "--quick" in sys.argv else compared(15)))
