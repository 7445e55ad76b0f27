"""Owns what is foretold of a showing: the chance of each of ten actions, and what those chances are worth together.

One line for each action goes through the parts of the score, in two sets: for newcomers and for those who are known.
The lines begin as what is published (worth.py) and are learned from what was shown and what came back, one small step
of Newton's a batch: a normal belief about each line, moved by the curvature of what was seen (Chapelle and Li, "An
empirical evaluation of Thompson sampling", NIPS 2011, section 4, with the whole matrix in place of its diagonal). What
is taught late is a difference, so that the sum of a showing's lessons is what was true in the end (see showings.py).

A video's length and its place on the page are given to the lines while they learn, and are held at nothing when they
rank: that short videos are finished more often, and the first ones watched longer, is foretold, and moves none up. The
best stand first, so what the place does would else be taken for what the parts say (Zhao et al., "Recommending what
video to watch next", RecSys 2019: the place as an input that is left out when serving).
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.worth import (
    CHANCE_WORTH,
    LEARNED_WITHIN,
    PART_WEIGHTS,
    SHOWINGS_REMEMBERED,
    STEEPNESS_SPREAD,
    USUAL_CHANCE,
    USUAL_STEEPNESS,
)

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

PARTS: Final = tuple(PART_WEIGHTS)
ACTIONS: Final = tuple(CHANCE_WORTH)
WATCH: Final = ACTIONS.index("watch")
# What is told beside the parts: of the person (up to "away"), of the video's length, of its place on the page, of how
# much of its kind the person usually answers to. Without "pleased", a person who is easily pleased would be taken for
# one whose tastes are met; without "usual_kind", having just met much of a kind for liking it (the mean beside what
# deviates from it: Mundlak, "On the pooling of time series and cross section data", Econometrica 1978).
FACTS: Final = (
    "always", "newcomer", "finishes", "skips", "pleased", "away", "length", "length_squared", "place", "place_squared",
    "usual_kind",
)  # fmt: skip
PERSON_FACTS: Final = FACTS.index("length")
_NOBODY: Final = (1.0, 1.0, *[0.0] * (PERSON_FACTS - 2))
KNOWN, NEW, TOLD = slice(0, len(PARTS)), slice(len(PARTS), 2 * len(PARTS)), slice(2 * len(PARTS), None)
INPUTS: Final = 2 * len(PARTS) + len(FACTS)

_WORTHS: Doubles = np.array(list(CHANCE_WORTH.values()))
_TURN: Doubles = np.sign(_WORTHS)
_PUBLISHED: Doubles = np.array(list(PART_WEIGHTS.values()))
# Of these the engine knows at a showing what the page knew; the others keep their published weight beside them.
_LEARNED = np.array(
    [
        part in {"taste", "learned", "next", "co_watched", "kind", "tired", "quality", "rising", "fresh"}
        for part in PARTS
    ]
)
_STEEPNESS_MIN = 0.1
"""However little the parts turn out to say, a line keeps so much of its first steepness, and so its order."""
_FACTS_SPREAD, _ALWAYS_SPREAD = 0.5, 2.0


class Lines(NamedTuple):
    """The lines for one page. The score is what is foretold beyond a video of which no part says anything, in points
    of the published sum: one point is what the sum of the parts, weighed as published, would have to grow by.
    """

    slopes: Floats
    """(actions, parts): half of what each part adds to each action's log-odds."""
    start: Floats
    """(actions, 1): half of the log-odds where no part says anything."""
    worths: Floats
    """(actions,): half of what each action is worth, in points."""
    rest: float
    """What a video is worth of which no part says anything."""

    def scores(self, parts: Floats) -> Floats:
        """(n,) for (parts, n)."""
        odds = self.slopes @ parts
        odds += self.start
        found: Floats = self.worths @ np.tanh(odds, out=odds)
        found -= np.float32(self.rest)
        return found

    def shares(self, parts: Floats) -> Floats:
        """(parts, n): how much of the score comes from each part; each column sums to its score.

        Along the straight way from nothing to the parts, every action's chance is shared out by what they add to its
        log-odds (integrated gradients: Sundararajan, Taly and Yan, ICML 2017), which is exact here.
        """
        beyond = self.slopes @ parts
        at_start = np.tanh(self.start)
        steepness = np.empty_like(beyond)
        steepness[:] = np.float32(1.0) - at_start * at_start
        rise = np.tanh(beyond + self.start)
        rise -= at_start
        np.divide(rise, beyond, out=steepness, where=np.abs(beyond) >= np.float32(1e-3))
        found: Floats = parts * (self.slopes.T @ (self.worths[:, None] * steepness))
        return found


