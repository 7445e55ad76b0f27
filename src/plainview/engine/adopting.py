"""Owns the taking in of a fitted model while pages are made: in slices of a few milliseconds, and a turn at the end."""

import hashlib

from plainview.engine.catalogue import Catalogue
from plainview.engine.online.archive import Arriving
from plainview.engine.placed import Placed
from plainview.engine.sequence.serving import NextModel, digest_of


class Adopting:
    """A model whose bytes come in pieces, and which is then placed in the catalogue's slots."""

    def __init__(self) -> None:
        self._arriving = Arriving()
        self._read = hashlib.sha256()
        self.placed: Placed | None = None
        """None while not all of it has come."""

    def take(self, piece: bytes) -> None:
        """Takes in the next piece of the model's bytes.

        Raises:
            SnapshotUnreadableError: it is no model.
        """
        self._read.update(piece)
        self._arriving.take(piece)

    def step(self, catalogue: Catalogue) -> Placed | None:
        """Does a little of what is left to do once all has come; the model in its slots when nothing is.

        Raises:
            SnapshotUnreadableError: it is no whole model.
        """
        if self.placed is None:
            self.placed = Placed(NextModel(*self._arriving.whole(), digest_of(self._read)))
            return None
        return self.placed if self.placed.step(catalogue) else None
