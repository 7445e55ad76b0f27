"""Whatever a phone or an editor makes comes out upright, whole, in step, in BT.709 and never larger than it was."""

import asyncio
import itertools
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from plainview.adapters import media_playlist
from plainview.adapters.media_verdict import TranscoderLimits
from plainview.adapters.transcoder_ffmpeg import TranscoderFfmpeg
from plainview.ports.transcoder import CONTENT_NUMBERS, Rendition, Work

FFMPEG = Path(imageio_ffmpeg.get_ffmpeg_exe())
# Red above, blue below, green at the left: which way up it is can be read from three pixels.
SIGNPOST = "color=red:s=160x60:r=30:d=4[a];color=blue:s=160x60:r=30:d=4[b];color=green:s=40x120:r=30:d=4[c]"
SIGNPOST += ";[a][b]vstack[d];[d][c]overlay=0:0"
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
HEVC10 = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1")
RED, GREEN, BLUE = (254, 0, 0), (0, 128, 0), (0, 0, 254)

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a source."""

    work: Work
    folder: Path
    renditions: tuple[Rendition, ...]

    @property
    def lowest(self) -> Rendition:
        return min((one for one in self.renditions if one.folder.startswith("video_")), key=lambda one: one.width)


def ffmpeg(*arguments: str) -> str:
    """What FFmpeg says in its log."""
    command = [str(FFMPEG), "-hide_banner", "-nostdin", "-y", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stderr


def picture(*arguments: str, size: str = "160x120", rate: int = 30, seconds: float = 4) -> tuple[str, ...]:
    """FFmpeg's arguments for an ordinary moving picture."""
    return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}", *arguments)


async def made(
    tmp_path: Path, *arguments: str, name: str = "source.mp4", limits: TranscoderLimits | None = None
) -> Made:
    """The whole way of a source that FFmpeg writes for these arguments."""
    source, folder = tmp_path / name, tmp_path / "out"
    await asyncio.to_thread(ffmpeg, *arguments, str(source))
    return await transcoded(source, folder, limits)


async def transcoded(source: Path, folder: Path, limits: TranscoderLimits | None = None) -> Made:
    """The whole way of a file."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    transcoder = TranscoderFfmpeg(limits or TranscoderLimits(), FFMPEG)
    probe = await transcoder.probe(source)
    work = Work(source, folder, probe)
    work = Work(source, folder, probe, await transcoder.measure(work))
    await (transcoder.remux if probe.conforms else transcoder.first)(work)
    return Made(work, folder, await transcoder.ladder(work))


def pixel(one: Made, x: float, y: float) -> tuple[int, int, int]:
    """The colour at this share of width and height, half way through the lowest rung."""
    stream = media_playlist.joined(one.folder / one.lowest.folder)
    command = [str(FFMPEG), "-loglevel", "error", "-i", "pipe:0", "-ss", "1", "-frames:v", "1"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
    frame = subprocess.run(command, input=stream, check=True, capture_output=True).stdout
    at = 3 * (int(y * one.lowest.height) * one.lowest.width + int(x * one.lowest.width))
    return frame[at], frame[at + 1], frame[at + 2]


def near(found: tuple[int, int, int], wanted: tuple[int, int, int], by: int = 24) -> bool:
    """True when two colours are alike."""
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


def times(one: Made, folder: str) -> list[float]:
    """The moments at which a stream's pictures are shown, in seconds."""
    stream = media_playlist.joined(one.folder / folder)
    command = [str(FFMPEG), "-loglevel", "error", "-i", "pipe:0", "-c", "copy", "-f", "framecrc", "pipe:1"]
    text = subprocess.run(command, input=stream, check=True, capture_output=True, text=False).stdout.decode()
    top, bottom = (int(part) for part in re.findall(r"#tb 0: (\d+)/(\d+)", text)[0])
    return sorted(int(when) * top / bottom for when in re.findall(r"^0, +-?\d+, +(-?\d+),", text, re.MULTILINE))


def meter(one: Made, folder: str = "audio") -> tuple[float, float]:
    """Integrated loudness and true peak of a stream of sound."""
    path = one.folder / "joined.mp4"
    path.write_bytes(media_playlist.joined(one.folder / folder))
    text = ffmpeg("-i", str(path), "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-")
    loud = re.findall(r"I: +(-?[\d.]+) LUFS", text)
    peak = re.findall(r"Peak: +(-?[\d.]+) dBFS", text)
    return float(loud[-1]), float(peak[-1])


