"""The audit over HTTP: it goes on where it stood, remembers what was signed, and no changed bundle passes."""

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from plainview.cli import program
from plainview.operations.audit import Auditor, AuditStateError, Memory
from plainview.operations.auditing import Audit, AuditFailedError, Seen, State, go_through, grow, root_of
from plainview.operations.log_reading import LogReader, LogUnreachableError, regions_of
from plainview.operations.tiling import WIDTH
from plainview_verifier import Trust, open_checkpoint, verify
from tests.verifier.adversary import LyingLog
from tests.verifier.handmade import h, tree
from tests.verifier.serving import Handler, served

ADA = 1


@dataclass
class Outside:
    """A log, its server, and where the auditor remembers."""

    log: LyingLog
    url: str
    server: type[Handler]
    memory: Path

    @property
    def described(self) -> dict[str, Any]:
        """What the server says of its logs."""
        trust = self.log.trust
        names = {
            "name": "test",
            "number": 7,
            "origin": "plainview.example/log/test",
            "checkpoint_url": "/log/test/checkpoint",
        }
        keys = {"log_key": trust.log_key, "witness_keys": trust.witness_keys, "quorum": trust.quorum}
        return {"regions": [names | keys], "client_manifest_hash": None}

    def auditor(self) -> Auditor:
        """An auditor who has just been started."""
        return Auditor(LogReader(f"{self.url}/log/test"), self.memory, self.log.trust)

    def remembered(self) -> Memory:
        """What is in the auditor's file."""
        return msgspec.json.decode(self.memory.read_bytes(), type=Memory)

    def entries_asked(self) -> list[str]:
        """The bundles that were asked for since the last call."""
        found = [each for each in self.server.asked if "entries" in each]
        self.server.asked.clear()
        return found


def quiet(_: str, __: int, ___: int) -> None:
    """Report nothing."""


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    """A log of 603 entries and three checkpoints, on a server."""
    log = LyingLog(tmp_path / "log")
    for _ in range(3):
        log.busy(20, 10)
        log.publish()
    with served(tmp_path / "log" / "public") as (url, server):
        made = Outside(log, url, server, tmp_path / "memory.json")
        server.described = made.described
        yield made
    log.close()


