"""Owns what a view leaves behind: how long it was watched, and which of the seven kinds of feedback were given.

Watch time hangs on pleasure and on length, and how it hangs on length is known here in truth: many leave within the
first seconds, the others have a patience that grows with pleasure and, at equal pleasure, with LENGTH_EFFECT times
the logarithm of the length; who comes to the end leaves there or, if pleased, sees it again.
"A long view" and "a click" mean what they mean in KuaiRand's log: 18 s or the whole, and 7 s or the whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulator.marginals import CLICK, HATE, KINDS, LIKE, LONG, Marginals

LENGTH_EFFECT = 0.35
"""So much of a doubling of the length goes into the patience, in doublings, at equal pleasure."""
_USUAL_MS = 60_000.0
_MISCHIEF = 0.7
"""The spread of what has nothing to do with the video: the phone rings, the bus comes."""
_LEAVES_EARLY, _PATIENCE = 1.1, (0.45, 0.9)
_LOOPS_MAX = 5
_TILT = np.array([0.0, 0.0, 2.5, 2.0, 2.5, 3.0, -4.0])
"""How much more likely each kind is the more a video pleases, beyond what watching it says. In the order of KINDS."""
NORMALS, UNIFORMS = 3, 4 + len(KINDS)
_CLASSES = 3
_CHANCE_MAX = 0.9
_SETTLING = 12

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lots:
    """What chance decides of n views: (n, NORMALS) normal and (n, UNIFORMS) uniform numbers."""

    normal: Floats
    uniform: Floats


@dataclass(frozen=True, slots=True)
class Views:
    """n views: the whole time played, loops included, and which of KINDS were given, (n, kinds)."""

    watched_ms: NDArray[np.int64]
    given: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Habits:
    """How people of this place answer to pleasure: the numbers that were fitted to the marginals."""

    leaving: float
    patience: float
    """In the logarithm of milliseconds."""
    chance: Floats
    """(kinds, classes): the chance of each kind after no click, a click, a long view; for the average pleasure."""
    lift: Floats
    """(kinds, 2): times this when the video was not liked, and when it was."""
    unclicked: float
    """The share of long views that the log does not call a click."""


def draw_lots(dice: np.random.Generator, count: int) -> Lots:
    """Lots for this many views."""
    return Lots(dice.standard_normal((count, NORMALS)), dice.random((count, UNIFORMS)))


def watched(leaving: float, patience: float, logits: Floats, duration_ms: NDArray[np.int64], lots: Lots) -> Floats:
    """(n,) milliseconds played, loops included, for the logits of pleasure and the lengths of n views."""
    felt = logits + _MISCHIEF * lots.normal[:, 0]
    early = lots.uniform[:, 0] < _squashed(leaving - _LEAVES_EARLY * felt)
    slope, spread = _PATIENCE
    longer = LENGTH_EFFECT * np.log(duration_ms / _USUAL_MS)
    patience_ms = np.exp(patience + slope * felt + longer + spread * lots.normal[:, 1])
    glance_ms = 1_500.0 * np.exp(0.6 * lots.normal[:, 2])
    stays_ms = np.where(early, glance_ms, patience_ms)
    again = np.log(np.maximum(lots.uniform[:, 1], 1e-12)) / np.log(np.clip(0.3 * _squashed(felt), 1e-6, 1.0))
    loops = np.minimum(np.floor(again), _LOOPS_MAX)
    return np.where(stays_ms >= duration_ms, duration_ms * (1.0 + loops), stays_ms)


def class_of(watched_ms: Floats, duration_ms: NDArray[np.int64]) -> NDArray[np.intp]:
    """(n,): 0 for no click, 1 for a click, 2 for a long view."""
    clicked = watched_ms >= np.minimum(duration_ms, 7_000)
    return clicked.astype(np.intp) + (watched_ms >= np.minimum(duration_ms, 18_000))


def answered(habits: Habits, logits: Floats, duration_ms: NDArray[np.int64], lots: Lots) -> Views:
    """What n views leave behind."""
    watched_ms = watched(habits.leaving, habits.patience, logits, duration_ms, lots)
    reached = class_of(watched_ms, duration_ms)
    given = np.zeros((len(logits), len(KINDS)), np.bool_)
    given[:, LONG] = reached == 2
    given[:, CLICK] = (reached > 0) & ~(given[:, LONG] & (lots.uniform[:, 2] < habits.unclicked))
    chance = np.minimum(habits.chance[:, reached].T * _tilted(logits), _CHANCE_MAX)
    lots_by_kind = lots.uniform[:, 4:]
    given[:, LIKE] = lots_by_kind[:, LIKE] < chance[:, LIKE]
    chance *= habits.lift.T[given[:, LIKE].astype(np.intp)]
    given[:, LIKE + 1 :] = (lots_by_kind < chance)[:, LIKE + 1 :]
    return Views(np.rint(watched_ms).astype(np.int64), given)


def fitted(marginals: Marginals, logits: Floats, duration_ms: NDArray[np.int64], lots: Lots) -> Habits:
    """The habits under which such views have the marginals' rates."""
    together = marginals.together
    unclicked = 1.0 - together[CLICK, LONG] / together[LONG, LONG]
    reaching = (together[CLICK, CLICK] + unclicked * together[LONG, LONG], together[LONG, LONG])
    leaving, patience = _watch_habits(reaching, logits, duration_ms, lots)
    reached = class_of(watched(leaving, patience, logits, duration_ms, lots), duration_ms)
    habits = Habits(leaving, patience, np.zeros((len(KINDS), _CLASSES)), np.ones((len(KINDS), 2)), unclicked)
    likes = np.zeros(len(logits))
    for kind in range(LIKE, HATE + 1):
        _fit_kind(habits, marginals, kind, (logits, reached, likes))
        if kind == LIKE:
            likes = np.minimum(habits.chance[LIKE][reached] * _tilted(logits)[:, LIKE], _CHANCE_MAX)
    return habits


