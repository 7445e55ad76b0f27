"""Owns the source "same": items with the sound, or the first tag, of what the person enjoyed last.

"similar" follows what somebody has come to like; this follows what they have just seen, so that a sound or a challenge
can be followed at once, whatever their taste is.
"""

import numpy as np

from plainview.engine.asking import NO_SLOTS, Asking, Slots
from plainview.engine.catalogue import SOUND_AT
from plainview.engine.terms import TAG


def same(asking: Asking) -> Slots:
    """The newest items of these sounds and tags; none for a person who enjoyed nothing lately."""
    catalogue, limits = asking.catalogue, asking.limits
    terms, last = catalogue.terms, asking.anchors[: limits.same_anchors]
    if not last:
        return NO_SLOTS
    traits = catalogue.traits[last]
    is_tag = terms.kind[traits] == TAG
    first = traits[np.arange(len(last)), is_tag.argmax(axis=1)][is_tag.any(axis=1)]
    sounds = catalogue.facts[last, SOUND_AT]
    lists = [terms.items[term] for term in dict.fromkeys((*sounds.tolist(), *first.tolist())) if term]
    found = [held.room[max(held.count - limits.newest_per_term, 0) : held.count] for held in lists]
    return np.concatenate(found, dtype=np.intp) if found else NO_SLOTS
