"""Mia moves her own feed: sliders by key and finger, sources, and tastes that she has forgotten one by one."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.conftest import DESKTOP, PHONE, Visitors, plays
from tests.journeys.reading_aloud import barriers
from tests.journeys.staged import REALM, Staged, staging

SCREEN = "/settings/feed"
SERIOUS = ("serious", "critical")
ME: dict[str, Any] = {
    "id": "1", "handle": "mia", "name": "Mia", "bio": "", "picture": None, "is_private": False, "sample": False,
    "region": "eu", "age_band": "18_plus", "roles": [], "unread": 0, "has_password": True, "created_at_ms": 0,
}  # fmt: skip
NAMES = {
    "learned": True, "similar": True, "same": True, "co_watched": True, "followed": True,
    "trending": False, "fresh": False,
}  # fmt: skip
FACTS = [
    ("taste", "tag", "cats", "You enjoy #cats", 3.2),
    ("taste", "creator", "7", "You enjoy videos by @olga", 2.1),
    ("taste", "sound", "8", "You pass over videos with a certain sound", -1.4),
    ("taste", "length", "15-30 s", "You enjoy videos of a certain length (15-30 s)", 0.8),
    ("count", "shown", "", "You were shown 41 videos", 41.0),
    ("count", "skipped", "", "You skipped 1", 1.0),
]
Open = Callable[..., Page]


class Wheelhouse(Staged):
    """A stage whose settings are kept, as a server's are."""

    def _answer(self, route: Route) -> None:
        path, method = urlparse(route.request.url).path, route.request.method
        if method == "PUT" and path == "/api/me/steering":
            wish = json.loads(route.request.post_data or "")
            sources = [source | {"on": source["name"] not in wish["off"]} for source in self.answers[path]["sources"]]
            self.answers[path] = {"sliders": wish["sliders"], "sources": sources}
        elif method == "POST" and path.startswith("/api/me/taste/"):
            self.told.append((path.rpartition("/")[2], json.loads(route.request.post_data or "")["tastes"]))
            route.fulfill(status=204)
            return
        super()._answer(route)

    @property
    def told(self) -> list[Any]:
        """What was to be forgotten and recalled, in order."""
        told: list[Any] = self.answers.setdefault("told", [])
        return told


def _answers(profiling: bool) -> dict[str, Any]:
    middle = dict.fromkeys(("familiar", "followed", "popular", "fresh", "varied"), 0)
    sources = [{"name": name, "profiled": profiled, "on": True} for name, profiled in NAMES.items()]
    names = ("kind", "name", "subject", "text", "weight")
    facts = [dict(zip(names, fact, strict=True)) for fact in FACTS] if profiling else []
    return {
        "/api/me": {"me": ME},
        "/api/realm": REALM,
        "/api/me/profiling": {"on": profiling},
        "/api/me/taste": {"facts": facts},
        "/api/me/steering": {"sliders": middle, "sources": sources},
        "/api/me/hidden": {"people": [], "next": None},
    }


@pytest.fixture
def mia(browser: Browser) -> Iterator[Open]:
    """Opens her settings; what is kept of them stands in the stage that comes with the page."""
    with staging(browser) as staged:

        def opened(path: str = SCREEN, size: dict[str, int] = PHONE, profiling: bool = True, **options: Any) -> Page:
            return staged(Wheelhouse(_answers(profiling)), path, size, **options)

        yield opened


def _kept(page: Page) -> Any:
    return page.stage.answers["/api/me/steering"]  # type: ignore[attr-defined]


def _comes_true(page: Page, check: Callable[[], bool]) -> None:
    """What she sees moves at once; what is kept follows as soon as it was sent."""
    for _ in range(100):
        if check():
            return
        page.wait_for_timeout(50)
    assert check()


def _told(page: Page) -> Any:
    return page.stage.told  # type: ignore[attr-defined]


