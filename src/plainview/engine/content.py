"""Owns what a video is, before anybody has seen it: its words, what is said in it, how it looks and sounds.

Two uses. A ridge regression from content to the learned vectors, kept up as sums while vectors are learned (the cold
half of Gantner et al., "Learning attribute-to-feature mappings for cold-start recommendations", ICDM 2010), so that a
new item has a place among those that people have answered to. And a person's leaning: the mean content of what they
answered to, each by its answer, beyond what is usual (Rocchio 1971), which needs nobody else.

Words are hashed by runs of letters (Weinberger et al., "Feature hashing", ICML 2009), so no language is left out and
nothing has to be learned beforehand.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.empty_words import EMPTY_WORDS
from plainview.engine.growing import grown
from plainview.engine.said import MIX, ONE, RUNS, STEP, WORDS
from plainview.engine.worth import CONTENT_TRUST, LEANING_WORTH

Floats = NDArray[np.float32]
Slots = NDArray[np.intp]

COLUMNS: Final = ("sums", "gram", "cross", "map")
_WORDS_KNOWN: Final = WORDS
_SAID, _SAID_KNOWN = slice(WORDS + 1, 2 * WORDS + 1), 2 * WORDS + 1
FEATURES_AT: Final = 2 * WORDS + 2
"""Where the features begin in a row."""
FEATURES_MAX: Final = 256
CHARACTERS_MAX: Final = 600
_STEP, _MIX = np.uint64(STEP), np.uint64(MIX)
_RIDGE, _REMEMBERED, _PATIENCE = 30.0, 20_000.0, 200.0
_SOLVED_EACH: Final = 8
_LEANING_PATIENCE: Final = 4.0


class Content:
    """A row of signed bytes for each slot: words, what is said, features; after each, one for having any."""

    def __init__(self, seed: int, size: int) -> None:
        self._seed = seed
        self.rows: NDArray[np.int8] = np.zeros((0, FEATURES_AT), np.int8)
        self.sums: NDArray[np.int64] = np.zeros(FEATURES_AT, np.int64)
        """Of all rows: exact, so that their order does not matter."""
        self.gram: NDArray[np.float64] = np.zeros((FEATURES_AT, FEATURES_AT))
        self.cross: NDArray[np.float64] = np.zeros((FEATURES_AT, size))
        self.map: Floats = np.zeros((FEATURES_AT, size), np.float32)
        self.taught = 0.0
        self.lessons = 0
        self._projection: Floats | None = None

    @property
    def width(self) -> int:
        """How many numbers a row has."""
        return int(self.rows.shape[1])

    def put(self, slot: int, text: str, features: Sequence[float] | bytes | None, spoken: bytes | None = None) -> None:
        """Writes down what an item is, in place of what was known of it. `spoken` is what `said` makes of it."""
        self.rows = grown(self.rows, slot + 1)
        shown = self._bytes_of(features)
        if len(shown) and self.width == FEATURES_AT:
            self._widen(len(shown) + 1)
        row = np.zeros(self.width, np.int8)
        row[:WORDS] = hashed(text)
        row[_WORDS_KNOWN] = ONE if row.any() else 0
        if spoken is not None and len(spoken) == WORDS:
            row[_SAID] = np.frombuffer(spoken, np.int8)
            row[_SAID_KNOWN] = ONE if row[_SAID].any() else 0
        if len(shown) == self.width - FEATURES_AT - 1:
            row[FEATURES_AT:-1] = shown
            row[-1] = ONE if shown.any() else 0
        self.sums += row.astype(np.int64) - self.rows[slot]
        self.rows[slot] = row

    def foretold(self, slots: Slots) -> tuple[Floats, Floats]:
        """What content alone says of the vectors of these items.

        Returns:
            (n, size) the vectors, and (n,) how far to trust them beside what one tag says.
        """
        rows = self._numbers(slots)
        sure = np.float32(CONTENT_TRUST * self.taught / (self.taught + _PATIENCE))
        return rows @ self.map, sure * self._known(rows)

    def teach(self, slots: Slots, vectors: Floats, weights: Floats) -> None:
        """Learns from the vectors of items that have viewers; older lessons fade once there are many."""
        rows = self._numbers(slots)
        weighted = (rows * weights[:, None]).T
        self.gram += weighted @ rows
        self.cross += weighted @ vectors
        self.taught += float(weights @ self._known(rows))
        if self.taught > _REMEMBERED:
            fading = _REMEMBERED / self.taught
            self.gram *= fading
            self.cross *= fading
            self.taught = _REMEMBERED
        self.lessons += 1
        if self.lessons % _SOLVED_EACH == 0:
            self.map = np.linalg.solve(self.gram + _RIDGE * np.eye(self.width), self.cross).astype(np.float32)

    def leaning(self, slots: Slots, wished: Floats) -> Floats:
        """(features,) towards what the person leans who answered so to these items; empty where nothing has features.

        Of the features only: what words say of a taste, the traits say already.
        """
        found: Floats = self._answers(wished) @ self._pointing(slots)
        return found

    def parts(self, leaning: Floats, slots: Slots) -> Floats:
        """(n,) how much each of these items is like what the leaning was made from: the mean of cosines by answers."""
        found: Floats = self._pointing(slots) @ leaning
        return np.clip(found, -2.0, 2.0, out=found)

    def because(self, slots: Slots, wished: Floats, of: Slots) -> Floats:
        """(answers, n) which part of `parts` comes from which answer, before it is bounded."""
        found: Floats = self._answers(wished)[:, None] * (self._pointing(slots) @ self._pointing(of).T)
        return found

    def _answers(self, wished: Floats) -> Floats:
        found: Floats = wished * np.float32(LEANING_WORTH / (len(wished) + _LEANING_PATIENCE))
        return found

    def _pointing(self, slots: Slots) -> Floats:
        """(n, features) of length 1: which way each item lies from what is usual; zeros for one without features."""
        if self.width == FEATURES_AT:
            return np.zeros((len(slots), 0), np.float32)
        rows, sums = self.rows[slots, FEATURES_AT:].astype(np.float32), self.sums[FEATURES_AT:]
        found: Floats = rows[:, :-1]
        found -= rows[:, -1:] * (sums[:-1] / max(int(sums[-1]), 1)).astype(np.float32)
        length = np.sqrt(np.einsum("nf,nf->n", found, found))
        found /= np.maximum(length, np.float32(1.0))[:, None]
        return found

    def _numbers(self, slots: Slots) -> Floats:
        found: Floats = self.rows[slots].astype(np.float32)
        found *= np.float32(1.0 / ONE)
        return found

    def _known(self, rows: Floats) -> Floats:
        """(n,) 1 for an item of which anything is known, 0 for any other."""
        marks = [_WORDS_KNOWN, _SAID_KNOWN] + ([] if self.width == FEATURES_AT else [self.width - 1])
        found: Floats = rows[:, marks].max(axis=1)
        return found

    def _bytes_of(self, features: Sequence[float] | bytes | None) -> NDArray[np.int8]:
        """A content vector as it is kept: of length 1 in the mean, and no longer than FEATURES_MAX."""
        if features is None or not len(features):
            return np.zeros(0, np.int8)
        vector = in_numbers(features)
        if not np.isfinite(vector).all():
            return np.zeros(0, np.int8)
        return in_bytes(vector if len(vector) <= FEATURES_MAX else self._projected(vector))

    def _projected(self, vector: Floats) -> Floats:
        if self._projection is None or self._projection.shape[1] != len(vector):
            dice = np.random.default_rng((self._seed, 5))
            self._projection = dice.standard_normal((FEATURES_MAX, len(vector)), np.float32)
        found: Floats = self._projection @ vector
        return found

    def _widen(self, by: int) -> None:
        """Makes room for features, which come for the first time."""
        self.rows = np.pad(self.rows, ((0, 0), (0, by)))
        self.sums = np.pad(self.sums, (0, by))
        self.gram = np.pad(self.gram, ((0, by), (0, by)))
        self.cross = np.pad(self.cross, ((0, by), (0, 0)))
        self.map = np.pad(self.map, ((0, by), (0, 0)))


def hashed(text: str) -> NDArray[np.int8]:
    """(WORDS,) what a text says, by its runs of two to five letters; zeros for one that says nothing."""
    said = " ".join(word for word in text[:CHARACTERS_MAX].casefold().split() if word not in EMPTY_WORDS)
    letters = np.frombuffer(f" {said} ".encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    found = np.zeros(WORDS)
    run = letters
    for length in RUNS:
        if len(letters) < length + 1 or not said:
            break
        run = run[:-1] * _STEP + letters[length - 1 :]
        mixed = run * _MIX
        sign = 1.0 - 2.0 * (mixed >> np.uint64(63)).astype(np.float64)
        found += np.bincount(((mixed >> np.uint64(32)) % np.uint64(WORDS)).astype(np.intp), sign, WORDS)
    return in_bytes(found.astype(np.float32))


def in_bytes(vector: Floats) -> NDArray[np.int8]:
    """(n,) signed bytes in which the mean square of a vector's numbers is that of one; zeros for zeros."""
    size = float(np.sqrt((vector.astype(np.float64) ** 2).mean())) if len(vector) else 0.0
    if size == 0.0:
        return np.zeros(len(vector), np.int8)
    found: NDArray[np.int8] = np.clip(np.rint(vector * np.float32(ONE / size)), -127, 127).astype(np.int8)
    return found


def in_numbers(features: Sequence[float] | bytes) -> Floats:
    """(n,) float32 of a content vector, given as numbers or as signed bytes."""
    if isinstance(features, bytes):
        return np.frombuffer(features, np.int8).astype(np.float32)
    return np.asarray(features, np.float32)
