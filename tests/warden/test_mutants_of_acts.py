"""Mutants of what the warden does besides opening: acts, approvals, keys that are made, renewed and moved.

Whatever drops, moves or weakens an entry of theirs, or the note by which it is made once and in time, dies.
"""

import ast
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from plainview.adapters.custodian_file import CustodianFiles
from plainview.kernel.frames import OK, framed, read_frame
from plainview.kernel.purposes import Purpose
from plainview.ports.door import DoorBrokenError
from plainview.warden.access_log import AccessLog
from plainview.warden.entries import Deed, KeyChange, Kind, head_of
from plainview.warden.keeper import Call, Keeper
from plainview.warden.keys import Keys
from plainview.warden.notes import Signer
from plainview.warden.opening import Opening
from plainview.warden.policy import Policy
from plainview.warden.protocol import Act, Approve, Ask, Asked, By, Client, Destroy, Dismiss, Enrol, Plain, Seal
from plainview.warden.publishing import Publisher, Terms
from plainview.warden.starting import LOG_SIGNATURE, clock_ms
from plainview.warden.store import Store, rows
from plainview.warden.tending import RENEW_MS_MAX
from plainview.warden.witnesses import Witnesses
from tests.server.authenticator import Authenticator, text
from tests.warden.living import BAND, DEVICE, FIELDS, REGION, SITE, new_person
from tests.warden.mutating import changes, compiled, drops

ORIGIN = "localhost/log/test"
MODULES = ("tending", "approvals", "custody")
BOOKS = {
    "tending": {
        "client", "enrol", "dismiss", "destroy", "_renew", "step", "_rewrap", "_note_what_holds", "_note_key",
    },
    "approvals": {"ask", "approve", "refuse", "_write"},
    "custody": {"in_force", "change", "_wrap_all", "_note"},
}  # fmt: skip
CALLS = {
    "act", "note", "put", "delete", "append", "retire", "end", "check_all",
    "_renew", "_note_key", "_note", "_write", "_wrap_all", "_check_open",
}  # fmt: skip
MUTANTS = [*drops(BOOKS, CALLS), *changes(MODULES)]
GLASS, ABROAD = By("staff:mo", "case 11"), By("server", "case 9", 7)
Modules = dict[str, ModuleType]
Entries = list[tuple[Kind, int]]
"""Each entry's kind; and which act or change of a key it tells."""


class Files(CustodianFiles):
    """Keys in files; `dies` names what it is killed at, and `spoils` has it wrap what nobody can open again."""

    dies = ""
    spoils = False

    def retire(self, version: int) -> None:
        self._die("retire")
        super().retire(version)

    def end(self) -> None:
        self._die("end")
        super().end()

    def wrap(self, version: int, keys: Any) -> list[bytes]:
        return [each[:-1] if self.spoils else each for each in super().wrap(version, keys)]

    def _die(self, where: str) -> None:
        if self.dies == where:
            raise KilledError(where)


class KilledError(Exception):
    """Here the process was killed."""


