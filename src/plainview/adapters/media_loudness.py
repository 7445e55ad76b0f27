"""Owns the first pass of EBU R 128: what FFmpeg's meter says of a source. For the second see `media_ladder`."""

import math
import re

from plainview.ports.transcoder import Loudness

METER = "aformat=channel_layouts=stereo,ebur128=peak=true:framelog=quiet"
# Noise below this is left as it is: to bring it to -14 LUFS would be to amplify a silent room.
SILENCE_LUFS, SILENCE_PEAK_DB = -50.0, -60.0


def loudness_of(text: str) -> Loudness | None:
    """The first pass's summary; None when nothing was decoded, `silent` when there is nothing to raise."""
    numbers = _numbers(text)
    if "I" not in numbers:
        return None
    integrated, peak = numbers["I"], numbers.get("Peak", 0.0)
    silent = not SILENCE_LUFS < integrated < 20 or math.isnan(peak) or peak < SILENCE_PEAK_DB
    threshold = max(numbers.get("Threshold", integrated - 10), -99.0)
    return Loudness(integrated, max(peak, -99.0), numbers.get("LRA", 0.0), threshold, 0.0, silent)


def _numbers(text: str) -> dict[str, float]:
    """The numbers of FFmpeg's ebur128 summary, by its own short names; empty when there is none."""
    summary = text.rpartition("Summary:")[2]
    found = re.findall(r"(I|Threshold|LRA|Peak):\s+(-?\d+(?:\.\d+)?|-?inf|nan) (?:LUFS|LU|dBFS)", summary)
    numbers: dict[str, float] = {}
    for name, value in found:
        numbers.setdefault(name, float(value))
    return numbers