UPRIGHT = {(0.1, 0.5): GREEN, (0.7, 0.2): RED, (0.7, 0.8): BLUE}
TURNS = {
    # Turned left on display: what was at the left is below, what was above is at the left.
    "90": {(0.5, 0.9): GREEN, (0.2, 0.3): RED, (0.8, 0.3): BLUE},
    "180": {(0.9, 0.5): GREEN, (0.3, 0.8): RED, (0.3, 0.2): BLUE},
    "270": {(0.5, 0.1): GREEN, (0.8, 0.7): RED, (0.2, 0.7): BLUE},
}


@pytest.mark.parametrize("degrees", ["90", "180", "270"])
async def test_a_turned_phone_gives_an_upright_video(degrees: str, tmp_path: Path) -> None:
    flat = tmp_path / "flat.mp4"
    await asyncio.to_thread(ffmpeg, "-f", "lavfi", "-i", SIGNPOST, *H264, str(flat))
    one = await made(tmp_path, "-display_rotation", degrees, "-i", str(flat), "-c", "copy")
    assert (one.lowest.width, one.lowest.height) == ((160, 120) if degrees == "180" else (120, 160))
    for (x, y), colour in TURNS[degrees].items():
        assert near(pixel(one, x, y), colour)


async def test_a_mirrored_matrix_is_mirrored(tmp_path: Path) -> None:
    flat = tmp_path / "flat.mp4"
    await asyncio.to_thread(ffmpeg, "-f", "lavfi", "-i", SIGNPOST, *H264, str(flat))
    one = await made(tmp_path, "-display_hflip", "-i", str(flat), "-c", "copy")
    assert near(pixel(one, 0.9, 0.5), GREEN)
    assert near(pixel(one, 0.3, 0.2), RED)


async def test_colours_stay_when_nothing_is_turned(tmp_path: Path) -> None:
    one = await made(tmp_path, "-f", "lavfi", "-i", SIGNPOST, *H264, "-colorspace", "smpte170m")
    for (x, y), colour in UPRIGHT.items():
        assert near(pixel(one, x, y), colour)


async def test_odd_sizes_and_full_chroma_come_out_even(tmp_path: Path) -> None:
    one = await made(tmp_path, *picture("-vf", "scale=321:241,setsar=1,format=yuv444p", "-c:v", "libx264"))
    assert (one.lowest.width, one.lowest.height) == (320, 240)


async def test_pixels_that_are_not_square_are_stretched(tmp_path: Path) -> None:
    one = await made(tmp_path, *picture("-vf", "setsar=16/11", *H264))
    assert (one.work.probe.width, one.work.probe.height) == (233, 120)
    assert one.lowest.width == pytest.approx(233, abs=2)


async def test_a_variable_rate_becomes_constant_and_keeps_its_length(tmp_path: Path) -> None:
    drop = ("-vf", "select='not(eq(mod(n,3),1))+lt(n,40)'", "-fps_mode", "vfr", *H264)
    one = await made(tmp_path, *picture(*drop))
    shown = times(one, one.lowest.folder)
    assert one.work.probe.variable_rate
    assert max(after - before for before, after in itertools.pairwise(shown)) == pytest.approx(1 / 30, abs=1e-3)
    assert one.lowest.duration_ms == pytest.approx(4_000, abs=70)


async def test_a_hundred_and_twenty_frames_become_sixty(tmp_path: Path) -> None:
    one = await made(tmp_path, *picture(*H264, rate=120))
    assert one.lowest.frames_per_s == 60
    assert len(times(one, one.lowest.folder)) == 240


@pytest.mark.parametrize(("transfer", "name"), [("smpte2084", "hdr.mp4"), ("arib-std-b67", "hdr.mov")])
async def test_hdr_is_mapped_to_bt709_in_eight_bits(transfer: str, name: str, tmp_path: Path) -> None:
    colours = f"log-level=error:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    one = await made(tmp_path, *picture(*HEVC10, "-x265-params", colours), name=name)
    path = tmp_path / "seen.mp4"
    path.write_bytes(media_playlist.joined(one.folder / one.lowest.folder))
    said = await asyncio.to_thread(ffmpeg, "-i", str(path), "-c", "copy", "-f", "null", "-")
    assert one.work.probe.hdr
    assert "yuv420p(tv, bt709" in said


