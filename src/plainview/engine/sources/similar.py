"""Owns the source "similar": items that share tags, creator, sound, words or look with what the person enjoyed.

The person's strongest traits are followed through the inverted index; what was enjoyed just now is followed by "same".
"""

import numpy as np

from plainview.engine.asking import Asking, Slots
from plainview.engine.sources.with_traits import with_traits


def similar(asking: Asking) -> Slots:
    """Items along the person's strongest traits; none for a person of whom nothing good is known."""
    limits, terms = asking.limits, asking.catalogue.terms
    wish = asking.strength * terms.lead_to_items(asking.held)
    if len(wish) > limits.taste_terms:
        best = np.argpartition(-wish, limits.taste_terms)[: limits.taste_terms]
    else:
        best = np.arange(len(wish))
    return with_traits(asking, asking.held[best[wish[best] > 0.0]].tolist(), limits.newest_per_term)
