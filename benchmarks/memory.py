"""Memory of everything that `make run` starts, idle and under load: summed resident and proportional set sizes."""

import argparse
import os
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress

import psutil

from benchmarks.instance import Instance, instance, report

MIB = 1024**2


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
    """Measure idle, then the peak while pages are read and clips are made and transcoded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a shorter load")
    seconds = 15 if parser.parse_args().quick else 60
    with instance() as running:
        time.sleep(3)
        idle_pss, idle_rss = memory_mib(running)
        load_pss, load_rss = _under_load(running, seconds)
    report(
        {
            "rss_mib": load_rss,
            "pss_mib": load_pss,
            "idle_rss_mib": idle_rss,
            "idle_pss_mib": idle_pss,
            "limit_mib": 1024,
        }
    )


def _under_load(running: Instance, seconds: int) -> tuple[float, float]:
    stop = threading.Event()

    def read_pages() -> None:
        while not stop.is_set():
            for path in ("/", "/api/feed?mode=for_you&session=bench"):
                urllib.request.urlopen(running.address + path, timeout=10).read()

    threads = [threading.Thread(target=read_pages, daemon=True) for _ in range(4)]
    environment = {**os.environ, "PLAINVIEW_DATA": str(running.data)}
    uploads = subprocess.Popen(
        [sys.executable, "-m", "plainview", "demo", "--count", "2"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for thread in threads:
        thread.start()
    peaks, until = (0.0, 0.0), time.monotonic() + seconds
    while time.monotonic() < until:
        pss, rss = memory_mib(running)
        peaks = max(peaks[0], pss), max(peaks[1], rss)
        time.sleep(0.25)
    stop.set()
    uploads.terminate()
    uploads.wait()
    return peaks


if __name__ == "__main__":
    main()
