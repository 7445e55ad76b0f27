"""Writes docs/hostile-uploads.md from a run of the whole corpus: `.venv/bin/python -m tests.hostile.table`."""

import asyncio
import platform
import tempfile
from pathlib import Path

import imageio_ffmpeg

from plainview.adapters.media_verdict import TranscoderLimits
from plainview.adapters.transcoder_ffmpeg import TranscoderFfmpeg
from tests.hostile.corpus import CASES, Kit
from tests.hostile.trial import Result, canaries, tried

PAGE = Path(__file__).parents[2] / "docs" / "hostile-uploads.md"
HEAD = """# Hostile uploads and what each got

Everything that comes in is treated as an attack. Each file below was made by `tests/hostile/corpus.py` and sent through
every step that an upload goes through. "Accepted" means that a whole ladder was made of it, and that nothing of its
tags, attachments, subtitles or other content came out with it. A canary file beside the media was watched (inotify) and
a local port listened: neither was touched by any case. `make test` runs the same and fails on any other verdict; two
tests plant a positive control, in which a plain FFmpeg does open the canary and does call the port.

This page is printed by a run: `.venv/bin/python -m tests.hostile.table`. How the children are confined is told in
[decisions/0006](decisions/0006-hostile-media-is-confined.md). Damage by chance (`flipped-…`) may get another verdict
with another FFmpeg, as the bytes that it damages are then others.

"""


async def run() -> list[tuple[str, str, Result]]:
    """Every case's name, what it tries, and its result."""
    found = []
    with tempfile.TemporaryDirectory() as folder, canaries(Path(folder) / "canary") as watched:
        made = Path(folder) / "kit"
        await asyncio.to_thread(made.mkdir)
        ffmpeg = Path(imageio_ffmpeg.get_ffmpeg_exe())
        kit = Kit(ffmpeg, made, watched.file, watched.port)
        transcoder = TranscoderFfmpeg(TranscoderLimits(), ffmpeg)
        for case in CASES:
            await asyncio.to_thread(case.make, kit)
            watched.touched()
            result = await tried(case, kit, transcoder, Path(folder) / "runs" / case.name)
            if watched.touched() or result.verdict not in case.verdicts:
                raise SystemExit(f"{case.name}: {result.verdict}, canaries: {watched.touched()}")
            found.append((case.name, case.tries, result))
        defences = await transcoder.defences()
    if not all(defence.holds for defence in defences):
        raise SystemExit("A layer does not hold on this machine; the table would not say the truth.")
    return found


def page(found: list[tuple[str, str, Result]]) -> str:
    """The page: one row a case."""
    accepted = sum(result.verdict == "accepted" for _, _, result in found)
    slowest = max(result.seconds for _, _, result in found)
    lines = [
        f"{len(found)} files: {len(found) - accepted} refused with a reason, {accepted} accepted with all but picture",
        f"and sound left out. The slowest took {slowest:.1f} s through all steps (Linux, {platform.machine()}).",
        "",
        "| file | what it tries | what it got | seconds | in words |",
        "|---|---|---|---:|---|",
    ]
    for name, tries, result in found:
        words = result.words or "posted, with nothing in it but picture and sound"
        lines.append(f"| {name} | {tries} | `{result.verdict}` | {result.seconds:.1f} | {words} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(asyncio.run(run())))
    print(f"wrote {PAGE.name}: {len(CASES)} cases")
