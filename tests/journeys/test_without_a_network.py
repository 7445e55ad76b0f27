"""Dora's train enters a tunnel: what she does is kept, what she opens says so, and all goes on behind it."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors, plays, signs_up

LIKED = "(item) => fetch(`/api/videos/${item}`).then((answer) => answer.json()).then((said) => said.card.you.liked)"
SAID = """(item) => fetch(`/api/videos/${item}/comments`).then((answer) => answer.json())
    .then((page) => page.comments.map((one) => one.text).join() === "From the tunnel")"""
CONTROLLED = "() => navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"


def test_what_is_done_without_a_network_is_kept_and_what_is_opened_goes_on_when_there_is_one(
    visitors: Visitors, stocked: dict[str, list[str]]
) -> None:
    dora = visitors.new()
    signs_up(dora, "dora")
    with dora.page.expect_response("**/api/feed?*") as shown:
        dora.goes_to("/")
    item = shown.value.json()["entries"][0]["card"]["id"]
    plays(dora.page)
    dora.page.wait_for_function(CONTROLLED, timeout=20_000)
    dora.cut_off = True
    dora.context.set_offline(True)
    dora.page.get_by_role("button", name=re.compile(r"^Like\b")).first.click()
    expect(dora.page.get_by_role("button", name=re.compile(r"^Liked\b")).first).to_be_visible()
    dora.page.get_by_role("button", name=re.compile(r"^Comments\b")).first.click()
    dora.page.get_by_role("textbox", name="Write a comment").fill("From the tunnel")
    dora.page.get_by_role("button", name="Send", exact=True).click()
    expect(dora.page.get_by_text("Kept, and sent when there is a connection")).to_be_visible()
    dora.goes_to("/saved")
    expect(dora.page.get_by_role("heading", name=re.compile("No connection|not reached"))).to_be_visible()
    expect(dora.page.get_by_role("heading", name=re.compile("Keine Verbindung|nicht erreichbar"))).to_be_visible()
    dora.context.set_offline(False)
    expect(dora.page.get_by_role("navigation", name="Main")).to_be_visible(timeout=15_000)
    assert dora.page.url.endswith("/saved"), "it loaded what she wanted, by itself"
    dora.page.wait_for_function(LIKED, arg=item, timeout=15_000)
    dora.page.wait_for_function(SAID, arg=item, timeout=15_000)
    dora.cut_off = False
