"""A stop is graceful: who was being answered when it came is answered."""

import signal
import socket
import time
from urllib.parse import urlsplit

from benchmarks.instance import instance

BODY = b'{"handle": "somebody"}'


def test_a_request_in_flight_when_the_stop_comes_is_answered() -> None:
    with instance() as running:
        address = urlsplit(running.address)
        head = (
            f"POST /api/sign-up/check HTTP/1.1\r\nHost: {address.netloc}\r\nX-Plainview: 1\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\nConnection: close\r\n\r\n"
        )
        assert address.hostname
        assert address.port
        with socket.create_connection((address.hostname, address.port), timeout=20) as opened:
            # The server has begun to read this request, and waits for the rest of it.
            opened.sendall(head.encode() + BODY[:5])
            time.sleep(0.5)
            running.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            opened.sendall(BODY[5:])
            answer = b""
            while piece := opened.recv(65_536):
                answer += piece
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
        assert b'"available":true' in answer
        assert running.process.wait(30) == 0
