"""Swipe to first frame in Chromium: from the input to the callback of the new video's first presented frame.

The page marks a swipe and measures `first-frame` in requestVideoFrameCallback; this program reads those measures.
The second half runs on a throttled network (4 Mb/s, 60 ms). It also says how many bytes were fetched and never watched.
"""

import argparse
import shutil
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.instance import Instance, instance, middle, percentile, report
from benchmarks.people import Person, make_clip

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"]
THROTTLED = {"offline": False, "latency": 60, "downloadThroughput": 500_000, "uploadThroughput": 125_000}
STALL_MS = 1_000
# Each video is an upload and a transcode of its own; only the pictures repeat, which nothing here measures.
PICTURES = 2
READ_MEASURES = "() => performance.getEntriesByName('swipe-to-first-frame').map(m => m.duration)"
READ_PICTURES = "() => performance.getEntriesByName('swipe-to-picture').map(m => m.duration)"
# The poster of the slide in view names its asset.
READ_WATCHED = """() => {
    const slide = document.querySelector('.slide:not([inert])');
    const named = slide && slide.innerHTML.match(/\\/media\\/([0-9]+)\\//);
    return named ? named[1] : null;
}"""
READ_BYTES = """() => performance.getEntriesByType('resource').filter(r => r.name.includes('/media/'))
    .map(r => [new URL(r.name).pathname.split('/')[2], r.transferSize])"""


def main() -> None:
    """Post clips, then swipe through them on a fast and on a slow network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller clips and swipes")
    quick = parser.parse_args().quick
    clips, swipes, throttled, size = (8, 6, 3, "360x640") if quick else (52, 50, 20, "540x960")
    with _product() as running, tempfile.TemporaryDirectory() as folder:
        _post(running.address, Path(folder), clips, size)
        with sync_playwright() as playwright:
            path = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            fast = _swipes(browser.new_page(viewport={"width": 390, "height": 844}), running.address, swipes, None)
            slow_page = browser.new_page(viewport={"width": 390, "height": 844})
            slow = _swipes(slow_page, running.address, throttled, THROTTLED)
            browser.close()
    report(
        {
            **_figures("", fast),
            **_figures("throttled_", slow),
            "wasted_percent": fast["wasted"],
            "throttled_wasted_percent": slow["wasted"],
            "frame_ms": 1000 / 60,
            "swipes": len(fast["times"]),
        }
    )


def _product() -> AbstractContextManager[Instance]:
    """Two transcodes at a time, of one thread each: many short clips are ready in two thirds of the time."""
    return instance(second_wave="no", transcode_workers=2, transcode_threads=1)


def _post(address: str, folder: Path, count: int, size: str) -> None:
    people = [Person(address).sign_up() for _ in range(min(count, 8))]
    clips = [make_clip(folder / f"{number}.mp4", size, 4, seed=number, noise=2) for number in range(PICTURES)]
    posted = []
    for number in range(count):
        person = people[number % len(people)]
        item = person.upload(clips[number % PICTURES])
        person.publish(item, f"clip {number} #kind{number % 5}")
        posted.append((person, item))
    # Measured on a machine that is done transcoding.
    for person, item in posted:
        person.wait(item, "ready", 1_800)


def _swipes(page: Page, address: str, count: int, network: dict[str, Any] | None) -> dict[str, Any]:
    if network is not None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", network)
    # A page keeps 250 of what it fetched unless it is told otherwise; a long run fetches more.
    page.add_init_script("performance.setResourceTimingBufferSize(100000)")
    page.goto(address)
    page.wait_for_function("() => document.querySelector('video') && document.querySelector('video').currentTime > 0")
    page.wait_for_timeout(2_500)
    watched = {page.evaluate(READ_WATCHED)}
    for number in range(count):
        page.keyboard.press("ArrowDown")
        page.wait_for_function(
            f"() => performance.getEntriesByName('swipe-to-first-frame').length > {number}", timeout=30_000
        )
        page.wait_for_timeout(900 if network is None else 2_500)
        watched.add(page.evaluate(READ_WATCHED))
    fetched = page.evaluate(READ_BYTES)
    total = sum(size for _, size in fetched)
    wasted = sum(size for asset, size in fetched if asset not in watched)
    times, pictures = page.evaluate(READ_MEASURES), page.evaluate(READ_PICTURES)
    return {"times": times[:count], "pictures": pictures[:count], "wasted": 100 * wasted / max(total, 1)}


def _figures(prefix: str, measured: dict[str, Any]) -> dict[str, object]:
    times, pictures = measured["times"], measured["pictures"]
    return {
        f"{prefix}first_frame_ms_p50": middle(times),
        f"{prefix}first_frame_ms_p95": percentile(times, 95),
        f"{prefix}picture_ms_p50": middle(pictures),
        f"{prefix}picture_ms_p95": percentile(pictures, 95),
        f"{prefix}stalls": sum(each > STALL_MS for each in times),
    }


if __name__ == "__main__":
    main()
