"""Each hostile upload gets its verdict in time, touches no canary and carries no secret into what is served."""

import asyncio
import re
import subprocess
from pathlib import Path

import pytest

from plainview.adapters.transcoder_ffmpeg import TranscoderFfmpeg
from tests.hostile.corpus import ACCEPTED, CASES, Case, Kit
from tests.hostile.trial import Canaries, tried

OUR_NAMES = re.compile(
    r"(master\.m3u8|poster\.webp|strip\.webp"
    r"|(copy|audio|video_\d+)/(index\.m3u8|init\.mp4|seg_\d{5}\.m4s|rendition\.json))"
)
SECONDS_MAX = 30.0
BYTES_MAX = 20_000_000

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_hostile_upload_gets_its_verdict_and_touches_nothing(
    case: Case, kit: Kit, transcoder: TranscoderFfmpeg, watched: Canaries, tmp_path: Path
) -> None:
    await asyncio.to_thread(case.make, kit)
    watched.touched()
    result = await tried(case, kit, transcoder, tmp_path)
    assert result.verdict in case.verdicts
    assert watched.touched() == ()
    assert result.seconds < SECONDS_MAX
    written = {path.relative_to(tmp_path / "out").as_posix(): path.read_bytes() for path in result.files}
    if result.verdict == ACCEPTED:
        assert all(OUR_NAMES.fullmatch(name) for name in written)
        assert "master.m3u8" in written
    assert sum(len(content) for content in written.values()) < BYTES_MAX
    for content in written.values():
        assert b"SECRET" not in content
        assert b"48.8577" not in content
    assert str(tmp_path) not in result.words


def test_the_corpus_has_at_least_forty_cases_with_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 40


def test_without_our_arguments_the_canary_would_have_been_opened(kit: Kit, watched: Canaries, tmp_path: Path) -> None:
    """The planted positive control: a plain FFmpeg that follows references does what the corpus tries."""
    alias = next(case for case in CASES if case.name == "elsewhere-alias")
    source = tmp_path / "alias.mp4"
    source.write_bytes(alias.make(kit))
    watched.touched()
    follows = ("-enable_drefs", "1", "-use_absolute_path", "1")
    subprocess.run([str(kit.ffmpeg), "-nostdin", *follows, "-i", str(source)], capture_output=True, check=False)
    assert watched.touched() != ()


def test_without_our_arguments_the_port_would_have_been_called(kit: Kit, watched: Canaries, tmp_path: Path) -> None:
    playlist = next(case for case in CASES if case.name == "playlist-http")
    source = tmp_path / "playlist.m3u8"
    source.write_bytes(playlist.make(kit))
    watched.touched()
    command = [str(kit.ffmpeg), "-nostdin", "-protocol_whitelist", "file,http,tcp", "-rw_timeout", "200000"]
    subprocess.run([*command, "-i", str(source)], capture_output=True, check=False, timeout=30)
    assert watched.touched() == ("port called",)
