"""`plainview up`: everything starts, restarts what is killed, and stops without leaving anything behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from benchmarks.instance import Instance, instance
from plainview.operations.announcing import READY_SECONDS_MAX


def _answers(running: Instance) -> bool:
    try:
        with urllib.request.urlopen(f"{running.address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _soon(running: Instance, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if _answers(running):
            return True
        time.sleep(0.1)
    return False


def test_whatever_is_killed_comes_back_even_before_it_first_answers_and_all_stop_together() -> None:
    killed: list[int] = []

    def kill(running: Instance) -> None:
        server = running.child("serve")
        server.send_signal(signal.SIGKILL)
        killed.append(server.pid)

    began = time.monotonic()
    with instance(while_starting=kill) as running:
        assert running.child("serve").pid != killed[0]
        assert time.monotonic() - began < READY_SECONDS_MAX, "nobody watched until the wait for an answer ended"
        for verb in ("serve", "work", "rank"):
            before = running.child(verb)
            before.send_signal(signal.SIGKILL)
            before.wait(10)
            assert _soon(running), f"the {verb} process did not come back"
        postmaster = int((running.data / "postgres" / "postmaster.pid").read_text().split()[0])
        psutil.Process(postmaster).send_signal(signal.SIGKILL)
        assert _soon(running, 30), "the database did not come back"
        everything = running.processes()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(30) == 0
        _, alive = psutil.wait_procs(everything, timeout=10)
        assert alive == []


def test_a_taken_port_is_said_and_nothing_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        environment = {**os.environ, "PLAINVIEW_DATA": str(tmp_path / "data"), "PLAINVIEW_PORT": port}
        done = subprocess.run(
            [sys.executable, "-m", "plainview", "up"], env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert "in use" in done.stdout
    assert not (tmp_path / "data").exists()
