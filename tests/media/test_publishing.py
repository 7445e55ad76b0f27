"""Publishing: whoever holds a stored playlist finds all that it names, at every moment while the encoder writes."""

from pathlib import Path

import pytest

from plainview.adapters.objects_obstore import ObjectsObstore
from plainview.media.publishing import Publisher, drop_unnamed, is_safe_name, named_in
from plainview.ports.objects import ObjectFacts, Objects

pytestmark = pytest.mark.anyio


class Watched:
    """The object store, which checks after each put that no stored playlist names what is not stored."""

    def __init__(self, inner: Objects) -> None:
        self.inner = inner
        self.puts: list[str] = []

    async def put(self, key: str, content: bytes) -> None:
        await self.inner.put(key, content)
        await self._check(key)

    async def put_file(self, key: str, path: Path) -> None:
        await self.inner.put_file(key, path)
        await self._check(key)

    async def head(self, key: str) -> ObjectFacts | None:
        return await self.inner.head(key)

    async def _check(self, key: str) -> None:
        self.puts.append(key)
        for playlist in [each for each in await self.inner.keys("media/1") if each.endswith(".m3u8")]:
            text = (await self.inner.get(playlist) or b"").decode()
            for name in named_in(text):
                assert await self.inner.head(f"{playlist.rpartition('/')[0]}/{name}") is not None, (playlist, name)


def write(folder: Path, segments: int) -> None:
    stream = folder / "video_360"
    stream.mkdir(exist_ok=True)
    for number in range(segments):
        (stream / f"seg_{number:05}.m4s").write_bytes(b"segment %d" % number)
    (stream / "init.mp4").write_bytes(b"init")
    lines = "".join(f"#EXTINF:2,\nseg_{number:05}.m4s\n" for number in range(segments))
    (stream / "index.m3u8").write_text(f'#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n{lines}')
    (folder / "master.m3u8").write_text("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nvideo_360/index.m3u8\n")


async def test_no_playlist_ever_names_what_is_not_there(tmp_path: Path) -> None:
    watched = Watched(ObjectsObstore("memory:///"))
    publisher = Publisher(watched, tmp_path, "media/1")  # type: ignore[arg-type]
    assert not await publisher.publish()
    for segments in (1, 2, 5):
        write(tmp_path, segments)
        assert await publisher.publish()
    assert watched.puts.count("media/1/video_360/init.mp4") <= 3
    before = len(watched.puts)
    await publisher.publish()
    assert len(watched.puts) == before, "what is stored is not stored again"


async def test_streams_that_the_master_no_longer_names_are_dropped(tmp_path: Path) -> None:
    objects = ObjectsObstore("memory:///")
    write(tmp_path, 1)
    await Publisher(objects, tmp_path, "media/1").publish()
    for key in ("copy/seg_00000.m4s", "captions/en-1.vtt", "poster.webp"):
        await objects.put(f"media/1/{key}", b"x")
    await drop_unnamed(objects, "media/1")
    kept = {key.removeprefix("media/1/") for key in await objects.keys("media/1")}
    assert "copy/seg_00000.m4s" not in kept
    assert {"captions/en-1.vtt", "poster.webp", "master.m3u8", "video_360/index.m3u8"} <= kept


def test_only_names_like_ours_are_followed() -> None:
    playlist = (
        '#EXTM3U\n#EXT-X-MAP:URI="../../etc/passwd"\nhttp://x/y.m4s\n/abs.m4s\n.hidden\nseg.m4s\na/b/c.m4s\nv/i.m3u8'
    )
    assert named_in(playlist) == ["seg.m4s", "v/i.m3u8"]
    assert not is_safe_name("seg.m4s\n")
