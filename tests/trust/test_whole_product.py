"""Canaries in every sealed column of the whole product as `up` starts it: none is seen where it should not be.

Between server, worker, warden and database stand taps, and the loopback device is heard. What leaves the warden must
have its entry on the disk by then; and in the end each person's own log must tell of every read, and of no other.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import msgspec
import psycopg
import pytest

from benchmarks.instance import Instance, instance
from plainview.adapters.postgres_embedded import PostgresEmbedded
from plainview.settings import Settings
from plainview.warden.protocol import By, Use, socket_of
from plainview.wiring import all_declarations, wire
from plainview_verifier import verify
from tests.feed.conftest import fill
from tests.guarding import publish
from tests.server.fixtures import ADULT, PASSWORD
from tests.trust.needles import Needles, unlinked_files
from tests.trust.packets import Packets, hearing
from tests.trust.tapping import Booked, Tap, WardenEar, keeper, listening
from tests.trust.using import PLANTED, Answered, Somebody, a_word, plant_by_the_warden
from tests.warden.living import Caller

REGION, DATABASE, HASH = "home", "plainview_home", "passwords.hash"
SIGN_IN_EVERY, LEAVES_EVERY = 10, 40
DESTROYED_SECONDS_MAX = 60.0
# Bodies of the product's own making are looked for whole, where they are long enough to be nobody else's.
WHOLE_BYTES_MIN = 24


@dataclass
class Heard:
    """All that went between processes."""

    ear: WardenEar
    database: bytearray = field(default_factory=bytearray)
    packets: Packets | None = None


@dataclass
class Campaign:
    """A running product that is listened to, and the people who use it."""

    running: Instance
    heard: Heard
    items: list[int]
    transport: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)
    people: list[Somebody] = field(default_factory=list)
    gone: list[Somebody] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    control: bytes = field(default_factory=lambda: a_word().encode())

    @property
    def everyone(self) -> list[Somebody]:
        """Who is there, and who left."""
        return [*self.people, *self.gone]

    @property
    def port(self) -> int:
        """Where the server listens."""
        return int(self.running.address.rpartition(":")[2])

    @property
    def url(self) -> str:
        """The database."""
        return PostgresEmbedded(self.running.data / "postgres").url(DATABASE)

    def somebody(self, number: int) -> Somebody:
        """Somebody with a browser of their own."""
        client = httpx.Client(
            base_url=self.running.address, headers={"X-Plainview": "1"}, timeout=60, transport=self.transport
        )
        return Somebody(number, client, self.answers)


@contextmanager
def listened_to(folder: Path) -> Iterator[tuple[Instance, Heard]]:
    """A whole product with a tap before each local socket, in place before its server says its first word."""
    for name in ("tmp", "home"):
        (folder / name).mkdir()
        (folder / name).chmod(0o1777)
    heard: list[Heard] = []
    with ExitStack() as stack, pytest.MonkeyPatch.context() as environment:
        # What the product leaves in places of this machine's is left where the search finds it.
        for name, value in (("TMPDIR", "tmp"), ("HOME", "home"), ("XDG_CACHE_HOME", "home")):
            environment.setenv(name, str(folder / value))

        def tap(running: Instance) -> None:
            made = Heard(WardenEar(Booked(running.data / f"warden-{REGION}" / "store"), keeps=True))
            database = (running.data / "postgres").resolve() / ".s.PGSQL.5432"
            taps = []
            for path, ear in ((socket_of(running.data, REGION), made.ear.line), (database, keeper(made.database))):
                real = path.with_name("real.sock")
                path.rename(real)
                taps.append(Tap(path, real, ear))
            stack.enter_context(listening(*taps))
            heard.append(made)

        running = stack.enter_context(instance(while_starting=tap, log_level="debug", checkpoint_seconds=60))
        ports = [int(each.read_text()) for each in running.data.glob("witness-*/port")]
        assert len(ports) == 3
        if os.geteuid() == 0:
            ports.append(int(running.address.rpartition(":")[2]))
            heard[0].packets = stack.enter_context(hearing(ports))
        yield running, heard[0]


async def videos(running: Instance, url: str) -> list[int]:
    """Some videos that others have published."""
    # What is compressed in the database's log would hide from the search.
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET wal_compression = off")
        connection.execute("SELECT pg_reload_conf()")
    async with wire(Settings(data=running.data), {REGION: url}, node=60) as parts:
        return [int(each) for each in (await fill(parts, each=100)).cats]


def plant(made: Campaign, people: int) -> None:
    """So many people come, and leave canaries in every sealed column."""
    for number in range(people):
        somebody = made.somebody(number)
        somebody.come()
        somebody.plant(made.items)
        made.people.append(somebody)
    first = made.people[0]
    first.ask("PATCH", "/api/me", json={"bio": made.control.decode()})
    with Caller(socket_of(made.running.data, REGION)) as caller:
        plant_by_the_warden(made.people, caller, made.url)
    by_id = {each.person: each for each in made.people}
    for value in made.heard.ear.sealed:
        if value.field == HASH:
            by_id[value.person].canaries[value.plain] = HASH
    assert all(Counter(each.canaries.values()) == PLANTED for each in made.people)
    sealed = {name for name, each in all_declarations().items() if each.sealed}
    assert set(PLANTED) == sealed - {"persons.age_band"}, "an age band is one of three words, and no canary"


def use(made: Campaign) -> None:
    """Everybody looks at everything; a moderator reads every report; some sign in again, some leave."""
    for somebody in made.people:
        somebody.look()
        if somebody.number % SIGN_IN_EVERY == 0:
            somebody.sign_in_again()
    moderate(made)
    for somebody in made.people[::LEAVES_EVERY]:
        somebody.sign_in_again()  # Minutes may have passed, and only who has just signed in may leave.
        somebody.ask("DELETE", "/api/me", json={"handle": somebody.handle})
        made.people.remove(somebody)
        made.gone.append(somebody)
    until = time.monotonic() + DESTROYED_SECONDS_MAX
    while made.heard.ear.answers["destroy"] < len(made.gone):
        assert time.monotonic() < until, "nobody destroyed the keys of who left"
        time.sleep(0.1)


def moderate(made: Campaign) -> None:
    """A moderator goes through the queue to its end, and judges the first report."""
    judge = made.somebody(-1)
    body = {"handle": "judge", "birth_date": ADULT, "password": PASSWORD}
    judge.ask("POST", "/api/sign-up", json=body)
    with psycopg.connect(made.url, autocommit=True) as connection:
        connection.execute("UPDATE persons SET roles = '{moderator}' WHERE handle = 'judge'")
    judge.ask("POST", "/api/sign-in", json={"handle": "judge", "password": PASSWORD})
    read, after = [], ""
    for _ in count():
        page = judge.ask("GET", f"/api/moderation/reports{after}").json()
        read += page["reports"]
        if page["next"] is None:
            break
        after = f"?cursor={page['next']}"
    with psycopg.connect(made.url) as connection:
        subjects = connection.execute("SELECT count(DISTINCT subject_id) FROM reports").fetchone()
    assert subjects == (len(read),), "the queue shows each subject once"
    judge.ask("POST", f"/api/moderation/reports/{read[0]['id']}/verdict", json={"decision": "keep"})


def everything_was_read(made: Campaign) -> None:
    """The campaign is worth something: of everybody, what could be read was."""
    canaries = {canary: somebody for somebody in made.everyone for canary in somebody.canaries}
    opened = Needles(canaries).found_in(b"".join(each.plain for each in made.heard.ear.opened))
    for canary in canaries.keys() - opened:
        assert canaries[canary].canaries[canary] == HASH, "somebody's, who did not sign in with it"
    assert len(opened) >= sum(PLANTED.values()) * len(made.everyone) - len(made.people)


def every_read_is_booked(made: Campaign) -> None:
    """No answer left the warden before its entry was on the disk; each person's log has all reads, and no others."""
    ear = made.heard.ear
    assert ear.early == []
    due = {person: Counter(told) for person, told in ear.told.items()}
    publish(made.running.data, REGION)
    for somebody in made.people:
        proof = somebody.ask("GET", "/api/me/access-log").content
        found = Counter((each["for"], each["by"], each.get("case")) for each in verify(proof).reads)
        assert due[somebody.person] - found == Counter(), "something was read that has no entry"
        assert found - ear.told[somebody.person] == Counter(), "an entry tells of what was not read"
    # The ear itself is judged by an answer that has no entry.
    ear.answered("use", Use([made.people[0].person], ["reports.text"], "feed.rank", By("feed")), msgspec.Raw(b"\x90"))
    assert len(ear.early) == 1