def test_the_compact_range_gives_the_roots_of_the_rfcs_recursion() -> None:
    leaves = [h(bytes([at % 256, at // 256])) for at in range(1_100)]
    for step in (1, 7, 100, 256):
        roots: list[tuple[int, bytes]] = []
        for at in range(0, len(leaves), step):
            grow(roots, leaves[at : at + step])
            assert root_of(roots) == tree(leaves[: at + step])


def test_an_audit_looks_at_new_entries_only(outside: Outside) -> None:
    first = outside.auditor().run(quiet)
    assert (first.fresh, first.state.reads, first.state.heads) == (603, 600, 3)
    assert len(outside.entries_asked()) == 3
    again = outside.auditor().run(quiet)
    assert (again.fresh, again.state.reads) == (603 - 512, 600)
    assert outside.entries_asked() == ["/log/test/tile/entries/002.p/91"]
    outside.log.busy(20, 20)
    outside.log.publish()
    later = outside.auditor().run(quiet)
    assert (later.state.size, later.state.reads) == (1_004, 1_000)
    assert len(outside.entries_asked()) == 2


def test_an_audit_with_a_proof_finds_its_reads(outside: Outside) -> None:
    outside.auditor().run(quiet)
    proven = verify(outside.log.file_of(ADA), outside.log.trust)
    outside.log.busy(20, 5)
    outside.log.publish()
    found = outside.auditor().run(quiet, proven)
    assert (found.fresh, found.state.size) == (704, 704)


def test_an_audit_that_was_cut_off_goes_on(outside: Outside) -> None:
    outside.auditor().run(quiet)
    outside.log.busy(20, 100)
    outside.log.publish()
    size, root = open_checkpoint(outside.log.note(), outside.log.trust)
    auditor = outside.auditor()
    target = Seen(size, root, outside.log.note())
    audit = Audit(auditor.memory.state, [target], tile=LogReader(f"{outside.url}/log/test").tile)
    for bundle in outside.log.bundles(512, 1_536):
        audit.feed(bundle, WIDTH)
    auditor.memory.under_way, auditor.memory.target = audit.state, target
    outside.memory.write_bytes(msgspec.json.encode(auditor.memory))
    outside.entries_asked()
    found = outside.auditor().run(quiet)
    assert (found.fresh, found.state.size) == (size - 1_536, size)
    assert outside.remembered().under_way is None


def test_a_log_that_shrank_or_changed_is_told_with_evidence(outside: Outside) -> None:
    outside.auditor().run(quiet)
    old = outside.log.note()
    outside.log.busy(20, 5)
    outside.log.publish()
    outside.auditor().run(quiet)
    kept = outside.memory.read_bytes()
    outside.server.fault = lambda path: (200, old.encode()) if path.endswith("checkpoint") else None
    with pytest.raises(AuditFailedError) as failed:
        outside.auditor().run(quiet)
    assert failed.value.word == "history"
    (evidence,) = outside.memory.parent.glob("*.evidence-*")
    assert old in evidence.read_text()
    assert outside.log.note() in evidence.read_text()
    assert outside.memory.read_bytes() == kept
    outside.server.fault = None
    assert outside.auditor().run(quiet).state.size == 704


def test_an_auditor_keeps_to_the_keys_that_were_seen_first(outside: Outside) -> None:
    outside.auditor().run(quiet)
    other = Trust(outside.log.trust.log_key, outside.log.trust.witness_keys[:2], 2)
    with pytest.raises(AuditStateError):
        Auditor(LogReader(outside.url), outside.memory, other)
    outside.memory.write_text("{}")
    with pytest.raises(AuditStateError):
        outside.auditor()


def test_a_server_out_of_order_is_told_from_a_log_that_lies(outside: Outside) -> None:
    faults: dict[str, tuple[int, bytes]] = {
        "checkpoint": (302, b""),
        "tile/entries/000": (404, b""),
        "tile/entries/001": (200, bytes(20_000)),
    }
    for name, answer in faults.items():
        outside.server.fault = lambda path, name=name, answer=answer: answer if path.endswith(name) else None
        with pytest.raises(LogUnreachableError):
            outside.auditor().run(quiet)
    for url in ("ftp://example.org/log/eu", "file:///etc/passwd", "example.org", "http://"):
        with pytest.raises(LogUnreachableError):
            LogReader(url)


def test_a_fault_that_passes_is_waited_for(outside: Outside) -> None:
    left = [(503, b"busy"), (429, b"slower")]
    outside.server.fault = lambda path: left.pop() if path.endswith("entries/001") and left else None
    assert outside.auditor().run(quiet).state.size == 603


def test_a_full_bundle_serves_for_its_partial_one(outside: Outside) -> None:
    note = outside.log.note()
    outside.log.busy(20, 10)
    outside.log.publish()
    outside.server.fault = lambda path: (200, note.encode()) if path.endswith("checkpoint") else None
    assert not (outside.log.folder / "public" / "tile" / "entries" / "002.p").exists()
    assert outside.auditor().run(quiet).state.size == 603


def test_the_servers_description_names_the_logs(outside: Outside) -> None:
    for url in (outside.url, f"{outside.url}/", f"{outside.url}/log/test"):
        (region,) = regions_of(url)
        assert (region.url, region.trust) == (f"{outside.url}/log/test", outside.log.trust)
    assert regions_of(f"{outside.url}/log/us") == []
    for wrong in (b"{}", b"[]", b'{"regions":[{"name":1}]}', b"nonsense"):
        outside.server.fault = lambda _, wrong=wrong: (200, wrong)
        with pytest.raises(LogUnreachableError):
            regions_of(outside.url)


def _audit_tail(state: State, bundles: list[bytes], target: Seen) -> str | None:
    """The word for these bundles after the state; None where the audit finds nothing."""
    fresh = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=State)
    try:
        go_through(Audit(fresh, [target]), target.size, iter(bundles), lambda _: None)
    except AuditFailedError as failed:
        return failed.word
    return None


def _bundle_changes(bundles: list[bytes], chance: random.Random, share: float) -> Iterator[tuple[str, list[bytes]]]:
    """Each byte flipped, each entry deleted, repeated, exchanged with the next; cut anywhere; bundles exchanged."""
    for number, bundle in enumerate(bundles):
        others = (bundles[:number], bundles[number + 1 :])
        entries, at = [], 0
        while at < len(bundle):
            end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
            entries.append(bundle[at:end])
            at = end
        for at in range(len(bundle)):
            if chance.random() < share:
                flipped = bundle[:at] + bytes([bundle[at] ^ 1 << chance.randrange(8)]) + bundle[at + 1 :]
                yield f"byte {at} of {number}", [*others[0], flipped, *others[1]]
                yield f"{number} cut at {at}", [*others[0], bundle[:at], *others[1]]
        for at in range(len(entries)):
            for name, changed in (
                ("deleted", entries[:at] + entries[at + 1 :]),
                ("repeated", entries[: at + 1] + entries[at:]),
                ("in place of the next", [*entries[: at + 1], entries[at], *entries[at + 2 :]][: len(entries)]),
                ("after the next", [*entries[:at], *entries[at : at + 2][::-1], *entries[at + 2 :]]),
            ):
                if changed != entries and chance.random() < max(share, 0.2):
                    yield f"entry {at} of {number} {name}", [*others[0], b"".join(changed), *others[1]]
    yield "bundles exchanged", bundles[::-1]
    yield "a bundle left out", bundles[1:]
    yield "a bundle twice", [bundles[0], *bundles]


def _changes_found(log: LyingLog, share: float, tails: int) -> int:
    """Change the last bundles under some checkpoints; the number of changes. Fails on one that is not found."""
    chance, count = random.Random(tails), 0
    for _ in range(tails):
        log.busy(20, 20)
        log.publish()
        size, root = open_checkpoint(log.note(), log.trust)
        start = max(0, (size - 1) // WIDTH - 1) * WIDTH
        state = State()
        audit = Audit(state, [])
        for bundle in log.bundles(0, start):
            audit.feed(bundle, WIDTH)
        target, honest = Seen(size, root, ""), log.bundles(start, size)
        assert _audit_tail(state, honest, target) is None
        for what, bundles in _bundle_changes(honest, chance, share):
            assert _audit_tail(state, bundles, target) is not None, what
            count += 1
    return count


def test_no_changed_bundle_passes(outside: Outside) -> None:
    assert _changes_found(outside.log, 0.03, 2) > 1_000


@pytest.mark.long
def test_no_changed_bundle_of_a_long_log_passes(tmp_path: Path) -> None:
    log = LyingLog(tmp_path / "long")
    for _ in range(20):
        log.busy(250, 20)
        log.publish()
    assert log.log.size > 100_000
    assert _changes_found(log, 1.0, 3) > 100_000
    log.close()


def _run(outside: Outside, *arguments: str) -> Result:
    return CliRunner().invoke(program, ["--data", str(outside.memory.parent / "data"), *arguments], terminal_width=200)


def test_the_command_line_audits_and_verifies(outside: Outside) -> None:
    file = outside.memory.parent / "proof.json"
    file.write_bytes(outside.log.file_of(ADA))
    trust = outside.log.trust
    keys = ["--log-key", trust.log_key, "--quorum", "2", *(f"--witness-key={key}" for key in trust.witness_keys)]
    told = _run(outside, "verify", str(file))
    assert told.exit_code == 0
    assert "was read 30 times" in told.output
    assert "feed.rank" in told.output
    assert "Compare them" in told.output
    assert "Compare them" not in _run(outside, "verify", str(file), "--after", str(file), *keys).output
    assert _run(outside, "verify", str(file), *keys[:2]).exit_code == 1
    audited = _run(outside, "audit", outside.url, "--proof", str(file))
    assert audited.exit_code == 0
    assert "603 entries hold" in audited.output
    assert "All 30 reads of the proof file" in audited.output
    assert "remembered" in audited.output
    again = _run(outside, "audit", f"{outside.url}/log/test", *keys)
    assert "91 of them looked at now" in again.output
    assert _run(outside, "audit", outside.url, "--strict").exit_code == 1  # Its newest checkpoint is old.
    file.write_bytes(file.read_bytes().replace(b'"region":7', b'"region":8'))
    refused = _run(outside, "verify", str(file))
    assert refused.exit_code == 1
    assert "Do not believe this file" in refused.output


def _tiles(outside: Outside) -> list[str]:
    return [path for path in outside.server.asked if "/tile/" in path and "entries" not in path]


def test_every_tile_of_hashes_is_what_the_entries_give(outside: Outside) -> None:
    outside.auditor().run(quiet)
    asked = {path.removeprefix("/log/test/tile/") for path in _tiles(outside)}
    size = outside.remembered().last
    assert size is not None
    full, rest = divmod(size.size, WIDTH)
    assert asked == {*(f"0/{n:03}" for n in range(full)), f"0/{full:03}.p/{rest}", f"1/000.p/{full}"}


@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize("kind", ["flipped", "cut", "longer"])
def test_a_tile_that_holds_something_else_fails_the_audit(outside: Outside, level: int, kind: str) -> None:
    def fault(path: str) -> tuple[int, bytes] | None:
        if not path.startswith(f"/log/test/tile/{level}/"):
            return None
        content = bytearray((outside.log.folder / "public" / path.removeprefix("/log/test/")).read_bytes())
        content[7] ^= 1
        whole = bytes(content)
        return 200, {"flipped": whole, "cut": whole[:-32], "longer": whole + bytes(32)}[kind]

    outside.server.fault = staticmethod(fault)
    too_long = kind == "longer" and level == 0
    expected, words = (LogUnreachableError, "larger") if too_long else (AuditFailedError, "does not hold what its")
    with pytest.raises(expected, match=words):
        outside.auditor().run(quiet)


def test_an_audit_that_goes_on_still_knows_the_tiles_it_had_begun(outside: Outside) -> None:
    outside.auditor().run(quiet)
    outside.log.busy(40, 40)
    outside.log.publish()
    outside.server.asked.clear()
    outside.auditor().run(quiet)
    assert any(path.startswith("/log/test/tile/1/") for path in _tiles(outside))
    state = outside.remembered().state
    assert len(state.tiles[0]) == state.size // WIDTH


def test_what_was_remembered_before_tiles_were_looked_at_is_gone_through_anew(outside: Outside) -> None:
    outside.auditor().run(quiet)
    memory = outside.remembered()
    memory.state.tiles = []
    outside.memory.write_bytes(msgspec.json.encode(memory))
    found = outside.auditor().run(quiet)
    assert found.fresh == found.state.size


def test_a_server_that_trickles_is_given_up_in_time() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def trickle() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while True:
                connection.sendall(b"x")
                time.sleep(0.05)

    threading.Thread(target=trickle, daemon=True).start()
    began = time.monotonic()
    with listener, pytest.raises(LogUnreachableError, match=r"took longer than 0\.5 seconds"):
        LogReader(f"http://127.0.0.1:{listener.getsockname()[1]}", reply_seconds_max=0.5).checkpoint()
    assert time.monotonic() - began < 10
