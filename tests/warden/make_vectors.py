"""Makes docs/trust/vectors.json, the same bytes at every run: `python -m tests.warden.make_vectors`.

All keys follow from fixed words, and the clock stands where it is set. Byte strings are base64; `file` and `note` are
texts whose exact UTF-8 bytes matter.
"""

import json
import tempfile
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from plainview.warden import entries, heads, hpke, merkle
from plainview.warden.entries import Kind, Read
from plainview.warden.notes import COSIGNATURE, LOG_KEY, Checkpoint, Signer, note_of
from plainview.warden.store import rows
from tests.warden.fakes import ORIGIN, REGION, STARTED_MS, TestLog, clamped, drawn

VECTORS = Path(__file__).parents[2] / "docs" / "trust" / "vectors.json"
ONE, SEVEN, MANY = 4_101, 4_107, 4_300
PURPOSES = ("feed.rank", "account.own_view", "media.post", "social.show", "safety.minors", "subject.export")


def make() -> dict[str, Any]:
    """All vectors."""
    with tempfile.TemporaryDirectory() as folder:
        log = TestLog(Path(folder))
        try:
            files = _files(log)
            whole = _whole(log)
        finally:
            log.close()
    return {
        "about": "Test vectors of specification.md, made by tests/warden/make_vectors.py. Byte strings are base64.",
        "entries": _entries(),
        "bodies": _bodies(),
        "trees": _trees(),
        "secrets": _secrets(),
        "map": [_map(count) for count in (0, 1, 2, 3, 40)],
        "hpke": _hpke(),
        "notes": _notes(),
        "log": whole,
        "proofs": files,
        "wrong": _wrong(files),
    }


def text_of(vectors: dict[str, Any]) -> str:
    """The file's text."""
    return json.dumps(vectors, ensure_ascii=False, indent=1) + "\n"


def _b64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _entries() -> list[dict[str, Any]]:
    """An entry of each kind."""
    at, digest = STARTED_MS, drawn("digest")
    tag = drawn("tag")[:16]
    made: list[tuple[str, bytes, dict[str, Any]]] = [
        ("read", entries.read_entry(at, REGION, 2, tag, digest), {"purpose": 2, "tag": _b64(tag)}),
        ("heads", entries.heads_entry(at, REGION, 3, 300, digest), {"persons": 3, "reads": 300}),
        ("policy", entries.hash_entry(Kind.POLICY, at, REGION, digest), {}),
        ("act", entries.act_entry(at, REGION, 4, 12, digest), {"act": 4, "number": 12}),
        ("client", entries.hash_entry(Kind.CLIENT, at, REGION, digest), {}),
        ("key", entries.key_entry(at, REGION, 2, digest), {"what": 2}),
    ]
    epoch = at // 60_000
    return [
        {"name": name, "kind": raw[1], "epoch": epoch, "region": REGION, **fields, "hash": _b64(digest)}
        | {"entry": _b64(raw), "leaf": _b64(merkle.leaf_hash(raw))}
        for name, raw, fields in made
    ]


def _bodies() -> list[dict[str, Any]]:
    """Bodies as they are sealed, with every optional field and with none."""
    plain = Read(ONE, "feed.rank", "feed", ("watch_history", "interests"), STARTED_MS)
    full = Read(ONE, "moderation.case", "staff:Zoë", ("reports",), STARTED_MS, '41 "b"', 3, 30)
    return [
        {"body": entries.encode_body(number, STARTED_MS, each).decode()} for number, each in enumerate((plain, full))
    ]


def _trees() -> dict[str, Any]:
    """Trees of small sizes: roots, and proofs of both sorts."""
    data = [b"", b"\x00", *(drawn("leaf", number)[: number + 1] for number in range(11))]
    leaves = [merkle.leaf_hash(each) for each in data]

    def node(level: int, index: int) -> bytes:
        return merkle.root_of(leaves[index << level : (index + 1) << level])

    sizes = range(len(leaves) + 1)
    return {
        "leaves": [_b64(each) for each in data],
        "roots": [_b64(merkle.root_of(leaves[:size])) for size in sizes],
        "inclusion": [
            {"index": index, "size": size, "proof": [_b64(each) for each in merkle.inclusion_proof(index, size, node)]}
            for index, size in ((0, 1), (0, 2), (1, 3), (2, 3), (4, 7), (6, 7), (7, 8), (10, 13), (12, 13))
        ],
        "consistency": [
            {"old": old, "new": new, "proof": [_b64(each) for each in merkle.consistency_proof(old, new, node)]}
            for old, new in ((1, 2), (2, 3), (3, 7), (4, 8), (6, 13), (7, 8), (8, 13), (12, 13), (13, 13))
        ],
    }


