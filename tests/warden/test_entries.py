"""Entries have the bytes of the specification, and nothing is booked that a person's verifier would refuse."""

import json
from dataclasses import replace

import pytest

from plainview.kernel.purposes import Purpose
from plainview.warden import entries
from plainview.warden.entries import Head, Kind, Read, UnbookableError, UnknownPurposeError

AT_MS = 1_795_305_661_234
EPOCH = AT_MS // 60_000
READ = Read(9, "feed.rank", "feed", ("watch_history", "interests", "interests"), AT_MS)


def test_each_kind_of_entry_begins_with_version_kind_epoch_and_region() -> None:
    digest = bytes(range(32))
    made = {
        Kind.READ: (entries.read_entry(AT_MS, 7, 2, digest[:16], digest), 56),
        Kind.HEADS: (entries.heads_entry(AT_MS, 7, 1, 2, digest), 55),
        Kind.POLICY: (entries.hash_entry(Kind.POLICY, AT_MS, 7, digest), 39),
        Kind.ACT: (entries.act_entry(AT_MS, 7, 6, 1, digest), 48),
        Kind.CLIENT: (entries.hash_entry(Kind.CLIENT, AT_MS, 7, digest), 39),
        Kind.KEY: (entries.key_entry(AT_MS, 7, 1, digest), 40),
    }
    for kind, (entry, length) in made.items():
        assert len(entry) == length
        assert entry[:7] == bytes([1, kind]) + EPOCH.to_bytes(4, "big") + b"\x07"
        assert entry.endswith(digest)
        assert entries.head_of(entry) == Head(kind, EPOCH, 7)
    assert entries.heads_of(made[Kind.HEADS][0]) == (1, 2, digest)


@pytest.mark.parametrize("entry", [b"", b"\x01\x01", bytes(56), b"\x01\x07" + bytes(54), b"\x01\x01" + bytes(53)])
def test_bytes_of_another_form_are_no_entry(entry: bytes) -> None:
    with pytest.raises(ValueError, match=r"entry|Kind"):
        entries.head_of(entry)


def test_a_body_is_compact_and_leaves_out_what_goes_without_saying() -> None:
    body = entries.encode_body(3, AT_MS, READ)
    assert body == b'{"n":3,"at":1795305661234,"by":"feed","for":"feed.rank","of":["interests","watch_history"]}'
    full = replace(READ, by="staff:Zoë", case="41", origin_region=2, count=30)
    told = json.loads(entries.encode_body(0, AT_MS, full))
    assert list(told) == ["n", "at", "by", "for", "of", "case", "from", "count"]
    assert (told["by"], told["case"], told["from"], told["count"]) == ("staff:Zoë", "41", "2", 30)


def test_every_purpose_that_can_be_declared_has_a_number_in_the_log() -> None:
    assert all(1 <= entries.coarse(purpose) <= 7 for purpose in Purpose)
    for unknown in ("marketing.sell", "feed", "feed.", ""):
        with pytest.raises(UnknownPurposeError):
            entries.coarse(unknown)


@pytest.mark.parametrize(
    "changes",
    [
        {"by": "mallory"},
        {"by": "staff:"},
        {"by": "staff:a\nb"},
        {"by": "staff:a\u2028b"},
        {"by": "staff:\ud800"},
        {"case": ""},
        {"case": "a\x00"},
        {"classes": ()},
        {"classes": ("",)},
        {"count": 0},
        {"person": -1},
    ],
)
def test_a_read_that_could_not_be_told_to_its_person_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(UnbookableError):
        entries.check(replace(READ, **changes))  # type: ignore[arg-type]


def test_tags_and_labels_of_one_person_tell_nothing_without_the_key() -> None:
    tags = {entries.tag_of(key, number) for key in (b"a" * 32, b"b" * 32) for number in range(50)}
    assert len(tags) == 100
    assert entries.label_of(b"a" * 32, 1) != entries.label_of(b"a" * 32, 2)
