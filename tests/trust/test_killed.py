"""Warden, server and database are killed (SIGKILL) while people use the product; then it is held against what it said.

Nothing that was acknowledged is lost, nothing left the warden whose entry was not on the disk, and no checkpoint
contradicts another.
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from threading import Event, Thread
from uuid import uuid4

import httpx
import pytest

from plainview.warden.merkle import CompactRange, leaf_hash
from plainview.warden.notes import read_checkpoint, read_note
from plainview_verifier import verify
from tests.guarding import publish
from tests.server.fixtures import ADULT, PASSWORD
from tests.trust.lives import KINDS, REGION, Product, product
from tests.trust.tapping import Told

PEOPLE = 4
RESTART_SECONDS_MAX = 5.0


@dataclass
class Somebody:
    """Somebody who uses the product, and what it told them: events taken in, and what was read of them."""

    client: httpx.Client
    person: int
    taken: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)

    def use(self, dice: random.Random, ended: Event) -> None:
        """Look at sessions and at the feed, and watch, until told to stop; whatever is away meanwhile."""
        while not ended.is_set():
            try:
                dice.choice((self._watch, self._page, self._sessions))()
            except httpx.TransportError:
                time.sleep(0.02)
            time.sleep(dice.uniform(0, 0.1))

    def _watch(self) -> None:
        event = {"id": str(uuid4()), "kind": "shown", "item_id": "77", "at_ms": 1_800_000_000_000}
        answer = self._noted(self.client.post("/api/events", json={"events": [event]}))
        self.taken += answer.json()["accepted"] if answer.status_code == 200 else []

    def _page(self) -> None:
        if self._noted(self.client.get("/api/feed")).status_code == 200:
            self.seen["feed.rank"] += 1

    def _sessions(self) -> None:
        if self._noted(self.client.get("/api/me/sessions")).status_code == 200:
            self.seen["account.own_view"] += 1

    def _noted(self, answer: httpx.Response) -> httpx.Response:
        self.statuses[answer.status_code] += 1
        return answer


def sign_up(running: Product, number: int) -> Somebody:
    """Somebody new."""
    client = httpx.Client(base_url=running.address, headers={"X-Plainview": "1"}, timeout=20)
    answer = client.post("/api/sign-up", json={"handle": f"bird{number}", "birth_date": ADULT, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return Somebody(client, int(answer.json()["me"]["id"]))


@dataclass
class Campaign:
    """What came of killing: who was there, how often each kind was killed, the checkpoints that were in public."""

    dice: random.Random
    people: list[Somebody] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    checkpoints: list[str] = field(default_factory=list)

    def kill(self, running: Product, kinds: Sequence[str]) -> list[Somebody]:
        """Kill these kinds, one after another, each at another instant of the use by some people, who are returned."""
        ended, begun = Event(), len(self.people)
        new = [sign_up(running, begun + number) for number in range(PEOPLE)]
        self.people += new
        threads = [
            Thread(target=each.use, args=(random.Random(self.dice.random()), ended), daemon=True) for each in new
        ]
        for each in threads:
            each.start()
        try:
            for kind in kinds:
                time.sleep(self.dice.uniform(0, 0.3))
                running.kill(kind)
                self.kills[kind] += 1
                self.checkpoints.append(running.checkpoint())
        finally:
            ended.set()
            for each in threads:
                each.join()
        return new


def judge(running: Product, came: Campaign, people: Sequence[Somebody]) -> None:
    """Hold what was said, to these people above all, against what stands there, after one more start of everything."""
    for kind in reversed(KINDS):
        running.kill(kind)
    for somebody in people:
        _judge_events(somebody)
    due = {person: Counter(told) for person, told in running.ear.told.items()}
    publish(running.settings.data, REGION)
    for somebody in people:
        _judge_reads(somebody, due[somebody.person])
    assert running.ear.early == [], "something left the warden before its entry was on the disk"
    _judge_log(running, came.checkpoints)
    statuses = sum((each.statuses for each in came.people), Counter[int]())
    assert set(statuses) <= {200, 503}, running.log.read_text()[-20_000:]
    assert statuses[200] > sum(came.kills.values()), statuses


def _judge_events(somebody: Somebody) -> None:
    """Events that were acknowledged are there, and open for whom they are of."""
    exported = somebody.client.get("/api/me/export")
    assert exported.status_code == 200, exported.text
    assert set(somebody.taken) <= {each["event_id"] for each in exported.json()["events"]}


def _judge_reads(somebody: Somebody, due: Counter[Told]) -> None:
    """What the warden answered, and what people were shown, is in their log."""
    proof = somebody.client.get("/api/me/access-log")
    assert proof.status_code == 200, proof.text
    found = Counter((read["for"], read["by"], read.get("case")) for read in verify(proof.content).reads)
    assert due - found == Counter(), "something was read that has no entry"
    by_purpose = Counter[str]()
    for (purpose, *_), count in found.items():
        by_purpose[purpose] += count
    assert somebody.seen - by_purpose == Counter(), "something was shown that has no entry"


def _judge_log(running: Product, checkpoints: list[str]) -> None:
    """Every checkpoint that ever was in public is one of the log as it now stands."""
    shown = [read_checkpoint(read_note(each.encode()).text) for each in checkpoints if each]
    assert [each.size for each in shown] == sorted(each.size for each in shown), "a checkpoint went back"
    roots, tree = {each.size: each.root for each in shown}, CompactRange()
    for entry in running.ear.booked.entries():
        tree.append(leaf_hash(entry))
        assert roots.pop(tree.size, tree.root()) == tree.root(), "a checkpoint contradicts the log"
    assert roots == {}, "entries under a checkpoint are lost"


def told(running: Product, came: Campaign) -> dict[str, float]:
    """Says how many were killed, and how long each kind took to answer again; the medians, in seconds."""
    for kind, seconds in running.restarts.items():
        print(f"{kind}: {came.kills[kind]} kills; again in {median(seconds):.2f} s, at most {max(seconds):.2f} s")
    print(f"{sum(len(each.taken) for each in came.people)} events, {running.ear.booked.size()} entries", flush=True)
    return {kind: median(seconds) for kind, seconds in running.restarts.items()}


def check(rounds: Sequence[Sequence[str]], seed: int) -> dict[str, float]:
    """Kill in rounds, and judge after each; how long each kind took to answer again (the medians)."""
    again: dict[str, float] = {}
    with product() as running:
        came = Campaign(random.Random(seed))
        for number, kinds in enumerate(rounds, 1):
            new = came.kill(running, kinds)
            judge(running, came, came.people if number == len(rounds) else new)
            again = told(running, came)
    return again


def test_nothing_said_is_lost_when_warden_server_and_database_are_killed() -> None:
    # How long it takes is asked of the long one only: beside other tests it says more of them.
    assert set(check([[*KINDS, *KINDS]], 1)) == set(KINDS)


@pytest.mark.long
def test_nothing_said_is_lost_in_a_thousand_kills_of_warden_server_and_database() -> None:
    dice = random.Random(2)
    again = check([dice.choices(KINDS, k=50) for _ in range(20)], 3)
    assert max(again.values()) < RESTART_SECONDS_MAX
