"""The log is killed at random instants: nothing acknowledged is lost, and no checkpoint contradicts another."""

import os
import random
import signal
import time
from dataclasses import dataclass, field
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


def lived(folder: Path, seed: int, chance: random.Random) -> int:
    """Let a log live until it told a few times, and kill it soon after. The last size that it acknowledged."""
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        try:
            live(folder, told, seed)
        finally:
            os._exit(1)
    os.close(told)
    with os.fdopen(heard, "rb") as pipe:
        try:
            lines = [pipe.readline() for _ in range(chance.randrange(8))]
            time.sleep(chance.uniform(0, 0.03))
        finally:
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
        lines += pipe.read().splitlines(keepends=True)
    assert os.WIFSIGNALED(status), "it was killed, and did not fail by itself"
    return max((int(line) for line in lines if line.endswith(b"\n")), default=0)


@dataclass
class Said:
    """All that a log ever said: sizes that it acknowledged and showed, and the root of each size that was cosigned."""

    acknowledged: int = 0
    shown: int = 0
    roots: dict[int, bytes] = field(default_factory=dict)


def check(folder: Path, said: Said) -> None:
    """What is there after a start agrees with all that was ever said."""
    log = TestLog(folder)
    try:
        assert log.log.size >= said.acknowledged
        with log.store.env.begin() as txn:
            leaves = [merkle.leaf_hash(entry) for _, entry in rows(txn, log.store.entries)]
        path = folder / "public" / "checkpoint"
        public = [read_checkpoint(read_note(path.read_bytes()).text)] if path.exists() else []
        for each in public:
            assert each.size >= said.shown
            said.shown = each.size
            verify(log.proof_file(3))
        cosigned = [each.seen(log.signer.name) for each in log.books]
        for size, root in [(each.size, each.root) for each in public] + [(each.size, each.root) for each in cosigned]:
            assert said.roots.setdefault(size, root) == root
        tree = merkle.CompactRange()
        for leaf in [*leaves, b""]:
            assert said.roots.get(tree.size, tree.root()) == tree.root()
            tree.append(leaf)
        assert max(said.roots) <= log.log.size
    finally:
        log.close()


def campaign(folder: Path, kills: int) -> int:
    """Kill so often, and check each time. How many checkpoints were compared."""
    chance, said, compared = random.Random(7), Said(), 0
    for number in range(kills):
        # The folder begins anew from time to time, so that starts from nothing are killed too.
        part = folder / str(number // 25)
        if number % 25 == 0:
            part.mkdir()
            said = Said()
        said.acknowledged = max(said.acknowledged, lived(part, number, chance))
        check(part, said)
        compared += len(said.roots)
    return compared


def test_a_log_that_is_killed_anywhere_contradicts_nothing_it_said(tmp_path: Path) -> None:
    assert campaign(tmp_path, 20) > 20


@pytest.mark.long
def test_a_log_that_is_killed_a_thousand_times_contradicts_nothing_it_said(tmp_path: Path) -> None:
    assert campaign(tmp_path, 1_000) > 1_000
