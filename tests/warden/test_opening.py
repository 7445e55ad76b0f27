"""What the warden does with values: over its socket, as the server asks."""

import json
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from plainview.kernel.frames import framed, read_frame
from plainview.kernel.ids import IdMaker, RegionNumber
from plainview.kernel.purposes import Purpose
from plainview.warden.entries import KeyChange, Kind, body_info, coarse, head_of, read_entry, tag_of
from plainview.warden.hpke import public_of, receiver
from plainview.warden.keeper import Call
from plainview.warden.merkle import leaf_hash
from plainview.warden.protocol import (
    Act,
    By,
    Client,
    Destroy,
    Erase,
    Open,
    Plain,
    Policies,
    Proof,
    Seal,
    Sealed,
    Status,
    Use,
    Welcome,
)
from plainview.warden.starting import Warden
from plainview.warden.store import rows
from tests.warden.living import (
    BAND,
    DEVICE,
    FEED,
    REPORT,
    SERVER,
    WATCHED,
    Caller,
    RefusedError,
    living,
    new_person,
    plan,
)


@pytest.fixture
def warden(tmp_path: Path) -> Iterator[Warden]:
    with living(plan(tmp_path)) as started:
        yield started


@pytest.fixture
def caller(warden: Warden) -> Iterator[Caller]:
    with Caller(warden.plan.socket) as connected:
        yield connected


def reads_in(warden: Warden) -> int:
    with warden.store.env.begin() as txn:
        return sum(head_of(entry).kind is Kind.READ for _, entry in rows(txn, warden.store.entries))


def test_a_value_is_opened_for_its_person_and_an_entry_says_so(warden: Warden, caller: Caller) -> None:
    person = new_person()
    sealed = caller.seal(person, DEVICE, b"a telephone")
    assert b"telephone" not in sealed.value
    assert reads_in(warden) == 0
    assert caller.open([sealed], Purpose.OWN_VIEW) == [b"a telephone"]
    assert reads_in(warden) == 1


def test_one_question_about_thirty_people_books_thirty_entries(warden: Warden, caller: Caller) -> None:
    sealed = [caller.seal(new_person(), DEVICE, b"%d" % number) for number in range(30)]
    assert caller.open([*sealed, sealed[0]], Purpose.OWN_VIEW) == [*(b"%d" % number for number in range(30)), b"0"]
    assert reads_in(warden) == 30


def test_a_purpose_that_a_column_does_not_declare_opens_nothing_and_books_nothing(
    warden: Warden, caller: Caller
) -> None:
    sealed = caller.seal(new_person(), DEVICE, b"a telephone")
    for purpose, by in ((Purpose.MODERATION, SERVER), (Purpose.FEED_RANK, FEED), ("account.curiosity", SERVER)):
        with pytest.raises(RefusedError, match="not_allowed"):
            caller.open([sealed], purpose, by)
    assert reads_in(warden) == 0


def test_staff_open_in_a_case_only_and_the_entry_is_theirs(warden: Warden, caller: Caller) -> None:
    sealed = caller.seal(new_person(), REPORT, b"he shouted")
    with pytest.raises(RefusedError, match="in a case"):
        caller.open([sealed], Purpose.MODERATION, By("staff:mo"))
    assert caller.open([sealed], Purpose.MODERATION, By("staff:mo", "17")) == [b"he shouted"]
    for nobody in ("staff", "staff:", "root", "", "server:x"):
        with pytest.raises(RefusedError, match="not_allowed"):
            caller.open([sealed], Purpose.MODERATION, By(nobody, "17"))
    assert reads_in(warden) == 1


def test_a_question_that_is_refused_in_part_is_refused_whole(warden: Warden, caller: Caller) -> None:
    person = new_person()
    sealed = [caller.seal(person, DEVICE, b"a telephone"), caller.seal(person, REPORT, b"he shouted")]
    with pytest.raises(RefusedError, match="not_allowed"):
        caller.open(sealed, Purpose.OWN_VIEW)
    assert reads_in(warden) == 0


