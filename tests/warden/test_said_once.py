"""What keeps a log from being published is said when it begins, when it changes and when it ends, and not each time."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from plainview.warden.notes import COSIGNATURE, Signer, read_vkey
from plainview.warden.starting import Warden, clock_ms
from plainview.warden.witness import WitnessBook
from plainview.warden.witnesses import Witness
from tests.warden.fakes import witness_of
from tests.warden.living import plan

AWAY, REFUSES, COSIGNS = "nobody listens", "It answered 403: not you", ""


class Moody:
    """A witness that is away, refuses or cosigns, as it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signer = Signer("witness.example", COSIGNATURE, b"w" * 32)
        self.mood = AWAY
        self.book: WitnessBook | None = None

    def post(self, body: bytes) -> tuple[int, bytes]:
        if self.mood == AWAY or self.book is None:
            raise ConnectionRefusedError(AWAY)
        return witness_of(self.book).post(body) if self.mood == COSIGNS else (403, b"not you")


@pytest.fixture
def moody(tmp_path: Path) -> Moody:
    return Moody(tmp_path / "witness")


@pytest.fixture
def warden(tmp_path: Path, moody: Moody) -> Iterator[Warden]:
    made = Warden(plan(tmp_path, witnesses=[Witness(moody.signer.verifier, moody.post)], quorum=1))
    log_key = read_vkey(made.tending.status().log_key)
    moody.book = WitnessBook(moody.folder, moody.signer, [log_key], lambda: clock_ms() // 1_000)
    yield made
    moody.book.close()
    made.store.close()


def test_a_witness_that_is_away_is_said_once_and_said_again_when_it_changes(
    warden: Warden, moody: Moody, written: io.StringIO
) -> None:
    prevented, said = "", []
    for moody.mood in (AWAY, AWAY, REFUSES, REFUSES, COSIGNS, COSIGNS, AWAY):
        before = len(written.getvalue())
        prevented = warden.try_to_publish(prevented)
        assert bool(prevented) == (moody.mood != COSIGNS)
        lines = [json.loads(line) for line in written.getvalue()[before:].splitlines()]
        said.append([(line["event"], line.get("why")) for line in lines])
    no_checkpoint = ("no checkpoint", None)
    assert said == [
        [("witness_silent", AWAY), no_checkpoint],
        [],
        [("witness_silent", REFUSES)],
        [],
        [("witness_answers", None)],
        [],
        [("witness_silent", AWAY), no_checkpoint],
    ]
