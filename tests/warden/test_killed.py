"""A warden is killed (SIGKILL) under load again and again; its answers and its log are then held against each other.

Each life is a process of its own, forked from one that has imported everything, on the store that the life before left.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import msgspec
import pytest

from plainview.kernel.frames import OK
from plainview.kernel.purposes import Purpose
from plainview.warden.access_log import AccessLog
from plainview.warden.entries import Kind, body_info, head_of, tag_of
from plainview.warden.hpke import receiver
from plainview.warden.keys import Keys
from plainview.warden.merkle import leaf_hash
from plainview.warden.protocol import Open, Sealed
from plainview.warden.starting import clock_ms
from plainview.warden.store import ONE, TWO, Store, rows
from tests.warden.living import DEVICE, REGION, SERVER, Caller, new_person, plan

ROOT = Path(__file__).parents[2]
CALLERS = 3
PERSONS = 12
START_SECONDS_MAX = 5.0


@dataclass
class Ledger:
    """What callers were told: reads released by person, and sealed values that must open for ever."""

    released: Counter[int] = field(default_factory=Counter)
    sealed: list[Sealed] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Lives:
    """The lives of the warden in one folder, one after another."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "w.sock"
        self._folder = folder
        self.starts_s: list[float] = []
        command = [sys.executable, "-m", "tests.warden.living"]
        self._nursery = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._life = 0

    def start(self) -> None:
        """Begin a life; it answers when this returns."""
        self.socket.unlink(missing_ok=True)
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        began = time.perf_counter()
        print(self._folder, file=self._nursery.stdin, flush=True)
        self._life = int(self._nursery.stdout.readline())
        while time.perf_counter() - began < 60:
            with suppress(OSError), Caller(self.socket) as caller:
                caller.ask("hello")
                self.starts_s.append(time.perf_counter() - began)
                return
            time.sleep(0.002)
        raise TimeoutError("the warden did not start again")

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the life, and wait until it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self._life, how)
            while True:
                os.kill(self._life, 0)
                time.sleep(0.001)

    def close(self) -> None:
        """End the life there may be, and the nursery."""
        if self._life:
            self.end()
        self._nursery.communicate()


def press(path: Path, ledger: Ledger, dice: random.Random, ended: Event) -> None:
    """Open values, and now and then seal one of somebody new, until the warden is gone."""
    try:
        with Caller(path) as caller:
            while not ended.is_set():
                if len(ledger.sealed) < PERSONS or dice.random() < 0.02:
                    ledger.sealed.append(caller.seal(new_person(), DEVICE, b"a value"))
                values = dice.sample(ledger.sealed, k=min(len(ledger.sealed), dice.randrange(1, 6)))
                caller.send("open", Open(values, Purpose.OWN_VIEW, SERVER))
                frame = caller.receive()
                opened = msgspec.msgpack.decode(frame.payload) if frame.op == OK else None
                if opened != [b"a value"] * len(values):
                    ledger.failures.append(f"{frame.op}: {opened}")
                ledger.released.update({each.person for each in values})
    except OSError:
        return


def campaign(lives: Lives, kills: int, seed: int) -> Ledger:
    """Kill so often, each time at another instant."""
    dice, ledger = random.Random(seed), Ledger()
    for number in range(kills):
        lives.start()
        ended = Event()
        threads = [
            Thread(target=press, args=(lives.socket, ledger, random.Random(dice.random()), ended))
            for _ in range(CALLERS)
        ]
        for each in threads:
            each.start()
        time.sleep(dice.uniform(0, 0.4 if number % 10 == 0 else 0.05))
        lives.end()
        ended.set()
        for each in threads:
            each.join()
    return ledger


def judge(folder: Path, lives: Lives, ledger: Ledger) -> None:
    """Hold what was told against what stands in the store."""
    lives.start()
    with Caller(lives.socket) as caller:
        opened = caller.open(ledger.sealed, Purpose.OWN_VIEW)
    lives.end(signal.SIGTERM)
    assert opened == [b"a value"] * len(ledger.sealed), "a key that was acknowledged is lost"
    its_plan = plan(folder)
    store = Store(its_plan.store)
    keys = Keys(store, its_plan.custodian(), REGION, its_plan.origin)
    log = AccessLog(store, keys, REGION, clock_ms)
    with log.writing() as txn:
        log.settle(txn)
    booked, tags = booked_in(store, keys, {each.person for each in ledger.sealed})
    with store.env.begin() as txn:
        in_log = [entry for _, entry in rows(txn, store.entries) if head_of(entry).kind is Kind.READ]
    store.close()
    # The one read by which the judge itself opened everything is booked, too.
    lost = {person: count for person, count in ledger.released.items() if booked[person] < count + 1}
    assert lost == {}, "values were released without an entry"
    assert {entry[8:24] for entry in in_log} == tags, "the log and the persons' bodies differ"
    assert len(in_log) == len(tags) == sum(booked.values()) == log.reads


def booked_in(store: Store, keys: Keys, persons: set[int]) -> tuple[Counter[int], set[bytes]]:
    """How many reads are booked on each person, and all their tags; each chain is opened from its beginning."""
    booked: Counter[int] = Counter()
    tags: set[bytes] = set()
    with store.env.begin() as txn:
        entries = {entry[8:24]: entry for _, entry in rows(txn, store.entries) if head_of(entry).kind is Kind.READ}
        for person in persons:
            held = keys.find(txn, person)
            assert held is not None
            last_leaf, number, context = bytes(32), -1, None
            for key, row in rows(txn, store.bodies, ONE.pack(person)):
                if number != int.from_bytes(row[:4], "big"):
                    number = int.from_bytes(row[:4], "big")
                    enc = txn.get(TWO.pack(person, number), db=store.contexts)
                    assert enc is not None
                    context = receiver(held.private_key, enc, body_info("localhost/log/test"))
                assert context is not None
                n = TWO.unpack(key)[1]
                assert msgspec.json.decode(context.unseal(last_leaf, row[4:]))["n"] == n == booked[person]
                tag = tag_of(held.tag_key, n)
                assert entries[tag][24:] == sha256(row[4:]).digest()
                last_leaf = leaf_hash(entries[tag])
                booked[person] += 1
                tags.add(tag)
    return booked, tags


def check(folder: Path, kills: int, seed: int) -> None:
    lives = Lives(folder)
    try:
        ledger = campaign(lives, kills, seed)
        judge(folder, lives, ledger)
    finally:
        lives.close()
    assert ledger.failures == []
    assert sum(ledger.released.values()) > kills
    assert max(lives.starts_s[1:]) < START_SECONDS_MAX


def test_a_hundred_kills_lose_no_entry_and_release_no_read_without_one(tmp_path: Path) -> None:
    check(tmp_path, 100, 1)


@pytest.mark.long
def test_nine_hundred_kills_lose_no_entry_and_release_no_read_without_one(tmp_path: Path) -> None:
    check(tmp_path, 900, 2)
