"""Owns what media asks before it gives out a byte: who may have this asset's streams. The catalog answers, above it."""

from enum import StrEnum
from typing import Protocol

from plainview.accounts.viewers import Viewer
from plainview.kernel.ids import AssetId


class Audience(StrEnum):
    """For whom an answer may be kept by caches on the way."""

    EVERYONE = "public"
    VIEWER = "private"


class Gate(Protocol):
    """Decides for each request; cheap, since every segment asks."""

    async def __call__(self, viewer: Viewer, asset: AssetId) -> Audience:
        """For whom the asset's streams are.

        Raises:
            NotFoundError: there is no such asset, or it is not for this viewer, who is not told which.
        """
