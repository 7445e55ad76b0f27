"""Gives journeys a running product and a real Chromium, and holds every visitor to: no errors, no third parties."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

from benchmarks.instance import Instance, instance
from benchmarks.people import Person, make_clip

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
PASSKEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PLAYED = """() => {
    const video = [...document.querySelectorAll('video')].find(v => !v.paused && v.currentTime > 0);
    return video ? [video.currentTime, video.getVideoPlaybackQuality().totalVideoFrames] : null;
}"""


def chromium_path() -> str:
    """The machine's Chromium.

    Raises:
        RuntimeError: there is none; `make setup` installs it.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("no Chromium: run `make setup`")


@dataclass
class Visitor:
    """One person's browser, with all that went wrong in it."""

    context: BrowserContext
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    cut_off: bool = False

    def goes_to(self, path: str) -> None:
        self.page.goto(self.address + path, wait_until="domcontentloaded")

    def hear(self, message: ConsoleMessage) -> None:
        # A browser that is cut off from the network says so itself; everything else is ours.
        if message.type == "error" and not (self.cut_off or "ERR_INTERNET_DISCONNECTED" in message.text):
            self.complaints.append(f"console: {message.text} ({message.location})")

    def watch(self, request: Request) -> None:
        place = urlparse(request.url)
        if place.scheme in {"http", "https", "ws", "wss"} and place.netloc != urlparse(self.address).netloc:
            self.complaints.append(f"third party: {request.url}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def product() -> Iterator[Instance]:
    """The whole product, empty, on a port of its own; whoever looks who read their data need not wait for long.

    It makes no AV1 beside: that takes the browser's share of the machine, and no journey watches it.
    """
    with instance(checkpoint_seconds=1, second_wave="no") as running:
        yield running


class Visitors:
    """Opens browsers for people, and at the end asks whether anything went wrong in any of them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self.all: list[Visitor] = []

    def new(self, viewport: dict[str, int] = PHONE, **options: object) -> Visitor:
        size = {"width": viewport["width"], "height": viewport["height"]}
        touch = viewport["width"] < 600
        context = self._browser.new_context(viewport=size, has_touch=touch, locale="en-GB", **options)  # type: ignore[arg-type]
        visitor = Visitor(context, context.new_page(), self._address)
        context.on("console", visitor.hear)
        context.on("request", visitor.watch)
        context.on("weberror", lambda error: visitor.complaints.append(f"uncaught: {error.error}"))
        self.all.append(visitor)
        return visitor


@contextmanager
def visiting(browser: Browser, product: Instance) -> Iterator[Visitors]:
    """Visitors who leave at the end, and whose browsers then have nothing to complain of."""
    opened = Visitors(browser, product.address)
    yield opened
    for visitor in opened.all:
        visitor.context.close()
    assert [complaint for visitor in opened.all for complaint in visitor.complaints] == []


@pytest.fixture
def visitors(browser: Browser, product: Instance) -> Iterator[Visitors]:
    with visiting(browser, product) as opened:
        yield opened


@pytest.fixture(scope="session")
def stocked(product: Instance, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Eight short clips by two people about two subjects, so that there is a feed to swipe and something to learn."""
    folder: Path = tmp_path_factory.mktemp("clips")
    subjects: dict[str, list[str]] = {"gardens": [], "trains": []}
    waiting: list[tuple[Person, str]] = []
    for number in range(8):
        subject = list(subjects)[number % 2]
        creator = Person(product.address).sign_up()
        # Those about one subject are of one colour: else their pictures say the contrary of their tags.
        colour = number % 2 * 4 + number // 2 * 23
        clip = make_clip(folder / f"{number}.mp4", "360x640", 4, seed=colour, noise=1)
        item = creator.upload(clip)
        creator.publish(item, f"About {subject}, part {number} #{subject}")
        waiting.append((creator, item))
        subjects[subject].append(item)
    for creator, item in waiting:
        creator.wait(item, "playable")
    return subjects


def _has_a_passkey_device(visitor: Visitor) -> CDPSession:
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY})
    return session


def signs_up(visitor: Visitor, handle: str) -> None:
    """Open an account with a passkey of this browser's own."""
    _has_a_passkey_device(visitor)
    page = visitor.page
    visitor.goes_to("/sign-up")
    page.get_by_label("Handle", exact=True).fill(handle)
    page.get_by_label("Day").fill("4")
    page.get_by_label("Month").select_option("5")
    page.get_by_label("Year").fill("1990")
    page.get_by_role("button", name="Create with a passkey").click()
    expect(page.get_by_text(re.compile("Welcome"))).to_be_visible(timeout=15_000)


def plays(page: Page) -> tuple[float, int]:
    """Return when a video plays: where it was, and its frames so far."""
    page.wait_for_function(PLAYED, timeout=20_000)
    at, frames = page.evaluate(PLAYED)
    page.wait_for_function(
        f"() => {{ const now = ({PLAYED})(); return now && now[1] > {frames} + 5; }}", timeout=10_000
    )
    return at, frames
