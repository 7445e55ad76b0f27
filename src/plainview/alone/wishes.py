"""Owns what a request for a page may say besides whose it is, as Gorse's clients say it, and what only we offer."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, TypeAlias

from litestar.params import HeaderParameter, QueryParameter

from plainview.alone.asking import Wish
from plainview.alone.kinds import kind_of
from plainview.alone.limits import CATEGORY_CHARS_MAX, KIND_CHARS_MAX, PAGE_MAX
from plainview.alone.living import Alone
from plainview.alone.times import duration_ms
from plainview.kernel.errors import InvalidInputError
from plainview.ports.engine import EventKind, Mode, Sliders

# A plain alias: the framework resolves it when it reads a route's signature.
Kinds: TypeAlias = Mapping[str, EventKind]
_STEP = re.compile(r"[-+]?[0-9]", re.ASCII)
N = Annotated[int, QueryParameter(ge=0, le=PAGE_MAX)]


@dataclass(frozen=True, slots=True)
class Flags:
    """What only we offer."""

    reasons: bool
    again: bool
    mode: Mode
    without: tuple[str, ...]
    sliders: Sliders


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish and how it is to be answered."""

    wish: Wish
    now_ms: int
    with_reasons: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What else is to be done with a user's page."""

    kind: EventKind | None
    """What is to be noted of every item on it; None for nothing."""
    type_name: str
    delay_ms: int
    with_scores: bool


async def reply(
    kinds: Kinds,
    write_back_type: Annotated[str, QueryParameter(name="write-back-type", max_length=KIND_CHARS_MAX)] = "",
    write_back_delay: Annotated[str, QueryParameter(name="write-back-delay", max_length=32)] = "",
    version: Annotated[str, HeaderParameter(name="X-API-Version", max_length=8)] = "",
) -> Reply:
    """What query and header say."""
    kind = kind_of(kinds, write_back_type) if write_back_type else None
    return Reply(kind, write_back_type, duration_ms(write_back_delay), version == "2")


async def flags(
    alone: Alone,
    reasons: Annotated[bool, QueryParameter(description="Tell of each place how it came about")] = False,
    again: Annotated[bool, QueryParameter(description="Fill up with what was seen when nothing is new")] = False,
    mode: Annotated[Mode, QueryParameter(description="unprofiled reads nothing that the user did")] = Mode.FOR_YOU,
    without: Annotated[str, QueryParameter(max_length=256, description="Sources that are off, by commas")] = "",
    sliders: Annotated[str, QueryParameter(max_length=256, description="The user's own, as fresh:1,familiar:-2")] = "",
) -> Flags:
    """What only we offer, as the query says it."""
    off = tuple(filter(None, without.split(",")))
    known = [each.name for each in alone.engine.origins()]
    if not set(off) <= set(known):
        raise InvalidInputError(f"The sources that can be switched off are {', '.join(known)}.")
    return Flags(reasons, again, mode, off, _sliders(sliders))


async def asked(
    flags: Flags,
    n: N = 10,
    offset: N = 0,
    category: Annotated[str, QueryParameter(max_length=CATEGORY_CHARS_MAX)] = "",
    looked_for: Annotated[
        str, QueryParameter(name="looked-for", max_length=256, description="Last searches, newest first, by commas")
    ] = "",
) -> Asked:
    """What the query says."""
    if offset + n > PAGE_MAX:
        raise InvalidInputError(f"A ranking has {PAGE_MAX} places: offset and n together go up to that.")
    searches = tuple(filter(None, looked_for.split(",")))
    wish = Wish(n, offset, category, flags.mode, flags.without, flags.sliders, searches, flags.again)
    return Asked(wish, time.time_ns() // 1_000_000, flags.reasons)


def _sliders(text: str) -> Sliders:
    known = [each.name for each in fields(Sliders)]
    steps = {}
    for each in filter(None, text.split(",")):
        name, _, step = each.partition(":")
        if name not in known or not _STEP.fullmatch(step):
            raise InvalidInputError(f"Write sliders as {known[0]}:1,{known[1]}:-2; they are {', '.join(known)}.")
        steps[name] = int(step)
    return Sliders(**steps)