@pytest.mark.parametrize(
    ("coding", "name"),
    [
        (("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"), "a.webm"),
        (("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"), "a.webm"),
        (("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-c:a", "alac"), "a.mov"),
        (("-c:v", "libsvtav1", "-preset", "11", "-c:a", "aac"), "a.mp4"),
        (("-c:v", "mpeg4", "-c:a", "libmp3lame"), "a.mkv"),
        ((*H264, "-c:a", "pcm_s16le"), "a.mov"),
        ((*H264, "-c:a", "flac"), "a.mkv"),
    ],
    ids=["vp9", "vp8", "hevc", "av1", "mpeg4", "pcm", "flac"],
)
async def test_each_codec_on_the_list_gives_picture_and_sound(
    coding: tuple[str, ...], name: str, tmp_path: Path
) -> None:
    one = await made(tmp_path, *picture(), "-f", "lavfi", "-i", "sine=d=4", *coding, name=name)
    assert [rendition.codecs[:4] for rendition in one.renditions if rendition.folder != "copy"] == ["avc1", "mp4a"]
    assert one.lowest.duration_ms == pytest.approx(4_000, abs=70)


async def test_no_sound_gives_no_group_of_sound(tmp_path: Path) -> None:
    one = await made(tmp_path, *picture(*H264))
    master = (one.folder / "master.m3u8").read_text()
    assert "AUDIO" not in master
    assert not (one.folder / "audio").exists()


@pytest.mark.parametrize("layout", ["mono", "5.1"])
async def test_mono_and_surround_become_stereo_at_the_level(layout: str, tmp_path: Path) -> None:
    noise = f"anoisesrc=c=pink:d=4:a=0.05:seed=4,aformat=channel_layouts={layout}"
    one = await made(tmp_path, *picture(), "-f", "lavfi", "-i", noise, *H264, "-c:a", "aac")
    loud, peak = meter(one)
    assert loud == pytest.approx(-14, abs=1)
    assert peak <= -1
    said = ffmpeg("-i", str(one.folder / "joined.mp4"), "-c", "copy", "-f", "null", "-")
    assert "48000 Hz, stereo" in said


@pytest.mark.parametrize(
    "sound",
    ["sine=d=6,volume=-20dB", "sine=d=6,volume=16dB,alimiter=limit=0.99:level=0", "anoisesrc=c=brown:d=6:a=0.9"],
    ids=["quiet", "loud", "rumble"],
)
async def test_sound_comes_out_at_minus_fourteen_with_its_peaks_below_minus_one(sound: str, tmp_path: Path) -> None:
    one = await made(tmp_path, *picture(seconds=6), "-f", "lavfi", "-i", sound, *H264, "-c:a", "flac", name="a.mkv")
    loud, peak = meter(one)
    assert peak <= -1
    assert loud == pytest.approx(-14, abs=1)


async def test_bursts_that_cannot_be_loud_keep_their_peaks_below_minus_one(tmp_path: Path) -> None:
    bursts = "anoisesrc=c=pink:d=6:a=0.9:seed=3,volume='if(lt(mod(t,2),0.1),1,0.05)':eval=frame"
    one = await made(tmp_path, *picture(seconds=6), "-f", "lavfi", "-i", bursts, *H264, "-c:a", "flac", name="a.mkv")
    assert meter(one)[1] <= -1


async def test_silence_is_left_silent(tmp_path: Path) -> None:
    one = await made(tmp_path, *picture(), "-f", "lavfi", "-i", "anullsrc=d=4", "-t", "4", *H264, "-c:a", "aac")
    assert one.work.loudness is not None
    assert one.work.loudness.silent
    assert any(rendition.is_sound for rendition in one.renditions)


@pytest.mark.parametrize("seconds", [2, 9])
async def test_sound_gets_the_length_of_the_picture(seconds: int, tmp_path: Path) -> None:
    one = await made(tmp_path, *picture(), "-f", "lavfi", "-i", f"sine=d={seconds}", *H264, "-c:a", "aac")
    sound = next(rendition for rendition in one.renditions if rendition.is_sound)
    assert sound.duration_ms == pytest.approx(one.lowest.duration_ms, abs=60)


