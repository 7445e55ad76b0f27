"""The log is killed at random instants: nothing acknowledged is lost, and no checkpoint contradicts another."""

import os
import random
import signal
import time
from pathlib import Path
from typing import NoReturn

import pytest

from plainview.warden import merkle
from plainview.warden.notes import read_checkpoint, read_note
from plainview.warden.store import rows
from plainview_verifier import verify
from tests.warden.fakes import TestLog

PERSONS = 20


def live(folder: Path, told: int, seed: int) -> NoReturn:
    """Book and publish without end; tell what is durable. Runs in a child that will be killed."""
    chance = random.Random(seed)
    log = TestLog(folder)
    log.clock.ms += seed * 1_000
    while True:
        log.book(*(log.read(chance.randrange(PERSONS)) for _ in range(chance.randrange(1, 60))))
        os.write(told, b"%d\n" % log.log.size)
        if chance.random() < 0.5:
            log.publish()


def lived(folder: Path, seed: int, for_s: float) -> int:
    """Let a log live for so long and kill it. The last size that it acknowledged."""
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        try:
            live(folder, told, seed)
        finally:
            os._exit(1)
    os.close(told)
    try:
        time.sleep(for_s)
    finally:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    with os.fdopen(heard, "rb") as pipe:
        sizes = [int(line) for line in pipe.read().splitlines(keepends=True) if line.endswith(b"\n")]
    assert os.WIFSIGNALED(status), "it was killed, and did not fail by itself"
    return sizes[-1] if sizes else 0


def check(folder: Path, acknowledged: int, seen: dict[int, bytes]) -> None:
    """What is there after a start agrees with all that was ever said."""
    log = TestLog(folder)
    try:
        assert log.log.size >= acknowledged
        with log.store.env.begin() as txn:
            leaves = [merkle.leaf_hash(entry) for _, entry in rows(txn, log.store.entries)]
        path = folder / "public" / "checkpoint"
        said = [read_checkpoint(read_note(path.read_bytes()).text)] if path.exists() else []
        assert all(each.size >= max(seen, default=0) for each in said)
        seen |= {each.size: each.root for each in said}
        seen |= {each.seen(log.signer.name).size: each.seen(log.signer.name).root for each in log.books}
        tree, sizes = merkle.CompactRange(), set(seen)
        for leaf in [*leaves, b""]:
            if tree.size in sizes:
                assert tree.root() == seen[tree.size]
            tree.append(leaf)
        assert max(sizes, default=0) <= log.log.size
        if said:
            verify(log.proof_file(3))
    finally:
        log.close()


def campaign(folder: Path, kills: int) -> int:
    """Kill so often, and check each time. How many checkpoints were compared."""
    chance, seen, acknowledged, compared = random.Random(7), {}, 0, 0
    for number in range(kills):
        # The folder begins anew from time to time, so that starts from nothing are killed too.
        part = folder / str(number // 25)
        if number % 25 == 0:
            part.mkdir()
            seen, acknowledged = dict[int, bytes](), 0
        acknowledged = max(acknowledged, lived(part, number, chance.uniform(0.005, 0.15)))
        check(part, acknowledged, seen)
        compared += len(seen)
    return compared


def test_a_log_that_is_killed_anywhere_contradicts_nothing_it_said(tmp_path: Path) -> None:
    assert campaign(tmp_path, 30) > 30


@pytest.mark.long
def test_a_log_that_is_killed_a_thousand_times_contradicts_nothing_it_said(tmp_path: Path) -> None:
    assert campaign(tmp_path, 1_000) > 1_000
