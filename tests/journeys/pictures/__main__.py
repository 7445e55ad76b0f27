"""Retakes docs/pictures: `python -m tests.journeys.pictures [SCREEN…]`, on an instance of its own with samples."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.instance import instance
from tests.journeys.conftest import CHROMIUM_FLAGS, DESKTOP, PHONE, chromium_path
from tests.journeys.pictures.cast import Cast, gather
from tests.journeys.pictures.screens import SETTLE_MS, Screen, screens, swipe_to
from tests.journeys.pictures.sheets import LOOKS, Look, pair, sheet

PLACE = Path(__file__).parents[3] / "docs" / "pictures"


@contextmanager
def looking(browser: Browser, address: str, look: Look, screen: Screen) -> Iterator[BrowserContext]:
    """A browser of this size and scheme, signed in as who looks at the screen."""
    size, scheme = look
    phone = size == "phone"
    context = browser.new_context(
        base_url=address,
        viewport={"width": (PHONE if phone else DESKTOP)["width"], "height": (PHONE if phone else DESKTOP)["height"]},
        device_scale_factor=2 if phone else 1,
        has_touch=phone,
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
    )
    if screen.person:
        cookies = [{"name": c.name, "value": c.value or "", "url": address} for c in screen.person.http.cookies.jar]
        context.add_cookies(cookies)  # type: ignore[arg-type]
    try:
        yield context
    finally:
        context.close()


def shoot(browser: Browser, address: str, look: Look, screen: Screen) -> bytes:
    """One look at one screen, as a PNG; what the browser complained about goes to the error stream."""
    with looking(browser, address, look, screen) as context:
        page = context.new_page()
        page.on("console", lambda said: _complain(screen, said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: _complain(screen, str(error)))
        page.goto(screen.path)
        page.wait_for_timeout(SETTLE_MS)
        if screen.act:
            screen.act(page)
        page.wait_for_timeout(SETTLE_MS)
        return page.screenshot()


def _complain(screen: Screen, words: str) -> None:
    sys.stderr.write(f"{screen.name}: {words}\n")


def take(address: str, cast: Cast, only: list[str]) -> None:
    """Take the screens asked for, all when none is, and write their sheets and the index."""
    wanted = screens(cast)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        for screen in wanted:
            if only and screen.name not in only:
                continue
            try:
                shots = {look: shoot(browser, address, look, screen) for look in LOOKS}
                sheet(shots, PLACE / f"{screen.name}.webp")
            except Exception as error:  # noqa: BLE001  One screen that does not open must not lose the others.
                _complain(screen, f"not taken: {error}")
        if not only or "readme" in only:
            _readme(browser, address, cast)
        browser.close()
    _index(wanted)


def _readme(browser: Browser, address: str, cast: Cast) -> None:
    """The README's picture: the feed on a phone and, with its reasons, on a desktop."""
    phone = Screen("readme", "", "/", cast.jo, swipe_to("sample_lucia"))
    desktop = Screen("readme", "", "/", cast.quiet, swipe_to("sample_mira"))
    shots = [shoot(browser, address, ("phone", "dark"), phone), shoot(browser, address, ("desktop", "light"), desktop)]
    pair(shots[0], shots[1], PLACE / "readme.webp")


def _index(taken: list[Screen]) -> None:
    lines = [
        "# Every screen",
        "",
        "On a phone (390 × 844) and a desktop (1440 × 900), light and dark. Video is always dark.",
        "Retaken by `.venv/bin/python -m tests.journeys.pictures`.",
        "",
        *(f"## {each.title}\n\n![{each.title}]({each.name}.webp)\n" for each in taken),
        "## Sample clips\n\n![Sample clips](samples-1.webp)\n\n![More sample clips](samples-2.webp)",
    ]
    (PLACE / "README.md").write_text("\n".join(lines) + "\n")


def main() -> None:
    """Take pictures on a fresh instance, or on a running one whose address and data folder are given."""
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.pictures", description=main.__doc__)
    parser.add_argument("only", nargs="*", help="names of screens; all when none is given")
    parser.add_argument("--address", help="a running instance that `plainview demo` has filled")
    parser.add_argument("--data", type=Path, help="the data folder of that instance")
    chosen = parser.parse_args()
    if chosen.address:
        take(chosen.address, gather(chosen.address, chosen.data), chosen.only)
        return
    with instance(demo_clips=18, checkpoint_seconds=2) as running:
        take(running.address, gather(running.address, running.data), chosen.only)


if __name__ == "__main__":
    main()
