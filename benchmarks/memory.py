"""Memory of everything that `make run` starts, idle and under load: summed resident and proportional set sizes.

Under load means: four readers without end, samples being made and posted, and a phone clip that must be encoded being
transcoded from its first byte to its whole ladder. It ends when that is done, and not before.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.instance import Instance, instance, report
from benchmarks.people import Person
from benchmarks.transcoding import phone_clip

MIB = 1024**2
READERS = 4
PAGES = ("/", "/api/feed?mode=for_you&session=bench")


class Load:
    """What the product does meanwhile: pages read, samples made, and one clip on its way."""

    def __init__(self, running: Instance, clip: Path) -> None:
        self.pages = 0
        self.failed = 0
        self.failures: list[Exception] = []
        self.done = threading.Event()
        self._running = running
        self._clip = clip

    def run(self) -> None:
        """Begin all of it; `done` is set when the clip's ladder is whole, or something failed."""
        for work in [self._read] * READERS + [self._post]:
            threading.Thread(target=work, daemon=True).start()

    def _read(self) -> None:
        while not self.done.is_set():
            for path in PAGES:
                # A page that is refused under load must not end the load.
                try:
                    with urllib.request.urlopen(self._running.address + path, timeout=30) as answer:
                        answer.read()
                    self.pages += 1
                except (urllib.error.URLError, OSError):
                    self.failed += 1

    def _post(self) -> None:
        try:
            person = Person(self._running.address).sign_up()
            person.wait(person.upload(self._clip), "ready", seconds=900)
        except Exception as error:  # noqa: BLE001 - Whatever it is, it is told instead of figures.
            self.failures.append(error)
        finally:
            self.done.set()


def memory_mib(running: Instance) -> tuple[float, float]:
    """The sum over all processes of proportional and of resident set sizes, in MiB."""
    proportional = resident = 0
    for process in running.processes():
        # A child of the transcoder may end between being listed and being asked.
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            facts = process.memory_full_info()
            proportional += facts.pss
            resident += facts.rss
    return proportional / MIB, resident / MIB


def main() -> None:
    """Measure idle, then the peak under load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a clip of 3 s in place of 15, and no samples")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        clip = phone_clip(Path(folder) / "clip.mp4", seconds=3 if quick else 15, conforming=False)
        with instance(second_wave="no") as running:
            time.sleep(3)
            idle_pss, idle_rss = memory_mib(running)
            load = Load(running, clip)
            load_pss, load_rss = _peaks(running, load, samples=not quick)
    if load.failures:
        raise load.failures[0]
    report(
        {
            "rss_mib": load_rss,
            "pss_mib": load_pss,
            "idle_rss_mib": idle_rss,
            "idle_pss_mib": idle_pss,
            "limit_mib": 1024,
            "pages": load.pages,
            "pages_failed": load.failed,
        }
    )


def _peaks(running: Instance, load: Load, *, samples: bool) -> tuple[float, float]:
    """The largest sums that were seen while the load lasted."""
    command = [sys.executable, "-m", "plainview", "demo", "--count", "2"]
    environment = {**os.environ, "PLAINVIEW_DATA": str(running.data)}
    nowhere = subprocess.DEVNULL
    demo = subprocess.Popen(command, env=environment, stdout=nowhere, stderr=nowhere) if samples else None
    load.run()
    peaks = (0.0, 0.0)
    while not load.done.wait(0.25):
        pss, rss = memory_mib(running)
        peaks = max(peaks[0], pss), max(peaks[1], rss)
    if demo is not None:
        demo.terminate()
        demo.wait()
    return peaks


if __name__ == "__main__":
    main()
