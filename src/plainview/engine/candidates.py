"""Owns the gathering of candidates from all sources: each once, with the set of the sources that named it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.asking import NO_SLOTS, Asking, Slots
from plainview.engine.catalogue import CREATOR_AT, SOUND_AT
from plainview.engine.sources.co_watched import co_watched
from plainview.engine.sources.followed import followed
from plainview.engine.sources.fresh import fresh
from plainview.engine.sources.kind import kind
from plainview.engine.sources.learned import learned
from plainview.engine.sources.looked_for import looked_for
from plainview.engine.sources.near import near
from plainview.engine.sources.next_up import next_up
from plainview.engine.sources.popular import popular
from plainview.engine.sources.same import same
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
    Source("learned", learned, profiled=True),
    Source("kind", kind, profiled=True),
    Source("next", next_up, profiled=True),
    Source("similar", similar, profiled=True),
    Source("same", same, profiled=True),
    Source("co_watched", co_watched, profiled=True),
    Source("followed", followed, profiled=True),
    Source("looked_for", looked_for, profiled=True),
    Source("trending", trending, profiled=False),
    Source("fresh", fresh, profiled=False),
    Source("popular", popular, profiled=False),
    Source("near", near, profiled=False),
)
ANYTHING, AGAIN = "anything", "again"


class Candidates(NamedTuple):
    """(n,) different items, the sources of each as bits, and the names of the sources that failed."""

    slots: Slots
    bits: NDArray[np.uint16]
    failed: tuple[str, ...] = ()


def gather(asking: Asking, sources: Sequence[Source], profiled: bool) -> Candidates:
    """All that the sources name and that the person may see and has not seen. A source that fails is left out."""
    found: list[Slots] = []
    origins: list[int] = []
    failed: list[str] = []
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
        found.append(slots)
        origins.append(1 << number)
    if not found:
        return Candidates(NO_SLOTS, np.zeros(0, np.uint16), tuple(failed))
    named, marks = np.concatenate(found), asking.scratch.source_bits
    np.bitwise_or.at(marks, named, np.array(origins, np.uint16).repeat([len(slots) for slots in found]))
    slots = _once(asking, asking.unseen(named))
    bits = marks[slots]
    marks[named] = 0
    return Candidates(slots, bits, tuple(failed))


def topped_up(asking: Asking, candidates: Candidates, missing: int, bit: int, others: bool = False) -> Candidates:
    """With so many further unseen items of the catalogue, from a place drawn by lot on, or all that there are.

    Args:
        bit: the source bit of what is added.
        others: take only items by creators and with sounds that no candidate has.
    """
    catalogue, slots = asking.catalogue, candidates.slots
    count, wanted = catalogue.count, len(slots) + missing
    creators, sounds = catalogue.facts[slots, CREATOR_AT], catalogue.facts[slots, SOUND_AT]
    start = asking.lots.below(max(count, 1))
    for offset in range(0, count, _SCAN_STEP):
        if len(slots) >= wanted:
            break
        more = asking.unseen(np.arange(start + offset, start + min(offset + _SCAN_STEP, count)) % count)
        if others:
            facts = catalogue.facts[more]
            heard = np.isin(facts[:, SOUND_AT], sounds) & (facts[:, SOUND_AT] > 0)
            more = more[~np.isin(facts[:, CREATOR_AT], creators) & ~heard]
        slots = _once(asking, np.concatenate((slots, more)))
    slots = slots[:wanted]
    bits = np.full(len(slots), 1 << bit, np.uint16)
    bits[: len(candidates.bits)] = candidates.bits
    return Candidates(slots, bits, candidates.failed)


def _once(asking: Asking, slots: Slots) -> Slots:
    """Each slot once, where it came first: the last write of a backward pass wins, so nothing is sorted."""
    first, places = asking.scratch.first, np.arange(len(slots), dtype=np.int32)
    first[slots[::-1]] = places[::-1]
    kept: Slots = slots[first[slots] == places]
    return kept


@cache
def names_of(bits: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names whose bits are set."""
    return tuple(name for number, name in enumerate(names) if bits >> number & 1)
