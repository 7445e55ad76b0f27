"""Owns what is held to the real log: rates of seven kinds of feedback, how they go together, the days between visits.

The figures of KuaiRand-Pure (Gao et al., CIKM 2022; CC BY-SA 4.0) are read from a file at run time and are no part of
this project. Without the file, numbers made up in the same form stand in, so that everything runs anywhere.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

KINDS = ("is_click", "long_view", "is_like", "is_comment", "is_forward", "is_follow", "is_hate")
CLICK, LONG, LIKE, COMMENT, FORWARD, FOLLOW, HATE = range(len(KINDS))


@dataclass(frozen=True, slots=True)
class Marginals:
    """What a log of this place looks like from afar."""

    together: NDArray[np.float64]
    """(kinds, kinds): the share of views that have both kinds; the diagonal holds the rates. In the order of KINDS."""
    gap_days: NDArray[np.float64]
    """(n,): how likely 1, 2, 3 … days are between two days of watching; sums to 1."""
    source: str

    @property
    def rates(self) -> NDArray[np.float64]:
        """(kinds,): the share of views that have each kind."""
        return self.together.diagonal()


def read_marginals(path: Path) -> Marginals:
    """The marginals of a calibration file.

    Raises:
        ValueError: the file is not of the stated form.
    """
    found = json.loads(path.read_text(encoding="utf-8"))
    missing = {"interactions", "cooccurrence_order", "cooccurrence", "return_gap_days"} - set(found)
    if missing:
        raise ValueError(f"{path.name} has no {', '.join(sorted(missing))}; give KuaiRand's calibration file.")
    at = [found["cooccurrence_order"].index(kind) for kind in KINDS]
    together = np.array(found["cooccurrence"], np.float64)[np.ix_(at, at)] / found["interactions"]
    days = {int(day): float(count) for day, count in found["return_gap_days"].items()}
    gaps = np.array([days.get(day, 0.0) for day in range(1, max(days) + 1)])
    return Marginals(together, gaps / gaps.sum(), path.name)


def stand_in() -> Marginals:
    """Made-up marginals of the same form: nobody's data, of the size that such logs have."""
    clicks, long, likes = 0.45, 0.32, 0.02
    rare = {COMMENT: 0.003, FORWARD: 0.0015, FOLLOW: 0.0012, HATE: 0.0005}
    with_click = {COMMENT: 0.95, FORWARD: 0.9, FOLLOW: 0.9, HATE: 0.45}
    with_long = {COMMENT: 0.85, FORWARD: 0.7, FOLLOW: 0.7, HATE: 0.25}
    with_like = {COMMENT: 0.15, FORWARD: 0.15, FOLLOW: 0.4, HATE: 0.015}
    together = np.zeros((len(KINDS), len(KINDS)))
    together[CLICK, CLICK], together[LONG, LONG], together[LIKE, LIKE] = clicks, long, likes
    together[CLICK, LONG], together[CLICK, LIKE], together[LONG, LIKE] = 0.996 * long, 0.85 * likes, 0.67 * likes
    for kind, rate in rare.items():
        together[kind, kind] = rate
        together[CLICK, kind], together[LONG, kind] = with_click[kind] * rate, with_long[kind] * rate
        together[LIKE, kind] = with_like[kind] * rate
    together[FORWARD, COMMENT] = together[FOLLOW, COMMENT] = together[FOLLOW, FORWARD] = 0.00001
    together = np.maximum(together, together.T)
    gaps = 0.6 ** np.arange(14.0)
    return Marginals(together, gaps / gaps.sum(), "made up")
