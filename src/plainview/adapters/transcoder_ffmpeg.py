"""Owns the transcoder port on FFmpeg: each step is one confined child process, and each leaves whole files or none."""

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from plainview.adapters import (
    media_content,
    media_input,
    media_ladder,
    media_loudness,
    media_playlist,
    media_probe,
    media_stills,
    sandbox,
)
from plainview.adapters.media_ladder import Stream
from plainview.adapters.media_outcome import error_of, progress_hearer
from plainview.adapters.media_verdict import TranscoderLimits, judge, judge_head
from plainview.adapters.sandbox import Confinement, Outcome
from plainview.ports.transcoder import (
    BrokenVideoError,
    Defence,
    Loudness,
    OnProgress,
    Poster,
    Probe,
    Rendition,
    Rung,
    Strip,
    TranscodeFailedError,
    Work,
)

THREADS_MAX = 12


@dataclass(frozen=True, slots=True)
class _Making:
    """What a run that writes streams makes: the size of each by its folder, their rate, and who is told."""

    sizes: dict[str, tuple[int, int]]
    rate: Fraction
    on_progress: OnProgress | None
    step: str


class TranscoderFfmpeg:
    """The transcoder port on one FFmpeg program, confined anew for each step."""

    def __init__(self, limits: TranscoderLimits, binary: Path) -> None:
        # FFmpeg's own choice grows with the machine, and memory with it: past a dozen threads a rung wins nothing.
        crowded = not limits.threads and (os.cpu_count() or 1) > THREADS_MAX
        self._limits = replace(limits, threads=THREADS_MAX) if crowded else limits
        self._binary = binary.resolve()

    async def probe(self, source: Path) -> Probe:
        """What the source is. Raises a `RefusedError` that says why when it will not be taken."""
        container = judge_head(await asyncio.to_thread(_head, source))
        until = ("-t", _seconds(self._limits.duration_ms_max + 2_000), "-f", "framecrc", "pipe:1")
        copied = [*self._input(source, container), "-map", "0:V:0", "-c", "copy", *until]
        listed = await self._run(copied, media_input.looking(self._limits, source))
        listing = media_probe.listing_of(listed.stderr)
        if listed.overran or listed.crashed:
            raise error_of(listed, "probe")
        packets = media_probe.packets_of(listed.stdout.decode("ascii", "replace"))
        level = await self._level(source, container) if listing.picture and listing.picture.codec == "h264" else 0
        probe = judge(container, listing, packets, level, self._limits)
        await self._decode_a_little(source, container)
        return probe

    async def measure(self, work: Work) -> Loudness | None:
        """The loudness of the source (first pass of two); None when it has no sound that can be used."""
        if work.probe.sound is None:
            return None
        until = ("-t", _seconds(work.probe.duration_ms), "-af", media_loudness.METER, "-f", "null", "-")
        outcome = await self._run(
            [*self._input(work.source, work.probe.container), "-map", "0:a:0", *until],
            media_input.making(self._limits, work, ()),
        )
        if outcome.overran:
            raise error_of(outcome, "measure")
        # Sound that cannot be decoded is no reason to lose the picture: the video goes on without it.
        return media_loudness.loudness_of(outcome.stderr)

    async def poster(self, work: Work) -> Poster:
        """A still of the first seconds in `poster.webp`, and its tiny blurred placeholder."""
        rung = media_stills.poster_rung(work.probe)
        making = work.folder / ".poster"
        await asyncio.to_thread(media_playlist.renew, making)
        source = ("-t", "3", *self._input(work.source, work.probe.container))
        arguments = [*source, *media_stills.poster_arguments(work.probe, rung, making)]
        outcome = await self._run(arguments, media_input.making(self._limits, work, (making,)))
        return await asyncio.to_thread(media_stills.kept_poster, work.folder, making, rung, outcome)

    async def remux(self, work: Work, on_progress: OnProgress | None = None) -> tuple[Rendition, ...]:
        """A conforming source, its picture copied as it is into `copy/`; playable in about a second."""
        # Supplemental messages inside the stream can name places and devices; they go, as all metadata does.
        coding = ("-c:v", "copy", "-bsf:v", "filter_units=remove_types=6")
        copy = Stream(work.folder / media_playlist.COPY, "0:V:0", coding, 1)
        sizes = {media_playlist.COPY: (work.probe.width, work.probe.height)}
        streams = (copy, *self._sound(work, work.folder))
        await asyncio.to_thread(media_playlist.renew, *(stream.folder for stream in streams))
        graph = self._sound_filter(work)
        rate = Fraction(work.probe.frames_per_s).limit_denominator(1001)
        return await self._write(work, streams, graph, _Making(sizes, rate, on_progress, "remux"))

    async def first(self, work: Work, on_progress: OnProgress | None = None) -> tuple[Rendition, ...]:
        """One middle rung, quickly; it is kept, and the ladder does not make it again."""
        rung = media_ladder.first_rung(_rungs(work.probe))
        return await self._pictures(work, (rung,), work.folder, self._limits.preset_first, on_progress)

    async def ladder(self, work: Work, on_progress: OnProgress | None = None) -> tuple[Rendition, ...]:
        """All H.264 rungs that are not there yet, from one decode; removes `copy/` from the master."""
        there = {one.folder for one in await asyncio.to_thread(media_playlist.finished, work.folder)}
        rungs = tuple(rung for rung in _rungs(work.probe) if f"video_{rung.short_edge}" not in there)
        if not rungs:
            return await self._settle(work)
        making = work.folder / ".ladder"
        await asyncio.to_thread(media_playlist.renew, making)
        made = await self._pictures(work, rungs, making, self._limits.preset_ladder, on_progress)
        await asyncio.to_thread(_move_in, making, work.folder, made)
        return await self._settle(work)

    async def second_wave(self, work: Work) -> tuple[Rendition, ...]:
        """AV1 and Opus, for when the machine has nothing better to do.

        One stream at a time: each costs another decode, but all at once would need twice the memory of the ladder.
        """
        making = work.folder / ".second"
        await asyncio.to_thread(media_playlist.renew, making)
        made = await self._modern_sound(work, making)
        for rung in media_ladder.rungs_for(work.probe.width, work.probe.height, media_ladder.AV1_STEPS):
            made += await self._modern_picture(work, making, rung)
        await asyncio.to_thread(_move_in, making, work.folder, made)
        await asyncio.to_thread(shutil.rmtree, work.folder / media_playlist.COPY, ignore_errors=True)
        return await self._settle(work)

    async def _modern_picture(self, work: Work, making: Path, rung: Rung) -> tuple[Rendition, ...]:
        """One rung as AV1."""
        rate = _rate(work.probe)
        graph, labels = media_ladder.picture_graph(work.probe, (rung,), rate)
        coding = media_ladder.av1_coding(rung, rate, self._limits.preset_av1)
        folder = making / f"av1_{rung.short_edge}"
        stream = Stream(folder, labels[rung.short_edge], coding, media_ladder.SEGMENT_S)
        await asyncio.to_thread(media_playlist.renew, folder)
        sizes = {folder.name: (rung.width, rung.height)}
        return await self._write(work, (stream,), graph, _Making(sizes, rate, None, "second_wave"))

    async def _modern_sound(self, work: Work, making: Path) -> tuple[Rendition, ...]:
        """The sound as Opus, where there is sound."""
        graph = self._sound_filter(work)
        if not graph:
            return ()
        coding = media_ladder.opus_coding()
        stream = Stream(making / "audio_opus", "[sound]", coding, media_ladder.SEGMENT_S)
        await asyncio.to_thread(media_playlist.renew, stream.folder)
        return await self._write(work, (stream,), graph, _Making({}, _rate(work.probe), None, "second_wave"))

    async def content(self, work: Work) -> bytes:
        """What the video looks and sounds like, as signed bytes."""
        source = self._input(work.source, work.probe.container), None
        is_whole = await asyncio.to_thread((work.folder / "audio" / media_playlist.ABOUT).is_file)
        looking = media_input.looking(self._limits, work.source)
        return await self._described(work.probe, source, work.folder / "audio" if is_whole else None, looking)

    async def content_of_ours(self, probe: Probe, pictures: Path, sound: Path) -> bytes:
        """The same of a video whose source is not kept any more, by whole streams of ours."""
        source = list(media_content.OUR_STREAM), await asyncio.to_thread(media_playlist.joined, pictures)
        has_sound = await asyncio.to_thread((sound / "init.mp4").is_file)
        looking = media_input.looking(self._limits, pictures / "init.mp4")
        return await self._described(probe, source, sound if has_sound else None, looking)

    async def _described(
        self, probe: Probe, source: tuple[list[str], bytes | None], sound: Path | None, looking: Confinement
    ) -> bytes:
        size = media_content.size_of(probe)
        arguments = [*media_content.KEY_PICTURES, *source[0], *media_content.picture_arguments(probe, size)]
        seen = await self._run(arguments, looking, stdin=source[1])
        if not seen.succeeded or len(seen.stdout) < size[0] * size[1] * 3:
            raise error_of(seen, "content")
        heard = b""
        if sound is not None:
            stream = await asyncio.to_thread(media_playlist.joined, sound)
            heard = (await self._run(media_content.sound_arguments(), looking, stdin=stream)).stdout
        return await media_content.described(size, seen.stdout, heard)

    async def strip(self, work: Work) -> Strip:
        """Preview tiles in `strip.webp`, cut from the lowest rung that we made ourselves."""
        pictures = [one for one in self.renditions(work.folder) if one.folder.startswith("video_")]
        if not pictures:
            raise TranscodeFailedError("The preview strip is cut from a finished stream, and there is none yet.")
        lowest = min(pictures, key=lambda one: one.width * one.height)
        shape = media_stills.strip_of(lowest)
        making = work.folder / ".strip"
        await asyncio.to_thread(media_playlist.renew, making)
        arguments = media_stills.strip_arguments(shape, making)
        stream = await asyncio.to_thread(media_playlist.joined, work.folder / lowest.folder)
        outcome = await self._run(arguments, media_input.making(self._limits, work, (making,)), stdin=stream)
        return await asyncio.to_thread(media_stills.kept_strip, work.folder, making, shape, outcome)

    def renditions(self, folder: Path) -> tuple[Rendition, ...]:
        """The finished streams in an asset's folder."""
        return media_playlist.finished(folder)

    async def defences(self) -> tuple[Defence, ...]:
        """The layers around a child, each tried out in a real child on this machine."""
        return await sandbox.defences(self._binary)

    async def _pictures(
        self, work: Work, rungs: tuple[Rung, ...], place: Path, preset: str, on_progress: OnProgress | None
    ) -> tuple[Rendition, ...]:
        """These rungs, and the sound when there is none yet, in one run."""
        rate = _rate(work.probe)
        graph, labels = media_ladder.picture_graph(work.probe, rungs, rate)
        streams = tuple(
            Stream(
                place / f"video_{rung.short_edge}",
                labels[rung.short_edge],
                (*media_ladder.h264_coding(rung, rate, preset), *self._threads(len(rungs))),
                1,
            )
            for rung in rungs
        )
        if not await asyncio.to_thread((work.folder / "audio" / media_playlist.ABOUT).is_file):
            sound = self._sound(work, place)
            graph += f";{self._sound_filter(work)}" if sound else ""
            streams += sound
        await asyncio.to_thread(media_playlist.renew, *(stream.folder for stream in streams))
        sizes = {f"video_{rung.short_edge}": (rung.width, rung.height) for rung in rungs}
        return await self._write(work, streams, graph, _Making(sizes, rate, on_progress, place.name))

    def _threads(self, rungs: int) -> tuple[str, ...]:
        """The arguments that bound an encoder's threads; none when FFmpeg chooses.

        Each thread keeps pictures in memory, and the largest picture is about half of the work: beside others, half of
        the threads do.
        """
        most = self._limits.threads
        return ("-threads:v", str(most if rungs == 1 else (most + 1) // 2)) if most else ()

    def _sound(self, work: Work, place: Path) -> tuple[Stream, ...]:
        """The stream of sound to make, if the source has sound that can be decoded."""
        if work.probe.sound is None or work.loudness is None:
            return ()
        return (Stream(place / "audio", "[sound]", media_ladder.aac_coding(), media_ladder.SEGMENT_S),)

    def _sound_filter(self, work: Work) -> str:
        """The filter that makes `[sound]`; empty without sound."""
        if work.probe.sound is None or work.loudness is None:
            return ""
        return f"[0:a:0]{media_ladder.sound_graph(work.loudness, work.probe.duration_ms / 1000)}[sound]"

    async def _write(
        self, work: Work, streams: tuple[Stream, ...], graph: str, making: _Making
    ) -> tuple[Rendition, ...]:
        """Run one child that writes these streams; each marked whole and named in the master at its end."""
        arguments = ["-t", _seconds(work.probe.duration_ms), *self._input(work.source, work.probe.container)]
        arguments += ["-filter_complex", graph] if graph else []
        for stream in streams:
            arguments += media_ladder.hls_output(stream)
        in_place = streams[0].folder.parent == work.folder
        playable = _announcer(work.folder, streams, making) if in_place else _never
        hear = progress_hearer(work.probe.duration_ms, making.on_progress, playable)
        folders = tuple(stream.folder for stream in streams)
        outcome = await self._run(arguments, media_input.making(self._limits, work, folders), on_line=hear)
        if not outcome.succeeded:
            raise error_of(outcome, making.step)
        made = await asyncio.to_thread(_finish_all, streams, making)
        if in_place:
            await self._settle(work)
        return made

    async def _settle(self, work: Work) -> tuple[Rendition, ...]:
        """Write the master anew from what is whole in the folder."""
        there = await asyncio.to_thread(media_playlist.finished, work.folder)
        await asyncio.to_thread(media_playlist.write_master, work.folder, there)
        return there

    async def _level(self, source: Path, container: str) -> int:
        """The H.264 level of a source, read from a header that our own muxer writes for its first packet."""
        copied = ("-map", "0:V:0", "-c", "copy", "-frames:v", "1", "-f", "matroska", "pipe:1")
        outcome = await self._run([*self._input(source, container), *copied], media_input.looking(self._limits, source))
        return media_probe.level_of(outcome.stdout)

    async def _decode_a_little(self, source: Path, container: str) -> None:
        """Raise unless the first pictures can be decoded, for what cannot be shown should be refused at once."""
        counted: list[int] = []

        def hear(line: str) -> None:
            if line.startswith("frame="):
                counted.append(int(line.removeprefix("frame=")))

        until = ("-map", "0:V:0", "-frames:v", "4", "-f", "null", "-")
        outcome = await self._run(
            [*self._input(source, container), *until], media_input.looking(self._limits, source), on_line=hear
        )
        if not outcome.succeeded:
            raise error_of(outcome, "probe")
        if max(counted, default=0) == 0:
            raise BrokenVideoError

    def _input(self, source: Path, container: str) -> list[str]:
        """FFmpeg's arguments for a hostile input."""
        return media_input.hostile_input(self._limits, source, container)

    async def _run(
        self,
        arguments: list[str],
        confinement: Confinement,
        *,
        stdin: bytes | None = None,
        on_line: Callable[[str], None] | None = None,
    ) -> Outcome:
        """Run FFmpeg on these arguments inside the confinement."""
        progress = ("-progress", "pipe:1", "-stats_period", "0.5") if on_line else ()
        spoken = ("-hide_banner", "-nostats", "-nostdin", "-y", "-loglevel", "level+info")
        return await sandbox.run(
            self._binary, [*spoken, *progress, *arguments], confinement, stdin=stdin, on_line=on_line
        )


def _head(source: Path) -> bytes:
    """The first bytes of a file, by which its container is told."""
    with source.open("rb") as file:
        return file.read(64)


def _seconds(milliseconds: int) -> str:
    """Milliseconds as FFmpeg's seconds."""
    return f"{milliseconds / 1000:.3f}"


def _rate(probe: Probe) -> Fraction:
    """The exact constant rate of the renditions."""
    near = min(media_probe.USUAL_RATES, key=lambda usual: abs(float(usual) - probe.frames_per_s))
    return (
        near if abs(float(near) - probe.frames_per_s) < 0.002 else Fraction(probe.frames_per_s).limit_denominator(100)
    )


def _rungs(probe: Probe) -> tuple[Rung, ...]:
    """The H.264 rungs of a source."""
    return media_ladder.rungs_for(probe.width, probe.height)


def _never() -> bool:
    """Nothing is playable in a folder that no master names yet."""
    return False


def _announcer(folder: Path, streams: tuple[Stream, ...], making: _Making) -> Callable[[], bool]:
    """A check that names the streams in the master as soon as each has its first segment, and is true from then on."""
    announced = False

    def playable() -> bool:
        nonlocal announced
        if announced:
            return True
        begun = [
            media_playlist.rendition_of(stream.folder, making.sizes.get(stream.folder.name, (0, 0)), making.rate)
            for stream in streams
        ]
        there = tuple(one for one in begun if one is not None)
        if len(there) == len(streams):
            media_playlist.write_master(folder, there)
            announced = True
        return announced

    return playable


def _finish_all(streams: tuple[Stream, ...], making: _Making) -> tuple[Rendition, ...]:
    """Mark each stream as whole. A child that said it succeeded and wrote nothing is a failure."""
    made = []
    for stream in streams:
        size = making.sizes.get(stream.folder.name, (0, 0))
        rendition = media_playlist.rendition_of(stream.folder, size, making.rate)
        if rendition is None:
            raise BrokenVideoError(fields={"step": making.step, "said": f"nothing in {stream.folder.name}"})
        media_playlist.finish(stream.folder, rendition)
        made.append(rendition)
    return tuple(made)


def _move_in(making: Path, folder: Path, made: tuple[Rendition, ...]) -> None:
    """Move whole streams out of the folder in which they were made."""
    for one in made:
        media_playlist.put_in_place(making / one.folder, folder / one.folder)
    shutil.rmtree(making, ignore_errors=True)
