"""Mia looks who read her data: her own browser checks it, tells it in words, and raises the alarm when it is not true.

It is played on a stage with the specification's own proof files, good and bad: no true server says these things.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.reading_aloud import barriers
from tests.journeys.staged import ADDRESS, Staged, staged_access

VECTORS = json.loads((Path(__file__).parents[2] / "docs" / "trust" / "vectors.json").read_text(encoding="utf-8"))
PROOFS: dict[str, str] = {each["name"]: each["file"] for each in VECTORS["proofs"]}
LONG, SHORT, ABSENT = "three hundred entries in two contexts", "seven entries", "absent: nothing stands there"
SCREEN = "/settings/access"
ALARM = "Do not trust this list"
Open = Callable[..., Page]


def _answers(written: str, **changes: Any) -> dict[str, Any]:
    return staged_access(written.encode(), json.loads(written), **changes)


@pytest.fixture
def mia(browser: Browser) -> Iterator[Open]:
    """Opens the screen in her browser over these answers; a second call is her next visit."""
    contexts: dict[str, tuple[BrowserContext, Staged]] = {}

    def opened(written: str, path: str = SCREEN, size: dict[str, int] = PHONE, **changes: Any) -> Page:
        answers = _answers(written, **changes)
        if "hers" not in contexts:
            viewport = {"width": size["width"], "height": size["height"]}
            context = browser.new_context(viewport=viewport, locale="en-GB", service_workers="block")  # type: ignore[arg-type]
            staged = Staged(answers)
            staged.play(context)
            contexts["hers"] = (context, staged)
        context, staged = contexts["hers"]
        staged.answers = answers
        page = context.new_page()
        page.goto(ADDRESS + path)
        return page

    yield opened
    for context, _ in contexts.values():
        context.close()


def test_every_entry_is_checked_in_her_browser_and_told_in_words(mia: Open) -> None:
    page = mia(PROOFS[LONG])
    expect(page.get_by_role("heading", name="nothing is missing, nothing was changed")).to_be_visible(timeout=15_000)
    page.get_by_text("What was checked").click()
    expect(page.get_by_text("All 300 entries are here, in order and unchanged")).to_be_visible()
    expect(page.get_by_text("witnesses (2 were asked for) confirmed")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^The feed ranked your page")).first).to_be_visible()
    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page) == []


def test_entries_are_chosen_and_opened_with_the_keyboard_alone(mia: Open) -> None:
    page = mia(PROOFS[LONG], size=DESKTOP)
    expect(page.get_by_role("heading", name="Your entries, day by day")).to_be_visible(timeout=15_000)
    choice = page.get_by_label("What for")
    choice.focus()
    page.keyboard.press("ArrowDown")
    expect(choice).not_to_have_value("all")
    each = page.get_by_role("button", name=re.compile("^Show each entry of")).first
    each.focus()
    page.keyboard.press("Enter")
    expect(each).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text(re.compile(r"^No\. ")).first).to_be_visible()


def test_she_takes_the_proof_file_along_byte_for_byte(mia: Open) -> None:
    page = mia(PROOFS[SHORT])
    link = page.get_by_role("link", name="Download the proof file")
    expect(link).to_be_visible(timeout=15_000)
    with page.expect_download() as download:
        link.click()
    assert Path(download.value.path()).read_text(encoding="utf-8") == PROOFS[SHORT]
    assert download.value.suggested_filename.startswith("plainview-proof-mia-")


def test_a_person_without_entries_is_told_so_and_that_it_was_checked(mia: Open) -> None:
    page = mia(PROOFS[ABSENT])
    expect(page.get_by_text("Nobody has read your data so far")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("heading", name="nothing is missing, nothing was changed")).to_be_visible()


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=[each["name"] for each in VECTORS["wrong"]])
def test_a_false_file_raises_an_alarm_that_names_the_word_and_what_to_do(mia: Open, wrong: dict[str, Any]) -> None:
    # The log's keys are the true ones; what is wrong is the file.
    true = json.loads(PROOFS[wrong["after"] or LONG])
    known = {name: true[name] for name in ("origin", "log_key", "witness_keys", "quorum")}
    known["number"] = true["region"]
    if wrong["after"]:
        expect(mia(PROOFS[wrong["after"]]).get_by_text("What was checked")).to_be_visible(timeout=15_000)
    page = mia(wrong["file"], **known)
    alarm = page.get_by_role("alert")
    expect(alarm).to_contain_text(ALARM, timeout=15_000)
    expect(alarm).to_contain_text(f"The check failed at: {wrong['expect']}")
    expect(alarm).to_contain_text("What you can do")
    expect(page.get_by_role("link", name="Download the proof file")).to_be_visible()
    expect(page.get_by_text("The feed ranked")).to_have_count(0)


def test_an_entry_that_disappears_between_two_visits_is_noticed(mia: Open) -> None:
    first = mia(PROOFS[SHORT])
    first.get_by_text("What was checked").click(timeout=15_000)
    expect(first.get_by_text("This was the first check on this device")).to_be_visible()
    again = mia(PROOFS[SHORT])
    again.get_by_text("What was checked").click(timeout=15_000)
    expect(again.get_by_text(re.compile(r"^All that you saw here on .* is still there"))).to_be_visible()
    # An older state of the log, true in itself.
    page = mia(PROOFS["three entries, early"])
    expect(page.get_by_role("alert")).to_contain_text("The check failed at: history", timeout=15_000)
    assert barriers(page) == []


def test_keys_that_changed_stop_the_check_until_she_says_that_she_knows_why(mia: Open) -> None:
    expect(mia(PROOFS[SHORT]).get_by_text("What was checked")).to_be_visible(timeout=15_000)
    page = mia(PROOFS[SHORT], quorum=1)
    alarm = page.get_by_role("alert")
    expect(alarm).to_contain_text("The log's keys have changed since your last check", timeout=15_000)
    assert barriers(page) == []
    page.get_by_role("button", name="They announced it: use the new keys").click()
    expect(page.get_by_role("alert")).to_contain_text("The check failed at: quorum", timeout=15_000)


def test_the_transparency_pages_say_what_they_are_for_and_what_witnesses_are_worth(mia: Open) -> None:
    page = mia(PROOFS[SHORT], "/transparency/log")
    expect(page.get_by_role("heading", name="Witnesses all run by one party are not witnesses")).to_be_visible()
    expect(page.get_by_role("heading", name="Region eu")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name=re.compile("^Nobody reads your data without"))).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("link", name="Check", exact=True).click()
    expect(page.get_by_text("plainview verify proof.json --after older-proof.json")).to_be_visible()
    assert barriers(page) == []
