"""A retired log is kept whole, and the next one begins at nothing while what was sealed still opens."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from plainview.warden.notes import COSIGNATURE, Signer, read_checkpoint, read_note, read_vkey
from plainview.warden.protocol import Proof, Status
from plainview.warden.publishing import ForeignLogError
from plainview.warden.retiring import RetiringRefusedError, refuse_running, retire
from plainview.warden.starting import Plan, Warden
from plainview.warden.witness import WitnessBook
from plainview_verifier import verify
from tests.warden.fakes import drawn, witness_of
from tests.warden.living import FEED, SERVER, WATCHED, Caller, living, new_person, plan

WITNESS = Signer("example.com/w", COSIGNATURE, drawn("retiring"))


def witnessed(folder: Path, its_plan: Plan, key: str) -> Plan:
    """The plan with a witness that knows the log of this key."""
    book = WitnessBook(folder / "witness", WITNESS, [read_vkey(key)], lambda: 0)
    return replace(its_plan, witnesses=[witness_of(book)], quorum=1)


def test_what_was_sealed_opens_in_the_next_log_and_the_old_one_is_kept_whole(tmp_path: Path) -> None:
    person, archive = new_person(), tmp_path / "archive"
    first = plan(tmp_path)
    with living(first) as warden, Caller(warden.plan.socket) as caller:
        sealed = caller.seal(person, WATCHED, b"seen")
        caller.open([sealed], "feed.rank", FEED)
        caller.ask("publish", None, str)
        old_key = caller.ask("status", None, Status).log_key
    last = (first.public / "checkpoint").read_text()
    retire(first.store, first.public, archive, "localhost/log/test-2")
    assert (archive / "public" / "checkpoint").read_text() == last
    assert not first.public.exists()
    with living(first) as warden:
        new_key = warden.tending.status().log_key
    assert new_key.startswith("localhost/log/test-2+")
    assert new_key.split("+")[2] != old_key.split("+")[2]
    with living(witnessed(tmp_path, first, new_key)) as warden, Caller(warden.plan.socket) as caller:
        assert caller.open([sealed], "feed.rank", FEED) == [b"seen"]
        note = read_note(caller.ask("publish", None, str).encode())
        file = caller.ask("proof", Proof(person, SERVER), bytes)
    assert read_checkpoint(note.text).origin == "localhost/log/test-2"
    assert [len(each["bodies"]) for each in json.loads(file)["contexts"]] == [1]
    verify(file)


def test_a_log_is_not_retired_under_its_own_name_nor_over_another_archive(tmp_path: Path) -> None:
    first, archive = plan(tmp_path), tmp_path / "archive"
    with living(first):
        pass
    with pytest.raises(RetiringRefusedError, match="another origin"):
        retire(first.store, first.public, archive, first.origin)
    (archive / "public").mkdir(parents=True)
    first.public.mkdir(exist_ok=True)
    with pytest.raises(RetiringRefusedError, match="another log"):
        retire(first.store, first.public, archive, "localhost/log/test-2")


def test_a_log_whose_warden_runs_is_not_retired(tmp_path: Path) -> None:
    first = plan(tmp_path)
    with living(first), pytest.raises(RetiringRefusedError, match="Stop"):
        refuse_running(first.socket)
    refuse_running(first.socket)


def test_a_warden_does_not_write_into_another_logs_public_folder(tmp_path: Path) -> None:
    first = plan(tmp_path)
    with living(first) as warden, Caller(warden.plan.socket) as caller:
        caller.ask("publish", None, str)
    with pytest.raises(ForeignLogError):
        Warden(replace(first, store=tmp_path / "other store"))
