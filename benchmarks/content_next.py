"""Owns what content is worth to the model of what comes next: new videos placed by it, and asked for.

TikTok's pairs have no order, so each person's are put in one by lot: what is judged is where new videos are placed, not
what follows what. Everything else is as in `benchmarks.content`.
"""

import numpy as np
from numpy.typing import NDArray

from benchmarks.content import Known
from plainview.engine.content import Content
from plainview.engine.sequence.nightly import NightlyShape, fitted
from plainview.engine.sequence.told import Person, Stock, Told
from plainview.engine.upcoming import ENJOYED


def by_next(known: Known) -> NDArray[np.floating]:
    """(people, new) the products of what is expected of each person with the new videos' places."""
    items = int(known.learned[:, 1].max(initial=int(known.new[-1]))) + 1
    content = Content(1, 1)
    for item, features in enumerate(known.features[:items].tolist()):
        content.put(item, "", features)
    order = np.argsort(known.learned[:, 0], kind="stable")
    who, what = known.learned[order].T
    met = np.split(what.astype(np.intp), np.flatnonzero(np.diff(who)) + 1)
    people = [Person(each, np.full(len(each), ENJOYED), np.zeros(len(each), np.int64), 1) for each in met]
    taken = np.bincount(what, minlength=items)
    stock = Stock(np.arange(items), np.zeros((items, 1), np.uint64), content.rows[:items], taken)
    model = fitted(Told(stock, people), NightlyShape())
    found = np.zeros((len(known.people), len(known.new)), np.float32)
    for row, history in enumerate(known.histories()):
        if len(history):
            last = history[-model.recent :]
            state = model.state(last, np.full(len(last), ENJOYED), np.ones(len(last), np.int64), model.items[last])
            found[row] = model.items[known.new] @ state.vector
    return found
