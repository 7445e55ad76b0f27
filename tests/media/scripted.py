"""A transcoder whose outcomes a test writes down: it makes tiny streams of the real layout, at once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from plainview.ports.transcoder import (
    CONTENT_NUMBERS,
    Defence,
    Loudness,
    OnProgress,
    Poster,
    Probe,
    Progress,
    Rendition,
    Sound,
    Strip,
    Work,
)

CLIP = Probe(
    container="mp4",
    duration_ms=15_000,
    width=1080,
    height=1920,
    coded_width=1080,
    coded_height=1920,
    rotation=0,
    transformed=False,
    frames_per_s=30.0,
    variable_rate=False,
    interlaced=False,
    codec="h264",
    profile="High",
    level=40,
    pixel_format="yuv420p",
    bit_depth=8,
    hdr="",
    colour="",
    keyframe_interval_ms=2_000,
    bits_per_s=4_000_000,
    sound=Sound("aac", 2, 48_000),
    conforms=True,
    misfits=(),
)


@dataclass
class TranscoderScripted:
    """Does what the script says for a step, then makes the step's files."""

    script: dict[str, list[Exception]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    hold: asyncio.Event | None = None
    still: asyncio.Event | None = None
    """Where there is one, the still waits for it."""
    before: Callable[[str], None] | None = None

    async def _step(self, name: str) -> None:
        if self.before is not None:
            self.before(name)
        if waiting := self.script.get(name):
            raise waiting.pop(0)
        self.done.append(name)

    def _stream(self, folder: Path, *names: str) -> tuple[Rendition, ...]:
        for name in names:
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / "init.mp4").write_bytes(b"init of " + name.encode())
            (folder / name / "seg_00000.m4s").write_bytes(b"segment of " + name.encode())
            playlist = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2,\nseg_00000.m4s\n#EXT-X-ENDLIST\n'
            (folder / name / "index.m3u8").write_text(playlist)
        there = sorted(each.parent.name for each in folder.glob("*/index.m3u8"))
        lines = "".join(f"#EXT-X-STREAM-INF:BANDWIDTH=1\n{name}/index.m3u8\n" for name in there)
        (folder / "master.m3u8").write_text("#EXTM3U\n" + lines)
        return self.renditions(folder)

    async def probe(self, source: Path) -> Probe:
        await self._step("probe")
        assert await asyncio.to_thread(source.read_bytes) == b"the original"
        return CLIP

    async def measure(self, work: Work) -> Loudness | None:
        await self._step("measure")
        return Loudness(-20.0, -3.0, 4.0, -30.0, 0.1)

    async def poster(self, work: Work) -> Poster:
        if self.still is not None:
            await self.still.wait()
        await self._step("poster")
        (work.folder / "poster.webp").write_bytes(b"poster")
        return Poster("poster.webp", 540, 960, "data:image/webp;base64,AAAA")

    async def remux(self, work: Work, on_progress: OnProgress | None = None) -> tuple[Rendition, ...]:
        await self._step("remux")
        return self._stream(work.folder, "copy", "audio")

    async def first(self, work: Work, on_progress: OnProgress | None = None) -> tuple[Rendition, ...]:
        await self._step("first")
        return self._stream(work.folder, "video_540", "audio")

    async def ladder(self, work: Work, on_progress: OnProgress | None = None) -> tuple[Rendition, ...]:
        assert on_progress is not None
        on_progress(Progress(0.5, 3.0, playable=True))
        if self.hold is not None:
            await self.hold.wait()
        await self._step("ladder")
        for file in (work.folder / "copy").glob("*"):
            file.unlink()
        return self._stream(work.folder, "video_360", "video_1080")

    async def content(self, work: Work) -> bytes:
        await self._step("content")
        return bytes(range(CONTENT_NUMBERS))

    async def content_of_ours(self, probe: Probe, pictures: Path, sound: Path) -> bytes:
        await self._step("content_of_ours")
        assert probe == CLIP
        assert (pictures / "seg_00000.m4s").is_file()
        assert (sound / "seg_00000.m4s").is_file()
        return bytes(CONTENT_NUMBERS)

    async def strip(self, work: Work) -> Strip:
        await self._step("strip")
        (work.folder / "strip.webp").write_bytes(b"strip")
        return Strip("strip.webp", 90, 160, 5, 15, 1_000)

    async def second_wave(self, work: Work) -> tuple[Rendition, ...]:
        if self.hold is not None:
            await self.hold.wait()
        await self._step("second_wave")
        return self._stream(work.folder, "av1_720")

    def renditions(self, folder: Path) -> tuple[Rendition, ...]:
        names = sorted(each.parent.name for each in folder.glob("*/index.m3u8"))
        return tuple(Rendition(name, "avc1", 1, 1, 30.0, 1, 1, 1, 15_000) for name in names)

    async def defences(self) -> tuple[Defence, ...]:
        return ()
