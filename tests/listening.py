"""Waits until a server that a test has started listens on its port."""

import socket
import subprocess
import time


def wait_until_it_listens(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Returns when the port of this machine can be reached; fails when the process ends or a minute has passed."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{process.args!r} does not listen on port {port}")
