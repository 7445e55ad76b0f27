"""Forks and omissions against three real witnesses, one of whom lies: none is believed where all three must vouch.

Of n witnesses of whom f may lie, two histories cannot both have a quorum k when 2k > n + f: of three with one liar, all
three are needed. With two, a log and its liar can show each honest witness another history; a test below does so.
"""

import random
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from plainview.warden.merkle import consistency_proof, leaf_hash
from plainview.warden.notes import COSIGNATURE, LOG_KEY, Checkpoint, Signer, note_of
from plainview.warden.witness import WitnessBook
from plainview.warden.witnesses import request_of
from plainview_verifier import Refused, Trust, open_checkpoint
from tests.verifier.handmade import tree
from tests.warden.fakes import drawn

ORIGIN = "liar.example/log/eu"
NOW_S = 1_795_305_600


@dataclass
class History:
    """One of the histories that the log tells: its entries, and what can be proven of them."""

    leaves: list[bytes]

    def root(self, size: int) -> bytes:
        """The root of the first entries, so many."""
        return tree(self.leaves[:size])

    def proof(self, old: int, new: int) -> list[bytes]:
        """The consistency proof between two sizes of this history."""
        return consistency_proof(old, new, lambda level, index: tree(self.leaves[index << level : index + 1 << level]))


class Plot:
    """A log whose owner has the log's key and one witness's; the other two witnesses are honest and real."""

    def __init__(self, folder: Path, quorum: int) -> None:
        self.signer = Signer(ORIGIN, LOG_KEY, drawn("lying log"))
        signers = [Signer(f"witness.example/{number}", COSIGNATURE, drawn("plot", number)) for number in range(3)]
        self.liar = signers[2]
        self.honest = [
            WitnessBook(folder / f"{at}", each, [self.signer.verifier], lambda: NOW_S)
            for at, each in enumerate(signers[:2])
        ]
        self.trust = Trust(self.signer.verifier.vkey, tuple(each.verifier.vkey for each in signers), quorum)

    def close(self) -> None:
        """Give the witnesses' stores back."""
        for each in self.honest:
            each.close()

    def signed(self, size: int, root: bytes) -> str:
        """The log's own note of any size and root."""
        text = Checkpoint(ORIGIN, size, root).text
        return note_of(text, [self.signer.sign(text)])

    def cosigned(self, note: str, asked: list[tuple[int, int, list[bytes]]]) -> str:
        """The note with the liar's line and those that these (witness, old size, proof) give."""
        text = note.partition("\n\n")[0] + "\n"
        lines = {}
        for at, old, proof in asked:
            answer = self.honest[at].add(request_of(old, proof, note))
            if answer.status == 200:
                lines[at] = answer.body
        return note + "".join(lines[at] for at in sorted(lines)) + self.liar.cosign(text, NOW_S)

    def believed(self, note: str) -> bool:
        """Whether anyone who knows the keys believes the checkpoint."""
        try:
            return open_checkpoint(note, self.trust)[0] > 0
        except Refused as refused:
            return refused.word != "quorum"


@pytest.fixture
def plot(tmp_path: Path) -> Iterator[Plot]:
    """The plot against people who ask for all three witnesses."""
    made = Plot(tmp_path, 3)
    yield made
    made.close()


def _history(chance: random.Random, size: int) -> History:
    return History([leaf_hash(chance.randbytes(20)) for _ in range(size)])


def _grown(plot: Plot, history: History, old: int, new: int) -> str:
    """The honest step from one size to the next, asked of both honest witnesses."""
    proof = history.proof(old, new)
    return plot.cosigned(plot.signed(new, history.root(new)), [(0, old, proof), (1, old, proof)])


def _lied(chance: random.Random, told: History, size: int) -> History:
    """The history with an entry left out, changed, dated elsewhere, or another end."""
    leaves, at = list(told.leaves), chance.randrange(size)
    kind = chance.randrange(4)
    if kind == 0:
        del leaves[at]
    elif kind == 1:
        leaves[at] = leaf_hash(chance.randbytes(20))
    elif kind == 2:
        leaves.insert(at, leaves.pop(chance.randrange(size)))
    else:
        leaves = leaves[:at] + [leaf_hash(chance.randbytes(20)) for _ in range(len(leaves) - at)]
    return History(leaves)


