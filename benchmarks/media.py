"""From an upload's last byte to a stream that plays, through the whole product; and the ladder beside plain FFmpeg.

The clip: 15 s of 1080x1920 at 30 frames a second with grain and sound, once as H.264 that can be copied, once as
HEVC that must be encoded. MediaCMS 8.3.2 needed 132 to 148 s to its first HLS and 226 CPU-seconds for such a clip
(measured before, on a machine of this size); it is not run here.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.instance import instance, middle, report
from benchmarks.people import Person
from benchmarks.transcoding import compared, phone_clip


def main() -> None:
    """Measure the product first, then the transcoder alone beside the plain command. Figures are medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a clip of 4 s, once, and beside the plain command only where it is copied"
    )
    quick = parser.parse_args().quick
    seconds, runs, kinds = (4, 1, ("copied",)) if quick else (15, 3, ("copied", "encoded"))
    figures = _until_playable(seconds, runs)
    alone = compared(seconds, kinds, runs)
    figures |= {"ladder_cpu_s": alone["ladder_copied_cpu_s"], "ladder_ratio": alone["ladder_copied_ratio"]}
    figures |= {"plain_cpu_s": alone["plain_copied_cpu_s"], "mediacms_cpu_s": 226.0, "mediacms_first_hls_s": 132.0}
    report({**figures, **alone})


def _until_playable(seconds: int, runs: int) -> dict[str, float]:
    figures: dict[str, float] = {"runs": runs}
    before: str | None = None
    with instance(second_wave="no") as running, tempfile.TemporaryDirectory() as folder:
        person = Person(running.address).sign_up()
        for name, conforming in (("first_playable_s", True), ("first_playable_encoded_s", False)):
            clip = phone_clip(Path(folder) / f"{name}.mp4", seconds=seconds, conforming=conforming)
            times = []
            for _ in range(runs):
                if before is not None:
                    # Each is measured on a machine that is idle again.
                    person.wait(before, "ready")
                before = person.upload(clip)
                times.append(person.wait(before, "playable"))
            figures[name] = middle(times)
    return figures


if __name__ == "__main__":
    main()
