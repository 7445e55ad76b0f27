"""Owns the source "similar": items that share tags, creator, sound, words or look with what the person enjoyed.

The person's strongest traits are followed through the inverted index: the newest items of each, and a window at a
place drawn anew for each page, so that old items are reached too. What was enjoyed just now is followed by "same".
"""

import numpy as np

from plainview.engine.asking import NO_SLOTS, Asking, Slots


def similar(asking: Asking) -> Slots:
    """Items along the person's strongest traits; none for a person of whom nothing good is known."""
    limits, terms = asking.limits, asking.catalogue.terms
    wish = asking.strength * terms.lead_to_items(asking.held)
    if len(wish) > limits.taste_terms:
        best = np.argpartition(-wish, limits.taste_terms)[: limits.taste_terms]
    else:
        best = np.arange(len(wish))
    newest, window = limits.newest_per_term, limits.window_per_term
    lot, found = asking.lots.next(), []
    for term in asking.held[best[wish[best] > 0.0]].tolist():
        items = terms.items[term]
        count = items.count
        if count <= newest + window:
            found.append(items.room[:count])
        else:
            # One lot for all traits: each takes its own remainder of it.
            start = lot % (count - newest - window + 1)
            found += [items.room[count - newest : count], items.room[start : start + window]]
    return np.concatenate(found, dtype=np.intp) if found else NO_SLOTS