class Foretelling:
    """What is believed of the ten lines: the likeliest coefficients, and how sure each is."""

    def __init__(self) -> None:
        self._first = _first_lines()
        self._first_sure = _first_sureness()
        self.lines: Doubles = self._first.copy()
        """(actions, inputs)"""
        self.sure: Doubles = self._first_sure.copy()
        """(actions, inputs, inputs): the inverse of how they may lie together."""
        self.around: Doubles = np.full(len(ACTIONS), USUAL_STEEPNESS)
        """(actions,): near so many times the published weights each line is expected: what nothing was learned of
        follows the rest."""
        self.settle()

    def learn(self, told: Floats, opened: Doubles, changes: Doubles) -> Doubles:
        """Moves the lines by these showings.

        Args:
            told: (n, inputs) what was known at the showing.
            opened: (n, actions) 1 where the showing is taught for the first time; 0 where it is only put right.
            changes: (n, actions) what came back beyond what was taught before.

        Returns:
            (n, actions) what was foretold of them before.
        """
        inputs = told.astype(np.float64)
        chances = _chances(inputs @ self.lines.T)
        seen = (opened * chances * (1.0 - chances)).T[:, :, None] * inputs
        kept = max(1.0 - len(told) / SHOWINGS_REMEMBERED, 0.0)
        self.sure += (kept - 1.0) * (self.sure - self._first_sure)
        self.sure += inputs.T @ seen
        towards = (changes - opened * chances).T @ inputs
        moved = _steepness(self.lines) - self.around
        self.around += moved
        towards[:, : TOLD.start] += np.tile(STEEPNESS_SPREAD**-2.0 * (_TURN * moved)[:, None] * _PUBLISHED, 2)
        self.lines += np.linalg.solve(self.sure, towards[:, :, None])[:, :, 0]
        self.settle()
        return chances

    def settle(self) -> None:
        """Makes what pages read from the lines: each part within its published bounds."""
        steepness = _steepness(self.lines)
        self._known, self._new = (_bounded(self.lines[:, which], steepness) for which in (KNOWN, NEW))
        self._begin: Floats = (0.5 * self.lines[:, TOLD][:, :PERSON_FACTS]).astype(np.float32)
        at_rest = _chances(self.lines[:, TOLD][:, 0])
        # What a point of the published sum adds, when it adds to every action's log-odds what it was learned to.
        self.point = float((np.abs(_WORTHS) * at_rest * (1.0 - at_rest) * steepness).sum())
        self._worths: Floats = (0.5 / self.point * _WORTHS).astype(np.float32)

    def for_page(self, factor: Floats, newcomer: float, person: tuple[float, ...] = _NOBODY) -> Lines:
        """The lines for one person.

        Args:
            factor: (parts,) the person's own hand.
            newcomer: from 0 to 1; see `Person.newcomer`.
            person: the first PERSON_FACTS of FACTS.
        """
        slopes = self._new - self._known
        slopes *= np.float32(newcomer)
        slopes += self._known
        slopes *= factor
        start = self._begin @ np.array(person, np.float32)
        return Lines(slopes, start[:, None], self._worths, float(self._worths @ np.tanh(start)))

    def chances(self, told: Floats) -> Doubles:
        """(n, actions): how likely each action is after such showings, length and place included, without bounds."""
        return _chances(told.astype(np.float64) @ self.lines.T)


def _chances(odds: Doubles) -> Doubles:
    found: Doubles = 1.0 / (1.0 + np.exp(-np.clip(odds, -30.0, 30.0)))
    return found


def _first_lines() -> Doubles:
    """(actions, inputs): the published weights, upside down for what is worth less than nothing."""
    usual = np.array([USUAL_CHANCE[action] for action in ACTIONS])
    lines = np.zeros((len(ACTIONS), INPUTS))
    lines[:, KNOWN] = lines[:, NEW] = USUAL_STEEPNESS * _TURN[:, None] * _PUBLISHED
    lines[:, TOLD.start] = np.log(usual / (1.0 - usual))
    return lines


def _first_sureness() -> Doubles:
    spread = np.full(INPUTS, STEEPNESS_SPREAD)
    spread[TOLD], spread[TOLD.start] = _FACTS_SPREAD, _ALWAYS_SPREAD
    return np.repeat(np.diag(spread**-2.0)[None], len(ACTIONS), axis=0)


def _steepness(lines: Doubles) -> Doubles:
    """(actions,): how much a point of the published sum adds to each action's log-odds: the nearest multiple of it."""
    along = lines[:, KNOWN] @ _PUBLISHED * _TURN / (_PUBLISHED @ _PUBLISHED)
    found: Doubles = np.maximum(along, _STEEPNESS_MIN * USUAL_STEEPNESS)
    return found


def _bounded(lines: Doubles, steepness: Doubles) -> Floats:
    """(actions, parts) float32: half of the lines, each part within LEARNED_WITHIN of what is published."""
    usual = (_TURN * steepness)[:, None] * _PUBLISHED
    low, high = (bound * usual for bound in LEARNED_WITHIN)
    bounded = np.where(_LEARNED, np.clip(lines, np.minimum(low, high), np.maximum(low, high)), usual)
    half: Floats = (0.5 * bounded).astype(np.float32)
    return half
