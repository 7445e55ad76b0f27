"""A witness cosigns what only grows, answers as tlog-witness says, and forgets nothing it answered."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Thread

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from plainview.warden import merkle
from plainview.warden.notes import COSIGNATURE, LOG_KEY, Checkpoint, NoteError, Signer, note_of, read_note, read_vkey
from plainview.warden.witness import SIZE_TYPE, Seen, WitnessBook
from plainview.warden.witness_serving import WitnessServer, witness_signer
from plainview.warden.witnesses import Witness, Witnesses, over_http, request_of
from tests.warden.fakes import drawn

LOG = Signer("example.com/log", LOG_KEY, drawn("witnessed log"))
OTHER = Signer("example.com/other", LOG_KEY, drawn("other log"))
SIGNER = Signer("example.com/witness", COSIGNATURE, drawn("the witness"))
LEAVES = [merkle.leaf_hash(number.to_bytes(2, "big")) for number in range(200)]
FORK = [merkle.leaf_hash(b"fork"), *LEAVES[1:]]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[WitnessBook]:
    book = WitnessBook(tmp_path, SIGNER, [LOG.verifier], lambda: 1_795_305_600)
    yield book
    book.close()


def note(size: int, leaves: list[bytes] = LEAVES, signer: Signer = LOG, origin: str = LOG.name) -> str:
    text = Checkpoint(origin, size, merkle.root_of(leaves[:size])).text
    return note_of(text, [signer.sign(text)])


def proof(old: int, new: int, leaves: list[bytes] = LEAVES) -> list[bytes]:
    return merkle.consistency_proof(
        old, new, lambda level, index: merkle.root_of(leaves[index << level : (index + 1) << level])
    )


def request(old: int, new: int) -> bytes:
    return request_of(old, proof(old, new), note(new))


def test_a_log_that_grows_is_cosigned(book: WitnessBook) -> None:
    for old, new in ((0, 5), (5, 5), (5, 64), (64, 200)):
        answer = book.add(request(old, new))
        assert answer.status == 200
        signed = read_note((note(new) + answer.body).encode())
        assert signed.signed_by(SIGNER.verifier)
    assert book.seen(LOG.name).size == 200


def test_answers_are_those_of_the_specification(book: WitnessBook) -> None:
    assert book.add(request(0, 100)).status == 200
    unknown = note(120, origin=OTHER.name, signer=OTHER)
    assert book.add(request_of(100, [], unknown)).status == 404
    assert (
        book.add(request_of(100, proof(100, 120), note(120, signer=Signer(LOG.name, LOG_KEY, b"x" * 32)))).status == 403
    )
    assert book.add(request_of(130, [], note(120))).status == 400
    for stale in (0, 50, 99):
        answer = book.add(request(stale, 120))
        assert (answer.status, answer.body, answer.content_type) == (409, "100\n", SIZE_TYPE)
    assert book.add(request_of(100, proof(100, 121), note(120))).status == 422
    assert book.add(request_of(100, [], note(120))).status == 422
    assert book.add(request_of(100, [bytes(32)], note(100))).status == 422
    assert book.add(request_of(100, [], note(100, FORK))).status == 409
    assert book.add(request_of(100, proof(100, 120, FORK), note(120, FORK))).status == 422
    assert book.seen(LOG.name).size == 100


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 00\n\n" + note(5).encode(),
        b"old -1\n\n" + note(5).encode(),
        b"new 0\n\n" + note(5).encode(),
        b"old 0\nAAAA\n\n" + note(5).encode(),
        b"old 0\nnot base64\n\n" + note(5).encode(),
        b"old 0\n\xff\n\n" + note(5).encode(),
        b"old 0\n\nexample.com/log\n5\nAAAA\n",
        request_of(0, [bytes(32)] * 64, note(5)),
    ],
)
def test_a_request_of_another_form_is_a_bad_request(book: WitnessBook, body: bytes) -> None:
    assert book.add(body).status == 400


@given(some.binary(max_size=300))
def test_no_bytes_whatever_bring_a_witness_down(raw: bytes) -> None:
    from plainview.warden.witness import read_request

    try:
        read_request(raw)
    except NoteError:
        return


def test_a_proof_for_a_first_checkpoint_is_refused(book: WitnessBook) -> None:
    assert book.add(request_of(0, [bytes(32)], note(5))).status == 422


def test_two_requests_at_once_cannot_roll_a_log_back(book: WitnessBook) -> None:
    """The race of the specification: both are checked from the same size, and the smaller one is stored last."""
    assert book.add(request(0, 1)).status == 200
    old = 1
    with ThreadPoolExecutor(2) as pool:
        for step in range(1, 60):
            barrier, sizes = Barrier(2), (old + 1, old + 1 + step % 3)

            def ask(size: int, barrier: Barrier = barrier, old: int = old) -> int:
                body = request(old, size)
                barrier.wait()
                return book.add(body).status

            statuses = dict(zip(sizes, pool.map(ask, sizes), strict=True)) if sizes[0] != sizes[1] else {}
            if not statuses:
                continue
            assert sorted(statuses.values()) == [200, 409]
            (won,) = (size for size, status in statuses.items() if status == 200)
            assert book.seen(LOG.name).size == won
            old = won


def test_a_request_that_waited_for_another_is_compared_with_what_that_one_left(book: WitnessBook) -> None:
    """The same race, step by step: A waits while B is stored, and must not be judged by what stood before B."""
    assert book.add(request(0, 1)).status == 200
    with ThreadPoolExecutor(1) as pool:
        with book._env.begin(write=True) as txn:
            waiting = pool.submit(book.add, request(1, 5))
            time.sleep(0.1)
            later = Seen(9, merkle.root_of(LEAVES[:9]), note(9).encode())
            txn.put(LOG.name.encode(), msgspec.msgpack.encode(later))
        answer = waiting.result(10)
    assert (answer.status, answer.body) == (409, "9\n")
    assert book.seen(LOG.name) == later


def test_what_was_answered_is_known_after_a_restart(tmp_path: Path) -> None:
    first = WitnessBook(tmp_path, SIGNER, [LOG.verifier], lambda: 0)
    assert first.add(request(0, 9)).status == 200
    first.close()
    second = WitnessBook(tmp_path, SIGNER, [LOG.verifier], lambda: 0)
    assert second.add(request_of(0, [], note(9, FORK))).status == 409
    assert second.add(request(9, 12)).status == 200
    second.close()


def test_a_witness_process_that_is_killed_forgets_nothing_that_it_answered(tmp_path: Path) -> None:
    vkey = LOG.verifier.vkey
    command = [sys.executable, "-m", "plainview", "witness", "--data", str(tmp_path), "--port", "0", "--log-key", vkey]
    for old, new in ((0, 7), (7, 200)):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            _, key, _, address = process.stdout.readline().split()
            status, answer = over_http(address)(request(old, new))
            (process.terminate if old else process.kill)()
        assert status == 200
        assert read_note((note(new) + answer.decode()).encode()).signed_by(read_vkey(key))
    assert process.returncode == 0, "told to end, it ends in order"
    assert witness_signer(tmp_path).verifier == read_vkey(key)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def server(book: WitnessBook) -> Iterator[WitnessServer]:
    server = WitnessServer(("127.0.0.1", 0), book)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_over_http_only_short_posts_to_one_address_are_answered(server: WitnessServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)

    def ask(method: str, path: str, body: bytes | None = b"", headers: dict[str, str] | None = None) -> int:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    assert ask("POST", "/add-checkpoint", request(0, 5)) == 200
    assert ask("POST", "/add-checkpoint", request(5, 6)) == 200
    assert ask("POST", "/other", b"") == 404
    assert ask("POST", "/add-checkpoint", b"", {"Content-Length": "99999999"}) == 413
    assert ask("POST", "/add-checkpoint", b"", {"Content-Length": "-1"}) == 411
    assert ask("GET", "/add-checkpoint", None) == 501
    connection.close()


def test_a_log_asks_all_its_witnesses_and_takes_the_cosignatures_that_hold(server: WitnessServer) -> None:
    url = f"http://127.0.0.1:{server.server_port}"
    liar = Signer("example.com/liar", COSIGNATURE, drawn("liar"))
    bad = liar.cosign("another text\n", 0).encode()
    witnesses = Witnesses(
        [
            Witness(SIGNER.verifier, over_http(url)),
            Witness(
                Signer("example.com/gone", COSIGNATURE, drawn("gone")).verifier, over_http("http://127.0.0.1:1", 0.5)
            ),
            Witness(liar.verifier, lambda _: (200, bad)),
            Witness(liar.verifier, lambda _: (409, b"100000\n")),
            Witness(liar.verifier, lambda _: (409, b"many\n")),
            Witness(liar.verifier, lambda _: (200, b"\xff")),
        ]
    )
    for size in (3, 30, 31):
        lines = witnesses.cosign(note(size), size, lambda old, size=size: proof(old, size))  # type: ignore[misc]
        assert list(lines) == [SIGNER.verifier.vkey]


def test_a_key_is_made_once_and_a_damaged_one_is_not_used(tmp_path: Path) -> None:
    signer = witness_signer(tmp_path, "example.com/w")
    assert witness_signer(tmp_path) == signer
    assert read_vkey((tmp_path / "vkey").read_text().strip()) == signer.verifier
    with pytest.raises(NoteError, match=r"example\.com/w"):
        witness_signer(tmp_path, "example.com/v")
    key = (tmp_path / "key").read_text()
    (tmp_path / "key").write_text(key.replace("example", "axample"))
    with pytest.raises(NoteError, match="damaged"):
        witness_signer(tmp_path)
