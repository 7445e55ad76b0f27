"""Each thing that can be wrong with a proof file is named by the specification's word for it."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from plainview_verifier import COSIGNATURE, LOG_SIGNATURE, Refused, Trust, open_checkpoint, read_vkey, verify
from tests.verifier.handmade import MINUTE, Log, Person, Signer, b64, filled, h, map_hash, vkey, written
from tests.verifier.test_mutations import trust_in, word_of


@pytest.fixture
def log() -> Log:
    """A log whose first person was read of a few times."""
    made = Log(7)
    for _ in range(5):
        made.read(made.people[0])
        made.read(made.people[1])
        made.now_ms += 20_000
    return made


def judged(log: Log, person: Person, **changes: Any) -> str | None:
    """The word for the person's file under a fresh checkpoint, with these fields changed."""
    return word_of(written(log.file(person, log.publish()) | changes), trust_in(log))


def test_an_honest_file_proves_the_reads_in_order(log: Log) -> None:
    log.read(log.people[0], by="staff:ada", case="Fall 12 — geprüft", count=3, **{"from": "us"})
    proven = verify(written(log.file(log.people[0], log.publish())), trust_in(log))
    assert [read["n"] for read in proven.reads] == list(range(6))
    assert proven.reads[5]["case"] == "Fall 12 — geprüft"
    assert (proven.size, proven.epoch) == (len(log.entries), log.now_ms // MINUTE)


def test_a_person_of_whom_nothing_was_read_has_proof_of_that(log: Log) -> None:
    for person in log.people[2:]:
        assert judged(log, person) is None


@pytest.mark.parametrize("count", [0, 1, 2, 3, 9])
def test_absence_is_proven_in_maps_of_any_size(count: int) -> None:
    log = Log(count, 12)
    for person in log.people[:count]:
        log.read(person)
    assert {judged(log, person) for person in log.people} == {None}


def test_a_file_of_another_shape_is_format(log: Log) -> None:
    honest = written(log.file(log.people[0], log.publish()))
    told = json.loads(honest)
    changes: list[dict[str, Any]] = [
        {"format": "plainview-proof/2"},
        {"region": True},
        {"region": 256},
        {"quorum": "2"},
        {"person": "01"},
        {"person": str(2**63)},
        {"person": "١"},
        {"tag_key": b64(bytes(31))},
        {"private_key": b64(b"\1" + bytes(30) + b"\x40")},
        {"contexts": [*told["contexts"], {"enc": b64(bytes(32)), "bodies": []}]},
        {"heads_proof": [told["heads_proof"][0]] * 64},
        {"map": {"siblings": [b64(bytes(32))] * 257, "other": None}},
        {"map": {"siblings": [], "other": []}},
    ]
    for change in changes:
        assert word_of(written(told | change), trust_in(log)) == "format", change
    for change in (
        {"log_key": told["witness_keys"][0]},
        {"log_key": told["log_key"].replace("+", "+0", 1)},
        {"witness_keys": [told["log_key"]]},
    ):
        assert word_of(written(told | change)) == "format", change
        assert word_of(written(told | change), trust_in(log)) in {"checkpoint", "quorum"}
    for data in (
        b"",
        b"[]",
        b"[" * 100_000,
        honest + b"\n",
        honest.replace(b'"region":1', b'"region":1,"region":1'),
        honest.replace(b'"region":1', b'"region": 1'),
        honest.replace(b'"region":1', b'"region":1.0'),
        honest.replace(b'"region":1', b'"region":1e0'),
        honest.replace(b'"region"', b'"\\u0072egion"'),
        honest[:-1] + b',"more":1}',
        honest.replace(b"=", b"", 1),
        honest.decode().encode("utf-16"),
        b"\xef\xbb\xbf" + honest,
    ):
        assert word_of(data, trust_in(log)) == "format", data[:60]


def test_base64_that_says_the_same_otherwise_is_format(log: Log) -> None:
    file = log.file(log.people[0], log.publish())
    text = file["tag_key"]
    assert text[-1] == "="
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = text[:-2] + alphabet[alphabet.index(text[-2]) ^ 1] + "="
    assert base64.b64decode(other) == base64.b64decode(text)
    for each in (other, text[:-1], text + "\n", text.replace("+", "-").replace("/", "_") + "="):
        assert word_of(written(file | {"tag_key": each}), trust_in(log)) == "format"


def test_a_checkpoint_of_another_log_or_form_is_checkpoint(log: Log) -> None:
    note = log.publish()
    file = log.file(log.people[0], note)
    liar = Signer(log.origin, 1, bytes(32))
    other = note.replace(log.signer.line(note.partition("\n\n")[0] + "\n"), "")
    for change in (
        {"origin": "example.org/log/us"},
        {"checkpoint": note[:-1]},
        {"checkpoint": note.replace("\n\n", "\n")},
        {"checkpoint": note.replace(f"\n{len(log.entries)}\n", f"\n0{len(log.entries)}\n")},
        {"checkpoint": note.replace("\n\n", "\nextension\n\n")},
        {"checkpoint": note.replace("—", "-", 1)},
        {"checkpoint": note + note.splitlines()[-1] + "\n"},
        {"checkpoint": note + Signer("stranger", 4, bytes(32)).line("")},
        {"checkpoint": other},
        {"checkpoint": "\n".join([*note.split("\n")[:4], *reversed(note.splitlines()[4:])]) + "\n"},
        {"log_key": liar.vkey},
    ):
        assert word_of(written(file | change), trust_in(log)) == "checkpoint", change
    log.signer = liar
    forged = log.file(log.people[0], log.note())
    assert word_of(written(forged)) is None
    assert word_of(written(forged | {"log_key": file["log_key"]})) == "checkpoint"


def test_too_few_or_invalid_witnesses_are_quorum(log: Log) -> None:
    log.publish()
    person, (one, two, three) = log.people[0], log.witnesses
    trust = trust_in(log)
    liar = Signer(two.name, 4, bytes(32))
    for signing in ([], [one], [three]):
        assert word_of(written(log.file(person, log.note(signing))), trust) == "quorum"
    for signing in ([one, two], [one, three], [two, three], [one, two, three]):
        assert word_of(written(log.file(person, log.note(signing))), trust) is None
    forged = liar.line(log.note([]).partition("\n\n")[0] + "\n")
    pretended = forged.replace(forged[-103:-1], b64(bytes.fromhex(two.vkey.split("+")[1]) + bytes(72)))
    assert word_of(written(log.file(person, log.note([one]) + pretended)), trust) in {"quorum", "checkpoint"}
    for change in (
        {"quorum": 0},
        {"quorum": 4},
        {"quorum": 1},
        {"quorum": 3},
        {"witness_keys": [one.vkey, two.vkey, liar.vkey]},
        {"witness_keys": [one.vkey, two.vkey]},
    ):
        file = log.file(person, log.note([one, two]))
        assert word_of(written(file | change), trust) == "quorum", change


def test_one_witness_under_two_names_is_one_witness(log: Log) -> None:
    twin = Signer("twin.example", 4, log.witnesses[0].seed)
    log.witnesses = [log.witnesses[0], twin]
    assert judged(log, log.people[0]) == "quorum"
    log.witnesses = [log.witnesses[0], Signer("log.example", 4, log.signer.seed)]
    assert judged(log, log.people[0]) == "quorum"


def test_heads_that_are_not_the_last_entry_are_heads(log: Log) -> None:
    log.publish()
    old = log.entries[-1]
    log.now_ms += MINUTE
    note = log.publish()
    file = log.file(log.people[0], note)
    for change in ({"heads": b64(old)}, {"heads_proof": file["heads_proof"][:-1]}, {"region": 2}):
        assert word_of(written(file | change), trust_in(log)) == "heads", change
    log.read(log.people[0])
    assert word_of(written(log.file(log.people[0], log.note())), trust_in(log)) == "format"  # An entry of kind 1.
    log.entries.append(log.entries[-1][:1] + b"\3" + log.entries[-1][2:] + bytes(-len(log.entries[-1]) % 55))
    log.entries[-1] = log.entries[-1][:55]
    assert word_of(written(log.file(log.people[0], log.note())), trust_in(log)) == "heads"


@pytest.mark.parametrize(
    "changes",
    [
        {"by": "nobody"},
        {"by": "staff:"},
        {"for": "advertising.sell"},
        {"for": "feed"},
        {"for": "feed."},
        {"of": []},
        {"of": ["b", "a"]},
        {"of": ["a", "a"]},
        {"of": "watch"},
        {"count": 1},
        {"count": True},
        {"count": 2.5},
        {"case": ""},
        {"case": None},
        {"note": "hidden"},
        {"n": "5"},
        {"at": -1},
        {"at": 60_000 * 2**32},
    ],
)
def test_a_body_that_is_not_of_the_form_is_body(log: Log, changes: dict[str, Any]) -> None:
    person = log.people[0]
    body = {"n": 5, "at": log.now_ms, "by": "feed", "for": "feed.rank", "of": ["watch"]} | changes
    log.read_body(person, json.dumps(body, separators=(",", ":")).encode(), str(body["for"]))
    assert judged(log, person) == "body"


def test_a_body_that_says_a_thing_twice_or_loosely_is_body(log: Log) -> None:
    form = '{"n":5,"at":%d,"by":"feed","for":"feed.rank","of":["watch"]}'
    for body in (form[:-1] + ',"n":5}', form.replace(":5", ": 5"), form + " ", "[]", "5", "", "nonsense"):
        twin = Log(7)
        for _ in range(5):
            twin.read(twin.people[0])
        twin.read_body(twin.people[0], (body % twin.now_ms if "%d" in body else body).encode())
        assert judged(twin, twin.people[0]) == "body", body


def test_numbers_and_times_that_cannot_be_are_chain(log: Log) -> None:
    for changes in ({"n": 4}, {"n": 6}, {"at": log.now_ms - 3 * MINUTE}, {"at": log.now_ms + 2 * MINUTE}):
        twin = filled(11, 0)[0]
        twin.now_ms = log.now_ms
        for _ in range(5):
            twin.read(twin.people[0])
        twin.read(twin.people[0], **changes)
        assert judged(twin, twin.people[0]) == "chain", changes


def test_reads_denied_by_the_map_are_head_and_a_false_map_is_map(log: Log) -> None:
    person, other = log.people[0], log.people[1]
    note = log.publish()
    file = log.file(person, note)
    pair = [b64(h(other.label)), b64(log.pairs[h(other.label)])]
    siblings = file["map"]["siblings"]
    assert word_of(written(file | {"map": {"siblings": siblings, "other": pair}}), trust_in(log)) == "head"
    for changed in (siblings[:-1], [*siblings, b64(bytes(32))], []):
        assert word_of(written(file | {"map": {"siblings": changed, "other": None}}), trust_in(log)) == "map"
    # Someone with reads is told that there are none: neither an empty place nor another's pair leads to the root.
    for proof in ({"siblings": siblings, "other": None}, {"siblings": siblings, "other": pair}):
        assert word_of(written(file | {"contexts": [], "map": proof}), trust_in(log)) == "map"
    own = [b64(h(person.label)), b64(log.pairs[h(person.label)])]
    denied = file | {"contexts": [], "map": {"siblings": siblings, "other": own}}
    assert word_of(written(denied), trust_in(log)) == "map"


def test_a_head_left_out_of_the_map_is_found(log: Log) -> None:
    person = log.people[0]
    log.publish()
    del log.pairs[h(person.label)]
    log.entries[-1] = log.entries[-1][:23] + map_hash(log.pairs)
    assert word_of(written(log.file(person, log.note())), trust_in(log)) in {"head", "map"}


def test_a_history_that_shrank_or_changed_is_history(log: Log) -> None:
    person = log.people[0]
    old = written(log.file(person, log.publish()))
    log.read(person)
    new = written(log.file(person, log.publish()))
    assert word_of(new, trust_in(log), old) is None
    assert word_of(new, trust_in(log), new) is None
    assert word_of(old, trust_in(log), new) == "history"
    assert word_of(new, trust_in(log), written(log.file(log.people[1], log.note()))) == "history"
    twin = Log(7)
    twin.people[0].contexts.clear()
    for _ in range(12):
        twin.read(twin.people[0])
        twin.now_ms += 30_000
    retold = written(twin.file(twin.people[0], twin.publish()))
    assert word_of(retold, trust_in(log)) is None
    assert word_of(retold, trust_in(log), old) == "history"


def test_an_audit_ignores_lines_of_strangers_but_not_false_lines_of_the_known(log: Log) -> None:
    trust, note = trust_in(log), log.publish()
    told = note.partition("\n\n")[0] + "\n"
    stranger = Signer("stranger.example", 4, bytes(32)).line(told)
    assert open_checkpoint(note + stranger, trust)[0] == len(log.entries)
    lying = Signer(log.witnesses[2].name, 4, log.witnesses[2].seed).line(told.replace("example", "elsewhere"))
    with pytest.raises(Refused, match="quorum: "):
        open_checkpoint(log.note(log.witnesses[:2]) + lying, trust)


def test_keys_of_another_kind_or_with_another_id_are_refused() -> None:
    key = vkey("log.example", 1, bytes(32))
    assert read_vkey(key, LOG_SIGNATURE)[0] == "log.example"
    for text in (key.replace("log", "lag"), key.upper(), key + "=", " " + key, "", key.replace("+", " ", 1)):
        with pytest.raises(Refused, match="format: "):
            read_vkey(text, LOG_SIGNATURE)
    with pytest.raises(Refused, match="format: "):
        read_vkey(key, COSIGNATURE)


def test_the_module_runs_alone_and_says_its_verdict(tmp_path: Path, log: Log) -> None:
    person, trust = log.people[0], trust_in(log)
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(written(log.file(person, log.publish())))
    bad.write_bytes(good.read_bytes()[:-5])
    source = Path(__file__).parents[2] / "src"
    program = f"import runpy, sys; sys.path.insert(0, {str(source)!r}); "
    program += "runpy.run_module('plainview_verifier', run_name='__main__')"
    # `-I` leaves out every installed package: what runs is the standard library and the two files.
    keys = ["--log-key", trust.log_key, "--quorum", "2", *(f"--witness-key={key}" for key in trust.witness_keys)]
    told = [
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", program, *map(str, arguments)], capture_output=True, check=False
        )
        for arguments in ([good], [good, *keys], [good, "--after", good], [bad], [good, "--quorum", "2"])
    ]
    assert [each.returncode for each in told] == [0, 0, 0, 1, 2]
    assert b"5 reads of person 1, and no other" in told[0].stdout
    assert b"compare them" in told[0].stdout
    assert b"compare them" not in told[1].stdout
    assert told[3].stderr.startswith(b"refused: format: ")


