"""What every transcoder must do: refuse in words, be playable early, resume after a cut, and leave whole folders."""

import asyncio
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import pytest

from plainview.adapters.media_verdict import TranscoderLimits
from plainview.adapters.transcoder_ffmpeg import TranscoderFfmpeg
from plainview.ports.transcoder import (
    NotAVideoError,
    Progress,
    Rendition,
    TookTooMuchError,
    TooLongError,
    TooManyPixelsError,
    Transcoder,
    Work,
)

FFMPEG = Path(imageio_ffmpeg.get_ffmpeg_exe())
LIMITS = TranscoderLimits()

pytestmark = pytest.mark.anyio


@pytest.fixture
def transcoder() -> Transcoder:
    return TranscoderFfmpeg(LIMITS, FFMPEG)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Clips of five seconds, 720 by 1280: one that conforms and one that must be encoded."""
    folder = tmp_path_factory.mktemp("clips")
    found = {"copied": folder / "copied.mp4", "encoded": folder / "encoded.webm"}
    codings = {
        "copied": ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "30", "-c:a", "aac"),
        "encoded": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    }
    for name, path in found.items():
        sources = ("-f", "lavfi", "-i", "testsrc2=s=720x1280:r=12:d=5", "-f", "lavfi", "-i", "sine=d=5")
        command = [str(FFMPEG), "-loglevel", "error", "-nostdin", *sources, *codings[name], str(path)]
        subprocess.run(command, check=True, timeout=120)
    return found


async def readied(transcoder: Transcoder, source: Path, folder: Path) -> Work:
    """The work of a source that was looked at and measured."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    work = Work(source, folder, await transcoder.probe(source))
    return replace(work, loudness=await transcoder.measure(work))


def named(folder: Path) -> list[str]:
    """The streams that the master names, in order."""
    return re.findall(r"^(\w+)/index\.m3u8$", (folder / "master.m3u8").read_text(), re.MULTILINE)


def names(folder: Path) -> set[str]:
    """The names of what lies in a folder."""
    return {path.name for path in folder.iterdir()}


def check_stream(folder: Path, rendition: Rendition) -> None:
    """A whole stream: VOD, independent segments, each file that is named is there and no other."""
    text = (folder / rendition.folder / "index.m3u8").read_text()
    segments = re.findall(r"^seg_\d{5}\.m4s$", text, re.MULTILINE)
    assert names(folder / rendition.folder) == {*segments, "index.m3u8", "init.mp4", "rendition.json"}
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in text
    assert "#EXT-X-INDEPENDENT-SEGMENTS" in text
    assert text.rstrip().endswith("#EXT-X-ENDLIST")
    assert rendition.bits_per_s <= rendition.bits_per_s_max


async def test_a_conforming_source_plays_as_a_copy_and_then_as_a_ladder(
    transcoder: Transcoder, clips: dict[str, Path], tmp_path: Path
) -> None:
    work = await readied(transcoder, clips["copied"], tmp_path)
    assert work.probe.conforms
    assert work.probe.misfits == ()
    copied = await transcoder.remux(work)
    assert named(tmp_path) == ["copy"]
    assert [rendition.folder for rendition in copied] == ["copy", "audio"]
    whole = await transcoder.ladder(work)
    assert named(tmp_path) == ["video_540", "video_720", "video_360"]
    for rendition in whole:
        check_stream(tmp_path, rendition)
    assert transcoder.renditions(tmp_path) == whole


async def test_rungs_are_cut_at_the_same_moments_with_short_ones_first(
    transcoder: Transcoder, clips: dict[str, Path], tmp_path: Path
) -> None:
    work = await readied(transcoder, clips["encoded"], tmp_path)
    assert not work.probe.conforms
    await transcoder.first(work)
    assert named(tmp_path) == ["video_540"]
    await transcoder.ladder(work)
    cuts = {
        tuple(re.findall(r"#EXTINF:([\d.]+)", (tmp_path / f"video_{rung}" / "index.m3u8").read_text()))
        for rung in (360, 540, 720)
    }
    assert cuts == {("1.000000", "1.000000", "2.000000", "1.000000")}


