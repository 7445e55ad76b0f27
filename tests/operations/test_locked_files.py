"""A locked file opens with its passphrase, whole, or not at all."""

import io
import os
from pathlib import Path

import pytest

from plainview.kernel.errors import InvalidInputError
from plainview.operations.locked_files import (
    CHUNK_BYTES,
    LOCKED_BYTES,
    MAGIC,
    SALT_BYTES,
    Cipher,
    LockedFileError,
    LockedReader,
    LockedWriter,
    locked_file,
    unlocked_file,
)

PASSPHRASE = "correct horse battery"


@pytest.fixture(scope="module")
def cipher() -> Cipher:
    """One key for all tests, since making one takes a while."""
    return Cipher(PASSPHRASE, MAGIC + b"s" * SALT_BYTES)


def _locked(cipher: Cipher, content: bytes) -> bytes:
    target = io.BytesIO()
    cipher.again()
    writer = LockedWriter(target, cipher)
    for start in range(0, len(content), 9_999):
        writer.write(content[start : start + 9_999])
    writer.end()
    return target.getvalue()


def _unlocked(cipher: Cipher, locked: bytes) -> bytes:
    cipher.again()
    reader = LockedReader(io.BytesIO(locked), cipher)
    return b"".join(iter(lambda: reader.read(10_240), b""))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_was_written_is_read(cipher: Cipher, size: int) -> None:
    content = os.urandom(size)
    locked = _locked(cipher, content)
    assert size < 16 or content[:16] not in locked
    assert _unlocked(cipher, locked) == content


def test_what_was_changed_anywhere_is_not_read(cipher: Cipher) -> None:
    locked = _locked(cipher, bytes(2 * CHUNK_BYTES + 5))
    chunks = [locked[start : start + LOCKED_BYTES] for start in range(0, len(locked), LOCKED_BYTES)]
    first, second, third = chunks
    flipped = [locked[:at] + bytes([locked[at] ^ 1]) + locked[at + 1 :] for at in (0, 70_000, len(locked) - 1)]
    cut = [locked[:size] for size in (0, 5, LOCKED_BYTES, 2 * LOCKED_BYTES, len(locked) - 1)]
    moved = [second + first + third, second + third, first + first + third, locked + third, locked + b"x"]
    for changed in (*flipped, *cut, *moved):
        with pytest.raises(LockedFileError):
            _unlocked(cipher, changed)


def test_a_file_opens_with_its_passphrase_alone_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with locked_file(path, PASSPHRASE) as file:
        file.write(b"the keys")
    assert path.stat().st_mode & 0o077 == 0
    with unlocked_file(path, PASSPHRASE) as opened:
        assert opened.read(100) == b"the keys"
    with pytest.raises(LockedFileError, match="passphrase"), unlocked_file(path, PASSPHRASE + "."):
        raise AssertionError("it was opened")
    path.write_bytes(b"the keys, in the clear")
    with pytest.raises(LockedFileError, match="not a locked file"), unlocked_file(path, PASSPHRASE):
        raise AssertionError("it was opened")


def test_a_passphrase_that_keeps_nothing_is_refused_and_what_was_not_finished_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError), locked_file(tmp_path / "short", "elevenchars"):
        raise AssertionError("it was opened")
    with pytest.raises(ZeroDivisionError), locked_file(tmp_path / "file", PASSPHRASE):
        raise ZeroDivisionError
    assert [path.name for path in tmp_path.iterdir()] == ["file.partial"]
