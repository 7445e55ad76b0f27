"""The client listens to no key outside named fields, sends nothing while a person types, and asks nobody else.

A suspicious visitor opens every screen in a real browser and notes each listener, each link and each byte that leaves.
A new screen must be named here, or the first test fails.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from os import environ
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.instance import Instance
from benchmarks.people import Person, make_clip
from tests.journeys.conftest import DESKTOP
from tests.journeys.watching import CODE, FIELDS, LINKS, Watch, handed_on, listeners, truly_listening

ROUTES = Path(__file__).parents[2] / "web" / "src" / "app" / "routes.ts"
SETTLE_MS = 400
AFTER_TYPING_MS = 400
# What goes on while somebody types: what plays, what was watched (every two seconds), the app's own files.
PLAYING = re.compile(
    r"^(GET \S+/(media|pictures)/|POST \S+/api/events |SOCKET |GET [^\s?]+/(sw\.js|offline|assets/[^\s?]+) )"
)
# The keys of the feed (listed under `?`), and those that a menu or a panel closes by.
KEYS_OF_THE_APP = {("window", "keydown")}


@dataclass(frozen=True)
class Visit:
    """One screen: its pattern in the routes, its address, whether one is signed in, and whether video fills it."""

    pattern: str
    path: str
    member: bool = True
    stage: bool = False
    press: str = ""


VISITS = [
    Visit("/", "/", member=False, stage=True),
    Visit("/", "/", stage=True, press="c"),
    Visit("/following", "/following", stage=True),
    Visit("/@:handle/video/:id", "/@{handle}/video/{item}", stage=True, press="c"),
    Visit("/embed/:id", "/embed/{item}", member=False, stage=True),
    Visit("/@:handle", "/@{handle}"),
    Visit("/upload", "/upload"),
    Visit("/studio", "/studio"),
    Visit("/studio/:id", "/studio/{item}"),
    Visit("/saved", "/saved"),
    Visit("/inbox", "/inbox"),
    *(
        Visit("/settings/*", f"/settings/{part}")
        for part in ("profile", "sign-in", "feed", "blocked", "language", "data", "access")
    ),
    Visit("/topics", "/topics"),
    Visit("/sign-in", "/sign-in", member=False),
    Visit("/sign-up", "/sign-up", member=False),
    Visit("/moderation", "/moderation"),
    Visit("/staff/access", "/staff/access"),
    *(
        Visit("/transparency/*", f"/transparency/{part}", member=False)
        for part in ("", "data", "policies", "log", "verify")
    ),
    Visit("/about", "/about", member=False),
    Visit("/t/:tag", "/t/gardens", member=False),
    Visit("*", "/nothing/here", member=False),
]


@dataclass
class Suspicion:
    """The visitor: one browser signed in as a moderator, one as nobody, and what their watches noted."""

    member: BrowserContext
    guest: BrowserContext
    watches: list[Watch]
    names: dict[str, str]
    address: str

    def opens(self, visit: Visit) -> tuple[Page, Watch]:
        context = self.member if visit.member else self.guest
        page = context.new_page()
        page.goto(self.address + visit.path.format(**self.names), wait_until="domcontentloaded")
        expect(page.locator("main")).to_be_visible(timeout=20_000)
        page.wait_for_timeout(SETTLE_MS)
        if visit.press:
            page.keyboard.press(visit.press)
            page.wait_for_timeout(SETTLE_MS)
        return page, self.watches[0 if visit.member else 1]


@pytest.fixture(scope="module")
def suspicion(product: Instance, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suspicion]:
    person = Person(product.address, "watchful").sign_up()
    clip = make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", "360x640", 4, seed=3, noise=1)
    item, other = person.upload(clip), person.upload(clip)
    person.publish(item, "What the tide leaves #gardens")
    person.publish(other, "Where the water goes #rivers")
    role = [sys.executable, "-m", "plainview", "user", "role", "watchful", "moderator"]
    subprocess.run(role, env={**environ, "PLAINVIEW_DATA": str(product.data)}, check=True, stdout=subprocess.DEVNULL)
    for each in (item, other):
        person.wait(each, "playable")
    contexts = [_browser(browser), _browser(browser)]
    cookies = [{"name": c.name, "value": c.value or "", "url": product.address} for c in person.http.cookies.jar]
    contexts[0].add_cookies(cookies)  # type: ignore[arg-type]
    watches = [Watch(context, product.address) for context in contexts]
    yield Suspicion(contexts[0], contexts[1], watches, {"handle": "watchful", "item": item}, product.address)
    for context in contexts:
        context.close()


def _browser(browser: Browser) -> BrowserContext:
    size = {"width": DESKTOP["width"], "height": DESKTOP["height"]}
    return browser.new_context(viewport=size, locale="en-GB")  # type: ignore[arg-type]


def test_every_address_of_the_app_is_watched() -> None:
    patterns = set(re.findall(r'pattern: "([^"]+)"', ROUTES.read_text(encoding="utf-8")))
    assert patterns == {visit.pattern for visit in VISITS}


@pytest.mark.parametrize("visit", VISITS, ids=[f"{visit.path}-{visit.member}" for visit in VISITS])
def test_a_screen_is_honest(suspicion: Suspicion, visit: Visit) -> None:
    page, watch = suspicion.opens(visit)
    _hears_no_key_outside_fields(page, visit)
    fields = page.evaluate(FIELDS)
    assert [each["what"] for each in fields if not each["named"]] == [], "a field without a name"
    assert page.evaluate(CODE) == [], "something of another origin is shown"
    for link in page.evaluate(LINKS):
        assert {"noopener", "noreferrer"} <= set(link["rel"].split()), link
    _sends_nothing_while_one_types(page, watch, len(fields))
    assert watch.elsewhere == []
    page.close()


def _hears_no_key_outside_fields(page: Page, visit: Visit) -> None:
    assert handed_on(page) == []
    own = [each for each in listeners(page) if not each["is_framework"]]
    allowed = KEYS_OF_THE_APP if visit.stage else set()
    assert {(each["on"], each["type"]) for each in own} <= allowed, own
    # The debugger knows of no listener that was not noted.
    noted = {(each["on"], each["type"]) for each in listeners(page)}
    assert {each for each in truly_listening(page) if each[0] in {"window", "document"}} <= noted


def _sends_nothing_while_one_types(page: Page, watch: Watch, fields: int) -> None:
    for number in range(fields):
        page.evaluate(_FOCUS, number)
        secret = f"zq{number}xw{id(page) % 10_000}vy"
        before = len(watch.sent)
        page.keyboard.type(secret)
        page.wait_for_timeout(AFTER_TYPING_MS)
        since = [each for each in watch.sent[before:] if not PLAYING.match(each)]
        assert since == [], "sent while a person typed"
        assert watch.telling(secret) == []


_FOCUS = """(number) => {
    const all = [...document.querySelectorAll('input, textarea, [contenteditable=true]')]
        .filter(one => !['file', 'radio', 'checkbox', 'range', 'hidden'].includes(one.type) && one.checkVisibility()
            && !one.disabled);
    all[number]?.focus();
}"""


def test_a_page_that_listens_and_tells_would_be_found(suspicion: Suspicion) -> None:
    visit = Visit("/sign-in", "/sign-in", member=False)
    page, watch = suspicion.opens(visit)
    page.evaluate("document.addEventListener('keydown', event => fetch('/api/realm?typed=' + event.key))")
    with pytest.raises(AssertionError, match="keydown"):
        _hears_no_key_outside_fields(page, visit)
    page.get_by_role("button", name="password").click()
    with pytest.raises(AssertionError, match="sent while a person typed"):
        _sends_nothing_while_one_types(page, watch, 1)
    page.close()


def test_what_leads_elsewhere_opens_outside_and_tells_nothing(suspicion: Suspicion) -> None:
    page, _ = suspicion.opens(Visit("/about", "/about", member=False))
    page.evaluate("""() => {
        const link = Object.assign(document.createElement('a'), { href: 'https://elsewhere.example/', id: 'out' });
        link.textContent = 'out';
        link.addEventListener('click', event => event.preventDefault());
        document.querySelector('main').prepend(link);
    }""")
    page.locator("#out").click()
    assert page.locator("#out").evaluate("link => [link.target, link.rel]") == ["_blank", "noopener noreferrer"]
    page.close()


def test_a_browser_that_asks_for_privacy_is_not_learned_from_until_its_person_says_so(
    suspicion: Suspicion, browser: Browser
) -> None:
    context = _browser(browser)
    context.set_extra_http_headers({"Sec-GPC": "1"})
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })")
    watch = Watch(context, suspicion.address)
    page = context.new_page()
    page.goto(suspicion.address)
    page.wait_for_function("() => [...document.querySelectorAll('video')].some(one => one.currentTime > 1)")
    expect(page.get_by_text("Your browser asks for privacy, so the feed does not learn")).to_be_visible()
    page.wait_for_timeout(3_000)
    assert not [each for each in watch.sent if each.startswith("POST") and "/api/events" in each]
    page.goto(f"{suspicion.address}/settings/feed")
    switch = page.get_by_role("switch", name="Learn from what I watch")
    expect(switch).not_to_be_checked()
    expect(page.get_by_text("Your browser sends Global Privacy Control.")).to_be_visible()
    switch.check()
    with page.expect_request("**/api/events", timeout=15_000):
        page.goto(suspicion.address)
    context.close()