def nothing_is_seen(made: Campaign) -> None:
    """No canary stands where it should not; and the search finds one that lies open."""
    canaries = {canary: somebody for somebody in made.everyone for canary in somebody.canaries}
    nowhere = {each for somebody in made.everyone for each in somebody.nowhere}
    whole = {each.plain for each in made.heard.ear.sealed if len(each.plain) >= WHOLE_BYTES_MIN}
    needles = Needles([*canaries, *nowhere, *whole, made.control])
    answers_tell_people_of_themselves(made, needles)
    assert needles.found_in(made.heard.ear.other) == set(), "in what the warden answers besides"
    assert needles.found_in(made.heard.database) == {made.control}, "on the way to the database"
    with psycopg.connect(made.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    data = made.running.data
    places = [data.parent, (data / "postgres").resolve(), Path("/dev/shm"), Path(os.environ["TMPDIR"]).parent]
    found = needles.found_below(places)
    assert {made.control} == set().union(*found.values()), "in files"
    assert any("pg_wal" in str(each) for each in found), "the database's log is searched"
    assert any("base" in each.parts for each in found), "its pages are"
    unlinked = unlinked_files(each.pid for each in made.running.processes())
    assert [each for each in unlinked if needles.found_in(each.read_bytes())] == []


def answers_tell_people_of_themselves(made: Campaign, needles: Needles) -> None:
    """In answers over HTTP stand the canaries of who asked, which the warden had released; and reports, for a judge."""
    released = {each.person for each in made.heard.ear.opened}
    owners = {canary: somebody for somebody in made.everyone for canary in somebody.canaries}
    seen = 0
    for answer in made.answers:
        for canary in needles.found_in(answer.content) - {made.control}:
            somebody = owners[canary]
            own = answer.person == somebody.person and somebody.person in released
            judged = answer.path.startswith("/api/moderation") and somebody.canaries[canary].startswith("reports.")
            assert own or judged, f"{somebody.canaries[canary]} in the answer to {answer.path}"
            seen += 1
    assert seen > len(made.everyone)


def packets_hold_what_was_said(made: Campaign) -> None:
    """Over loopback go requests and answers of browsers, which were judged; in all else there is no canary."""
    if made.heard.packets is None:
        return
    needles = Needles([each for somebody in made.everyone for each in (*somebody.canaries, *somebody.nowhere)])
    secret = {each for somebody in made.everyone for each in somebody.nowhere}
    out, other = bytearray(), bytearray()
    sent = bytearray()
    for (source, target), data in made.heard.packets.flows.items():
        (sent if target == made.port else out if source == made.port else other).extend(data)
    assert needles.found_in(other) == set(), "to or from a witness"
    assert other, "witnesses were asked"
    assert needles.found_in(out) & secret == set()
    assert secret <= needles.found_in(sent), "packets are heard"


def check(people: int, folder: Path) -> None:
    with listened_to(folder) as (running, heard):
        made = Campaign(running, heard, [])
        made.items = asyncio.run(videos(running, made.url))
        plant(made, people)
        use(made)
        everything_was_read(made)
        every_read_is_booked(made)
        nothing_is_seen(made)
        told = sum(sum(each.values()) for each in heard.ear.told.values())
        print(f"{people * sum(PLANTED.values())} canaries, {len(made.answers)} answers, {told} reads booked and found")
    packets_hold_what_was_said(made)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other accounts reach."""
    with TemporaryDirectory(prefix="plainview-canaries-", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.mark.parametrize("people", [5, pytest.param(250, marks=pytest.mark.long)])
def test_no_canary_is_seen_in_the_whole_product(people: int, folder: Path) -> None:
    """Forty canaries each: 200, and 10,000 among the long tests."""
    check(people, folder)