def _secrets() -> list[dict[str, Any]]:
    """What follows from a person's secrets."""
    found = []
    for person in (ONE, (1 << 63) - 1):
        tag_key = drawn("tag key", person)
        label = entries.label_of(tag_key, person)
        tags = [_b64(entries.tag_of(tag_key, number)) for number in (0, 1, 255, 256)]
        found.append(
            {"person": str(person), "tag_key": _b64(tag_key), "tags_of_0_1_255_256": tags, "label": _b64(label)}
            | {"key": _b64(heads.key_of(label)), "size": 3, "root": _b64(drawn("root"))}
            | {"value": _b64(heads.value_of(label, 3, drawn("root")))}
        )
    return found


def _map(count: int) -> dict[str, Any]:
    """A map of so many pairs, with proofs of keys that are in it and of keys that are not."""
    pairs = sorted((drawn("key", count, number), drawn("value", number)) for number in range(count))
    if count == 3:
        # Two keys that share their first 20 bits: the siblings on the way are empty.
        twin = pairs[0][0][:2] + bytes([pairs[0][0][2] ^ 8]) + pairs[0][0][3:]
        pairs = sorted([pairs[0], (twin, pairs[1][1]), pairs[2]])
    proofs = []
    for key in [each for each, _ in pairs[:4]] + [drawn("absent", number) for number in range(4)]:
        made = heads.prove(pairs, key)
        other = made.other and [_b64(each) for each in made.other]
        proofs.append({"key": _b64(key), "siblings": [_b64(each) for each in made.siblings], "other": other})
    return {
        "pairs": [[_b64(key), _b64(value)] for key, value in pairs],
        "root": _b64(heads.subtree(pairs)[1]),
        "proofs": proofs,
    }


def _hpke() -> dict[str, Any]:
    """One context of three messages."""
    private, ephemeral = clamped(drawn("hpke private")), clamped(drawn("hpke ephemeral"))
    info = entries.body_info(ORIGIN)
    enc, context = hpke.sender(hpke.public_of(private), info, ephemeral)
    messages = []
    for aad, plain in ((bytes(32), b"first"), (drawn("aad"), b""), (drawn("other aad"), "dritte ✓".encode())):
        messages.append({"aad": _b64(aad), "plain": _b64(plain), "sealed": _b64(context.seal(aad, plain))})
    public = _b64(hpke.public_of(private))
    return {"private_key": _b64(private), "public_key": public, "ephemeral_private_key": _b64(ephemeral)} | {
        "info": info.decode(),
        "enc": _b64(enc),
        "messages": messages,
    }


def _notes() -> dict[str, Any]:
    """A checkpoint, the log's line and a witness's."""
    log = Signer("plainview.example/log/notes", LOG_KEY, drawn("note log"))
    witness = Signer("witness.example/notes", COSIGNATURE, drawn("note witness"))
    text = Checkpoint(log.name, 20_852_163, drawn("checkpoint")).text
    at_s = 1_795_305_600
    lines = [log.sign(text), witness.cosign(text, at_s)]
    return {
        "log": {"seed": _b64(log.seed), "vkey": log.verifier.vkey, "line": lines[0]},
        "witness": {"seed": _b64(witness.seed), "vkey": witness.verifier.vkey, "time": at_s, "line": lines[1]},
        "text": text,
        "note": note_of(text, lines),
    }


def _files(log: TestLog) -> list[dict[str, Any]]:
    """A log's life, and the proof files of it."""
    with log.log.writing() as txn:
        log.log.note(txn, Kind.KEY, b"\x01" + sha256(log.signer.verifier.public).digest())
        log.log.note(txn, Kind.POLICY, drawn("policies"))
        log.log.note(txn, Kind.CLIENT, drawn("client"))
    log.publish()
    log.clock.ms += 61_000
    log.book(log.read(ONE), *(log.read(SEVEN) for _ in range(3)), *(log.read(MANY) for _ in range(40)))
    log.publish()
    early = [_file(log, "one entry, early", ONE), _file(log, "three entries, early", SEVEN)]
    # A stop: what is booked from here on is sealed in new contexts.
    log.reopen()
    with log.log.writing() as txn:
        for act, body in ((1, b"a deletion"), (2, b"a takedown"), (1, b"another deletion"), (4, b"sealed")):
            log.log.act(txn, act, body)
    for number in range(260):
        log.clock.ms += 250
        purpose = PURPOSES[number % len(PURPOSES)]
        log.book(log.read(MANY, purpose, "worker" if number % 3 else "server", 1 + number % 5))
    case = Read(SEVEN, "moderation.case", "staff:Zoë", ("reports", "account"), log.clock.ms, 'case "41"', 3, 30)
    log.book(case, *(replace(case, by="staff:ann", case=None, origin_region=None, count=1) for _ in range(3)))
    log.clock.ms += 20_000
    log.publish()
    late = [
        _file(log, "one entry", ONE, "one entry, early"),
        _file(log, "seven entries", SEVEN, "three entries, early"),
        _file(log, "three hundred entries in two contexts", MANY),
        _file(log, "absent: another pair stands there", _absent(log, in_nothing=False)),
        _file(log, "absent: nothing stands there", _absent(log, in_nothing=True)),
    ]
    return early + late


