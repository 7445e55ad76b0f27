"""Owns the way of streams from the folder of a transcode to the object store, in an order in which nobody meets a hole.

A playlist is read first, then what it names is stored, then the playlist as it was read; the master comes last. So a
viewer who holds any stored playlist finds all that it names, while the encoder goes on writing the next.
"""

import posixpath
import re
from collections.abc import Collection
from functools import partial
from pathlib import Path

from anyio.to_thread import run_sync

from plainview.ports.objects import Objects

MASTER = "master.m3u8"
_URI = re.compile(r'URI="([^"]+)"')
_SAFE = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?\Z")


def named_in(playlist: str) -> list[str]:
    """The files that a playlist names, in order; each once. Names that are not like ours are left out."""
    found: dict[str, None] = {}
    for line in playlist.splitlines():
        uris = _URI.findall(line) if line.startswith("#") else [line.strip()]
        found.update((uri, None) for uri in uris if _SAFE.match(uri))
    return list(found)


def is_safe_name(name: str) -> bool:
    """Whether this could be the name of a file of ours: at most one folder, nothing hidden, nothing upwards."""
    return _SAFE.match(name) is not None


class Publisher:
    """Copies what is new in one asset's folder; remembers what it has copied."""

    def __init__(self, objects: Objects, folder: Path, prefix: str) -> None:
        self._objects = objects
        self._folder = folder
        self._prefix = prefix
        self._stored: dict[str, tuple[int, int]] = {}
        self._texts: dict[str, bytes] = {}

    async def publish(self) -> bool:
        """Store what the master names and is not stored yet; whether there is a master."""
        master = await self._read(MASTER)
        if master is None:
            return False
        for name in named_in(master.decode("utf-8", "replace")):
            await self._publish_playlist(name)
        await self._put(MASTER, master)
        return True

    async def publish_file(self, name: str) -> None:
        """Store one finished file, if it has changed since."""
        path = self._folder / name
        facts = await run_sync(path.stat)
        mark = (facts.st_size, facts.st_mtime_ns)
        if self._stored.get(name) != mark:
            await self._objects.put_file(f"{self._prefix}/{name}", path)
            self._stored[name] = mark

    async def _publish_playlist(self, name: str) -> None:
        content = await self._read(name)
        if content is None:
            return
        if self._texts.get(name) == content:
            return
        folder = posixpath.dirname(name)
        for each in named_in(content.decode("utf-8", "replace")):
            await self.publish_file(posixpath.join(folder, each))
        await self._put(name, content)

    async def _put(self, name: str, content: bytes) -> None:
        if self._texts.get(name) != content:
            await self._objects.put(f"{self._prefix}/{name}", content)
            self._texts[name] = content

    async def _read(self, name: str) -> bytes | None:
        try:
            return await run_sync((self._folder / name).read_bytes)
        except FileNotFoundError:
            return None


async def bring_back(objects: Objects, folder: Path, prefix: str, streams: Collection[str] = ()) -> None:
    """Fill a folder with what is stored, so that a transcode goes on where another machine ended.

    `streams`: only these; all where none is named.
    """
    for key in await objects.keys(prefix):
        name = key.removeprefix(f"{prefix}/")
        if name.startswith("captions/") or (streams and posixpath.dirname(name) not in streams):
            continue
        path = folder / name
        await run_sync(partial(path.parent.mkdir, parents=True, exist_ok=True))
        await objects.fetch(key, path)


async def drop_unnamed(objects: Objects, prefix: str) -> None:
    """Delete the stored streams that the stored master no longer names: the quick copy, once the ladder stands."""
    master = await objects.get(f"{prefix}/{MASTER}")
    if master is None:
        return
    kept = {posixpath.dirname(name) for name in named_in(master.decode("utf-8", "replace"))} | {"captions"}
    names = [key.removeprefix(f"{prefix}/") for key in await objects.keys(prefix)]
    for folder in sorted({posixpath.dirname(name) for name in names if "/" in name} - kept):
        await objects.delete_below(f"{prefix}/{folder}")
