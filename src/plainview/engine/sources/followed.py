"""Owns the source "followed": the newest items of the creators whom the person follows."""

import numpy as np

from plainview.engine.asking import Asking, Slots

_NEWEST_PER_CREATOR = 3


def followed(asking: Asking) -> Slots:
    """Items among the newest of those followed creators who published last."""
    creators, terms, limits = asking.followed, asking.catalogue.terms, asking.limits
    if not len(creators):
        return creators
    if len(creators) > limits.followed_creators:
        last = np.argpartition(-terms.newest_ms[creators], limits.followed_creators)
        creators = creators[last[: limits.followed_creators]]
    found = [terms.items[creator].values[-_NEWEST_PER_CREATOR:] for creator in creators.tolist()]
    return np.concatenate(found)


def all_of_followed(asking: Asking) -> Slots:
    """Every unseen item of every followed creator, newest first: the whole of the Following page."""
    terms = asking.catalogue.terms
    if not len(asking.followed):
        return asking.followed
    found = asking.unseen(np.concatenate([terms.items[creator].values for creator in asking.followed.tolist()]))
    return found[np.lexsort((-found, -asking.catalogue.published_ms[found]))]
