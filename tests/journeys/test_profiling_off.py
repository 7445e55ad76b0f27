"""Mia turns profiling off: her feed says so, nobody reads what she did, and turned on again it starts from nothing."""

import re

from playwright.sync_api import Page, expect

from plainview_verifier import verify
from tests.journeys.conftest import Visitor, Visitors, plays, signs_up
from tests.journeys.reading_aloud import barriers

BEHAVIOUR = {"watch_history", "interests"}
RANKED = re.compile(r"^The feed ranked your page")


def _behaviour_read(mia: Visitor) -> int:
    """How often what she did was read up to now, by her proof file; asked until it covers this moment."""
    asked = None
    while True:
        answer = mia.context.request.get(f"{mia.address}/api/me/access-log")
        reads = verify(answer.body()).reads
        looks = sum(read["of"] == ["account"] for read in reads)
        asked = looks if asked is None else asked
        if looks > asked:
            return sum(bool(BEHAVIOUR & set(read["of"])) for read in reads)
        mia.page.wait_for_timeout(200)


def _why(page: Page) -> str:
    """What her feed says of how the video in view came there."""
    plays(page)
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("button", name="Why this video").click()
    told = page.get_by_text(re.compile("Nobody paid for its place"))
    expect(told).to_be_visible()
    assert barriers(page) == []
    return told.inner_text()


def _ranked(page: Page) -> list[str]:
    """The lines of her access screen that say that the feed ranked her page."""
    expect(page.get_by_role("heading", name="nothing is missing, nothing was changed")).to_be_visible(timeout=15_000)
    return page.get_by_text(RANKED).all_inner_texts()


def test_profiling_off_is_said_obeyed_and_undone_with_nothing_left(
    visitors: Visitors, stocked: dict[str, list[str]]
) -> None:
    mia = visitors.new()
    page = mia.page
    signs_up(mia, "mia")
    mia.goes_to("/")
    plays(page)
    with page.expect_response("**/api/events", timeout=30_000):
        page.keyboard.press("ArrowDown")
        plays(page)
    mia.goes_to("/")
    assert "from what you watched and pressed here" in _why(page)
    mia.goes_to("/settings/feed")
    expect(page.get_by_text(re.compile(r"You were shown \d+ videos?( |$)"))).to_be_visible()
    assert barriers(page) == []

    page.get_by_role("switch", name="Learn from what I watch and like").click()
    expect(page.get_by_role("heading", name="Turn profiling off?")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Turn off and delete").click()
    expect(page.get_by_role("switch", name="Learn from what I watch and like")).to_be_focused()
    expect(page.get_by_text("Profiling is off. What was learned is deleted.")).to_be_visible()
    expect(page.get_by_role("switch", name="Learn from what I watch and like")).not_to_be_checked()
    expect(page.get_by_text("you see what everybody likes")).to_be_visible()
    expect(page.get_by_text("Nothing: profiling is off.")).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert barriers(page) == []
    mia.goes_to("/settings/data")
    expect(page.get_by_text("Nothing of what you watch: profiling is off")).to_be_visible()
    expect(page.get_by_text("so that the feed can learn")).not_to_be_visible()
    before = _behaviour_read(mia)
    assert before > 0
    mia.goes_to("/settings/access")
    told = _ranked(page)
    assert told

    mia.goes_to("/")
    assert "without a profile: what everybody likes. Nothing you watched was read for it." in _why(page)
    expect(page.get_by_role("link", name="See what the feed has learned")).not_to_be_visible()
    expect(page.get_by_role("button", name="Show me less like this")).not_to_be_visible()
    mia.goes_to("/")
    plays(page)
    page.keyboard.press("ArrowDown")
    plays(page)
    assert _behaviour_read(mia) == before, "no read of what she did since"
    mia.goes_to("/settings/access")
    assert _ranked(page) == told
    assert barriers(page) == []

    mia.goes_to("/settings/feed")
    expect(page.get_by_text("Nothing: profiling is off.")).to_be_visible()
    page.get_by_role("switch", name="Learn from what I watch and like").click()
    expect(page.get_by_text("Profiling is on. The feed learns anew, from nothing.")).to_be_visible()
    expect(page.get_by_text("Nothing yet. Watch a few videos and look again.")).to_be_visible()
    mia.goes_to("/")
    assert "from what you watched and pressed here" in _why(page)
    assert _behaviour_read(mia) > before