async def test_the_first_rung_is_playable_before_it_is_done_and_tells_how_far_it_is(
    transcoder: Transcoder, clips: dict[str, Path], tmp_path: Path
) -> None:
    told: list[Progress] = []
    work = await readied(transcoder, clips["encoded"], tmp_path)
    await transcoder.first(work, told.append)
    early = [progress for progress in told if progress.playable and progress.fraction < 1]
    assert [progress.fraction for progress in told] == sorted(progress.fraction for progress in told)
    assert all(0 <= progress.fraction <= 1 for progress in told)
    assert told[-1].fraction == pytest.approx(1, abs=0.1)
    assert early or len(told) < 3


async def test_a_step_that_was_cut_off_is_done_anew_and_leaves_no_trace(
    transcoder: Transcoder, clips: dict[str, Path], tmp_path: Path
) -> None:
    work = await readied(transcoder, clips["encoded"], tmp_path)
    await transcoder.first(work)
    cut = asyncio.create_task(transcoder.ladder(work))
    await asyncio.sleep(0.3)
    cut.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut
    assert named(tmp_path) == ["video_540"]
    kept = (tmp_path / "video_540" / "init.mp4").stat().st_mtime_ns
    await transcoder.ladder(work)
    assert named(tmp_path) == ["video_540", "video_720", "video_360"]
    assert (tmp_path / "video_540" / "init.mp4").stat().st_mtime_ns == kept
    assert names(tmp_path) == {"master.m3u8", "audio", "video_360", "video_540", "video_720"}


async def test_stills_are_small_and_have_their_shape(
    transcoder: Transcoder, clips: dict[str, Path], tmp_path: Path
) -> None:
    work = await readied(transcoder, clips["encoded"], tmp_path)
    poster = await transcoder.poster(work)
    await transcoder.first(work)
    strip = await transcoder.strip(work)
    assert (poster.width, poster.height) == (540, 960)
    assert poster.placeholder.startswith("data:image/webp;base64,UklGR")
    assert len(poster.placeholder) < 400
    assert (tmp_path / poster.file).read_bytes()[8:12] == b"WEBP"
    assert (strip.count, strip.columns, strip.tile_width, strip.tile_height) == (5, 5, 90, 160)
    assert (tmp_path / strip.file).stat().st_size < 100_000


async def test_the_second_wave_adds_av1_with_opus_and_clears_the_copy_away(
    transcoder: Transcoder, clips: dict[str, Path], tmp_path: Path
) -> None:
    work = await readied(transcoder, clips["copied"], tmp_path)
    await transcoder.remux(work)
    await transcoder.ladder(work)
    whole = await transcoder.second_wave(work)
    assert {rendition.folder for rendition in whole} >= {"av1_360", "av1_720", "audio_opus", "video_720", "audio"}
    assert not (tmp_path / "copy").exists()
    assert named(tmp_path)[-2:] == ["av1_720", "av1_360"]
    for rendition in whole:
        check_stream(tmp_path, rendition)


async def test_what_is_refused_is_told_why(transcoder: Transcoder, clips: dict[str, Path], tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("not a video at all")
    with pytest.raises(NotAVideoError, match="MP4, MOV, MKV or WebM"):
        await transcoder.probe(words)
    with pytest.raises(TooLongError, match="the most is"):
        await TranscoderFfmpeg(replace(LIMITS, duration_ms_max=3_500), FFMPEG).probe(clips["copied"])
    with pytest.raises(TooManyPixelsError):
        await TranscoderFfmpeg(replace(LIMITS, pixels_max=400_000), FFMPEG).probe(clips["copied"])


async def test_a_step_that_takes_too_much_time_is_ended(clips: dict[str, Path], tmp_path: Path) -> None:
    hasty = TranscoderFfmpeg(replace(LIMITS, probe_s=0.01), FFMPEG)
    with pytest.raises(TookTooMuchError):
        await hasty.probe(clips["copied"])


async def test_every_defence_is_named(transcoder: Transcoder) -> None:
    defences = await transcoder.defences()
    assert len({defence.name for defence in defences}) == len(defences) >= 6
    assert all(defence.words for defence in defences)
