"""Who may see an item: the one rule, whole."""

import itertools
from dataclasses import replace

import pytest

from plainview.catalog.visibility import SeenItem, Visibility, may_see
from plainview.kernel.ids import AssetId, ItemId, PersonId
from plainview.ports.relations import FollowState, Marks

OWNER, OTHER = PersonId(1), PersonId(2)
STATES = ("draft", "published", "removed")
VISIBILITIES: tuple[Visibility, ...] = ("public", "followers", "only_me")


def marks(follows: FollowState = "no", *, blocked: bool = False, of_age: bool = False) -> Marks:
    return Marks(frozenset(), frozenset(), {OWNER: follows}, frozenset({OWNER} if blocked else ()), of_age)


def item(state: str, visibility: Visibility, *, playable: bool = True, private: bool = False) -> SeenItem:
    return SeenItem(ItemId(5), OWNER, AssetId(6), state, visibility, True, playable, private)


def test_the_owner_sees_all_but_what_was_removed() -> None:
    for state, visibility, playable in itertools.product(STATES, VISIBILITIES, (True, False)):
        assert may_see(item(state, visibility, playable=playable), OWNER, marks()) == (state != "removed")


@pytest.mark.parametrize("viewer", [None, OTHER])
def test_others_see_published_playable_things_only(viewer: PersonId | None) -> None:
    for state, visibility, playable, private in itertools.product(STATES, VISIBILITIES, (True, False), (True, False)):
        seen = may_see(item(state, visibility, playable=playable, private=private), viewer, marks())
        assert seen == (state == "published" and visibility == "public" and playable and not private)


def test_followers_see_more_once_they_are_accepted() -> None:
    for visibility, private in (("followers", False), ("public", True), ("followers", True)):
        thing = item("published", visibility, private=private)  # type: ignore[arg-type]
        assert may_see(thing, OTHER, marks("yes"))
        assert not may_see(thing, OTHER, marks("requested"))
    assert not may_see(item("published", "only_me"), OTHER, marks("yes"))


def test_what_is_for_adults_is_shown_to_its_owner_and_to_those_who_are_known_to_be_of_age() -> None:
    thing = replace(item("published", "public"), adults_only=True)
    assert may_see(thing, OWNER, marks())
    assert may_see(thing, OTHER, marks(of_age=True))
    assert not may_see(thing, OTHER, marks("yes"))
    assert not may_see(thing, None, marks())
    for change in ({"visibility": "only_me"}, {"state": "removed"}, {"state": "draft"}, {"playable": False}):
        assert not may_see(replace(thing, **change), OTHER, marks("yes", of_age=True))
    assert not may_see(thing, OTHER, marks(of_age=True, blocked=True))


def test_a_block_hides_everything() -> None:
    assert not may_see(item("published", "public"), OTHER, marks("yes", blocked=True))
