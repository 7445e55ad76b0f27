"""The rules behind the transcoder, without running it: rungs, rates, what a listing says, and the master playlist."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.adapters import media_ladder, media_loudness, media_playlist, media_probe
from plainview.adapters.media_outcome import error_of, last_words
from plainview.adapters.sandbox import Outcome
from plainview.ports.transcoder import BrokenVideoError, Rendition, TookTooMuchError, TranscodeFailedError

sides = st.integers(32, 8_192)


@given(sides, sides)
def test_a_rung_is_never_larger_than_the_picture_and_always_even(width: int, height: int) -> None:
    rungs = media_ladder.rungs_for(width, height)
    assert rungs
    assert [rung.short_edge for rung in rungs] == sorted({rung.short_edge for rung in rungs})
    for rung in rungs:
        assert rung.width <= width
        assert rung.height <= height
        assert rung.width % 2 == rung.height % 2 == 0
        assert rung.video_kbps <= rung.video_kbps_max


def test_a_phone_clip_gets_the_four_rungs_either_way_up() -> None:
    upright = [(rung.width, rung.height, rung.video_kbps) for rung in media_ladder.rungs_for(1080, 1920)]
    assert upright == [(360, 640, 500), (540, 960, 1_200), (720, 1280, 2_400), (1080, 1920, 4_500)]
    assert [(rung.width, rung.height) for rung in media_ladder.rungs_for(1280, 720)] == [
        (640, 360),
        (960, 540),
        (1280, 720),
    ]


def test_a_size_between_rungs_gets_one_of_its_own() -> None:
    assert [rung.short_edge for rung in media_ladder.rungs_for(478, 850)] == [360, 478]
    assert [rung.short_edge for rung in media_ladder.rungs_for(400, 700)] == [360]
    assert [rung.short_edge for rung in media_ladder.rungs_for(200, 300)] == [200]


def test_the_first_rung_is_the_middle_one_or_the_lowest_there_is() -> None:
    assert media_ladder.first_rung(media_ladder.rungs_for(1080, 1920)).short_edge == 540
    assert media_ladder.first_rung(media_ladder.rungs_for(480, 850)).short_edge == 480


@given(st.floats(0.001, 1_000), st.booleans(), st.floats(0.001, 1_000))
def test_the_rate_of_a_rendition_is_between_ten_and_sixty(rate: float, variable: bool, usual: float) -> None:
    assert 10 <= media_probe.output_rate(rate, variable, usual) <= 60


@pytest.mark.parametrize(
    ("rate", "wanted"),
    [
        (29.97, Fraction(30_000, 1_001)),
        (30.0, Fraction(30)),
        (120.0, Fraction(60)),
        (239.8, Fraction(60)),
        (15.0, Fraction(15)),
    ],
)
def test_a_usual_rate_is_kept(rate: float, wanted: Fraction) -> None:
    assert media_probe.output_rate(rate, False, rate) == wanted


@given(st.binary(max_size=64))
def test_a_container_is_told_by_its_first_bytes_or_not_at_all(head: bytes) -> None:
    assert media_probe.container_of(head) in {None, "mov", "matroska"}


@given(st.text(max_size=2_000))
def test_no_text_breaks_the_reader_of_listings(text: str) -> None:
    media_probe.listing_of(text)
    media_probe.packets_of(text)
    media_loudness.loudness_of(text)


def test_a_listing_names_the_first_moving_picture_and_how_it_is_turned() -> None:
    listing = media_probe.listing_of(
        "[info] Input #0, mov, from 'x':\n"
        "[info]     title           : Stream #0:0: Video: magicyuv\n"
        "[info]   Stream #0:0[0x1](und): Video: png, rgb24(pc), 100x100, 90k tbr (attached pic)\n"
        "[info]   Stream #0:1[0x2](und): Video: hevc (Main 10) (hvc1 / 0x31637668), "
        "yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67, progressive), 1920x1080 [SAR 4:3 DAR 64:27], 30 fps\n"
        "[info]       Display Matrix: rotation of -90.00 degrees\n"
        "[info]   Stream #0:2[0x3](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, 5.1, fltp, 128 kb/s\n"
        "[info] Output #0, framecrc, to 'pipe:1':\n"
        "[info]   Stream #0:0: Video: magicyuv, bgr0, 1x1\n"
    )
    picture, sound = listing.picture, listing.sound
    assert picture is not None
    assert sound is not None
    assert (picture.codec, picture.profile, picture.rotation, picture.transformed) == ("hevc", "Main 10", 90, True)
    assert (picture.width, picture.height, picture.aspect) == (1920, 1080, Fraction(4, 3))
    assert media_probe.upright_size(picture) == (1080, 2560)
    assert media_probe.hdr_of(picture.colour) == "hlg"
    assert media_probe.bit_depth_of(picture.pixel_format) == 10
    assert (sound.codec, sound.channels, sound.rate_hz) == ("aac", 6, 44_100)


def test_packets_add_up_to_length_rate_and_keyframes() -> None:
    lines = ["#tb 0: 1/1000"]
    lines += [f"0, {40 * n}, {40 * n}, 40, 1000, 0x0{'' if n % 50 == 0 else ', F=0x0'}" for n in range(100)]
    packets = media_probe.packets_of("\n".join(lines))
    assert (packets.count, packets.duration_s, packets.rate, packets.variable) == (100, 4.0, 25.0, False)
    assert (packets.keyframe_gap_s, packets.starts_with_key, packets.bytes) == (2.0, True, 100_000)


def test_the_master_names_the_middle_first_and_leaves_the_copy_out_when_there_is_a_ladder() -> None:
    copy = Rendition("copy", "avc1.640028", 1080, 1920, 30.0, 7_000_000, 8_000_000, 1, 1)
    low = Rendition("video_360", "avc1.64001e", 360, 640, 30.0, 500_000, 600_000, 1, 1)
    middle = Rendition("video_540", "avc1.64001f", 540, 960, 30.0, 1_200_000, 1_400_000, 1, 1)
    modern = Rendition("av1_720", "av01.0.05M.08", 720, 1280, 30.0, 900_000, 1_000_000, 1, 1)
    sound = Rendition("audio", "mp4a.40.2", 0, 0, 0.0, 128_000, 130_000, 1, 1)
    opus = Rendition("audio_opus", "opus", 0, 0, 0.0, 96_000, 99_000, 1, 1)
    alone = media_playlist.master_text((copy, sound))
    whole = media_playlist.master_text((copy, low, middle, modern, sound, opus))
    assert "copy/index.m3u8" in alone
    assert 'BANDWIDTH=8130000,AVERAGE-BANDWIDTH=7128000,CODECS="avc1.640028,mp4a.40.2"' in alone
    named = [line for line in whole.splitlines() if line.endswith("index.m3u8")]
    assert named == ["video_540/index.m3u8", "video_360/index.m3u8", "av1_720/index.m3u8"]
    assert 'CODECS="av01.0.05M.08,opus",RESOLUTION=720x1280,FRAME-RATE=30.000,AUDIO="audio_opus"' in whole


def test_an_end_is_told_by_its_cause() -> None:
    assert isinstance(error_of(Outcome(-9, b"", "", 1.0, "time"), "first"), TookTooMuchError)
    assert isinstance(error_of(Outcome(-11, b"", "", 1.0), "first"), BrokenVideoError)
    assert isinstance(
        error_of(Outcome(1, b"", "[error] av_interleaved: No space left on device", 1.0), "first"), TranscodeFailedError
    )
    assert isinstance(error_of(Outcome(1, b"", "[error] Invalid data found", 1.0), "first"), BrokenVideoError)


def test_last_words_tell_no_path() -> None:
    assert last_words("[error] file:/srv/secret/x: Invalid data\n[info] done") == "[error] …: Invalid data"
