"""Owns files that only a passphrase opens: encrypted as they are written, never on the disk in the clear.

    header   the line of `MAGIC`, 16 bytes of salt
    chunks   64 KiB each, the last one shorter (maybe empty), as `warden.sealing` seals: 29 bytes longer

The key is scrypt's of passphrase and salt (RFC 7914). A chunk is bound to the header, its number and whether it is
the last: so none is dropped, repeated, moved or cut off unnoticed. The idea is that of `age` (C2SP).
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from plainview.kernel.errors import InvalidInputError, PlainviewError
from plainview.ports.door import DoorBrokenError
from plainview.warden.sealing import KEY_BYTES, seal, unseal

MAGIC: Final = b"plainview locked file/1: scrypt 2^17 8 1, AES-256-GCM\n"
SALT_BYTES: Final = 16
CHUNK_BYTES: Final = 64 * 1024
LOCKED_BYTES: Final = CHUNK_BYTES + 29
PASSPHRASE_CHARS_MIN: Final = 12


class LockedFileError(PlainviewError):
    """A locked file that does not open: another passphrase, or not the file as it was written."""

    code, status, title = "locked_file_shut", 400, "The file does not open"


class Cipher:
    """One file's key, and how its chunks are numbered."""

    def __init__(self, passphrase: str, header: bytes) -> None:
        salt = header[len(MAGIC) :]
        self._key = Scrypt(salt, KEY_BYTES, n=1 << 17, r=8, p=1).derive(passphrase.encode())
        self._header = header
        self._number = 0

    def lock(self, chunk: bytes, *, last: bool) -> bytes:
        """The next chunk as it is written."""
        return seal(self._key, chunk, self._place(last))

    def unlock(self, chunk: bytes, *, last: bool) -> bytes:
        """The next chunk as it was.

        Raises:
            LockedFileError: it is another, or the passphrase is.
        """
        try:
            return unseal(self._key, chunk, self._place(last))
        except DoorBrokenError as error:
            raise LockedFileError("The passphrase is not the one of this file, or the file is damaged.") from error

    def again(self) -> None:
        """Begin with the first chunk again."""
        self._number = 0

    def _place(self, last: bool) -> bytes:
        self._number += 1
        return self._header + self._number.to_bytes(8, "big") + bytes([last])


class LockedWriter:
    """Takes what is written, as tarfile does in a stream."""

    def __init__(self, file: IO[bytes], cipher: Cipher) -> None:
        self._file = file
        self._cipher = cipher
        self._kept = bytearray()

    def write(self, content: bytes) -> int:
        """Keep or write so many bytes."""
        self._kept += content
        while len(self._kept) > CHUNK_BYTES:
            self._file.write(self._cipher.lock(bytes(self._kept[:CHUNK_BYTES]), last=False))
            del self._kept[:CHUNK_BYTES]
        return len(content)

    def end(self) -> None:
        """Write the last chunk."""
        self._file.write(self._cipher.lock(bytes(self._kept), last=True))


class LockedReader:
    """Gives what was written, as tarfile asks for in a stream."""

    def __init__(self, file: IO[bytes], cipher: Cipher) -> None:
        self._chunks = _chunks(file, cipher)
        self._kept = b""

    def read(self, count: int) -> bytes:
        """The next bytes, so many; fewer at the end."""
        while len(self._kept) < count and (chunk := next(self._chunks, b"")):
            self._kept += chunk
        given, self._kept = self._kept[:count], self._kept[count:]
        return given


def refuse_short(passphrase: str) -> None:
    """Nothing, when a passphrase is long enough to keep something.

    Raises:
        InvalidInputError: it is not.
    """
    if len(passphrase) < PASSPHRASE_CHARS_MIN:
        raise InvalidInputError(f"A passphrase has at least {PASSPHRASE_CHARS_MIN} characters.")


@contextmanager
def locked_file(target: Path, passphrase: str) -> Iterator[LockedWriter]:
    """What is written in the block lies in this new file, for its owner alone; the file is there when the block ends.

    Raises:
        InvalidInputError: the passphrase is too short.
    """
    refuse_short(passphrase)
    header = MAGIC + secrets.token_bytes(SALT_BYTES)
    partial = target.with_name(target.name + ".partial")
    partial.touch(mode=0o600)
    with partial.open("wb") as file:
        file.write(header)
        writer = LockedWriter(file, Cipher(passphrase, header))
        yield writer
        writer.end()
    partial.rename(target)


@contextmanager
def unlocked_file(source: Path, passphrase: str) -> Iterator[LockedReader]:
    """What was written into a locked file; all of it has been checked when the block begins.

    Raises:
        LockedFileError: it is none of ours, not whole, or the passphrase is another.
    """
    with source.open("rb") as file:
        header = file.read(len(MAGIC) + SALT_BYTES)
        if not header.startswith(MAGIC) or len(header) < len(MAGIC) + SALT_BYTES:
            raise LockedFileError(f"{source} is not a locked file of Plainview.")
        cipher = Cipher(passphrase, header)
        for _ in _chunks(file, cipher):
            pass
        file.seek(len(header))
        cipher.again()
        yield LockedReader(file, cipher)


def _chunks(file: IO[bytes], cipher: Cipher) -> Iterator[bytes]:
    # There is a last chunk always: a file that ends after its header was cut off.
    following = file.read(LOCKED_BYTES)
    is_last = False
    while not is_last:
        chunk, following = following, file.read(LOCKED_BYTES)
        is_last = not following
        yield cipher.unlock(chunk, last=is_last)
