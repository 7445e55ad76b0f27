"""An upload outlives its server: killed with -9 in the middle of a piece, it stands where its bytes on disk say."""

import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Thread

import httpx
import pytest

from benchmarks.instance import Instance, instance

MIB = 1024 * 1024
CONTENT = Random(11).randbytes(20 * MIB + 4_321)
TUS = {"Tus-Resumable": "1.0.0", "X-Plainview": "1"}
PIECE_TYPE = "application/offset+octet-stream"
KILLS = 2
SECONDS_MAX = 60


def _signed_up(running: Instance) -> httpx.Client:
    client = httpx.Client(base_url=running.address, headers=TUS, timeout=20)
    body = {"handle": "sender", "birth_date": "1990-05-17", "password": "correct horse battery"}
    answer = client.post("/api/sign-up", json=body)
    assert answer.status_code == 201, answer.text
    return client


def _stands(client: httpx.Client, place: str) -> int:
    """The offset that HEAD tells, once the server is up again."""
    until = time.monotonic() + SECONDS_MAX
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            answer = client.head(place)
            assert answer.status_code == 200
            return int(answer.headers["upload-offset"])
        time.sleep(0.1)
    raise AssertionError("the server did not come back")


def _send_slowly(client: httpx.Client, place: str, begins: int) -> None:
    """Send all that is left, so slowly that the server dies before the end."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    lines = {**TUS, "Host": client.base_url.netloc.decode(), "Cookie": cookie, "Content-Type": PIECE_TYPE}
    lines |= {"Upload-Offset": str(begins), "Content-Length": str(len(CONTENT) - begins)}
    head = f"PATCH {place} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    with suppress(OSError), socket.create_connection(("127.0.0.1", client.base_url.port)) as connection:
        connection.sendall(head.encode())
        for start in range(begins, len(CONTENT), 64 * 1024):
            connection.sendall(CONTENT[start : start + 64 * 1024])
            time.sleep(0.02)


def _kill_in_mid_piece(running: Instance, file: Path, begins: int) -> None:
    """Kill the server once it has written something of the piece that it is being sent."""
    until = time.monotonic() + SECONDS_MAX
    while file.stat().st_size <= begins:
        assert time.monotonic() < until, "nothing of the piece arrived"
        time.sleep(0.01)
    server = running.child("serve")
    server.send_signal(signal.SIGKILL)
    server.wait(10)


@pytest.mark.long
def test_a_server_killed_in_mid_piece_loses_nothing_that_it_told_of() -> None:
    with instance() as running:
        client = _signed_up(running)
        made = client.post("/api/uploads", headers={"Upload-Length": str(len(CONTENT))})
        place = made.headers["location"]
        file = running.data / "media" / "uploads" / place.rsplit("/", 1)[1]
        stands = 0
        for _ in range(KILLS):
            sending = Thread(target=_send_slowly, args=(client, place, stands))
            sending.start()
            _kill_in_mid_piece(running, file, stands)
            sending.join(SECONDS_MAX)
            before, stands = stands, _stands(client, place)
            assert before < stands < len(CONTENT), "the kill came in the middle"
            assert file.read_bytes() == CONTENT[:stands], "HEAD tells what is on disk, and that is what was sent"
        headers = {"Upload-Offset": str(stands), "Content-Type": PIECE_TYPE}
        done = client.patch(place, content=CONTENT[stands:], headers=headers)
        assert (done.status_code, done.headers["upload-offset"]) == (204, str(len(CONTENT)))
        assert _stands(client, place) == len(CONTENT)
        [original] = (running.data / "objects" / "originals").iterdir()
        assert original.read_bytes() == CONTENT
        assert not file.exists()