def _file(log: TestLog, name: str, person: int, after: str | None = None) -> dict[str, Any]:
    return {"name": name, "after": after, "file": log.proof_file(person).decode()}


def _absent(log: TestLog, *, in_nothing: bool) -> int:
    """A person who is absent, and whose path in the map ends in nothing, or in another pair."""
    for person in range(5_000, 6_000):
        said = json.loads(log.proof_file(person))["map"]
        if said["siblings"] and (said["other"] is None) == in_nothing:
            return person
    raise AssertionError("no such person")


def _whole(log: TestLog) -> dict[str, Any]:
    """The log as an auditor fetches it."""
    with log.store.env.begin() as txn:
        found = [_b64(entry) for _, entry in rows(txn, log.store.entries)]
    # The last line is the log's ML-DSA-44 signature: another one at every run, and of no verifier's concern.
    lines = (log.folder / "public" / "checkpoint").read_text().splitlines(keepends=True)[:-1]
    return {
        "origin": ORIGIN,
        "region": REGION,
        "log_key": log.signer.verifier.vkey,
        "witness_keys": [each.signer.verifier.vkey for each in log.books],
        "quorum": log.quorum,
        "entries": found,
        "checkpoint": "".join(lines),
    }


def _wrong(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Files that must be refused, each with the word that says why."""
    by_name = {each["name"]: each["file"] for each in files}
    seven = by_name["seven entries"]
    absent = by_name["absent: another pair stands there"]
    said = json.loads(seven)
    lines = said["checkpoint"].split("\n")
    cut = json.loads(seven)
    cut["contexts"][-1]["bodies"].pop()
    swapped = json.loads(seven)
    bodies = swapped["contexts"][0]["bodies"]
    bodies[0], bodies[1] = bodies[1], bodies[0]
    moved = json.loads(seven)
    moved["contexts"][0]["bodies"].append(moved["contexts"][1]["bodies"].pop(0))
    denied = {**json.loads(by_name["one entry"]), "contexts": []}
    pair = json.loads(absent)["map"]["other"]
    heads_entry = bytearray(entries.heads_entry(STARTED_MS, REGION, 3, 0, drawn("no map")))
    changed = [
        ("a space", "format", seven.replace(",", ", ", 1)),
        ("a field more", "format", _compact({**said, "note": ""})),
        ("a field less", "format", _compact({key: each for key, each in said.items() if key != "map"})),
        ("an older format", "format", _compact({**said, "format": "plainview-proof/0"})),
        ("another size in the checkpoint", "checkpoint", _compact(_noted(said, [lines[0], "309", *lines[2:]]))),
        ("no line of the log", "checkpoint", _compact(_noted(said, [*lines[:4], *lines[5:]]))),
        ("a line twice", "checkpoint", _compact(_noted(said, [*lines[:5], *lines[4:]]))),
        ("one witness of two", "quorum", _compact(_noted(said, [*lines[:6], ""]))),
        ("a quorum of nobody", "quorum", _compact({**said, "quorum": 0})),
        ("other heads", "heads", _compact({**said, "heads": _b64(bytes(heads_entry))})),
        ("a heads proof that is too short", "heads", _compact({**said, "heads_proof": said["heads_proof"][1:]})),
        ("two bodies swapped", "body", _compact(swapped)),
        ("a body in the wrong context", "body", _compact(moved)),
        ("an entry said not to be there", "head", _compact({**said, "map": {**said["map"], "other": pair}})),
        ("the last entry left out", "map", _compact(cut)),
        ("all entries left out", "map", _compact(denied)),
        ("another person's", "map", _compact({**said, "person": str(ONE)})),
    ]
    found = [{"name": name, "after": None, "expect": word, "file": file} for name, word, file in changed]
    older = {"name": "older than the one at hand", "after": "seven entries", "expect": "history"}
    return [*found, older | {"file": by_name["three entries, early"]}]


def _noted(said: dict[str, Any], lines: list[str]) -> dict[str, Any]:
    return {**said, "checkpoint": "\n".join(lines)}


def _compact(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    VECTORS.write_text(text_of(make()))