def test_what_a_minor_watched_ranks_nothing(warden: Warden, caller: Caller) -> None:
    minor, adult, unknown = new_person(), new_person(), new_person()
    caller.seal(minor, BAND, b"13_15")
    caller.seal(adult, BAND, b"18_plus")
    watched = {each: caller.seal(each, WATCHED, b"cats") for each in (minor, adult, unknown)}
    for each in (adult, unknown):
        assert caller.open([watched[each]], Purpose.FEED_RANK, FEED) == [b"cats"]
        caller.ask("use", Use([each], [WATCHED], Purpose.FEED_RANK, FEED))
    with pytest.raises(RefusedError, match="not_allowed"):
        caller.open([watched[minor]], Purpose.FEED_RANK, FEED)
    with pytest.raises(RefusedError, match="not_allowed"):
        caller.ask("use", Use([minor], [WATCHED], Purpose.FEED_RANK, FEED))
    assert caller.open([watched[minor]], Purpose.OWN_VIEW) == [b"cats"]
    caller.seal(minor, BAND, b"18_plus")
    assert caller.open([watched[minor]], Purpose.FEED_RANK, FEED) == [b"cats"]


def test_the_age_that_was_noted_outlives_a_restart(tmp_path: Path) -> None:
    minor = new_person()
    with living(plan(tmp_path)) as warden, Caller(warden.plan.socket) as caller:
        caller.seal(minor, BAND, b"16_17")
        watched = caller.seal(minor, WATCHED, b"cats")
    with living(plan(tmp_path)) as warden, Caller(warden.plan.socket) as caller:
        with pytest.raises(RefusedError, match="not_allowed"):
            caller.open([watched], Purpose.FEED_RANK, FEED)
        assert caller.open([watched], Purpose.OWN_VIEW) == [b"cats"]


def test_destroyed_keys_open_nothing_and_cannot_come_back(tmp_path: Path) -> None:
    person, other = new_person(), new_person()
    with living(plan(tmp_path)) as warden, Caller(warden.plan.socket) as caller:
        gone, kept = caller.seal(person, DEVICE, b"gone"), caller.seal(other, DEVICE, b"kept")
        caller.open([gone], Purpose.OWN_VIEW)
        assert caller.ask("destroy", Destroy(person)) is True
        assert caller.ask("destroy", Destroy(person)) is False
    with living(plan(tmp_path)) as warden, Caller(warden.plan.socket) as caller:
        before = reads_in(warden)
        assert caller.open([gone, kept], Purpose.OWN_VIEW) == [None, b"kept"]
        assert caller.ask("use", Use([person, other], [WATCHED], Purpose.FEED_RANK, FEED)) == [person]
        assert reads_in(warden) == before + 2
        with pytest.raises(RefusedError, match="person_gone"):
            caller.seal(person, DEVICE, b"again")
        with pytest.raises(RefusedError, match="person_gone"):
            caller.ask("proof", Proof(person, SERVER))


def test_a_deletion_is_booked_once_when_it_begins_and_its_body_cannot_be_guessed(
    warden: Warden, caller: Caller
) -> None:
    person, at_once = new_person(), new_person()
    for each in (person, at_once):
        caller.seal(each, DEVICE, b"gone")
    warden.tending.publish_now()
    proof = json.loads(caller.ask("proof", Proof(person, SERVER)))
    public = public_of(b64decode(proof["private_key"]))
    entries = _booked(warden)
    for op, payload in (("erase", Erase(person)), ("destroy", Destroy(person)), ("destroy", Destroy(at_once))):
        for _ in range(2):
            caller.ask(op, payload)
    told = _booked(warden)[len(entries) :]
    assert [head_of(entry).kind for entry in told] == [Kind.ACT, Kind.KEY, Kind.ACT, Kind.KEY]
    assert sha256(person.to_bytes(8, "big")).digest() not in told[0]
    assert told[1][-33:] == bytes([KeyChange.RETIRED]) + sha256(public).digest(), "who holds the key can tell"
    with warden.store.env.begin() as txn:
        assert list(rows(txn, warden.store.erasing)) == []


def _booked(warden: Warden) -> list[bytes]:
    """The entries of acts and keys."""
    with warden.store.env.begin() as txn:
        found = [entry for _, entry in rows(txn, warden.store.entries)]
    return [entry for entry in found if head_of(entry).kind in {Kind.ACT, Kind.KEY}]