def test_sliders_are_moved_by_key_and_by_finger_and_put_back(mia: Open) -> None:
    page = mia()
    fresh = page.get_by_role("slider", name="Fresh")
    expect(fresh).to_have_attribute("aria-valuetext", "Balanced")
    fresh.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(fresh).to_have_attribute("aria-valuetext", "Any age")
    expect(page.get_by_text("Saved. Your next page is made by this.")).to_be_visible()
    variety = page.get_by_role("slider", name="Variety")
    variety.scroll_into_view_if_needed()
    box = variety.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.touchscreen.tap(box["x"] + box["width"] - 6, box["y"] + box["height"] / 2)
    expect(variety).to_have_attribute("aria-valuetext", "Very mixed")
    moved = {"familiar": 0, "followed": 0, "popular": 0, "fresh": -2, "varied": 2}
    _comes_true(page, lambda: _kept(page)["sliders"] == moved)
    page.get_by_role("button", name="Put all in the middle").click()
    expect(fresh).to_have_attribute("aria-valuetext", "Balanced")
    _comes_true(page, lambda: set(_kept(page)["sliders"].values()) == {0})
    page.get_by_role("button", name="Undo").click()
    expect(variety).to_have_attribute("aria-valuetext", "Very mixed")
    _comes_true(page, lambda: _kept(page)["sliders"] == moved)


def test_a_source_is_switched_off_and_says_what_that_means(mia: Open) -> None:
    page = mia()
    fresh = page.get_by_role("switch", name="New videos")
    expect(page.get_by_text("One place of each page goes, by lot")).to_be_visible()
    fresh.click()
    expect(fresh).to_have_attribute("aria-checked", "false")
    expect(page.get_by_text("Saved. Your next page is made by this.")).to_be_visible()
    _comes_true(page, lambda: [each["name"] for each in _kept(page)["sources"] if not each["on"]] == ["fresh"])


def test_one_taste_is_forgotten_and_taken_back(mia: Open) -> None:
    page = mia()
    page.get_by_role("button", name="Forget: #cats").click()
    expect(page.get_by_role("button", name="Take back: #cats")).to_be_visible()
    expect(page.get_by_role("button", name="Forget: #cats")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Forget: #cats")).to_be_visible()
    cats = [{"name": "tag", "subject": "cats"}]
    _comes_true(page, lambda: _told(page) == [("forget", cats), ("recall", cats)])


def test_without_profiling_what_needs_it_says_so_and_cannot_be_moved(mia: Open) -> None:
    page = mia(profiling=False)
    expect(page.get_by_role("slider", name="New or familiar")).to_be_disabled()
    expect(page.get_by_role("slider", name="Fresh")).to_be_enabled()
    expect(page.get_by_role("switch", name="Like what I enjoyed")).to_be_disabled()
    expect(page.get_by_role("switch", name="New videos")).to_be_enabled()
    expect(page.get_by_text("it needs profiling, which is off").first).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("de", PHONE), ("ar", PHONE)], ids=["en", "de", "ar"])
def test_nobody_is_kept_from_it(mia: Open, language: str, size: dict[str, int]) -> None:
    page = mia(f"{SCREEN}?lang={language}", size)
    slider = page.get_by_role("slider").first
    expect(slider).to_be_visible()
    wide = page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert wide, "nothing is wider than the screen"
    slider.focus()
    # Where one reads from right to left, more lies to the left.
    page.keyboard.press("ArrowLeft" if language == "ar" else "ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("More familiar|Mehr Vertrautes"))
    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page) == []


def test_a_slider_that_is_moved_changes_why_the_next_videos_are_here(
    visitors: Visitors, stocked: dict[str, list[str]]
) -> None:
    assert stocked
    new = "Posted lately"
    dora = visitors.new()
    page = dora.page
    dora.goes_to("/")
    plays(page)
    page.locator("button.why:visible").first.click()
    expect(page.get_by_role("dialog").get_by_text(new)).to_be_visible()
    page.get_by_role("link", name="See what the feed has learned").click()
    fresh = page.get_by_role("slider", name="Fresh")
    expect(fresh).to_have_attribute("aria-valuetext", "Balanced")
    fresh.scroll_into_view_if_needed()
    box = fresh.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    expect(fresh).to_have_attribute("aria-valuetext", "Older too")
    fresh.focus()
    page.keyboard.press("ArrowLeft")
    expect(fresh).to_have_attribute("aria-valuetext", "Any age")
    expect(page.get_by_text("Saved. Your next page is made by this.")).to_be_visible()
    with page.expect_response(re.compile("/api/feed")) as answered:
        page.get_by_role("link", name="Home").click()
    entries = answered.value.json()["entries"]
    assert entries
    assert "fresh" not in {reason["code"] for entry in entries for reason in entry["reasons"]}
    plays(page)
    page.keyboard.press("ArrowDown")
    expect(page.locator("button.why:visible").filter(has_not_text=new).first).to_be_visible()
    plays(page)
    page.keyboard.press("w")
    expect(page.get_by_role("dialog").get_by_text("It is here because")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text(new)).to_have_count(0)
    assert barriers(page, SERIOUS) == []
