"""What a caption says: hashtags of any script, handles, and nothing that could deceive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.catalog.words import MENTIONS_MAX, TAGS_MAX, clean, hashtags, mentions, normal_tag


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("Dance #Tanz #tanz #TANZ", ["tanz"]),
        ("#été #ÉTÉ #e\u0301te\u0301", ["été"]),
        ("#日本語 と #Привет,#مرحبا!", ["日本語", "привет", "مرحبا"]),
        ("#हिन्दी #ไทยแลนด์ #தமிழ்", ["हिन्दी", "ไทยแลนด์", "தமிழ்"]),
        ("＃ｆｕｌｌ", ["full"]),
        ("#2026 #100days", ["100days"]),
        ("a#b &#39; https://x.example/#frag ##double", []),
        ("#snake_case-no #end.", ["snake_case", "end"]),
        ("#" + "a" * 61, []),
    ],
)
def test_hashtags_are_found_in_any_script(caption: str, expected: list[str]) -> None:
    assert hashtags(caption) == expected


def test_handles_are_found_and_mail_addresses_are_not() -> None:
    assert mentions("With @Ann, @bob.b. and @ann; not me@example.org nor @@x nor /@path") == ["ann", "bob.b"]


@given(st.text(max_size=300))
def test_any_text_is_taken(caption: str) -> None:
    assert len(hashtags(caption)) <= TAGS_MAX
    assert len(mentions(caption)) <= MENTIONS_MAX
    cleaned = clean(caption)
    assert clean(cleaned) == cleaned
    assert "\x00" not in cleaned
    assert all(normal_tag(tag) == tag for tag in hashtags(cleaned))


def test_a_caption_cannot_turn_its_reader_around() -> None:
    assert clean("a\u202eb\r\n\r\n\r\n\r\nc\x00\u2067 ") == "ab\n\nc"
