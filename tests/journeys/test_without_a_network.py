"""Dora's train enters a tunnel: what she opens says so, and works again behind it."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors

CONTROLLED = "() => navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"


def test_a_page_opened_without_a_network_says_so_and_goes_on_when_there_is_one(visitors: Visitors) -> None:
    dora = visitors.new()
    dora.goes_to("/about")
    dora.page.wait_for_function(CONTROLLED, timeout=20_000)
    dora.cut_off = True
    dora.context.set_offline(True)
    dora.goes_to("/saved")
    expect(dora.page.get_by_role("heading", name=re.compile("No connection|not reached"))).to_be_visible()
    expect(dora.page.get_by_role("heading", name=re.compile("Keine Verbindung|nicht erreichbar"))).to_be_visible()
    dora.context.set_offline(False)
    expect(dora.page.get_by_role("navigation", name="Main")).to_be_visible(timeout=15_000)
    assert dora.page.url.endswith("/saved"), "it loaded what she wanted, by itself"
    dora.cut_off = False
