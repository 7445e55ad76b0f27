"""Captions: read strictly, written anew, with nothing in them but times and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.media.captions import BadCaptionsError, Cue, cues_of, written


@given(
    st.lists(
        st.tuples(
            st.integers(0, 9_000_000), st.integers(1, 60_000), st.from_regex(r"[a-zé日!?,.]{1,20}", fullmatch=True)
        ),
        min_size=1,
        max_size=20,
    )
)
def test_what_was_written_is_read_back(cues: list[tuple[int, int, str]]) -> None:
    made = sorted(
        (Cue(start, start + length, text) for start, length, text in cues), key=lambda c: (c.start_ms, c.end_ms)
    )
    assert cues_of(written(made)) == made


@given(st.binary(max_size=300))
def test_any_bytes_are_captions_or_refused(content: bytes) -> None:
    for whole in (content, b"WEBVTT\n\n" + content):
        try:
            cues = cues_of(whole)
        except BadCaptionsError:
            continue
        assert cues_of(written(cues)) == cues


def test_styles_notes_and_names_are_left_out() -> None:
    text = (
        "\ufeffWEBVTT - a title\r\nKind: captions\r\n\r\nNOTE 00:01.000 --> 00:02.000\r\n\r\n"
        "STYLE\r\n::cue{background:url(x)}\r\n\r\nfirst\r\n00:00:01.000 --> 00:00:02.500 line:0\r\n"
        "<v Ann>Hello <c.red>you</c><00:02.000>\r\nthere\r\n"
    )
    assert cues_of(text.encode()) == [Cue(1_000, 2_500, "Hello you\nthere")]


@pytest.mark.parametrize(
    "content",
    [b"", b"WEBVTTX\n\n00:00.000 --> 00:01.000\nHi", b"1\n00:00:00,000 --> 00:00:01,000\nHi", b"WEBVTT", b"\xff\xfe"],
)
def test_what_is_no_caption_file_is_refused(content: bytes) -> None:
    with pytest.raises(BadCaptionsError):
        cues_of(content)
