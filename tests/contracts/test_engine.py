"""The contract of `plainview.ports.engine.Engine`: what every engine must keep, whatever it has learned."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plainview.engine.ranking import TasteEngine
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import (
    SLIDER_MOST,
    Engine,
    EventKind,
    ItemFacts,
    Mode,
    Observation,
    PageRequest,
    RankedPage,
    Sliders,
    SnapshotUnreadableError,
)

NOW_MS = 1_800_000_000_000
MINUTE_MS = 60_000
ENGINES: list[Callable[[], Engine]] = [lambda: TasteEngine(seed=7)]
CREATORS = 4
NOBODY = PageRequest(now_ms=NOW_MS)

each_engine = pytest.mark.parametrize("make", ENGINES, ids=["taste"])
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def video(number: int, **changes: object) -> ItemFacts:
    facts = ItemFacts(
        item=ItemId(number),
        creator=PersonId(9000 + number % CREATORS),
        duration_ms=5_000 + 1_000 * (number % 50),
        published_at_ms=NOW_MS - number * MINUTE_MS,
        sound=number % 7,
        tags=(f"tag{number % 5}", f"rare{number}"),
        language=("en", "de", None)[number % 3],
        caption=f"A caption about topic{number % 6}",
    )
    return replace(facts, **changes)  # type: ignore[arg-type]  # The fields are those of the test's own call.


people = st.integers(1, 3).map(PersonId)
numbers = st.integers(1, 30).map(ItemId)
observations = st.builds(
    Observation,
    person=people,
    kind=st.sampled_from(EventKind),
    at_ms=st.one_of(st.integers(NOW_MS, NOW_MS + 10**7), st.sampled_from([-1, 0, 2**40, 2**62])),
    item=st.one_of(st.none(), numbers, st.just(ItemId(2**62))),
    creator=st.one_of(st.none(), st.integers(9000, 9005).map(PersonId)),
    watched_ms=st.one_of(st.integers(0, 120_000), st.sampled_from([-5, 2**62])),
    loops=st.integers(-1, 5),
)
requests = st.builds(
    PageRequest,
    now_ms=st.one_of(st.integers(NOW_MS, NOW_MS + 10**7), st.sampled_from([0, 2**50])),
    size=st.integers(-1, 12),
    person=st.one_of(st.none(), people),
    mode=st.sampled_from(Mode),
    in_session=st.lists(numbers, max_size=12),
    excluded_items=st.lists(numbers, max_size=5),
    followed=st.lists(st.integers(9000, 9005).map(PersonId), max_size=4),
    excluded_creators=st.lists(st.integers(9000, 9005).map(PersonId), max_size=2),
    languages=st.lists(st.sampled_from(["en", "de", "fr", "en-GB"]), max_size=2),
    without_sources=st.lists(st.sampled_from(["similar", "fresh", "popular", "trending"]), max_size=3),
    sliders=st.builds(Sliders, *[st.integers(-SLIDER_MOST, SLIDER_MOST)] * 5),
)
changes = st.one_of(
    st.tuples(st.just("add"), st.integers(1, 30)),
    st.tuples(st.just("change"), st.integers(1, 30)),
    st.tuples(st.just("remove"), st.integers(1, 30)),
    st.tuples(st.just("observe"), st.lists(observations, max_size=6)),
    st.tuples(st.just("forget"), people),
    st.tuples(st.just("reset"), people),
    st.tuples(st.just("forget_taste"), people),
    st.tuples(st.just("recall_taste"), people),
)


def apply(engine: Engine, change: tuple[str, object]) -> None:
    name, value = change
    if name == "add":
        engine.add_items([video(int(str(value)))])
    elif name == "change":
        engine.change_item(video(int(str(value)), tags=("changed",)))
    elif name == "remove":
        engine.remove_item(ItemId(int(str(value))))
    elif name == "observe":
        assert isinstance(value, list)
        engine.observe(value)
    elif name == "forget_taste":
        engine.forget_taste(PersonId(int(str(value))), "tag", "tag1")
    elif name == "recall_taste":
        engine.recall_taste(PersonId(int(str(value))), "tag", "tag1")
    elif name == "forget":
        engine.forget(PersonId(int(str(value))))
    else:
        engine.reset(PersonId(int(str(value))))


def ids(page: RankedPage) -> list[int]:
    return [ranked.item for ranked in page.items]


def stocked(make: Callable[[], Engine], count: int = 20) -> Engine:
    engine = make()
    engine.add_items([video(number) for number in range(1, count + 1)])
    return engine


@each_engine
def test_an_engine_is_what_the_port_says(make: Callable[[], Engine]) -> None:
    assert isinstance(make(), Engine)


@each_engine
@quick
@given(st.lists(changes, max_size=25), requests)
def test_no_odd_sequence_breaks_a_page(
    make: Callable[[], Engine], history: list[tuple[str, object]], request_: PageRequest
) -> None:
    engine = stocked(make, 8)
    for change in history:
        apply(engine, change)
    page = engine.page(request_)
    found = ids(page)
    assert len(found) == len(set(found)) <= max(request_.size, 0)
    assert not set(found) & set(request_.excluded_items)
    assert not {9000 + number % CREATORS for number in found} & set(request_.excluded_creators)
    assert [ranked.position for ranked in page.items] == list(range(len(found)))
    assert not page.failed_sources
    assert engine.page(request_) == page, "asking twice must give the same page"
    for ranked in page.items:
        assert ranked.reasons
        assert ranked.sources
        assert 0.0 < ranked.propensity <= 1.0
        assert len(ranked.parts) == len(page.part_names)
        assert ranked.again == (ranked.sources == ("again",))


@each_engine
@quick
@given(st.lists(changes, max_size=25), requests)
def test_removed_items_never_come_back_unless_added_again(
    make: Callable[[], Engine], history: list[tuple[str, object]], request_: PageRequest
) -> None:
    engine, shown = stocked(make, 8), set(range(1, 9))
    for change in history:
        apply(engine, change)
        name, value = change
        if name in {"add", "change"}:
            shown.add(int(str(value)))
        elif name == "remove":
            shown.discard(int(str(value)))
    assert set(ids(engine.page(request_))) <= shown


@each_engine
@quick
@given(st.lists(changes, max_size=25), requests)
def test_a_replay_of_the_log_and_a_snapshot_give_the_same_pages(
    make: Callable[[], Engine], history: list[tuple[str, object]], request_: PageRequest
) -> None:
    first, second, third = stocked(make, 8), stocked(make, 8), make()
    for change in history:
        apply(first, change)
        first.page(request_)
    for change in history:
        apply(second, change)
    third.restore(first.snapshot())
    assert first.page(request_) == second.page(request_) == third.page(request_)
    assert first.snapshot() == second.snapshot() == third.snapshot()


@each_engine
@quick
@example([], [("observe", [Observation(PersonId(1), EventKind.HIDE_CREATOR, NOW_MS, creator=PersonId(9004))])], NOBODY)
@given(st.lists(changes, max_size=15), st.lists(changes, max_size=15), requests)
def test_an_engine_goes_on_from_a_snapshot_as_if_nothing_had_been(
    make: Callable[[], Engine], before: list[tuple[str, object]], after: list[tuple[str, object]], request_: PageRequest
) -> None:
    straight, interrupted = stocked(make, 8), stocked(make, 8)
    for change in before:
        apply(straight, change)
        apply(interrupted, change)
    resumed = make()
    resumed.restore(interrupted.snapshot())
    for change in after:
        apply(straight, change)
        apply(resumed, change)
    assert straight.page(request_) == resumed.page(request_)
    assert straight.snapshot() == resumed.snapshot()


@each_engine
@quick
@given(st.lists(observations, max_size=30))
def test_events_may_come_one_by_one_or_in_batches(make: Callable[[], Engine], events: list[Observation]) -> None:
    at_once, one_by_one = stocked(make), stocked(make)
    at_once.observe(events)
    for event in events:
        one_by_one.observe([event])
    assert at_once.snapshot() == one_by_one.snapshot()


@each_engine
@pytest.mark.parametrize("mode", [Mode.FOR_YOU, Mode.UNPROFILED])
def test_a_person_sees_every_item_once_before_any_comes_again(make: Callable[[], Engine], mode: Mode) -> None:
    engine, person, seen = stocked(make, 50), PersonId(1), list[int]()
    for turn in range(10):
        page = engine.page(PageRequest(now_ms=NOW_MS + turn, size=5, person=person, mode=mode))
        assert not any(ranked.again for ranked in page.items)
        seen += ids(page)
        engine.observe([Observation(person, EventKind.SHOWN, NOW_MS + turn, ItemId(item)) for item in ids(page)])
    assert sorted(seen) == list(range(1, 51))
    again = engine.page(PageRequest(now_ms=NOW_MS + 99, size=5, person=person, mode=mode))
    assert ids(again) == seen[:5], "what was seen longest ago comes first"
    assert all(ranked.again and str(ranked.reasons[0]) == "again" for ranked in again.items)


@each_engine
def test_a_long_page_is_a_full_one(make: Callable[[], Engine]) -> None:
    page = stocked(make, 200).page(PageRequest(now_ms=NOW_MS, size=64, person=PersonId(1)))
    assert len(set(ids(page))) == 64


@each_engine
def test_what_the_client_holds_is_not_sent_twice(make: Callable[[], Engine]) -> None:
    engine, held = stocked(make, 24), list[ItemId]()
    for _ in range(3):
        page = engine.page(PageRequest(now_ms=NOW_MS, person=PersonId(1), in_session=held))
        assert not set(ids(page)) & set(held)
        held += [ranked.item for ranked in page.items]
    assert sorted(held) == list(range(1, 25))
    rest = engine.page(PageRequest(now_ms=NOW_MS, person=PersonId(1), in_session=held))
    assert ids(rest) == held[:8]


@each_engine
def test_what_a_person_refused_never_comes_again(make: Callable[[], Engine]) -> None:
    engine, person = stocked(make, 6), PersonId(1)
    engine.observe([Observation(person, EventKind.SHOWN, NOW_MS, ItemId(number)) for number in range(1, 7)])
    engine.observe(
        [
            Observation(person, EventKind.NOT_INTERESTED, NOW_MS, ItemId(2)),
            Observation(person, EventKind.REPORT, NOW_MS, ItemId(3)),
            Observation(person, EventKind.HIDE_CREATOR, NOW_MS, creator=PersonId(9001)),
        ]
    )
    assert set(ids(engine.page(PageRequest(now_ms=NOW_MS, person=person)))) == {4, 6}
    engine.observe([Observation(person, EventKind.UNDO_NOT_INTERESTED, NOW_MS, ItemId(2))])
    engine.observe([Observation(person, EventKind.UNHIDE_CREATOR, NOW_MS, creator=PersonId(9001))])
    assert set(ids(engine.page(PageRequest(now_ms=NOW_MS, person=person)))) == {1, 2, 4, 5, 6}


@each_engine
def test_following_is_the_followed_newest_first(make: Callable[[], Engine]) -> None:
    engine = stocked(make, 20)
    request_ = PageRequest(
        now_ms=NOW_MS, person=PersonId(1), mode=Mode.FOLLOWING, followed=[PersonId(9001), PersonId(9002)]
    )
    page = engine.page(request_)
    assert ids(page) == [1, 2, 5, 6, 9, 10, 13, 14]
    assert {ranked.sources for ranked in page.items} == {("followed",)}
    assert ids(engine.page(replace(request_, followed=[]))) == []


@each_engine
def test_nobody_in_particular_gets_a_page(make: Callable[[], Engine]) -> None:
    page = stocked(make).page(PageRequest(now_ms=NOW_MS))
    assert len(page.items) == 8
    assert make().page(PageRequest(now_ms=NOW_MS)).items == ()


@each_engine
def test_forgetting_leaves_nothing_and_a_reset_keeps_what_was_seen(make: Callable[[], Engine]) -> None:
    engine, person = stocked(make, 10), PersonId(1)
    events = [
        Observation(person, kind, NOW_MS, ItemId(1)) for kind in (EventKind.SHOWN, EventKind.FINISHED, EventKind.LIKE)
    ]
    engine.observe(events)
    assert any(
        fact.name == "tag" and fact.subject == "tag1" and fact.weight > 0 for fact in engine.person_facts(person)
    )
    engine.reset(person)
    assert not any(fact.name == "tag" for fact in engine.person_facts(person))
    assert 1 not in ids(engine.page(PageRequest(now_ms=NOW_MS, person=person)))
    engine.forget(person)
    assert engine.person_facts(person) == ()
    assert 1 in ids(engine.page(PageRequest(now_ms=NOW_MS, person=person, size=10)))


@each_engine
def test_a_torn_snapshot_is_refused_and_changes_nothing(make: Callable[[], Engine]) -> None:
    engine = stocked(make)
    whole = engine.snapshot()
    for torn in (b"", whole[:-1], whole[: len(whole) // 2], b"x" + whole, whole[:-9] + b"x" + whole[-8:]):
        with pytest.raises(SnapshotUnreadableError):
            engine.restore(torn)
    assert engine.snapshot() == whole
