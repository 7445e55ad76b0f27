"""Noa is new: she says by key or finger what she would like to see, takes a word of it back, or goes on without."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.conftest import DESKTOP, PHONE, Visitors, signs_up
from tests.journeys.reading_aloud import barriers
from tests.journeys.staged import ADDRESS, REALM, Staged, staging

TAGS = (
    "cats", "street_food", "chess", "surfing", "handmade", "trains", "night_sky", "dancing", "gardening",
    "physics", "stand_up", "mountains",
)  # fmt: skip
ME: dict[str, Any] = {
    "id": "1", "handle": "noa", "name": "Noa", "bio": "", "picture": None, "is_private": False, "sample": False,
    "region": "eu", "age_band": "18_plus", "roles": [], "unread": 0, "has_password": True, "created_at_ms": 0,
}  # fmt: skip
Open = Callable[..., Page]


class Shelf(Staged):
    """A stage that keeps what is chosen, as a server does."""

    def _answer(self, route: Route) -> None:
        path, method = urlparse(route.request.url).path, route.request.method
        topics = self.answers["/api/me/topics"]["topics"]
        if method == "POST" and path in {"/api/me/topics", "/api/me/taste/forget"}:
            told = json.loads(route.request.post_data or "")
            tags = told.get("tags") or [taste["subject"] for taste in told["tastes"]]
            for topic in topics:
                if topic["tag"] in tags:
                    topic["on"] = path == "/api/me/topics"
            route.fulfill(status=204)
            return
        super()._answer(route)


def _answers(tags: tuple[str, ...]) -> dict[str, Any]:
    middle = dict.fromkeys(("familiar", "followed", "popular", "fresh", "varied"), 0)
    return {
        "/api/me": {"me": ME},
        "/api/realm": REALM,
        "/api/me/profiling": {"on": True},
        "/api/me/taste": {"facts": []},
        "/api/me/steering": {"sliders": middle, "sources": []},
        "/api/me/hidden": {"people": [], "next": None},
        "/api/me/topics": {"topics": [{"tag": tag, "on": False} for tag in tags]},
    }


@pytest.fixture
def noa(browser: Browser) -> Iterator[Open]:
    """Opens the choice as she sees it."""
    with staging(browser) as staged:

        def opened(path: str, size: dict[str, int] = PHONE, tags: tuple[str, ...] = TAGS, **options: Any) -> Page:
            return staged(Shelf(_answers(tags)), path, size, **options)

        yield opened


def _chosen(page: Page) -> list[str]:
    topics = page.stage.answers["/api/me/topics"]["topics"]  # type: ignore[attr-defined]
    return [topic["tag"] for topic in topics if topic["on"]]


def test_she_chooses_by_key_takes_one_back_and_goes_on(noa: Open) -> None:
    page = noa("/topics?next=/about")
    cats = page.get_by_role("button", name="cats")
    expect(cats).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name="Go on without choosing")).to_be_visible()
    cats.focus()
    page.keyboard.press("Space")
    expect(cats).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    food = page.get_by_role("button", name="street food")
    expect(food).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("status").filter(has_text="Saved. Your next page shows it.")).to_be_attached()
    food.click()
    expect(food).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Show my videos").click()
    expect(page).to_have_url(f"{ADDRESS}/about")
    assert _chosen(page) == ["cats"]


def test_where_there_is_nothing_to_choose_from_nobody_is_kept(noa: Open) -> None:
    page = noa("/topics?next=/about", tags=())
    expect(page).to_have_url(f"{ADDRESS}/about")


def test_the_same_choice_stands_in_her_settings(noa: Open) -> None:
    page = noa("/settings/feed")
    section = page.get_by_role("region", name="What would you like to see?")
    section.get_by_role("button", name="chess").click()
    expect(section.get_by_text("Saved. Your next page shows it.")).to_be_visible()
    assert _chosen(page) == ["chess"]
    assert barriers(page) == []


@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("de", PHONE), ("ar", PHONE)], ids=["en", "de", "ar"])
def test_nobody_is_kept_from_choosing(noa: Open, language: str, size: dict[str, int]) -> None:
    page = noa(f"/topics?lang={language}", size, reduced_motion="reduce")
    chip = page.get_by_role("button", name="trains")
    expect(chip).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the screen"
    box = chip.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page) == []


def test_who_signs_up_is_asked_once_and_may_pass(visitors: Visitors, stocked: dict[str, list[str]]) -> None:
    assert stocked
    noa = visitors.new()
    signs_up(noa, "noa_new")
    go_on = noa.page.get_by_role("button", name="Go on without choosing")
    expect(go_on).to_be_visible()
    chips = noa.page.get_by_role("list", name="What would you like to see?").get_by_role("button")
    first = chips.first
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    with noa.page.expect_response(lambda answer: "/api/feed" in answer.url) as answered:
        noa.page.get_by_role("button", name="Show my videos").click()
    entries = answered.value.json()["entries"]
    assert any(reason["code"] == "tag" for entry in entries for reason in entry["reasons"])
    expect(noa.page).not_to_have_url("/topics")
