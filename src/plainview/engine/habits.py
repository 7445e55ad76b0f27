"""Owns a person's habits: how long they like videos at which part of the day, and how they bear repeats.

Both say by how much this person differs from themselves at other times, or from everybody; so both need hundreds of
views before they are more than luck, and count for nothing until then.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.terms import LENGTH_NAMES, LENGTHS
from plainview.engine.worth import (
    HABIT_VIEWS,
    PART_WEIGHTS,
    REPEATS_BORNE,
    REPEATS_SPREAD,
    REPEATS_VIEWS,
    SLOW_KEPT,
    TIME_OF_DAY_PATIENCE,
    USUAL_STEEPNESS,
)

Floats = NDArray[np.float32]
PARTS_OF_DAY: Final = 4
_PART_HOURS: Final = 24 // PARTS_OF_DAY
_PART_MS: Final = _PART_HOURS * 3_600_000
PART_NAMES: Final = tuple(f"{_PART_HOURS * part}-{_PART_HOURS * (part + 1)} h" for part in range(PARTS_OF_DAY))
"""Hours of UTC."""
_ALWAYS_SPREAD: Final = 0.5
_ENOUGH: Final = 0.2
"""Of HABIT_VIEWS, so many must be of this part of the day, and so many of others."""
REPEATS: Final = 6
_RIDGE: Final = 1.0
_PUBLISHED: Final = USUAL_STEEPNESS * PART_WEIGHTS["tired"]


class Habits:
    """One person's, in two small arrays."""

    __slots__ = ("_leaning", "repeats", "watches")

    def __init__(self) -> None:
        self.watches: Floats = np.zeros((2, PARTS_OF_DAY, LENGTHS), np.float32)
        """How many watches, and what they were worth together, by part of the day and length; older ones fade."""
        self.repeats: NDArray[np.float64] = np.zeros(REPEATS)
        """Of the showings of ours that were watched, summed: 1; by how much the watch was beyond what was foretold, and
        that times what was met of its kind; how sure one watch is, times what was met, times its square."""
        self._leaning: tuple[list[float], Floats] | None = None
        """What `watches` says, made when it is asked for."""

    def watch(self, at_ms: int, length: int, worth: float) -> None:
        """Takes in a watch.

        Args:
            at_ms: milliseconds since 1970; a moment between the middles of two parts of the day belongs to both.
            length: the number of the video's length, see `terms.length_number`.
            worth: from -1 to 1.
        """
        self._leaning = None
        self.watches *= np.float32(SLOW_KEPT)
        for part, share in _parts_of(at_ms):
            self.watches[0, part, length] += share
            self.watches[1, part, length] += share * worth

    def at_this_time(self, now_ms: int) -> Floats | None:
        """(LENGTHS,) by how much better a length is answered to now than at other times, beyond what all lengths are.

        None where too few watches say anything of it, at this time or at others.
        """
        if self._leaning is None:
            self._leaning = self._found()
        counts, beyond = self._leaning
        if not counts:
            return None
        (before, less), (after, more) = _parts_of(now_ms)
        now = less * counts[before] + more * counts[after]
        if min(now, sum(counts) - now) < _ENOUGH * HABIT_VIEWS:
            return None
        found: Floats = np.float32(less) * beyond[before] + np.float32(more) * beyond[after]
        return found

    def _found(self) -> tuple[list[float], Floats]:
        """How many watches there are at each part of the day, and (PARTS_OF_DAY, LENGTHS) how much better each length
        is answered to then; nothing where there are too few.
        """
        counts, worths = self.watches
        by_part: list[float] = counts.sum(axis=1).tolist()
        if sum(by_part) < HABIT_VIEWS:
            return [], worths
        # By least squares, not by the means of each: who watches long videos in the evening alone says of neither.
        usual = np.diag(np.concatenate((counts.sum(axis=0), counts.sum(axis=1))) + np.float32(_RIDGE))
        usual[:LENGTHS, LENGTHS:], usual[LENGTHS:, :LENGTHS] = counts.T, counts
        effects = np.linalg.solve(usual, np.concatenate((worths.sum(axis=0), worths.sum(axis=1))))
        beyond = worths - counts * (effects[:LENGTHS] + effects[LENGTHS:, None])
        beyond /= counts + np.float32(TIME_OF_DAY_PATIENCE)
        return by_part, beyond

    def by_time_of_day(self) -> list[tuple[str, str, float]]:
        """The same for the middle of each part of the day: (part of the day, length, by how much), but for nothing."""
        found = [(part, self.at_this_time(part * _PART_MS + _PART_MS // 2)) for part in range(PARTS_OF_DAY)]
        return [
            (PART_NAMES[part], LENGTH_NAMES[length], beyond)
            for part, leaning in found
            if leaning is not None
            for length, beyond in enumerate(leaning.tolist())
            if abs(beyond) >= 0.01
        ]

    def bear(self, met: float, beyond: float, sureness: float) -> None:
        """Takes in how a showing of ours was watched.

        Args:
            met: how much of its kind had been met just before, from 0 to 1.
            beyond: the rank of the watch less what was foretold of it.
            sureness: of one such watch: foretold × (1 − foretold).
        """
        self.repeats += (1.0, beyond, met * beyond, sureness, met * sureness, met * met * sureness)

    @property
    def tired_of_repeats(self) -> float:
        """How many times as much as others this person tires of a kind: 1 until there are enough watches.

        A slope of their own around everybody's, beside how pleased they are with everything, as in a mixed model (Laird
        and Ware, "Random-effects models for longitudinal data", Biometrics 1982), in one step of Newton's from there.
        """
        sums: list[float] = self.repeats.tolist()
        count, beyond, along, sure, sure_met, sure_square = sums
        if count < REPEATS_VIEWS:
            return 1.0
        always = sure + 1.0 / _ALWAYS_SPREAD**2
        slope = (along - beyond * sure_met / always) / (
            sure_square + 1.0 / REPEATS_SPREAD**2 - sure_met * sure_met / always
        )
        least, most = REPEATS_BORNE
        return min(max(1.0 - slope / _PUBLISHED, least), most)


def _parts_of(at_ms: int) -> tuple[tuple[int, float], tuple[int, float]]:
    """The two parts of the day (of UTC) between whose middles a moment lies, and its share in each."""
    at = at_ms % 86_400_000 / _PART_MS - 0.5
    before = int(np.floor(at))
    share = at - before
    return (before % PARTS_OF_DAY, 1.0 - share), ((before + 1) % PARTS_OF_DAY, share)
