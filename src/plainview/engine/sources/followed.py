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
    lists = [terms.items[creator] for creator in creators.tolist()]
    found = [items.room[max(items.count - _NEWEST_PER_CREATOR, 0) : items.count] for items in lists]
    return np.concatenate(found, dtype=np.intp)


def all_of_followed(asking: Asking) -> Slots:
    """Every unseen item of every followed creator, newest first: the whole of the Following page."""
    terms = asking.catalogue.terms
    if not len(asking.followed):
        return asking.followed
    lists = [terms.items[creator].values for creator in asking.followed.tolist()]
    found = asking.unseen(np.concatenate(lists, dtype=np.intp))
    return found[np.lexsort((-found, -asking.catalogue.published_ms[found]))]
