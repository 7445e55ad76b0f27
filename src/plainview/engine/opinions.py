"""Owns what a person is taken to think of the learned kinds: much of a few of them, little of most.

An answer, less what everybody answers to that video, is taken for what the person thinks of everything, what they think
of the video's kind beyond that, and chance. What is thought of a kind scatters little, or, for some kinds, widely (a
mixture of two normal laws: George and McCulloch, "Variable selection via Gibbs sampling", JASA 1993). For each kind the
two are weighed in closed form: first with what this person would think of everything if all kinds mattered little, then
with what they think of it, solved together with the kinds by those weights. So a few answers to a kind say little, and
some more make up one's mind.
"""

import math
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.worth import (
    ANSWER_SCATTER,
    KIND_CURIOSITY,
    KIND_MATTERS,
    KIND_SPREAD,
    KIND_SPREAD_WIDE,
    USUAL_LIKING,
    USUAL_SPREAD,
)

Floats = NDArray[np.float32]

_SCATTER: Final = ANSWER_SCATTER**2
# With so many answers an opinion counts half.
_HALF, _HALF_WIDE, _HALF_ALL = (
    np.float32(_SCATTER / spread**2) for spread in (KIND_SPREAD, KIND_SPREAD_WIDE, USUAL_SPREAD)
)
_ODDS = np.float32(0.5 * math.log((1.0 - KIND_MATTERS) / KIND_MATTERS) + 0.25 * math.log(_HALF / _HALF_WIDE))
_RESTRAINT = np.float32((KIND_SPREAD / USUAL_SPREAD) ** 2)
_GAIN = np.float32(0.25 / _SCATTER)
_LIKING = np.float32(USUAL_LIKING)
_DOUBT: Final = ((1.0 - KIND_MATTERS) * KIND_SPREAD**2 + KIND_MATTERS * KIND_SPREAD_WIDE**2) ** 0.5
"""The doubt about a kind that nothing was answered to."""


class Opinion(NamedTuple):
    """What one person thinks of each kind, in worths of an answer, beyond what they think of everything."""

    mean: Floats
    """(kinds,): the likeliest; 0 where nothing was answered to."""
    doubt: Floats
    """(kinds,): the standard deviation of the same."""
    weight: Floats
    """(kinds,): `mean` is this times the sum of the answers to the kind, less `usual` for each."""
    usual: np.float32
    """What they think of everything."""

    @property
    def liked(self) -> Floats:
        """(kinds,): by how much better a kind is liked, or, where that is not known well yet, may be; 0 for nothing
        known."""
        liked: Floats = self.mean + np.float32(KIND_CURIOSITY) * (self.doubt - np.float32(_DOUBT))
        return liked


def opinion_of(beyond: Floats, kinds: Floats) -> Opinion:
    """What a person thinks by their answers.

    Args:
        beyond: (n,) by how much each answer is better than what everybody answers to that item.
        kinds: (n, size) how likely each item is of each kind.
    """
    counts, sums = kinds.sum(axis=0), beyond @ kinds
    sure, sure_wide = counts + _HALF, counts + _HALF_WIDE
    # Half of the log-odds of the narrow law against the wide one: by how much was answered, and by how well.
    odds, gain = np.log(sure_wide / sure), np.float32(1.0) / sure_wide - np.float32(1.0) / sure
    odds *= np.float32(0.25)
    odds += _ODDS
    gain *= _GAIN

    def weighed(usual: np.float32) -> tuple[Floats, Floats, Floats]:
        """(kinds,) what is left of the answers to each kind, its weight, and how likely the wide law is."""
        left: Floats = sums - usual * counts
        wide: Floats = np.float32(0.5) - np.float32(0.5) * np.tanh(odds - gain * left * left)
        return left, (np.float32(1.0) - wide) / sure + wide / sure_wide, wide

    first = (_RESTRAINT * _LIKING + (sums / sure).sum()) / (_RESTRAINT + (counts / sure).sum())
    of_kinds = counts * weighed(first)[1]
    usual = (beyond.sum() - of_kinds @ sums + _HALF_ALL * _LIKING) / (counts.sum() - of_kinds @ counts + _HALF_ALL)
    left, weight, wide = weighed(usual)
    apart = left / sure_wide - left / sure
    doubt = np.sqrt(np.float32(_SCATTER) * weight + wide * (np.float32(1.0) - wide) * apart * apart)
    return Opinion(weight * left, doubt, weight, usual)


def shares_of(beyond: Floats, kinds: Floats, of: Floats) -> Floats:
    """(n, m) which part of `Opinion.mean` for m items comes from each of n answers, the weights held as they are.

    Args:
        beyond: (n,) as in `opinion_of`.
        kinds: (n, size) as in `opinion_of`.
        of: (m, size) how likely the items in question are of each kind.
    """
    opinion = opinion_of(beyond, kinds)
    shares: Floats = (beyond - opinion.usual)[:, None] * (kinds @ (opinion.weight[:, None] * of.T))
    return shares


@cache
def nothing_known(size: int) -> Opinion:
    """The opinion of somebody who has answered to nothing."""
    nothing, doubt = np.zeros(size, np.float32), np.full(size, _DOUBT, np.float32)
    nothing.flags.writeable = doubt.flags.writeable = False
    return Opinion(nothing, doubt, nothing, np.float32(USUAL_LIKING))
