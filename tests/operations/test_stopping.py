"""A stop is graceful: who was being answered when it came is answered, and what was kept for a moment is written."""

import json
import signal
import socket
import time
import urllib.request
from urllib.parse import urlsplit

import psycopg

from benchmarks.instance import Instance, instance
from plainview.adapters.postgres_embedded import PostgresEmbedded
from plainview.adapters.signals_postgres import CHANNEL
from plainview.kernel.ids import IdMaker, RegionNumber
from plainview.operations.databases import DATABASE
from plainview.warden.entries import Kind, head_of
from plainview.warden.notes import read_checkpoint, read_note
from plainview.warden.store import Store, rows

BODY = b'{"handle": "somebody"}'


PAGES = 20


def test_a_request_in_flight_when_the_stop_comes_is_answered_and_the_last_receipts_are_sealed_and_logged() -> None:
    with instance() as running:
        database = PostgresEmbedded(running.data / "postgres", None)
        _have_something_to_show(running, database)
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
            # Receipts are written a twentieth of a second later: these are not yet.
            shown = sum(_page(running) for _ in range(PAGES))
            running.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            opened.sendall(BODY[5:])
            answer = b""
            while piece := opened.recv(65_536):
                answer += piece
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
        assert b'"available":true' in answer
        assert running.process.wait(30) == 0
        assert shown == PAGES
        _all_is_kept(running, database)


def _have_something_to_show(running: Instance, database: PostgresEmbedded) -> None:
    """A video that everybody may see, of which the engine has heard."""
    ids = IdMaker(RegionNumber(0), 40)
    person, item, asset = ids.next(), ids.next(), ids.next()
    with psycopg.connect(database.url(f"{DATABASE}_home")) as connection:
        connection.execute(
            "INSERT INTO persons (person_id, handle, name, age_band) VALUES (%s, 'ann', '', '')", (person,)
        )
        connection.execute(
            "INSERT INTO items (item_id, person_id, asset_id, sound_id, state, published_at)"
            " VALUES (%s, %s, %s, %s, 'published', now())",
            (item, person, asset, item),
        )
        connection.execute(
            "INSERT INTO assets (asset_id, person_id, item_id, state, playable, duration_ms, width, height)"
            " VALUES (%s, %s, %s, 'ready', true, 9000, 1080, 1920)",
            (asset, person, item),
        )
        said = json.dumps(["item.changed", {"item_id": str(item)}])
        connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, said))
    until = time.monotonic() + 30
    while not _page(running) and time.monotonic() < until:
        time.sleep(0.05)


def _page(running: Instance) -> int:
    """A new guest's page; how many videos are on it."""
    with urllib.request.urlopen(f"{running.address}/api/feed", timeout=20) as answer:
        return len(json.loads(answer.read())["entries"])


def _all_is_kept(running: Instance, database: PostgresEmbedded) -> None:
    """Every page has its sealed receipt, and the last checkpoint, cosigned, stands for the whole log."""
    database.start()
    try:
        with psycopg.connect(database.url(f"{DATABASE}_home")) as connection:
            row = connection.execute("SELECT count(*) FROM pages").fetchone()
    finally:
        database.stop()
    assert row is not None
    assert row[0] >= PAGES + 1
    store = Store(running.data / "warden-home" / "store")
    try:
        with store.env.begin() as txn:
            size, last = txn.stat(store.entries)["entries"], [entry for _, entry in rows(txn, store.entries)][-1]
    finally:
        store.close()
    note = read_note(running.data.joinpath("log", "home", "checkpoint").read_bytes())
    assert (read_checkpoint(note.text).size, head_of(last).kind) == (size, Kind.HEADS)
    assert len(note.signatures) > 2, "the witnesses were there to the end"