def test_trust_is_all_or_nothing(log: Log) -> None:
    file = written(log.file(log.people[0], log.publish()))
    trust = trust_in(log)
    assert word_of(file, Trust(trust.log_key, trust.witness_keys[::-1], 2)) == "quorum"
    assert word_of(file, Trust(trust.log_key, trust.witness_keys[:2], 2)) == "quorum"
    assert word_of(file, Trust(trust.witness_keys[0], trust.witness_keys, 2)) == "checkpoint"


@pytest.mark.long
def test_the_verifiers_own_wheel_runs_where_nothing_else_is(tmp_path: Path, log: Log) -> None:
    house = Path(__file__).parents[2]
    pip = ["-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheels = tmp_path / "dist"
    subprocess.run([sys.executable, *pip, "wheel", "--no-deps", "-w", str(wheels), str(house / "verifier")], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    program = tmp_path / "venv" / "bin"
    (wheel,) = wheels.iterdir()
    subprocess.run([str(program / "python"), *pip, "install", "--no-deps", str(wheel)], check=True)
    file = tmp_path / "proof.json"
    file.write_bytes(written(log.file(log.people[0], log.publish())))
    told = subprocess.run([str(program / "plainview-verifier"), str(file)], capture_output=True, text=True, check=True)
    assert "5 reads of person 1" in told.stdout