@dataclass
class House:
    """A warden's inside, made of these modules, on a store that outlives it."""

    modules: Modules
    folder: Path
    ahead_ms: int = 0
    fields: dict[str, Any] = field(default_factory=lambda: dict(FIELDS))
    custodian: Files = field(init=False)

    def __post_init__(self) -> None:
        self.custodian = Files(self.folder / "keys", REGION)
        self.store = Store(self.folder / "store", 1 << 26)
        tending, approvals = self.modules["tending"], self.modules["approvals"]
        held = self.modules["custody"].in_force(self.store, self.custodian, "file")
        self.keys = Keys(self.store, held, REGION, ORIGIN)
        log = AccessLog(self.store, self.keys, REGION, self._clock_ms)
        terms = Terms(ORIGIN, Signer(ORIGIN, LOG_SIGNATURE, self.keys.signing_seed()), 0)
        policy, approving = Policy(self.fields), approvals.Approvals(log, SITE)
        opening = Opening(log, self.keys, policy, approving, self._clock_ms)
        publisher = Publisher(log, terms, self.folder / "public", Witnesses(()))
        parts = (log, self.keys, policy, approving, opening, publisher, "files", self._clock_ms)
        self.tending = tending.Tending(tending.House(*parts), ())
        self.keeper = Keeper(log, self.keys, opening, self.tending)

    def _clock_ms(self) -> int:
        return clock_ms() + self.ahead_ms

    def ask(self, op: str, question: Any = None, wanted: Any = Any) -> Any:
        """What is answered; the code where it is refused."""
        (answer,) = self.keeper.answer([Call(read_frame(framed(1, op, question)[4:]), own_account=True)])
        assert isinstance(answer, bytes)
        frame = read_frame(answer[4:])
        return msgspec.msgpack.decode(frame.payload, type=wanted) if frame.op == OK else frame.op

    def entries(self) -> Entries:
        """What the log says."""
        with self.store.env.begin() as txn:
            found = [entry for _, entry in rows(txn, self.store.entries)]
        told = ((head_of(entry).kind, entry) for entry in found)
        return [(kind, entry[7] if kind in (Kind.ACT, Kind.KEY) else 0) for kind, entry in told]

    def named(self) -> set[bytes]:
        """What the log's key entries name."""
        with self.store.env.begin() as txn:
            return {entry[-32:] for _, entry in rows(txn, self.store.entries) if head_of(entry).kind is Kind.KEY}


@contextmanager
def living(modules: Modules, folder: Path, **changed: Any) -> Iterator[House]:
    """A house until the block ends; the store stays."""
    house = House(modules, folder, **changed)
    try:
        yield house
    finally:
        house.store.close()


def check_acts(**changed: ModuleType) -> None:
    """What is done besides opening is in the log once, in time, and nothing else is."""
    modules = {name: changed.get(name) or compiled(name) for name in MODULES}
    folder = Path(tempfile.mkdtemp(prefix="plainview-mutant-"))
    try:
        for check in (check_start, check_notes, check_approvals, check_renewal, check_move):
            own = folder / check.__name__
            own.mkdir()
            check(partial(living, modules, own))
    finally:
        shutil.rmtree(folder)


def check_start(begin: Any) -> None:
    """Policies and the region's key are said at the first start, and again only when they changed."""
    first: Entries = [(Kind.POLICY, 0), (Kind.KEY, KeyChange.MADE)]
    for fields, said in ((FIELDS, first), (FIELDS, first), ({BAND: FIELDS[BAND]}, [*first, (Kind.POLICY, 0)])):
        with begin(fields=fields) as house:
            assert house.entries() == said


def check_notes(begin: Any) -> None:
    """A takedown, clients, and who may approve."""
    with begin() as house:
        before = len(house.entries())
        assert house.ask("act", Act(Deed.TAKEDOWN, b"a video")) == 1
        assert house.ask("act", Act(Deed.DELETION, b"a person")) == "invalid_input"
        for manifest in (b"a" * 32, b"a" * 32, b"b" * 32):
            assert house.ask("client", Client(manifest)) is None
        ada = new_person()
        passkeys = [Enrol(ada, "ada", bytes([n]) * 16, bytes([n]) * 77) for n in (1, 2)]
        for each in passkeys:
            assert house.ask("enrol", each) is None
        assert len(house.ask("approvers")) == 2
        assert house.ask("dismiss", Dismiss(ada)) == 2
        made, retired = (Kind.KEY, KeyChange.MADE), (Kind.KEY, KeyChange.RETIRED)
        said = [(Kind.ACT, Deed.TAKEDOWN), (Kind.CLIENT, 0), (Kind.CLIENT, 0), made, made, retired, retired]
        assert house.entries()[before:] == said
        assert {sha256(each.public_key).digest() for each in passkeys} <= house.named()


