"""What the warden does with values: over its socket, as the server asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from plainview.kernel.purposes import Purpose
from plainview.warden.entries import Kind, head_of
from plainview.warden.starting import Warden
from plainview.warden.store import rows
from tests.warden.living import DEVICE, Caller, living, new_person, plan


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
