"""The object store on obstore: files below a folder, and any store that speaks S3's protocol."""

import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import anyio.to_thread
import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from plainview.kernel.errors import NotFoundError
from plainview.ports.objects import ObjectFacts

PIECE_BYTES = 1024 * 1024


class ObjectsObstore:
    """One bucket or folder, named by a URL: `file:///…` or `s3://bucket/prefix`."""

    def __init__(self, url: str) -> None:
        self._folder: Path | None = None
        self._store: ObjectStore
        if url.startswith("file://"):
            self._folder = Path(url.removeprefix("file://"))
            self._folder.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(self._folder, automatic_cleanup=True)
        else:
            self._store = from_url(url)

    async def put(self, key: str, content: bytes) -> None:
        """Store bytes whole: a reader sees all of them or the ones before."""
        await obstore.put_async(self._store, key, content)

    async def put_file(self, key: str, path: Path) -> None:
        """Store a file's content whole. The file is not to be changed in place afterwards: on one disk it is linked."""
        if self._folder is not None and await anyio.to_thread.run_sync(_link, path, self._folder / key):
            return
        await obstore.put_async(self._store, key, path)

    async def head(self, key: str) -> ObjectFacts | None:
        """What is known of an object; None where there is none."""
        try:
            meta = await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return None
        return _facts(meta["size"], meta["e_tag"])

    async def get(self, key: str, start: int = 0, end: int | None = None) -> bytes | None:
        """The bytes from start to end (not included); None where there is no such object."""
        try:
            if end is None:
                result = await obstore.get_async(
                    self._store, key, options={"range": {"offset": start}} if start else {}
                )
                return (await result.bytes_async()).to_bytes()
            return (await obstore.get_range_async(self._store, key, start=start, end=end)).to_bytes()
        except FileNotFoundError:
            return None

    async def whole(self, key: str) -> tuple[ObjectFacts, bytes] | None:
        """An object's facts and all of its bytes, of one moment even while it is replaced; None where there is none."""
        try:
            result = await obstore.get_async(self._store, key)
        except FileNotFoundError:
            return None
        return _facts(result.meta["size"], result.meta["e_tag"]), (await result.bytes_async()).to_bytes()

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from start to end (not included) in pieces of at most 1 MiB."""
        for piece in range(start, end, PIECE_BYTES):
            content = await self.get(key, piece, min(piece + PIECE_BYTES, end))
            if content is None:
                raise NotFoundError
            yield content

    async def fetch(self, key: str, path: Path) -> None:
        """Write an object into a file, which appears whole."""
        facts = await self.head(key)
        if facts is None:
            raise NotFoundError
        if self._folder is not None and await anyio.to_thread.run_sync(_link, self._folder / key, path):
            return
        part = path.with_name(path.name + ".part")
        async with await anyio.open_file(part, "wb") as file:
            async for piece in self.stream(key, 0, facts.bytes):
                await file.write(piece)
        await anyio.to_thread.run_sync(part.replace, path)

    async def keys(self, prefix: str) -> list[str]:
        """All keys below a prefix, in order."""
        found: list[str] = []
        async for batch in obstore.list(self._store, prefix.rstrip("/")):
            found.extend(each["path"] for each in batch)
        return sorted(found)

    async def delete_below(self, prefix: str) -> int:
        """Delete all objects below a prefix; how many there were. One that is the prefix itself counts too."""
        found = await self.keys(prefix)
        if await self.head(prefix.rstrip("/")) is not None:
            found.append(prefix.rstrip("/"))
        for start in range(0, len(found), 1_000):
            await obstore.delete_async(self._store, found[start : start + 1_000])
        return len(found)


def _facts(size: int, tag: str | None) -> ObjectFacts:
    return ObjectFacts(size, (tag or "").strip('"'))


def _link(source: Path, target: Path) -> bool:
    """Give a file a second name without copying it, whole and in place of an older one; False where that cannot be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".link-", dir=target.parent) as folder:
        new = Path(folder) / "new"
        try:
            os.link(source, new)
        except FileNotFoundError:
            raise
        except OSError:  # Another disk, or a file system without links.
            return False
        new.replace(target)
    return True
