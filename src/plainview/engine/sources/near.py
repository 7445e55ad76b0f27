"""Owns the source "near": what is well liked in the languages that the person understands.

Those are the ones that the request names; where it names none, the ones of what the person enjoyed last. So whoever
reads a small language is not left with what is popular in the large ones.
"""

import numpy as np

from plainview.engine.asking import NO_SLOTS, Asking, Slots
from plainview.engine.catalogue import LANGUAGE_AT


def near(asking: Asking) -> Slots:
    """The first unseen items of each of these languages' lists, as many together as a source gives."""
    lists = asking.pools.near
    codes = [code for code in _codes(asking) if code < len(lists)]
    if not codes:
        return NO_SLOTS
    found = lists[codes].T.ravel().astype(np.intp)
    return asking.first_unseen(found[found >= 0], asking.limits.source_items)


def _codes(asking: Asking) -> list[int]:
    """The numbers of the languages, the dearest first, each once; none for what has no language."""
    catalogue = asking.catalogue
    if asking.request.languages:
        get = catalogue.languages.get
        named = [get(language.casefold().split("-")[0], 0) for language in asking.request.languages]
    else:
        named = np.asarray(catalogue.facts[asking.anchors, LANGUAGE_AT]).tolist() if asking.anchors else []
    return [code for code in dict.fromkeys(named) if code]
