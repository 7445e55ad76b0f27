"""Gives the hostile tests a transcoder, a kit to make files with, and the canaries."""

from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest

from plainview.adapters.media_verdict import TranscoderLimits
from plainview.adapters.transcoder_ffmpeg import TranscoderFfmpeg
from tests.hostile.corpus import Kit
from tests.hostile.trial import Canaries, canaries


@pytest.fixture(scope="session")
def ffmpeg() -> Path:
    return Path(imageio_ffmpeg.get_ffmpeg_exe())


@pytest.fixture(scope="session")
def transcoder(ffmpeg: Path) -> TranscoderFfmpeg:
    return TranscoderFfmpeg(TranscoderLimits(), ffmpeg)


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canaries]:
    with canaries(tmp_path_factory.mktemp("canary")) as held:
        yield held


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Path, watched: Canaries) -> Kit:
    return Kit(ffmpeg, tmp_path_factory.mktemp("kit"), watched.file, watched.port)
