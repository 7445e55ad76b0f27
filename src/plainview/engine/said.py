"""Owns what is said in a video, as numbers: a transcript's runs of letters, hashed like a caption's. No numpy.

Forty bytes are all that is kept of it: from those no sentence can be read.
"""

import math
from typing import Final

from plainview.engine.empty_words import EMPTY_WORDS

WORDS: Final = 40
"""How many numbers say what words say."""
ONE: Final = 32
"""A number of 1 as it is kept, in a signed byte."""
RUNS: Final = (2, 3, 4, 5)
STEP, MIX = 0x100000001B3, 0x9E3779B97F4A7C15
SAID_CHARACTERS_MAX: Final = 20_000
"""Some twenty minutes of speech."""
_MASK: Final = (1 << 64) - 1


def said(text: str) -> bytes:
    """WORDS signed bytes of what a transcript says; zeros for one that says nothing."""
    words = " ".join(word for word in text[:SAID_CHARACTERS_MAX].casefold().split() if word not in EMPTY_WORDS)
    letters = [ord(letter) for letter in f" {words} "] if words else []
    found = [0] * WORDS
    for start in range(len(letters)):
        run = 0
        for length, letter in enumerate(letters[start : start + RUNS[-1]], 1):
            run = (run * STEP + letter) & _MASK
            if length >= RUNS[0]:
                mixed = run * MIX & _MASK
                found[(mixed >> 32) % WORDS] += -1 if mixed >> 63 else 1
    size = math.sqrt(sum(number * number for number in found) / WORDS)
    numbers = (max(-127, min(127, round(number * ONE / size))) if size else 0 for number in found)
    return bytes(number & 0xFF for number in numbers)
