"""Notes, keys and cosignatures have the forms of C2SP, down to its own examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from plainview.warden import notes
from plainview.warden.notes import COSIGNATURE, LOG_KEY, Checkpoint, NoteError, Signer, note_of, read_note, read_vkey
from tests.warden.fakes import drawn

LOG = Signer("example.com/log", LOG_KEY, drawn("a log"))
WITNESS = Signer("example.com/witness", COSIGNATURE, drawn("a witness"))
TEXT = Checkpoint(LOG.name, 12, drawn("a root")).text
NOTE = note_of(TEXT, [LOG.sign(TEXT), WITNESS.cosign(TEXT, 1_679_315_147)])
# From the Go checksum database, whose key is in every copy of Go: made by others, long ago.
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
COSIGNED_EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def test_a_note_is_read_back_and_both_its_signatures_hold() -> None:
    note = read_note(NOTE.encode())
    assert note.text == TEXT
    assert note.signed_by(LOG.verifier)
    assert note.signed_by(WITNESS.verifier)
    assert notes.read_checkpoint(note.text) == Checkpoint(LOG.name, 12, drawn("a root"))


def test_a_key_known_to_the_world_is_read_and_written_the_same() -> None:
    assert read_vkey(GO_KEY).vkey == GO_KEY
    assert read_vkey(WITNESS.verifier.vkey) == WITNESS.verifier


def test_the_example_of_the_cosignature_specification_is_read() -> None:
    note = read_note(COSIGNED_EXAMPLE.encode())
    assert notes.read_checkpoint(note.text).size == 20_852_163
    assert note.signatures[1].key_id.hex() == "8d66cf3f"
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == 1_679_315_147


@given(some.integers(0, len(NOTE.encode()) - 1), some.integers(1, 255))
def test_no_changed_byte_leaves_both_signatures_in_force(at: int, flip: int) -> None:
    raw = bytearray(NOTE.encode())
    raw[at] ^= flip
    try:
        note = read_note(bytes(raw))
    except NoteError:
        return
    assert not (note.signed_by(LOG.verifier) and note.signed_by(WITNESS.verifier))


def test_a_cosignature_says_its_time_and_holds_for_no_other() -> None:
    line = read_note(note_of(TEXT, [WITNESS.cosign(TEXT, 7)]).encode()).signatures[0]
    later = (8).to_bytes(8, "big") + line.signature[8:]
    assert WITNESS.verifier.accepts(TEXT, line.signature)
    assert not WITNESS.verifier.accepts(TEXT, later)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a",
        GO_KEY.replace("033de0ae", "033de0af"),
        GO_KEY.replace("sum", "sun"),
        GO_KEY[:-4],
        GO_KEY + "=",
        "a b+00000000+AAAA",
    ],
)
def test_a_damaged_key_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        read_vkey(vkey)


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\nAAAA\n", TEXT + "extension\n", TEXT[:-1], "\n" + TEXT],
)
def test_a_text_of_another_form_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteError):
        notes.read_checkpoint(text)


def test_a_note_with_control_characters_or_without_an_end_is_refused() -> None:
    for wrong in (NOTE.replace("log\n", "log\r\n", 1), NOTE[:-1], TEXT, NOTE.replace("— ", "- "), "\xff"):
        with pytest.raises(NoteError):
            read_note(wrong.encode("latin-1", errors="replace") if wrong == "\xff" else wrong.encode())
