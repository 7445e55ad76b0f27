"""The log's ML-DSA-44 signature says what it signs, and holds for nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from plainview.warden.lattice import LatticeSigner, verifies
from plainview.warden.notes import LOG_KEY, Checkpoint, NoteError, Signer, read_checkpoint, read_note, read_signatures
from plainview_verifier import Trust, open_checkpoint
from tests.warden.fakes import TestLog, drawn

LOG = LatticeSigner(Signer("example.com/log", LOG_KEY, drawn("lattice log")))
HEAD = Checkpoint("example.com/log", 12, drawn("a root"))


def test_a_signature_holds_for_its_checkpoint_and_time_only() -> None:
    (line,) = read_signatures(LOG.sign(HEAD, 1_795_305_600))
    assert verifies(LOG.vkey, HEAD, line)
    for other in (replace(HEAD, size=13), replace(HEAD, root=bytes(32)), replace(HEAD, origin="example.com/lot")):
        assert not verifies(LOG.vkey, other, line)
    later = (int.from_bytes(line.signature[:8], "big") + 1).to_bytes(8, "big") + line.signature[8:]
    for wrong in (later, line.signature[:-1], line.signature[:-1] + bytes([line.signature[-1] ^ 1])):
        assert not verifies(LOG.vkey, HEAD, replace(line, signature=wrong))
    assert not verifies(LOG.vkey, HEAD, replace(line, name="example.com/lot"))


def test_only_a_whole_key_of_this_type_is_read() -> None:
    (line,) = read_signatures(LOG.sign(HEAD, 1))
    for wrong in (
        LOG.vkey[:-4],
        LOG.vkey.replace("log", "lot"),
        Signer("a", LOG_KEY, bytes(32)).verifier.vkey,
        "",
        "+",
    ):
        with pytest.raises(NoteError):
            verifies(wrong, HEAD, line)


def test_the_public_checkpoint_carries_it_and_who_does_not_know_it_passes_over_it(tmp_path: Path) -> None:
    log = TestLog(tmp_path)
    text = log.publish()
    log.reopen()
    assert (tmp_path / "public" / "checkpoint").read_text() == text
    note = read_note(text.encode())
    vkey = (tmp_path / "public" / "vkey-ml-dsa-44").read_text().strip()
    assert verifies(vkey, read_checkpoint(note.text), note.signatures[-1])
    keys = tuple(each.signer.verifier.vkey for each in log.books)
    assert open_checkpoint(text, Trust(log.signer.verifier.vkey, keys, 2))[0] == 1
    assert vkey.encode() not in log.proof_file(5)
    log.close()