async def test_a_picture_that_starts_late_stays_in_step(tmp_path: Path) -> None:
    late = ("-itsoffset", "1", *picture(), "-f", "lavfi", "-i", "sine=d=5", *H264, "-c:a", "aac")
    one = await made(tmp_path, *late, name="late.mkv")
    assert not one.work.probe.conforms
    assert one.lowest.duration_ms == pytest.approx(5_000, abs=70)
    assert times(one, one.lowest.folder)[0] == 0


async def test_a_group_of_pictures_without_end_is_cut_anew(tmp_path: Path) -> None:
    one = await made(tmp_path, *picture(*H264, "-g", "9999", seconds=7))
    playlist = (one.folder / one.lowest.folder / "index.m3u8").read_text()
    assert not one.work.probe.conforms
    assert re.findall(r"#EXTINF:(\d)", playlist) == ["1", "1", "2", "2", "1"]


@pytest.mark.parametrize(
    ("size", "rungs"), [("640x360", {360}), ("360x640", {360}), ("480x480", {360, 480}), ("100x178", {100})]
)
async def test_a_picture_is_never_made_larger(size: str, rungs: set[int], tmp_path: Path) -> None:
    one = await made(tmp_path, *picture(*H264, size=size, rate=10))
    pictures = [rendition for rendition in one.renditions if rendition.folder.startswith("video_")]
    assert {min(rendition.width, rendition.height) for rendition in pictures} == rungs


@pytest.mark.long
async def test_four_k_at_sixty_comes_down_to_the_ladder(tmp_path: Path) -> None:
    one = await made(tmp_path, *picture(*H264, size="2160x3840", rate=60, seconds=3))
    pictures = [rendition for rendition in one.renditions if rendition.folder.startswith("video_")]
    assert [(rendition.width, rendition.height) for rendition in pictures] == [
        (360, 640),
        (540, 960),
        (720, 1280),
        (1080, 1920),
    ]
    assert {rendition.frames_per_s for rendition in pictures} == {60.0}


async def test_what_looks_and_sounds_alike_is_described_alike_and_in_numbers_of_the_port(tmp_path: Path) -> None:
    tone, noise = "sine=f=300:d=3", "anoisesrc=d=3:a=0.3:seed=7"
    kinds = {
        "bars": ("-f", "lavfi", "-i", "smptebars=s=160x120:r=30:d=3", "-f", "lavfi", "-i", tone),
        "again": ("-f", "lavfi", "-i", "smptebars=s=240x180:r=25:d=3", "-f", "lavfi", "-i", tone),
        "other": ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=30:d=3", "-f", "lavfi", "-i", noise),
    }
    told = {name: await described(tmp_path / name, *arguments) for name, arguments in kinds.items()}
    assert all(len(each) == CONTENT_NUMBERS and any(each) for each in told.values())
    assert cosine(told["bars"], told["again"]) > 0.8
    assert cosine(told["bars"], told["other"]) < 0.6


async def test_what_has_no_sound_is_described_by_its_pictures(tmp_path: Path) -> None:
    found = await described(tmp_path, *picture(*H264, seconds=3))
    assert any(found[:64])
    assert not any(found[64:])


async def described(folder: Path, *arguments: str) -> bytes:
    source, streams = folder / "source.mp4", folder / "out"
    await asyncio.to_thread(streams.mkdir, parents=True)
    await asyncio.to_thread(ffmpeg, *arguments, *H264, str(source))
    transcoder = TranscoderFfmpeg(TranscoderLimits(duration_ms_min=1_000), FFMPEG)
    probe = await transcoder.probe(source)
    work = Work(source, streams, probe, await transcoder.measure(Work(source, streams, probe)))
    await (transcoder.remux if probe.conforms else transcoder.first)(work)
    content = await transcoder.content(work)
    # Once the source is gone, our own streams say much the same.
    made = (await transcoder.first(work))[0].folder
    assert cosine(content, await transcoder.content_of_ours(probe, streams / made, streams / "audio")) > 0.9
    return content


def cosine(one: bytes, other: bytes) -> float:
    first, second = (np.frombuffer(each, np.int8).astype(float) for each in (one, other))
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))
