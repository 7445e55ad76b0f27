"""The built wheel, alone in an empty environment, runs the product: no Node, no checkout."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from benchmarks.instance import free_port, wait_until_ready

HOUSE = Path(__file__).parents[2]

pytestmark = pytest.mark.long


def test_the_wheel_runs_without_node_and_without_a_checkout(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(tmp_path / "dist"), str(HOUSE)], check=True)
    (wheel,) = (tmp_path / "dist").glob("plainview-*.whl")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--require-hashes", "-r", str(HOUSE / "requirements.txt")], check=True)
    subprocess.run([*install, "--no-deps", str(wheel)], check=True)

    port, log = free_port(), tmp_path / "log"
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PLAINVIEW_", "PYTHON"))}
    environment = {**own, "PATH": "/usr/bin:/bin", "PLAINVIEW_PORT": str(port)}
    tmp_path.chmod(0o755)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [tmp_path / "venv" / "bin" / "plainview", "up", "--no-demo"],
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
    try:
        address = f"http://localhost:{port}"
        wait_until_ready(address, process, log)
        page = urllib.request.urlopen(address, timeout=10).read().decode()
        assert '<script type="module"' in page
        assert (tmp_path / "plainview-data" / "postgres").exists()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
