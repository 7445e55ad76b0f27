"""Owns the list of screens: the address of each, who looks at it, and what they press first."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from benchmarks.people import Person
from tests.journeys.pictures.cast import Cast

Act = Callable[[Page], None]
SETTLE_MS = 900
NOW = """() => [...document.querySelectorAll('video')].find(v => !v.paused)
    ?.closest('[role=region], section, article')?.getAttribute('aria-label') ?? ''"""
PLAYS = "() => [...document.querySelectorAll('video')].some(v => !v.paused && v.currentTime > 1.2)"


@dataclass(frozen=True)
class Screen:
    """One screen of the product."""

    name: str
    title: str
    path: str
    person: Person | None = None
    act: Act | None = None


def plays(page: Page) -> None:
    """Wait until a video is under way."""
    page.wait_for_function(PLAYS, timeout=30_000)


def swipe_to(handle: str, most: int = 30) -> Act:
    """Swipe until a video of this account plays; after `most` swipes whatever plays will do."""

    def act(page: Page) -> None:
        for _ in range(most):
            plays(page)
            if handle in page.evaluate(NOW):
                return
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(SETTLE_MS)

    return act


def _press(key: str) -> Act:
    def act(page: Page) -> None:
        plays(page)
        page.keyboard.press(key)
        page.wait_for_timeout(SETTLE_MS)

    return act


def _why(page: Page) -> None:
    plays(page)
    if not page.get_by_text("It is here because").is_visible():
        page.keyboard.press("w")
    page.wait_for_timeout(SETTLE_MS)


def _report(page: Page) -> None:
    _press(".")(page)
    page.get_by_role("button", name="Report").first.click()
    page.wait_for_timeout(SETTLE_MS)


def _like(page: Page) -> None:
    plays(page)
    page.get_by_role("button", name=re.compile(r"^Like\b")).first.click()
    page.wait_for_timeout(SETTLE_MS)


def _with_password(page: Page) -> None:
    page.get_by_role("button", name=re.compile("[Uu]se a password")).click()


def _decided(page: Page) -> None:
    page.get_by_role("tab", name="Decided").click()


def _people(page: Page) -> None:
    page.get_by_role("button", name=re.compile("follower")).first.click()
    page.wait_for_timeout(SETTLE_MS)


def _upload(cast: Cast) -> Act:
    def act(page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 60_000}
        session.send("Network.emulateNetworkConditions", slow)
        page.set_input_files("input[type=file] >> nth=0", cast.clips)
        page.get_by_label("Caption").first.fill("The pool at six in the morning #light")
        page.wait_for_timeout(3000)

    return act


def screens(cast: Cast) -> list[Screen]:
    """Every screen, in the order in which a newcomer meets them."""
    return [*_feed(cast), *_entry(cast), *_people_screens(cast), *_posting(cast), *_own(cast), *_rest(cast)]


def _feed(cast: Cast) -> list[Screen]:
    aurora = cast.path("sample_nanook")
    return [
        Screen("feed", "The feed", "/", None, plays),
        Screen("feed-why", "Why this video", "/", cast.mia, _why),
        Screen("feed-comments", "Comments", f"/@mia_hart/video/{cast.posted}", cast.jo, _press("c")),
        Screen("feed-share", "Share", aurora, cast.mia, _press("s")),
        Screen("feed-more", "Playback and feedback", aurora, cast.mia, _press(".")),
        Screen("feed-keys", "Keyboard", aurora, cast.mia, _press("?")),
        Screen("feed-report", "Report", aurora, cast.mia, _report),
        Screen("following", "Following", "/following", cast.mia, plays),
        Screen("following-guest", "Following, without an account", "/following"),
        Screen("video", "One video", aurora, cast.mia, plays),
        Screen("video-missing", "A video that is gone", "/@sample_nanook/video/1"),
        Screen("embed", "Embedded in another page", f"/embed/{cast.sample('sample_lucia')['id']}"),
    ]


def _entry(cast: Cast) -> list[Screen]:
    return [
        Screen("ask", "An account is asked for when something needs one", "/", None, _like),
        Screen("sign-up", "Sign up", "/sign-up"),
        Screen("sign-up-password", "Sign up with a password", "/sign-up", None, _with_password),
        Screen("sign-in", "Sign in", "/sign-in"),
        Screen("topics", "What somebody new would like to see", "/topics", cast.new),
    ]


def _people_screens(cast: Cast) -> list[Screen]:
    return [
        Screen("profile", "A profile", "/@sample_carl", cast.mia),
        Screen("profile-own", "Your profile", "/@mia_hart", cast.mia),
        Screen("profile-private", "A private account", "/@quiet.corner", cast.mia),
        Screen("profile-blocked", "Somebody you blocked", f"/@{cast.samples[-1]['creator']['handle']}", cast.mia),
        Screen("profile-missing", "Nobody of this name", "/@nobody_here", cast.mia),
        Screen("followers", "Followers", "/@mia_hart", cast.mia, _people),
        Screen("tag", "A hashtag", "/t/loop", cast.mia),
        Screen("tag-empty", "A hashtag that nobody used", "/t/nothing_yet", cast.mia),
    ]


def _posting(cast: Cast) -> list[Screen]:
    return [
        Screen("upload", "Upload", "/upload", cast.mia),
        Screen("upload-guest", "Upload, without an account", "/upload"),
        Screen("upload-progress", "Videos under way", "/upload", cast.new, _upload(cast)),
        Screen("studio", "Your videos", "/studio", cast.mia),
        Screen("studio-video", "Edit a video", f"/studio/{cast.posted}", cast.mia),
    ]


def _own(cast: Cast) -> list[Screen]:
    parts = ["profile", "sign-in", "feed", "blocked", "language", "data", "access"]
    return [
        Screen("inbox", "Inbox", "/inbox", cast.mia),
        Screen("inbox-requests", "Requests to follow", "/inbox?requests=1", cast.quiet),
        Screen("inbox-empty", "An empty inbox", "/inbox", cast.new),
        Screen("saved", "Saved", "/saved", cast.mia),
        Screen("saved-empty", "Nothing saved yet", "/saved", cast.new),
        Screen("settings", "Settings", "/settings", cast.mia),
        *(Screen(f"settings-{part}", f"Settings: {part}", f"/settings/{part}", cast.mia) for part in parts),
    ]


def _rest(cast: Cast) -> list[Screen]:
    pages = ["overview", "data", "policies", "log", "verify"]
    return [
        Screen("moderation", "Moderation", "/moderation", cast.moderator),
        Screen("moderation-decided", "Moderation: decided", "/moderation", cast.moderator, _decided),
        Screen("staff-access", "Staff access", "/staff/access", cast.moderator),
        Screen("about", "About", "/about"),
        *(Screen(f"transparency-{part}", f"Transparency: {part}", f"/transparency/{part}") for part in pages),
        Screen("missing", "Nothing at this address", "/nothing/here"),
        Screen("offline", "Without a connection", "/offline"),
    ]
