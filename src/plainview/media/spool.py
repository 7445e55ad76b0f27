"""Owns the files of unfinished uploads: appended to, locked while they are, as long as what is durable.

The length of the file is the offset of the upload: nothing else remembers it, so nothing can disagree with it. Every
way out of `append` ends with an fsync, the cut of a connection included.
"""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from anyio import CancelScope
from anyio.to_thread import run_sync

from plainview.kernel.errors import NotFoundError, PlainviewError
from plainview.kernel.ids import UploadId

WRITE_BYTES = 1024 * 1024


class UploadBusyError(PlainviewError):
    """Another request is sending to this upload."""

    code, status, title = "upload_busy", 423, "This upload is being sent by another request; try again in a moment"


class OffsetConflictError(PlainviewError):
    """The piece does not begin where the upload stands."""

    code, status, title = "offset_conflict", 409, "The upload stands elsewhere; ask for its offset and go on from there"


class ChecksumMismatchError(PlainviewError):
    """The piece is not what its sender says it is."""

    code, status, title = "checksum_mismatch", 460, "This piece was damaged on its way; send it again"


class UnknownChecksumError(PlainviewError):
    """The checksum is of a kind that we do not know, or not well formed."""

    code, status, title = "unknown_checksum", 400, "Use sha1 or sha256 and base64 for the checksum"


class PieceTooLargeError(PlainviewError):
    """More bytes came than the upload still lacks, or than one checked piece may have."""

    code, status, title = "piece_too_large", 413, "This piece is larger than what is left of the upload"


class DiskFullError(PlainviewError):
    """The machine keeps the rest of its disk for itself."""

    code, status, title = "disk_full", 507, "There is no room for this upload just now; please try again later"


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece must add up to."""

    algorithm: str
    digest: bytes


@dataclass(slots=True)
class _Piece:
    """What gathers in memory before it is written: few, large writes."""

    file: BinaryIO
    room: int
    buffer: bytearray

    async def take(self, content: bytes) -> None:
        if len(content) > self.room:
            raise PieceTooLargeError
        self.room -= len(content)
        self.buffer += content
        if len(self.buffer) >= WRITE_BYTES:
            await self.flush()

    async def flush(self) -> None:
        if self.buffer:
            content, self.buffer = bytes(self.buffer), bytearray()
            await run_sync(self.file.write, content)


class Spool:
    """A folder with one file an upload, named by its id."""

    def __init__(self, folder: Path, reserve_bytes: int, checked_piece_bytes_max: int) -> None:
        self._folder = folder
        self._reserve_bytes = reserve_bytes
        self._checked_piece_bytes_max = checked_piece_bytes_max

    def path(self, upload: UploadId) -> Path:
        """Where an upload's bytes lie."""
        return self._folder / str(upload)

    def length(self, upload: UploadId) -> int | None:
        """How many bytes have arrived; None when there is no such file (any more)."""
        try:
            return self.path(upload).stat().st_size
        except FileNotFoundError:
            return None

    def make_room(self, wanted_bytes: int) -> None:
        """Do nothing when the disk can take this much beside the reserve.

        Raises:
            DiskFullError: it cannot.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._folder).free < wanted_bytes + self._reserve_bytes:
            raise DiskFullError

    def create(self, upload: UploadId) -> None:
        """Make the empty file of a new upload, durably."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self.path(upload).open("xb") as file:
            os.fsync(file.fileno())
        _sync_folder(self._folder)

    def remove(self, upload: UploadId) -> None:
        """Take away an upload's bytes, if there are any."""
        self.path(upload).unlink(missing_ok=True)
        self._checked(upload).unlink(missing_ok=True)

    def old_uploads(self, seconds: float) -> list[UploadId]:
        """The uploads whose files have not been touched for this long."""
        before = time.time() - seconds
        if not self._folder.is_dir():
            return []
        files = [path for path in self._folder.iterdir() if path.name.isdigit()]
        return [UploadId(int(path.name)) for path in files if path.stat().st_mtime < before]

    async def append(
        self, upload: UploadId, offset: int, length: int, body: AsyncIterator[bytes], checksum: Checksum | None = None
    ) -> int:
        """Write a piece where the upload stands; how long the upload is then, all of it durable.

        What arrived before the connection broke stays; of a piece with a checksum all counts or nothing.

        Raises:
            UploadBusyError, OffsetConflictError, PieceTooLargeError, ChecksumMismatchError, NotFoundError: as they say.
        """
        async with self._locked(upload) as file:
            stands = _size(file)
            if stands != offset:
                raise OffsetConflictError(f"The upload stands at {stands}, not at {offset}.")
            if checksum is None:
                await self._write(file, length - offset, body)
            else:
                await self._write_checked(upload, file, length - offset, body, checksum)
            return _size(file)

    async def _write(self, file: BinaryIO, room: int, body: AsyncIterator[bytes]) -> None:
        piece = _Piece(file, room, bytearray())
        try:
            async for content in body:
                await piece.take(content)
        finally:
            # A cut connection ends here too: what came is kept, and kept for good, before anything is answered.
            with CancelScope(shield=True):
                await run_sync(_finish, file, bytes(piece.buffer))

    async def _write_checked(
        self, upload: UploadId, file: BinaryIO, room: int, body: AsyncIterator[bytes], checksum: Checksum
    ) -> None:
        """Gather the piece beside the upload, and append it only when it is what it should be."""
        hasher = hashlib.new(checksum.algorithm, usedforsecurity=False)
        path = self._checked(upload)
        try:
            with path.open("w+b") as beside:
                piece = _Piece(beside, min(room, self._checked_piece_bytes_max), bytearray())
                async for content in body:
                    hasher.update(content)
                    await piece.take(content)
                await piece.flush()
                if hasher.digest() != checksum.digest:
                    raise ChecksumMismatchError
                await run_sync(_append_file, beside, file)
        finally:
            path.unlink(missing_ok=True)

    def _checked(self, upload: UploadId) -> Path:
        return self._folder / f"{upload}.piece"

    @asynccontextmanager
    async def _locked(self, upload: UploadId) -> AsyncIterator[BinaryIO]:
        try:
            descriptor = os.open(
                self.path(upload), os.O_WRONLY | os.O_APPEND
            )  # Never made here: a removed one stays removed.
        except FileNotFoundError as error:
            raise NotFoundError("This upload is not there any more; start it again.") from error
        with os.fdopen(descriptor, "ab") as file:
            try:
                # The lock belongs to the open file: it holds between requests and processes, and dies with them.
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UploadBusyError from error
            yield file


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def _finish(file: BinaryIO, rest: bytes) -> None:
    file.write(rest)
    file.flush()
    os.fsync(file.fileno())


def _append_file(source: BinaryIO, target: BinaryIO) -> None:
    before = _size(target)
    source.seek(0)
    try:
        shutil.copyfileobj(source, target, WRITE_BYTES)
        target.flush()
    except OSError:
        os.ftruncate(target.fileno(), before)
        raise
    os.fsync(target.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
