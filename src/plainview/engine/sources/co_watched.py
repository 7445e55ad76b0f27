"""Owns the source "co_watched": what others went on to enjoy after what the person enjoyed last."""

import numpy as np

from plainview.engine.asking import Asking, Slots


def co_watched(asking: Asking) -> Slots:
    """The followers of the last enjoyed items."""
    if not asking.anchors:
        return np.zeros(0, np.int32)
    followers, shares = asking.co_watched.after(asking.anchors)
    return followers[shares > 0.0]