def _watch_habits(
    reaching: tuple[float, float], logits: Floats, duration_ms: NDArray[np.int64], lots: Lots
) -> tuple[float, float]:
    """The two numbers by which the wished shares of views reach a click and a long view, by halving in turns."""
    leaving, patience = 0.0, np.log(20_000.0)
    for _ in range(_SETTLING):
        low, high = -6.0, 6.0
        for _ in range(18):
            leaving = (low + high) / 2
            clicks = (class_of(watched(leaving, patience, logits, duration_ms, lots), duration_ms) > 0).mean()
            low, high = (leaving, high) if clicks > reaching[0] else (low, leaving)
        low, high = np.log(2_000.0), np.log(200_000.0)
        for _ in range(18):
            patience = (low + high) / 2
            long = (class_of(watched(leaving, patience, logits, duration_ms, lots), duration_ms) == 2).mean()
            low, high = (low, patience) if long > reaching[1] else (patience, high)
    return float(leaving), float(patience)


def _fit_kind(habits: Habits, marginals: Marginals, kind: int, views: tuple[Floats, NDArray[np.intp], Floats]) -> None:
    """Sets one kind's chances by class, and what a like does to them, by proportional fitting in turns."""
    logits, reached, likes = views
    together, tilt = marginals.together, _tilted(logits)[:, kind]
    long, clicked = together[kind, LONG], together[kind, CLICK]
    after_click = max(clicked - (1.0 - habits.unclicked) * long, 0.0)
    wished = np.array([max(together[kind, kind] - after_click - long, 0.0), after_click, long])
    members = [reached == each for each in range(_CLASSES)]
    for _ in range(_SETTLING):
        lifted = habits.lift[kind][0] * (1.0 - likes) + habits.lift[kind][1] * likes
        for each, member in enumerate(members):
            habits.chance[kind, each] = wished[each] / max(float((tilt * lifted * member).mean()), 1e-12)
        if kind == LIKE:
            return
        plain = habits.chance[kind][reached] * tilt
        with_like, without = float((plain * likes).mean()), float((plain * (1.0 - likes)).mean())
        habits.lift[kind] = ((together[kind, kind] - together[kind, LIKE]) / without, together[kind, LIKE] / with_like)


def _tilted(logits: Floats) -> Floats:
    """(n, kinds): how much likelier each kind is for views that please so much."""
    likelier: Floats = np.exp((_squashed(logits) - 0.5)[:, None] * _TILT)
    return likelier


def _squashed(values: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-values))
