"""Checkpoints only go forward, are signed after they are stored, and leave only with a quorum."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from plainview.warden import entries, merkle
from plainview.warden.entries import Kind
from plainview.warden.notes import Note, read_checkpoint, read_note
from plainview.warden.pacing import NO_PACE
from plainview.warden.publishing import LogRolledBackError, Publisher, QuorumMissedError, Signed
from plainview.warden.store import rows
from plainview.warden.tiles import Tiles, tile_path
from plainview.warden.witnesses import Witness, Witnesses
from tests.warden.fakes import TestLog, witness_of


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TestLog]:
    log = TestLog(tmp_path)
    yield log
    log.close()


def shown(log: TestLog) -> Note:
    return read_note((log.folder / "public" / "checkpoint").read_bytes())


def audit(log: TestLog) -> tuple[int, bytes]:
    """Size and root of the public checkpoint, after recomputing the tree from the public bundles."""
    checkpoint = read_checkpoint(shown(log).text)
    found: list[bytes] = []
    for number in range(-(-checkpoint.size // 256)):
        width = min(256, checkpoint.size - 256 * number)
        bundle = (log.folder / "public" / tile_path("entries", number, width)).read_bytes()
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            found.append(bundle[2 : 2 + length])
            bundle = bundle[2 + length :]
    leaves = [merkle.leaf_hash(each) for each in found]
    assert merkle.root_of(leaves) == checkpoint.root
    for number in range(-(-checkpoint.size // 256)):
        width = min(256, checkpoint.size - 256 * number)
        hashes = (log.folder / "public" / tile_path(0, number, width)).read_bytes()
        assert hashes == b"".join(leaves[256 * number : 256 * number + width])
    assert entries.head_of(found[-1]).kind is Kind.HEADS
    assert entries.heads_of(found[-1])[1] == sum(entries.head_of(each).kind is Kind.READ for each in found)
    return checkpoint.size, checkpoint.root


def test_a_checkpoint_follows_its_heads_and_carries_all_signatures(log: TestLog) -> None:
    log.book(*(log.read(person) for person in range(1, 20)))
    note = read_note(log.publish().encode())
    assert note.signed_by(log.signer.verifier)
    assert all(note.signed_by(book.signer.verifier) for book in log.books)
    assert audit(log) == (20, log.log.root())


def test_tiles_of_every_width_are_what_the_format_says(log: TestLog) -> None:
    sizes = []
    for count in (0, 254, 0, 0, 300, 255, 511, 64_300):
        log.book(*(log.read(each % 50) for each in range(count % 1_000)))
        with log.log.writing() as txn:
            for _ in range(count - count % 1_000):
                log.log.note(txn, Kind.CLIENT, bytes(32))
        log.clock.ms += 60_000
        log.publish()
        sizes.append(audit(log)[0])
    assert sizes == [1, 256, 257, 258, 559, 815, 1327, 65628]
    assert not (log.folder / "public" / "tile" / "0" / "000.p").exists(), "a full tile takes its partial ones away"
    leaves = [merkle.leaf_hash(entry) for entry in stored(log)]
    first = (log.folder / "public" / tile_path(1, 0)).read_bytes()
    assert first == b"".join(merkle.root_of(leaves[at : at + 256]) for at in range(0, 65536, 256))
    assert (log.folder / "public" / tile_path(2, 0, 1)).read_bytes() == merkle.root_of(leaves[:65536])
    node = Tiles(log.folder / "public", log.store).node(65628)
    for old, new in pairwise(sizes):
        roots = [(size, merkle.root_of(leaves[:size])) for size in (old, new)]
        assert merkle.consistent(roots[0], roots[1], merkle.consistency_proof(old, new, node))


def test_tile_paths_are_those_of_the_format() -> None:
    assert tile_path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tile_path("entries", 3, 12) == "tile/entries/003.p/12"


def test_files_that_were_lost_are_made_again_from_the_store(log: TestLog) -> None:
    log.book(*(log.read(each % 9) for each in range(700)))
    log.publish()
    before = {path: path.read_bytes() for path in (log.folder / "public").rglob("*") if path.is_file()}
    shutil.rmtree(log.folder / "public")
    log.reopen()
    assert {path: path.read_bytes() for path in (log.folder / "public").rglob("*") if path.is_file()} == before
    assert all(path.stat().st_mode & 0o777 == 0o644 for path in before)


def test_without_a_quorum_nothing_new_is_public_and_nothing_is_lost(log: TestLog) -> None:
    log.book(log.read(5))
    log.publish()
    before, proof = shown(log), log.proof_file(5)
    silent = [Witness(each.signer.verifier, _silence) for each in log.books[:2]]
    asked = Witnesses([*silent, witness_of(log.books[2])])
    log.publisher = Publisher(log.log, log.publisher.terms, log.folder / "public", asked)
    for _ in range(3):
        log.book(log.read(5), log.read(6))
        with pytest.raises(QuorumMissedError, match="1 of 3"):
            log.publish()
    assert (shown(log), log.proof_file(5)) == (before, proof)
    log.reopen()
    log.publish()
    assert audit(log)[0] == 12
    assert log.proof_file(5).count(b'"enc"') == 1


def test_a_store_brought_back_from_an_old_copy_signs_nothing(log: TestLog) -> None:
    log.book(log.read(5))
    log.publish()
    log.store.close()
    shutil.copytree(log.folder / "store", log.folder / "copy")
    log.open()
    log.book(log.read(6))
    log.publish()
    public = shown(log)
    log.store.close()
    shutil.rmtree(log.folder / "store")
    shutil.copytree(log.folder / "copy", log.folder / "store")
    with pytest.raises(LogRolledBackError, match="retiring"):
        log.open()
    # Even where the public file is taken away too, the witnesses remember.
    log.store.close()
    (log.folder / "public" / "checkpoint").unlink()
    log.open()
    log.book(log.read(7))
    with pytest.raises(QuorumMissedError):
        log.publish()
    assert public.text != shown(log).text


def test_a_stop_between_signing_and_showing_goes_on_with_the_same_tree(log: TestLog) -> None:
    log.book(log.read(5))
    log.publish()
    log.book(log.read(6))
    silent = Witnesses([Witness(each.signer.verifier, _silence) for each in log.books])
    log.publisher = Publisher(log.log, log.publisher.terms, log.folder / "public", silent)
    with pytest.raises(QuorumMissedError):
        log.publish()
    with log.store.env.begin() as txn:
        signed = msgspec.msgpack.decode(txn.get(b"signed", b"", db=log.store.meta), type=Signed)
    log.reopen()
    log.publish()
    leaves = [merkle.leaf_hash(entry) for entry in stored(log)]
    assert merkle.root_of(leaves[: signed.size]) == signed.root
    assert audit(log)[0] > signed.size


def test_a_witness_that_is_new_or_behind_is_brought_up_to_date(log: TestLog) -> None:
    log.book(*(log.read(each) for each in range(300)))
    log.publish()
    late = log.books[0]
    others = [witness_of(each) for each in log.books[1:]]
    log.publisher = Publisher(log.log, log.publisher.terms, log.folder / "public", Witnesses(others))
    for _ in range(3):
        log.book(*(log.read(each) for each in range(100)))
        log.publish()
    log.reopen()
    note = read_note(log.publish().encode())
    assert note.signed_by(late.signer.verifier)
    assert late.seen(log.signer.name).size == log.log.size


def test_a_log_without_traffic_still_makes_checkpoints(log: TestLog) -> None:
    first = log.publish()
    log.clock.ms += 60_000
    second = log.publish()
    assert [read_checkpoint(read_note(each.encode()).text).size for each in (first, second)] == [1, 2]


def test_laying_again_changes_no_file(log: TestLog) -> None:
    log.book(*(log.read(each % 9) for each in range(900)))
    log.publish()
    files = {path: path.read_bytes() for path in (log.folder / "public" / "tile").rglob("*") if path.is_file()}
    tiles = Tiles(log.folder / "public", log.store)
    for laid in (0, 255, 256, 700, 901):
        tiles.lay(laid, 901, NO_PACE)
    assert {path: path.read_bytes() for path in files} == files


def stored(log: TestLog) -> list[bytes]:
    with log.store.env.begin() as txn:
        return [entry for _, entry in rows(txn, log.store.entries)]


def _silence(_: bytes) -> tuple[int, bytes]:
    raise TimeoutError
