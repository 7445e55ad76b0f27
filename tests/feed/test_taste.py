"""What is told of a taste: of what kind each fact is, and no taste for a sound that one video alone has."""

import pytest

from plainview.accounts.faces import Face
from plainview.catalog.sounds import shared_sounds
from plainview.feed.sentences import sorted_facts, taste_facts
from plainview.kernel.ids import IdMaker, ItemId
from plainview.ports.database import Transaction
from plainview.ports.engine import Fact
from tests.social.conftest import World

pytestmark = pytest.mark.anyio


def test_each_fact_says_of_what_kind_it_is() -> None:
    facts = [
        Fact("tag", "cats", 2.0),
        Fact("shown", "", 40.0),
        Fact("hidden", "7", 1.0),
        Fact("forgotten", "look:0:7", -1),
    ]
    told = taste_facts(sorted_facts(facts), {"7": "olga"})
    assert [(fact.kind, fact.name, fact.subject, fact.text) for fact in told] == [
        ("taste", "tag", "cats", "You enjoy #cats"),
        ("count", "shown", "", "You were shown 40 videos"),
        ("list", "hidden", "", "You hid @olga"),
        ("forgotten", "look", "0:7", "You pass over videos with a certain look"),
    ]


def test_habits_are_told_by_their_hours() -> None:
    facts = [
        Fact("watched_at", "18-24 h", 61.4),
        Fact("time_of_day", "18-24 h, 60-120 s", 0.3),
        Fact("time_of_day", "6-12 h, over 300 s", -0.3),
        Fact("repeats", "", 1.0),
        Fact("repeats", "", 0.62),
    ]
    told = taste_facts(sorted_facts(facts), {})
    assert {fact.kind for fact in told} == {"count"}
    assert [fact.subject for fact in told] == ["18-24 h", "18-24 h, 60-120 s", "6-12 h, over 300 s", "", ""]
    assert [fact.text for fact in told] == [
        "61 of the watches remembered were between 18 and 24 o'clock (UTC)",
        "Between 18 and 24 o'clock (UTC) you enjoy videos of 60-120 s more than at other times",
        "Between 6 and 12 o'clock (UTC) you enjoy videos of over 300 s less than at other times",
        "You tire of one kind of video as soon as others do",
        "You tire of one kind of video 0.6 times as soon as others",
    ]


def test_one_thing_is_told_in_the_singular() -> None:
    facts = [Fact(name, "", 1.0) for name in ("events", "shown", "finished", "skipped", "seen")]
    assert [fact.text for fact in taste_facts(sorted_facts(facts), {})] == [
        "1 thing you did is behind this",
        "You were shown 1 video",
        "You watched 1 of them to the end",
        "You skipped 1",
        "1 video is remembered so that it does not come again",
    ]


async def test_a_sound_is_a_taste_only_where_several_videos_have_it(tx: Transaction, ids: IdMaker) -> None:
    world = World(ids)
    maker: Face = await world.person(tx, "maker")
    items: list[ItemId] = [await world.item(tx, maker.person_id) for _ in range(3)]
    rows = await (await tx.execute("SELECT item_id, sound_id FROM items")).fetchall()
    own = dict(rows)
    assert await shared_sounds(tx, own.values()) == set()
    await tx.execute("UPDATE items SET sound_id = %s WHERE item_id = %s", (own[items[0]], items[1]))
    assert await shared_sounds(tx, own.values()) == {own[items[0]]}
    assert await shared_sounds(tx, []) == set()
