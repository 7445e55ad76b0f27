"""Owns the source "similar": items that share tags, creator, sound, words or look with what the person enjoyed.

The person's strongest traits are followed through the inverted index: the newest items of each, and a window at a
place drawn anew for each page, so that old items are reached too.
"""

import numpy as np

from plainview.engine.asking import Asking, Slots


def similar(asking: Asking) -> Slots:
    """Items along the person's strongest traits; none for a person of whom nothing good is known."""
    limits, terms = asking.limits, asking.catalogue.terms
    wish = np.where(terms.lead_to_items(asking.held), asking.strength, 0.0)
    if len(wish) > limits.taste_terms:
        best = np.argpartition(-wish, limits.taste_terms)[: limits.taste_terms]
    else:
        best = np.arange(len(wish))
    found = []
    for term in asking.held[best[wish[best] > 0.0]].tolist():
        items = terms.items[term].values
        count = len(items)
        if count <= limits.newest_per_term + limits.window_per_term:
            found.append(items)
            continue
        start = asking.lots.below(count - limits.newest_per_term - limits.window_per_term + 1)
        found.append(items[-limits.newest_per_term :])
        found.append(items[start : start + limits.window_per_term])
    return np.concatenate(found) if found else np.zeros(0, np.int32)
