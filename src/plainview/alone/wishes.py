"""Owns what a request for a page may say besides whose it is, as Gorse's clients say it, and what only we offer."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from litestar.params import Parameter

from plainview.alone.asking import Wish
from plainview.alone.limits import CATEGORY_CHARS_MAX, PAGE_MAX
from plainview.kernel.errors import InvalidInputError
from plainview.ports.engine import EventKind, Mode

# A plain alias: the framework resolves it when it reads a route's signature.
Kinds: TypeAlias = Mapping[str, EventKind]
N = Annotated[int, Parameter(ge=0, le=PAGE_MAX)]


@dataclass(frozen=True, slots=True)
class Flags:
    """What only we offer."""

    reasons: bool
    again: bool
    mode: Mode
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish and how it is to be answered."""

    wish: Wish
    now_ms: int
    with_reasons: bool


async def flags(
    reasons: Annotated[bool, Parameter(description="Tell of each place how it came about")] = False,
    again: Annotated[bool, Parameter(description="Fill up with what was seen when nothing is new")] = False,
    mode: Annotated[Mode, Parameter(description="unprofiled reads nothing that the user did")] = Mode.FOR_YOU,
    without: Annotated[str, Parameter(max_length=256, description="Sources that are off, by commas")] = "",
) -> Flags:
    """What only we offer, as the query says it."""
    return Flags(reasons, again, mode, tuple(filter(None, without.split(","))))


async def asked(
    flags: Flags,
    n: N = 10,
    offset: N = 0,
    category: Annotated[str, Parameter(max_length=CATEGORY_CHARS_MAX)] = "",
) -> Asked:
    """What the query says."""
    if offset + n > PAGE_MAX:
        raise InvalidInputError(f"A ranking has {PAGE_MAX} places: offset and n together go up to that.")
    wish = Wish(n, offset, category, flags.mode, flags.without, flags.again)
    return Asked(wish, time.time_ns() // 1_000_000, flags.reasons)
