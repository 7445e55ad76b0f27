"""Owns how words that somebody looked for lead to traits: by the tags and caption words that they name.

They come with a request, from whoever keeps them, and are used for that page alone: nothing of them is learned or kept.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.empty_words import EMPTY_WORDS
from plainview.engine.limits import Limits
from plainview.engine.terms import TAG, WORD, Terms
from plainview.engine.worth import LOOKED_FOR_KEPT

_PARTED: Final = re.compile(r"[^\w]+")


def looked_up(looked_for: Sequence[str], terms: Terms, limits: Limits) -> dict[int, float]:
    """The traits that these words name, with how much each says.

    Args:
        looked_for: what was looked for, the newest first; only the first `limits.looked_for` count.

    Returns:
        For each trait from 0 to 1: a tag named by the whole phrase, or its only word, says all; one of its n known
        words says 1/n; each further phrase counts LOOKED_FOR_KEPT times the one before. The strongest come first.
    """
    found: dict[int, float] = {}
    worth = 1.0
    for phrase in looked_for[: limits.looked_for]:
        folded = phrase[: limits.looked_for_characters].casefold()
        parts = [part for part in _PARTED.split(folded) if part]
        by_part = [named for part in parts if part not in EMPTY_WORDS and (named := _named(terms, part))]
        whole = [_tag(terms, folded.strip(" #")), _tag(terms, "".join(parts)), _tag(terms, "_".join(parts))]
        says = [(term, worth) for term in whole]
        says += [(term, worth / len(by_part)) for named in by_part for term in named]
        for term, much in says:
            if term:
                found[term] = max(found.get(term, 0.0), much)
        worth *= LOOKED_FOR_KEPT
    return dict(sorted(found.items(), key=lambda each: -each[1])[: limits.looked_for_terms])


def agreement(says: NDArray[np.float32], traits: NDArray[np.int32]) -> NDArray[np.float32]:
    """(n,) from 0 to 1: how much items with these (n, traits) have of what was looked for. `says`: (terms,)."""
    found: NDArray[np.float32] = np.minimum(says.take(traits).sum(axis=1), np.float32(1.0))
    return found


def _named(terms: Terms, part: str) -> list[int]:
    return [term for kind in (TAG, WORD) if (term := terms.slots[kind].get(part))]


def _tag(terms: Terms, name: str) -> int:
    return terms.slots[TAG].get(name, 0)
