"""Owns what a request asks of us for its own length: that nobody is profiled by it.

A browser asks for it by Global Privacy Control (`Sec-GPC: 1`). The word that its person gave on that device counts
more, either way: the client sends it with each request.
"""

from collections.abc import Mapping
from contextvars import ContextVar

GPC, WORD = "sec-gpc", "x-plainview-learning"
_UNPROFILED: ContextVar[bool] = ContextVar("unprofiled", default=False)


def hear(headers: Mapping[str, str]) -> None:
    """Take a request's wish in, for all that is done in answer to it."""
    word = headers.get(WORD)
    _UNPROFILED.set(word == "no" or (word != "yes" and headers.get(GPC) == "1"))


def asks_not_to_be_profiled() -> bool:
    """Whether what we do just now answers a request that asked so."""
    return _UNPROFILED.get()