def test_sealed_bytes_fit_their_person_and_column_only(caller: Caller) -> None:
    person, other = new_person(), new_person()
    sealed = caller.seal(person, DEVICE, b"a telephone")
    caller.seal(other, DEVICE, b"another")
    caller.seal(person, BAND, b"18_plus")
    for wrong in (
        Sealed(other, DEVICE, sealed.value),
        Sealed(person, BAND, sealed.value),
        Sealed(person, DEVICE, sealed.value[:-1]),
        Sealed(person, DEVICE, b""),
    ):
        with pytest.raises(RefusedError, match="door_broken"):
            caller.open([wrong], Purpose.OWN_VIEW)


def test_nobody_of_another_region_and_not_the_wardens_own_key_is_reached(caller: Caller) -> None:
    abroad = IdMaker(RegionNumber(9), 1).next()
    for person in (abroad, 0, -1, 1 << 63):
        with pytest.raises(RefusedError, match="wrong_region"):
            caller.seal(person, DEVICE, b"x")
        with pytest.raises(RefusedError, match="wrong_region"):
            caller.ask("destroy", Destroy(person))
        with pytest.raises(RefusedError, match="wrong_region"):
            caller.ask("use", Use([person], [WATCHED], Purpose.FEED_RANK, FEED))
        with pytest.raises(RefusedError, match="wrong_region"):
            caller.open([Sealed(person, DEVICE, b"x")], Purpose.OWN_VIEW)


def test_what_no_frame_can_be_ends_one_connection_and_hurts_no_other(warden: Warden, caller: Caller) -> None:
    sealed = caller.seal(new_person(), DEVICE, b"a telephone")
    for noise in (b"\xff\xff\xff\xff", b"\x00\x00\x00\x03abc", b"\x00\x00\x00\x00", b"\x00\x00\x00\x01\xc1"):
        with Caller(warden.plan.socket) as hostile:
            hostile.socket.sendall(noise)
            with pytest.raises(ConnectionError):
                hostile.receive()
    for op, payload in (("open", [1, 2]), ("open", None), ("nothing", None), ("use", "x"), ("seal", {"plains": 3})):
        with pytest.raises(RefusedError, match="invalid_input"):
            caller.ask(op, payload)
    assert caller.open([sealed], Purpose.OWN_VIEW) == [b"a telephone"]


def test_the_person_verifies_what_was_opened(warden: Warden, caller: Caller) -> None:
    person = new_person()
    sealed = caller.seal(person, WATCHED, b"cats")
    caller.open([sealed], Purpose.FEED_RANK, FEED)
    caller.ask("use", Use([person], [WATCHED], Purpose.FEED_LEARN, FEED))
    caller.ask("publish")
    proof = json.loads(caller.ask("proof", Proof(person, SERVER)))
    context = receiver(
        b64decode(proof["private_key"]), b64decode(proof["contexts"][0]["enc"]), body_info(proof["origin"])
    )
    last_leaf, purposes = bytes(32), []
    for number, body in enumerate(map(b64decode, proof["contexts"][0]["bodies"])):
        told = json.loads(context.unseal(last_leaf, body))
        purposes.append((told["for"], told["by"], told["of"]))
        tag = tag_of(b64decode(proof["tag_key"]), number)
        last_leaf = leaf_hash(read_entry(told["at"], 3, coarse(told["for"]), tag, sha256(body).digest()))
    assert purposes == [("feed.rank", "feed", ["watch_history"]), ("feed.learn", "feed", ["watch_history"])]


def test_many_callers_at_once_each_get_their_own(warden: Warden) -> None:
    callers = [Caller(warden.plan.socket) for _ in range(20)]
    persons = [new_person() for _ in callers]
    sealed = [each.seal(person, DEVICE, b"%d" % person) for each, person in zip(callers, persons, strict=True)]
    for _ in range(5):
        for each, value in zip(callers, sealed, strict=True):
            each.send("open", Open([value], Purpose.OWN_VIEW, SERVER))
    for each, person in zip(callers, persons, strict=True):
        for _ in range(5):
            assert msgspec.msgpack.decode(each.receive().payload) == [b"%d" % person]
        each.__exit__()
    assert reads_in(warden) == 100


