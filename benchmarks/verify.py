"""Checking: a person's 10,000 reads in headless Chromium and in Python, an auditor's entries, public bytes a read.

The person's file is made by the real access log. The audited log is served by a process of its own that makes each
bundle as it is asked for, so that the disk is not what is measured. Beside the audit: hashing the same tree and nothing
else.
"""

import argparse
import functools
import hashlib
import multiprocessing
import shutil
import tempfile
import time
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from benchmarks.instance import report
from plainview.operations.audit import Auditor
from plainview.operations.auditing import grow, root_of
from plainview.operations.log_reading import LogReader
from plainview.operations.tiling import WIDTH, top
from plainview.warden.tiles import tile_path
from plainview_verifier import Trust, verify
from tests.verifier.browsers_verifier import build
from tests.verifier.handmade import Signer
from tests.warden.fakes import TestLog

ADA, READS = 1, 10_000
RUNS = 5
EPOCH, REGION = 29_000_000, 1
PREFIX = bytes((1, 1)) + EPOCH.to_bytes(4, "big") + bytes((REGION, 2))
LOG = Signer("bench.example/log/eu", 1, bytes(range(32)))
WITNESSES = [Signer(f"witness.example/{at}", 4, bytes([at]) * 32) for at in range(3)]
TRUST = Trust(LOG.vkey, tuple(each.vkey for each in WITNESSES), 3)
PAGE = """<!doctype html><script type="module">
import { verify } from "./verifier.mjs";
const file = new Uint8Array(await (await fetch("./proof.json")).arrayBuffer());
window.once = () => {
  const began = performance.now();
  const verdict = verify(file);
  return [performance.now() - began, verdict.ok, verdict.ok ? verdict.reads.length : 0];
};
window.ready = true;
</script>"""


def main() -> None:
    """Measure the person's checks, then the auditor's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="an audit of fewer entries")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures: dict[str, object] = dict(persons(Path(folder)))
    figures |= auditors(1_000 if options.quick else 39_063)
    report(figures)


def persons(folder: Path) -> dict[str, float]:
    """How long a person's file of 10,000 reads takes, how large it is, and what is public of each read."""
    log = TestLog(folder / "log")
    for _ in range(READS // 100):
        log.book(*(log.read(ADA) for _ in range(100)))
        log.clock.ms += 6_000
        if log.clock.ms // 60_000 != (log.clock.ms - 6_000) // 60_000:
            log.publish()
    log.publish()
    file = log.proof_file(ADA)
    public = sum(each.stat().st_size for each in (folder / "log" / "public").rglob("*") if each.is_file())
    log.close()
    began = time.perf_counter()
    assert len(verify(file).reads) == READS
    took = time.perf_counter() - began
    browser = in_browser(folder, file)
    sizes = {"file_mb": len(file) / 1e6, "public_bytes_per_read": public / READS}
    return {"browser_10k_s": browser, "python_10k_s": took} | sizes


def in_browser(folder: Path, file: bytes) -> float:
    """Seconds that the browser's verifier takes in headless Chromium, the median of some runs, the first one too."""
    site = folder / "site"
    site.mkdir()
    build(site, "browser")
    (site / "index.html").write_text(PAGE)
    (site / "proof.json").write_bytes(file)
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path)
        page = browser.new_page()
        page.route(
            "**/*", lambda route: route.fulfill(path=site / (route.request.url.rpartition("/")[2] or "index.html"))
        )
        page.goto("http://localhost/")
        page.wait_for_function("window.ready")
        runs = [page.evaluate("window.once()") for _ in range(RUNS)]
        browser.close()
    assert all(good and reads == READS for _, good, reads in runs), runs
    return float(median(took for took, *_ in runs)) / 1000


def bundle(number: int) -> bytes:
    """A bundle of reads, ended by heads."""
    chance = hashlib.shake_128(number.to_bytes(8, "big")).digest(48 * WIDTH)
    reads = [b"\0\x38" + PREFIX + chance[at : at + 48] for at in range(0, 48 * (WIDTH - 1), 48)]
    counts = (1).to_bytes(8, "big") + ((number + 1) * (WIDTH - 1)).to_bytes(8, "big")
    return (
        b"".join(reads) + b"\0\x37" + bytes((1, 2)) + EPOCH.to_bytes(4, "big") + bytes((REGION,)) + counts + bytes(32)
    )


def leaves_of(number: int) -> list[bytes]:
    """The leaf hashes of a bundle."""
    content = bundle(number)
    entries = [content[at + 2 : at + 58] for at in range(0, 58 * (WIDTH - 1), 58)]
    return [hashlib.sha256(b"\0" + entry).digest() for entry in (*entries, content[58 * (WIDTH - 1) + 2 :])]


def checkpoint(bundles: int) -> tuple[str, dict[str, bytes], float]:
    """The cosigned note of a log of so many bundles, its tiles above the leaves', and the seconds that hashing took."""
    roots: list[tuple[int, bytes]] = []
    row: list[bytes] = []
    hashing = 0.0
    for number in range(bundles):
        leaves = leaves_of(number)
        began = time.perf_counter()
        row.append(top(leaves))
        grow(roots, [row[-1]], WIDTH.bit_length() - 1)
        hashing += time.perf_counter() - began
    tiles: dict[str, bytes] = {}
    level = 1
    while row:
        parts = [row[at : at + WIDTH] for at in range(0, len(row), WIDTH)]
        tiles |= {f"/{tile_path(level, at, len(part))}": b"".join(part) for at, part in enumerate(parts)}
        row, level = [top(part) for part in parts if len(part) == WIDTH], level + 1
    text = f"{LOG.name}\n{bundles * WIDTH}\n{b64encode(root_of(roots)).decode()}\n"
    return text + "\n" + "".join(each.line(text) for each in (LOG, *WITNESSES)), tiles, hashing


class Handler(BaseHTTPRequestHandler):
    """Makes what is asked for."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, note: str, tiles: dict[str, bytes], *rest: object) -> None:
        self.note = note
        self.tiles = tiles
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer with the checkpoint, a bundle or a tile."""
        if self.path == "/checkpoint":
            content = self.note.encode()
        elif self.path in self.tiles:
            content = self.tiles[self.path]
        else:
            number = int("".join(each.removeprefix("x") for each in self.path.split("/")[3:]))
            content = bundle(number) if "/entries/" in self.path else b"".join(leaves_of(number))
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def serve(note: str, tiles: dict[str, bytes], told: Connection) -> None:
    """Serve until the process is ended."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, note, tiles))
    told.send(server.server_port)
    server.serve_forever()


def auditors(bundles: int) -> dict[str, float]:
    """How many entries a second an audit over HTTP looks at, with an auditor's memory on disk."""
    note, tiles, hashing = checkpoint(bundles)
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(note, tiles, theirs), daemon=True)
    server.start()
    try:
        url = f"http://127.0.0.1:{ours.recv()}"
        with tempfile.TemporaryDirectory() as folder:
            found = Auditor(LogReader(url), Path(folder) / "memory.json", TRUST).run(lambda *_: None)
    finally:
        server.terminate()
        server.join()
    assert (found.state.size, found.state.reads) == (bundles * WIDTH, bundles * (WIDTH - 1))
    figures = {"auditor_entries": float(found.fresh), "auditor_entries_per_s": found.fresh / found.took_s}
    return figures | {"auditor_s": found.took_s, "hashing_s": hashing}


if __name__ == "__main__":
    main()
