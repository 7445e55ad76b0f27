"""A region's keys move from files to a token and back: nothing is lost by a kill, and the old key is destroyed."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from plainview.adapters.custodian_file import CustodianFiles
from plainview.adapters.custodian_pkcs11 import CustodianPkcs11
from plainview.kernel.purposes import Purpose
from plainview.ports.custodian import Custodian
from plainview.warden.custody import Change, CustodianDiffersError, change
from plainview.warden.protocol import Sealed, Status
from plainview.warden.starting import Plan, Warden, clock_ms
from plainview.warden.store import Store
from tests.warden.living import DEVICE, REGION, Caller, living, new_person, plan

PEOPLE = 450
Token = tuple[str, Path]


def _token(softhsm: Token) -> CustodianPkcs11:
    return CustodianPkcs11(*softhsm, REGION)


def _in_token(folder: Path, softhsm: Token) -> Plan:
    return plan(folder, custodian=lambda: _token(softhsm), custodian_name=f"pkcs11:{softhsm[0]}")


def _filled(folder: Path) -> list[Sealed]:
    with living(plan(folder)) as warden, Caller(warden.plan.socket) as caller:
        people = [new_person() for _ in range(PEOPLE)]
        sealed = [caller.seal(person, DEVICE, str(person).encode()) for person in people]
        caller.ask("destroy", [people[0]])
    return sealed


def _opens_all(its_plan: Plan, sealed: list[Sealed]) -> Status:
    with living(its_plan) as warden, Caller(warden.plan.socket) as caller:
        opened = caller.open(sealed, Purpose.SECURITY)
        assert opened == [None, *(str(each.person).encode() for each in sealed[1:])]
        caller.ask("rotate")
        status: Status = caller.ask("status", None, Status)
        while status.rewrapped is not None:
            status = caller.ask("status", None, Status)
        assert caller.open(sealed[1:3], Purpose.SECURITY) == [str(each.person).encode() for each in sealed[1:3]]
        return status


def _moved(folder: Path, softhsm: Token, *, back: bool = False) -> list[int]:
    files: Custodian = CustodianFiles(folder / "keys", REGION)
    ways: list[tuple[Custodian, str]] = [(files, "file"), (_token(softhsm), f"pkcs11:{softhsm[0]}")]
    before, after = reversed(ways) if back else ways
    told: list[int] = []
    store = Store(folder / "store")
    try:
        wanted = Change(*before, *after, REGION, "localhost/log/test", clock_ms)
        change(store, wanted, lambda done, _: told.append(done))
    finally:
        store.close()
    return told


def _key_files(folder: Path) -> list[str]:
    return [each.name for each in (folder / "keys").glob("region-*")]


def test_keys_move_into_a_token_and_back_and_the_old_ones_are_destroyed(tmp_path: Path, softhsm: Token) -> None:
    sealed = _filled(tmp_path)
    told = _moved(tmp_path, softhsm)
    assert told == sorted(told)
    assert _key_files(tmp_path) == []
    assert "token" in _opens_all(_in_token(tmp_path, softhsm), sealed).custodian
    with pytest.raises(CustodianDiffersError, match="lie with pkcs11"):
        Warden(plan(tmp_path))
    assert _key_files(tmp_path) == [], "a warden that was refused makes no key"
    _moved(tmp_path, softhsm, back=True)
    assert _opens_all(plan(tmp_path), sealed).key_version == 2
    with pytest.raises(CustodianDiffersError, match="lie with file already"):
        _moved(tmp_path, softhsm, back=True)


@pytest.mark.parametrize("when", ["half is wrapped", "the old key is destroyed"])
def test_a_move_that_was_killed_goes_on_and_loses_nothing(tmp_path: Path, softhsm: Token, when: str) -> None:
    sealed = _filled(tmp_path)
    command = [sys.executable, "-m", "tests.contracts.moving", str(tmp_path), softhsm[0], str(softhsm[1]), when]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    for its_plan in (plan(tmp_path), _in_token(tmp_path, softhsm)):
        with pytest.raises(CustodianDiffersError, match="cut off"):
            Warden(its_plan)
    _moved(tmp_path, softhsm)
    assert _key_files(tmp_path) == []
    _opens_all(_in_token(tmp_path, softhsm), sealed)
    _moved(tmp_path, softhsm, back=True)
