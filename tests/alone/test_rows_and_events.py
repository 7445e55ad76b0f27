"""What is kept and what is learned, for any order of feedback: held against a dictionary, and against a replay."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.alone import feedback
from plainview.alone.desk import View
from plainview.alone.feedback import understood
from plainview.alone.kinds import KINDS, STATES, TAKES_BACK
from plainview.alone.living import Committed, commit
from plainview.alone.records import apply
from plainview.alone.replaying import replay
from plainview.alone.shapes import Feedback
from plainview.alone.store import Store, opened
from plainview.alone.times import written
from plainview.engine.ranking import TasteEngine

Key = tuple[str, str, str]
BEGIN_MS = 1_795_000_000_000
TYPES = ("read", "watch", "skip", "like", "star", "unlike", "save", "dislike", "follow", "unfollow", "report", "block")
rows = st.builds(
    Feedback,
    feedback_type=st.sampled_from(TYPES),
    user_id=st.sampled_from(["ann", "bob"]),
    item_id=st.sampled_from(["a", "b", "c"]),
    value=st.integers(0, 9_000).map(float),
    timestamp=st.integers(0, 5).map(lambda minutes: written(BEGIN_MS + minutes * 60_000)),
)
steps = st.lists(st.tuples(st.sampled_from(["POST", "POST", "PUT", "DELETE"]), st.lists(rows, min_size=1, max_size=4)))


@contextmanager
def a_store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = opened(Path(folder))
        yield store
        store.close()


def do(store: Store, verb: str, given_rows: list[Feedback]) -> Committed:
    if verb == "DELETE":
        gone = [(each.user_id, each.item_id, each.feedback_type) for each in given_rows]
        return commit(store, [lambda desk, each=each: feedback.drop(desk, *each) for each in gone])  # type: ignore[misc]
    taken = understood(KINDS, given_rows)
    return commit(store, [lambda desk: feedback.take(desk, taken, overwrite=verb == "PUT")])


def note(model: dict[Key, tuple[float, str]], verb: str, row: Feedback) -> None:
    """What Gorse's users would expect of one row."""
    key, kind = (row.user_id, row.item_id, row.feedback_type), KINDS[row.feedback_type]
    before, said = model.get(key), row.timestamp or ""
    if verb == "DELETE":
        model.pop(key, None)
    elif kind in TAKES_BACK:
        for other in [each for each in model if each[:2] == key[:2] and KINDS[each[2]] is TAKES_BACK[kind]]:
            del model[other]
    elif before is None or verb == "PUT":
        model[key] = (row.value, said)
    elif kind not in STATES and said != before[1]:
        model[key] = (before[0] + row.value, said)


@settings(max_examples=40, deadline=None)
@given(steps)
def test_rows_are_what_a_dictionary_would_keep(history: list[tuple[str, list[Feedback]]]) -> None:
    model: dict[Key, tuple[float, str]] = {}
    with a_store() as store:
        for verb, given_rows in history:
            do(store, verb, given_rows)
            for row in given_rows:
                note(model, verb, row)
        with store.env.begin() as txn:
            view = View(store, txn)
            by_user = [each for user in ("ann", "bob") for each in feedback.of_user(view, user)]
            by_item = [each for item in ("a", "b", "c") for each in feedback.of_item(view, item)]
    found = {(each.user_id, each.item_id, each.feedback_type): (each.value, each.timestamp) for each in by_user}
    assert found == model
    assert len(by_item) == len(by_user) == len(model)


@settings(max_examples=25, deadline=None)
@given(steps)
def test_what_was_learned_at_once_is_what_a_replay_learns(history: list[tuple[str, list[Feedback]]]) -> None:
    live, replayed = TasteEngine(), TasteEngine()
    with a_store() as store:
        for verb, given_rows in history:
            # Taking back what is no state takes it out of the log: the one thing that a replay does not see.
            kept = [each for each in given_rows if verb != "DELETE" or KINDS[each.feedback_type] in STATES]
            kept = [each for each in kept if verb != "DELETE" or each.feedback_type != "report"]
            apply(live, do(store, verb, kept).records)
        replay(store, replayed)
    assert live.snapshot() == replayed.snapshot()