def _proofs(chance: random.Random, lie: History, told: History, old: int, new: int) -> list[bytes]:
    """What a liar may give as the proof of consistency: their best, the true one, one of other sizes, or rubbish."""
    lower = chance.randrange(1, old + 1)
    choices = [
        lie.proof(old, new) if new >= old else [],
        told.proof(old, min(max(new, old), len(told.leaves))),
        lie.proof(lower, max(new, lower)),
        [],
        [chance.randbytes(32) for _ in range(chance.randrange(12))],
        [lie.root(new), told.root(old)],
    ]
    proof = chance.choice(choices)
    if proof and chance.random() < 0.3:
        proof[chance.randrange(len(proof))] = chance.choice([told.root(old), chance.randbytes(32), bytes(32)])
    return proof


def _attempts(plot: Plot, count: int) -> int:
    """Tell so many lies; how many were believed, or cosigned by an honest witness."""
    chance, believed, size = random.Random(count), 0, 40
    told = _history(chance, 400)
    assert plot.believed(_grown(plot, told, 0, size))
    for at in range(count):
        if at % 50 == 49:
            step = size + chance.randrange(1, 8)
            if step > 390:
                break
            assert plot.believed(_grown(plot, told, size, step))
            size = step
        lie = _lied(chance, told, size)
        new = chance.choice([size, size + chance.randrange(1, 5), chance.randrange(1, size + 1)])
        new = min(new, len(lie.leaves))
        if lie.root(new) == told.root(new):
            continue
        asked = [
            (
                who,
                chance.choice([size, size, 0, new, chance.randrange(size + 1)]),
                _proofs(chance, lie, told, size, new),
            )
            for who in (0, 1)
        ]
        note = plot.cosigned(plot.signed(new, lie.root(new)), asked)
        believed += plot.believed(note) or note.count("\n— ") != 2
    for book in plot.honest:
        assert (book.seen(ORIGIN).size, book.seen(ORIGIN).root) == (size, told.root(size))
    return believed


def test_no_fork_or_omission_is_believed(plot: Plot) -> None:
    assert _attempts(plot, 200) == 0


@pytest.mark.long
def test_none_of_ten_thousand_forks_and_omissions_is_believed(plot: Plot) -> None:
    assert _attempts(plot, 10_000) == 0


def test_a_history_that_is_split_from_the_start_is_not_believed(tmp_path: Path) -> None:
    chance, believed = random.Random(3), 0
    for at in range(20):
        plot = Plot(tmp_path / str(at), 3)
        for who in (0, 1):
            told = _history(chance, 30)
            believed += plot.believed(plot.cosigned(plot.signed(30, told.root(30)), [(who, 0, [])]))
        plot.close()
    assert believed == 0


def test_two_of_three_are_enough_only_while_none_of_them_lies(tmp_path: Path) -> None:
    chance, plot = random.Random(4), Plot(tmp_path, 2)
    one, other = _history(chance, 30), _history(chance, 30)
    first = plot.cosigned(plot.signed(30, one.root(30)), [(0, 0, [])])
    second = plot.cosigned(plot.signed(30, other.root(30)), [(1, 0, [])])
    # The liar's line makes two for both: this is why a quorum is chosen by how many may lie.
    assert plot.believed(first)
    assert plot.believed(second)
    # Without the liar, the same two are not enough for either.
    without = "".join(f"{line}\n" for line in first.splitlines() if plot.liar.name not in line)
    assert not plot.believed(without)
    plot.close()


def test_a_witness_is_no_witness_twice(plot: Plot) -> None:
    told = _history(random.Random(5), 10)
    note = plot.cosigned(plot.signed(10, told.root(10)), [(0, 0, [])])
    line = note.splitlines()[-1]
    assert not plot.believed(f"{note}{line}\n")
    stamped = plot.liar.cosign(note.partition("\n\n")[0] + "\n", NOW_S + 1)
    assert not plot.believed(note + stamped)
    assert b64encode(told.root(10)).decode() in note
