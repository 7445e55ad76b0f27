"""Owns the gathering of candidates from all sources: each once, with the set of the sources that named it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import Asking, Slots
from plainview.engine.sources.co_watched import co_watched
from plainview.engine.sources.followed import followed
from plainview.engine.sources.fresh import fresh
from plainview.engine.sources.popular import popular
from plainview.engine.sources.similar import similar
from plainview.engine.sources.trending import trending

_log = logging.getLogger(__name__)
_SCAN_STEP = 2048


@dataclass(frozen=True, slots=True)
class Source:
    """One origin of candidates."""

    name: str
    candidates: Callable[[Asking], Slots]
    profiled: bool
    """Reads what the person did; left out of a page without profiling."""


SOURCES = (
    Source("similar", similar, profiled=True),
    Source("co_watched", co_watched, profiled=True),
    Source("followed", followed, profiled=True),
    Source("trending", trending, profiled=False),
    Source("fresh", fresh, profiled=False),
    Source("popular", popular, profiled=False),
)
ANYTHING, AGAIN = "anything", "again"


@dataclass(frozen=True, slots=True)
class Candidates:
    """(n,) different items, the sources of each as bits, and the names of the sources that failed."""

    slots: Slots
    bits: NDArray[np.uint16]
    failed: tuple[str, ...] = ()


def gather(asking: Asking, sources: Sequence[Source], profiled: bool) -> Candidates:
    """All that the sources name and that the person may see and has not seen. A source that fails is left out."""
    found: list[Slots] = []
    failed: list[str] = []
    marks = asking.scratch.source_bits
    off = asking.request.without_sources
    for number, source in enumerate(sources):
        if source.name in off or (source.profiled and not profiled):
            continue
        try:
            slots = source.candidates(asking)
        except Exception:  # noqa: BLE001  # Any source may fail alone: the page is then made by the others.
            _log.exception("The source %s failed; the page is made without it.", source.name)
            failed.append(source.name)
            continue
        marks[slots] |= np.uint16(1 << number)
        found.append(slots)
    if not found:
        return Candidates(np.zeros(0, np.int32), np.zeros(0, np.uint16), tuple(failed))
    named = np.concatenate(found)
    slots = _once(asking, asking.unseen(named))
    bits = marks[slots]
    marks[named] = 0
    return Candidates(slots, bits, tuple(failed))


def enough(asking: Asking, candidates: Candidates, bit: int) -> Candidates:
    """The candidates, with others from anywhere in the catalogue where they are too few or of too few creators."""
    if len(candidates.slots) < 2 * asking.size:
        candidates = _topped_up(asking, candidates, 2 * asking.size - len(candidates.slots), bit)
    creators, sounds = asking.catalogue.creator[candidates.slots], asking.catalogue.sound[candidates.slots]
    by, to = set(creators.tolist()), sounds[:1]
    if len(by) < asking.size or (len(sounds) and to[0] > 0 and (sounds == to[0]).all()):
        candidates = _topped_up(asking, candidates, asking.size, bit, _Not(np.array(list(by), np.int32), to))
    return candidates


@dataclass(frozen=True, slots=True)
class _Not:
    """Creators and sounds of which there are enough."""

    creators: Slots
    sounds: Slots

    def others(self, asking: Asking, slots: Slots) -> Slots:
        catalogue = asking.catalogue
        alike = np.isin(catalogue.creator[slots], self.creators)
        return slots[~(alike | (np.isin(catalogue.sound[slots], self.sounds) & (catalogue.sound[slots] > 0)))]


def _topped_up(asking: Asking, candidates: Candidates, missing: int, bit: int, unlike: _Not | None = None) -> Candidates:
    """With so many further unseen items of the catalogue, from a place drawn by lot on, or all that there are."""
    count = asking.catalogue.count
    wanted = len(candidates.slots) + missing
    start = asking.lots.below(count) if count else 0
    slots = candidates.slots
    for offset in range(0, count, _SCAN_STEP):
        if len(slots) >= wanted:
            break
        span = np.arange(start + offset, start + min(offset + _SCAN_STEP, count)) % count
        more = asking.unseen(span.astype(np.int32))
        if unlike is not None:
            more = unlike.others(asking, more)
        slots = _once(asking, np.concatenate((slots, more)))
    slots = slots[:wanted]
    bits = np.full(len(slots), 1 << bit, np.uint16)
    bits[: len(candidates.bits)] = candidates.bits
    return Candidates(slots, bits, candidates.failed)


def _once(asking: Asking, slots: Slots) -> Slots:
    """Each slot once, where it came first: the last write of a backward pass wins, so nothing is sorted."""
    first, places = asking.scratch.first, np.arange(len(slots), dtype=np.int32)
    first[slots[::-1]] = places[::-1]
    return slots[first[slots] == places]


@cache
def names_of(bits: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names whose bits are set."""
    return tuple(name for number, name in enumerate(names) if bits >> number & 1)
