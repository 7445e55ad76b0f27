"""Owns what a request asks of us for its own length: that nobody is profiled by it, and the languages it names.

A browser asks for it by Global Privacy Control (`Sec-GPC: 1`). The word that its person gave on that device counts
more, either way: the client sends it with each request.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache

GPC, WORD, ACCEPT = "sec-gpc", "x-plainview-learning", "accept-language"
LANGUAGES_MAX = 8
_UNPROFILED: ContextVar[bool] = ContextVar("unprofiled", default=False)
_LANGUAGES: ContextVar[str] = ContextVar("languages", default="")


def hear(headers: Mapping[str, str]) -> None:
    """Take a request's wish in, for all that is done in answer to it."""
    word = headers.get(WORD)
    _UNPROFILED.set(word == "no" or (word != "yes" and headers.get(GPC) == "1"))
    _LANGUAGES.set(headers.get(ACCEPT, ""))


def asks_not_to_be_profiled() -> bool:
    """Whether what we do just now answers a request that asked so."""
    return _UNPROFILED.get()


def languages_asked() -> tuple[str, ...]:
    """The languages that the request we answer names, the dearest first, by their first parts (`de`); none for any."""
    return _languages(_LANGUAGES.get())


@lru_cache(maxsize=1_024)
def _languages(header: str) -> tuple[str, ...]:
    named = [part.strip().partition(";") for part in header[:256].split(",")]
    weighed = [(-_weight(options), place, name) for place, (name, _, options) in enumerate(named)]
    found = dict.fromkeys(name.strip().split("-")[0].casefold() for weight, _, name in sorted(weighed) if weight < 0.0)
    # A star, or what is no language, says nothing.
    return tuple(name for name in found if 2 <= len(name) <= 3 and name.isascii() and name.isalpha())[:LANGUAGES_MAX]


def _weight(options: str) -> float:
    try:
        return float(options.strip().removeprefix("q=")) if options.strip() else 1.0
    except ValueError:
        return 0.0