def test_acts_are_numbered_and_the_client_is_booked_when_it_changes(warden: Warden, caller: Caller) -> None:
    assert [caller.ask("act", Act(2, b"video 5")), caller.ask("act", Act(2, b"video 6"))] == [1, 2]
    assert caller.ask("act", Act(4, b"sealed")) == 1
    for act in (1, 5, 6, 0, 99):
        with pytest.raises(RefusedError, match="invalid_input"):
            caller.ask("act", Act(act, b"x"))
    for manifest in (b"a" * 32, b"a" * 32, b"b" * 32):
        caller.ask("client", Client(manifest))
    with warden.store.env.begin() as txn:
        kinds = [head_of(entry).kind for _, entry in rows(txn, warden.store.entries)]
    assert kinds.count(Kind.CLIENT) == 2
    assert kinds.count(Kind.ACT) == 3


def test_the_warden_says_how_it_is_and_by_which_policies(warden: Warden, caller: Caller) -> None:
    caller.seal(new_person(), DEVICE, b"a telephone")
    status = caller.ask("status", None, Status)
    assert (status.region, status.persons, status.origin) == (3, 1, "localhost/log/test")
    policies = caller.ask("policies", None, Policies)
    assert sha256("".join(policies.texts.values()).encode()).hexdigest() == policies.hash == status.policy_hash
    assert caller.ask("hello", None, Welcome) == Welcome(3, "localhost/log/test", policies.hash)
    with warden.store.env.begin() as txn:
        noted = [entry for _, entry in rows(txn, warden.store.entries) if head_of(entry).kind is Kind.POLICY]
    assert [entry[-32:].hex() for entry in noted] == [policies.hash]


def test_an_account_that_may_not_ask_is_not_heard(tmp_path: Path) -> None:
    with (
        living(plan(tmp_path, callers=frozenset({64_999}))) as warden,
        Caller(warden.plan.socket) as caller,
        pytest.raises(ConnectionError),
    ):
        caller.ask("status")


def test_sealing_for_somebody_known_waits_for_no_disk(tmp_path: Path) -> None:
    warden = Warden(plan(tmp_path))
    person = new_person()
    calls = [Call(read_frame(framed(1, "seal", Seal([Plain(person, DEVICE, b"a telephone")]))[4:]))]
    warden.keeper.answer(calls)
    before = warden.store.env.info()["last_txnid"]
    (answer,) = warden.keeper.answer(calls)
    assert warden.store.env.info()["last_txnid"] == before
    assert isinstance(answer, bytes)
    (value,) = msgspec.msgpack.decode(read_frame(answer[4:]).payload, type=list[bytes])
    (answer,) = warden.keeper.answer(
        [Call(read_frame(framed(2, "open", Open([Sealed(person, DEVICE, value)], Purpose.OWN_VIEW, SERVER))[4:]))]
    )
    assert isinstance(answer, bytes)
    assert msgspec.msgpack.decode(read_frame(answer[4:]).payload) == [b"a telephone"]
    assert warden.store.env.info()["last_txnid"] > before
    warden.server._close()
    warden.store.close()


def test_a_store_that_is_full_opens_nothing_and_serves_again_when_there_is_room(tmp_path: Path) -> None:
    warden = Warden(plan(tmp_path))

    def asked(op: str, payload: object) -> tuple[str, object]:
        (answer,) = warden.keeper.answer([Call(read_frame(framed(1, op, payload)[4:]))])
        assert isinstance(answer, bytes)
        frame = read_frame(answer[4:])
        return frame.op, msgspec.msgpack.decode(frame.payload)

    person = new_person()
    _, values = asked("seal", Seal([Plain(person, DEVICE, b"a telephone")]))
    assert isinstance(values, list)
    question = Open([Sealed(person, DEVICE, values[0])], Purpose.OWN_VIEW, SERVER)
    taken = warden.store.env.info()["last_pgno"] + 1
    warden.store.env.set_mapsize(taken * warden.store.env.stat()["psize"])
    answers = [asked("open", question) for _ in range(200)]
    refused = [op for op, _ in answers if op != "ok"]
    assert refused
    assert set(refused) == {"warden_busy"}
    assert reads_in(warden) == len(answers) - len(refused)
    warden.store.env.set_mapsize(1 << 30)
    assert asked("open", question) == ("ok", [b"a telephone"])
    assert reads_in(warden) == len(answers) - len(refused) + 1
    warden.server._close()
    warden.store.close()
