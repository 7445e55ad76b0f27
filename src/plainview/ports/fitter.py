"""Owns how the server has a model of what comes next fitted, and where the fitted ones are kept."""

from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol, runtime_checkable


class FitFailedError(Exception):
    """The fit ended without a verdict; its log says why. What serves by now serves on. No request meets it."""


class Fitted(NamedTuple):
    """What became of a fit."""

    model: bytes
    """Empty where nothing is to serve in place of what does."""
    verdict: str
    """taken, refused (clearly worse than what serves, or no better than what is enjoyed most) or too_little."""
    figures: dict[str, float]


@runtime_checkable
class Fitter(Protocol):
    """Fits somewhere where it holds up nobody."""

    async def fit(self, serving: bytes, lessons: AsyncIterator[bytes]) -> Fitted:
        """The model of what these lessons tell (`Engine.lesson`), judged beside the one that serves.

        Raises:
            FitFailedError: it ended before it came to anything.
        """
        ...


@runtime_checkable
class KeptModels(Protocol):
    """The last few models that served, whole or not at all."""

    def last(self) -> bytes | None:
        """The newest; empty where it was taken out, None when there is none."""
        ...

    def keep(self, model: bytes, at_ms: int) -> None:
        """Keeps one as the newest; the oldest beyond a few go."""
        ...

    def take_out(self) -> None:
        """Notes that the newest got worse: it serves no more, after a restart neither. There must be one."""
        ...