def check_approvals(begin: Any) -> None:
    """Each approval is an act, and so is the breaking of the glass; a refusal and what is not right are none."""
    with begin() as house:
        people = [(new_person(), Authenticator(SITE.origin, SITE.rp_id)) for _ in range(3)]
        for person, passkey in people:
            house.ask("enrol", Enrol(person, f"p{person}", passkey.credential_id, passkey._cose()))
        subject, before = new_person(), len(house.entries())

        def answered(op: str, asked: Asked, which: int) -> Any:
            person, passkey = people[which]
            (found,) = [each for each in house.tending.requests() if each.request == asked.request]
            challenge = found.refusal_challenge if op == "refuse" else found.challenge
            assertion = passkey.use({"challenge": text(challenge)})
            return house.ask(op, Approve(asked.request, person, json.dumps(assertion).encode()), Asked)

        kinds = (("cross_region", Purpose.SECURITY, ABROAD), ("break_glass", Purpose.EMERGENCY, GLASS))
        for number, (kind, purpose, by) in enumerate(kinds, start=1):
            asked = house.ask("ask", Ask(kind, [subject], [DEVICE], purpose, by, 1.0), Asked)
            assert asked.request == number
            assert answered("approve", asked, 0).until_ms == 0
            assert not _granted(house, asked, purpose, by)
            assert answered("approve", asked, 0) == "not_approved"
            done = answered("approve", asked, 1)
            assert len(done.approvers) == 2
            assert done.until_ms > clock_ms()
            assert _granted(house, asked, purpose, by)
            assert answered("approve", asked, 2) == "not_approved"
        refused = house.ask("ask", Ask("break_glass", [subject], [DEVICE], Purpose.EMERGENCY, GLASS, 1.0), Asked)
        assert answered("refuse", refused, 0) != "not_approved"
        assert answered("refuse", refused, 1) == "not_approved"
        assert answered("approve", refused, 1) == "not_approved"
        approval, glass = (Kind.ACT, Deed.APPROVAL), (Kind.ACT, Deed.BREAK_GLASS)
        assert house.entries()[before:] == [approval, approval, approval, approval, glass]


def _granted(house: House, asked: Asked, purpose: str, by: By) -> bool:
    """Whether the request would let this be read now."""
    (subject,) = {person for each in house.tending.requests() for person in each.ask.persons}
    named = By(by.principal, by.case, by.origin_region, asked.request)
    with house.store.env.begin() as txn:
        approvals = house.tending._house.approvals
        return bool(approvals.granted(txn, named, purpose, {subject: [DEVICE]}, clock_ms()).approvals)


def check_renewal(begin: Any) -> None:
    """After a destruction the region's key is renewed, once; that the old one is gone is said when it is."""
    people = [new_person() for _ in range(3)]
    made: Entries = []
    with begin() as house:
        sealed = house.ask("seal", Seal([Plain(person, DEVICE, b"a telephone") for person in people]))
        assert len(sealed) == 3
        assert house.ask("destroy", Destroy(people[0])) is True
        assert not house.tending.step(), "not yet"
        made = house.entries()
    rotated = [*made, (Kind.KEY, KeyChange.ROTATED)]
    # What was destroyed was noted when it was, and not when the warden was started.
    with begin(ahead_ms=RENEW_MS_MAX + 60_000) as house:
        assert house.tending.step()
        assert house.entries() == rotated
        assert house.tending.step()
        house.custodian.dies = "retire"
        assert _dies(house.tending.step)
        assert house.entries() == rotated
    retired = [*rotated, (Kind.KEY, KeyChange.RETIRED)]
    with begin(ahead_ms=RENEW_MS_MAX + 60_000) as house:
        assert house.tending.status().rewrapped is not None, "it goes on where it was"
        while house.tending.step():
            pass
        assert house.entries() == retired
        assert house.tending.status().rewrapped is None
        assert len(list(house.folder.joinpath("keys").glob("region-*"))) == 1
        assert [person for person, _ in house.keys.everybody()][1:] == people[1:]
    names = {sha256(f"plainview region key|{REGION}|{version}".encode()).digest() for version in (1, 2)}
    with begin(ahead_ms=RENEW_MS_MAX + 60_000) as house:
        assert not house.tending.step()
        assert house.entries() == retired
        assert names <= house.named()
        assert house.ask("rotate") == 3
        assert house.tending.step()


