"""Owns work space that is reused from page to page, so that nothing of the catalogue's size is made for a request.

None of it is state: after a page it says nothing, and it is not in a snapshot.
"""

import numpy as np

from plainview.engine.catalogue import Catalogue
from plainview.engine.growing import grown

_NEVER = np.iinfo(np.int64).max


class Scratch:
    """Marks and sums by item slot and by term slot.

    An item's mark below the page's token means that it may be shown as new; the token itself, that it was seen; more,
    that it must not be shown at all. Tokens rise, so marks need no cleaning.
    """

    def __init__(self) -> None:
        self.token = 0
        self.mark = np.zeros(0, np.int64)
        self.source_bits = np.zeros(0, np.uint16)
        self.first = np.zeros(0, np.int32)
        self.after = np.zeros(0, np.float32)
        self.creator_out = np.zeros(0, np.int64)
        self.creator_followed = np.zeros(0, np.int64)
        self.taste = np.zeros(0, np.float32)
        self.looked = np.zeros(0, np.float32)
        self.shared = np.zeros(0, np.float32)
        self.column = np.zeros(0, np.int32)

    def next_token(self, catalogue: Catalogue) -> int:
        """A new page's token; there is room for all items and terms afterwards."""
        if len(self.mark) < catalogue.count:
            for name in ("mark", "source_bits", "first", "after"):
                setattr(self, name, grown(getattr(self, name), catalogue.count))
        if len(self.taste) < len(catalogue.terms):
            for name in ("creator_out", "creator_followed", "taste", "looked", "shared", "column"):
                setattr(self, name, grown(getattr(self, name), len(catalogue.terms)))
        self.token += 2
        return self.token

    def bury(self, slot: int) -> None:
        """Marks a removed item for good."""
        self.mark = grown(self.mark, slot + 1)
        self.source_bits, self.first, self.after = (
            grown(self.source_bits, slot + 1), grown(self.first, slot + 1), grown(self.after, slot + 1),
        )  # fmt: skip
        self.mark[slot] = _NEVER

    def revive(self, slot: int) -> None:
        """Takes such a mark back."""
        if slot < len(self.mark):
            self.mark[slot] = 0