def check_move(begin: Any) -> None:
    """Another custodian takes the keys: the old are destroyed when the new one has opened all; then it is said."""
    with begin() as house:
        house.ask("seal", Seal([Plain(new_person(), DEVICE, b"a telephone")]))
        before, folder, custody = house.entries(), house.folder, house.modules["custody"]
    store = Store(folder / "store", 1 << 26)
    log_of = partial(_log_entries, store)
    try:
        assert _differs(custody, store, Files(folder / "keys", REGION), "other:"), "whose they are was noted"
        old, spoiling, new = (Files(folder / name, REGION) for name in ("keys", "new", "new"))
        spoiling.spoils = True

        def move(after: Files) -> None:
            change = custody.Change(old, "file", after, "other:", REGION, ORIGIN, clock_ms)
            custody.change(store, change, lambda *_: None)

        old.dies = "end"
        assert _dies(partial(move, new))
        assert log_of() == before, "the old key is there still"
        assert _differs(custody, store, old, "file"), "that it was cut off was noted"
        old.dies = ""
        move(new)
        retired, made = (Kind.KEY, KeyChange.RETIRED), (Kind.KEY, KeyChange.MADE)
        assert log_of() == [*before, retired, made]
        assert list((folder / "keys").glob("region-*")) == []
        keys = Keys(store, custody.in_force(store, new, "other:"), REGION, ORIGIN)
        keys.check_all()
        _spoiled(custody, store, new, folder)
    finally:
        store.close()


def _spoiled(custody: ModuleType, store: Store, held: Files, folder: Path) -> None:
    """A custodian that wraps what it cannot unwrap takes nothing over, and nothing is destroyed."""
    spoiling = Files(folder / "third", REGION)
    spoiling.spoils = True
    change = custody.Change(held, "other:", spoiling, "third:", REGION, ORIGIN, clock_ms)
    said = _log_entries(store)
    assert _dies(partial(custody.change, store, change, lambda *_: None), DoorBrokenError)
    assert len(list((folder / "new").glob("region-*"))) == 1
    assert _log_entries(store) == said


def _dies(act: Callable[[], Any], of: type[Exception] = KilledError) -> bool:
    """Whether this ends so. (What pytest raises where nothing was raised is no Exception, which mutants must raise.)"""
    try:
        act()
    except of:
        return True
    return False


def _differs(custody: ModuleType, store: Store, custodian: Files, name: str) -> bool:
    try:
        custody.in_force(store, custodian, name)
    except custody.CustodianDiffersError:
        return True
    return False


def _log_entries(store: Store) -> Entries:
    with store.env.begin() as txn:
        found = [entry for _, entry in rows(txn, store.entries)]
    told = ((head_of(entry).kind, entry) for entry in found)
    return [(kind, entry[7] if kind in (Kind.ACT, Kind.KEY) else 0) for kind, entry in told]


def test_the_source_as_it_stands_holds() -> None:
    check_acts()


@pytest.mark.parametrize(("name", "tree"), [pytest.param(*rest, id=what) for what, *rest in MUTANTS])
def test_a_mutant_that_drops_or_reorders_an_entry_is_found_out(name: str, tree: ast.Module) -> None:
    mutant = compiled(name, tree)
    with pytest.raises(Exception):  # noqa: B017, PT011 - However it shows, it must show.
        check_acts(**{name: mutant})


def test_there_are_enough_mutants_to_mean_something() -> None:
    assert len(MUTANTS) >= 40
