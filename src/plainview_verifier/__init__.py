"""Checks a Plainview proof file: who read a person's data, and that no reading was left out or changed.

Written from docs/trust/specification.md alone, with Python's standard library alone, so that it can be read in one
sitting and run where Plainview never was: `python -m plainview_verifier FILE`. Nothing here runs in constant time: the
only secrets it meets are the file's, on their holder's own machine.
"""

import base64
import hashlib
import hmac
import json
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

FILE_BYTES_MAX = 256 * 2**20
PURPOSES = {"account": 1, "feed": 2, "social": 3, "media": 4, "moderation": 5, "safety": 6, "subject": 7}
READ, HEADS, ACT, LOG_SIGNATURE, COSIGNATURE, NONE = 1, 2, 4, 1, 4, bytes(32)


class Refused(Exception):  # noqa: N818 - what a verifier says, not a fault of its own
    """The file does not prove what it claims; `word` is the specification's name for what failed."""

    def __init__(self, word: str, why: str) -> None:
        super().__init__(f"{word}: {why}")
        self.word = word


class Trust(NamedTuple):
    """The keys and the quorum that a verifier insists on, known from elsewhere than the file."""

    log_key: str
    witness_keys: tuple[str, ...]
    quorum: int


@dataclass(frozen=True)
class Proven:
    """What a file proves: the person's data was read so, and not otherwise, until `epoch` (minutes since 1970)."""

    person: int
    tag_key: bytes
    region: int
    trust: Trust
    size: int
    log_root: bytes
    epoch: int
    root: bytes
    reads: list[dict[str, Any]]
    entries: list[bytes]


# Trees (RFC 6962)
def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return hashlib.sha256(b"\0" + entry).digest()


def tree_root(entries: Sequence[bytes]) -> bytes:
    """The root of the tree over these entries; 32 zero bytes for none."""
    level, sha256 = [leaf_hash(entry) for entry in entries] or [NONE], hashlib.sha256
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\1" + left + right).digest() for left, right in pairs] + odd
    return level[0]


# Ed25519 (RFC 8032, 5.1.7) with the cofactor, canonical encodings only, and no key of small order
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    m, n, z = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P, 2 * a[2] * b[2] % P
    t = 2 * a[3] * b[3] * D % P
    e, f, g, h = n - m, z - t, z + t, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    for bit in f"{scalar:b}":
        total = _add(total, total)
        total = _add(total, point) if bit == "1" else total
    return total


def _vanishes(point: Point) -> bool:
    x, y, z, _ = _times(8, point)
    return x == 0 and y == z


def _point(data: bytes) -> Point | None:
    y, sign = int.from_bytes(data, "little") & 2**255 - 1, data[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    x = x if v * x * x % P == u else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or v * x * x % P != u or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = _point(b"\x58" + b"\x66" * 31) or (0, 1, 1, 0)


@lru_cache(maxsize=256)
def ed25519_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature of the message."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or _vanishes(a):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, t = _add(r, _times(k, a))
    return _vanishes(_add(_times(s, BASE), (P - x, y, z, P - t)))


# HPKE, base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305
KEM, SUITE = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"


@lru_cache(maxsize=1024)
def x25519(private: bytes, public: bytes) -> bytes:
    """The shared secret of RFC 7748; zero where the public key is of small order."""
    k, u = int.from_bytes(private, "little") & 2**254 - 8 | 2**254, int.from_bytes(public, "little") & 2**255 - 1
    a, b, c, d, last = 1, 0, u, 1, 0
    for bit in map(int, f"{k << 1:b}"):  # The bit behind the lowest one is 0: it undoes the last swap.
        if last != bit:
            a, b, c, d = c, d, a, b
        before, last = (a, b), bit
        one, two = (c + d) * (a - b) % P, (c - d) * (a + b) % P
        plus, minus = (a + b) ** 2 % P, (a - b) ** 2 % P
        c, d, gap = (one + two) ** 2 % P, u * (one - two) ** 2 % P, plus - minus
        a, b = plus * minus % P, gap * (plus + 121665 * gap) % P
    return (before[0] * pow(before[1], P - 2, P) % P).to_bytes(32, "little")


def _extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or NONE, b"HPKE-v1" + suite + label + secret, "sha256")


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    # Nobody here asks for more than 32 bytes, which are HKDF's first block.
    return hmac.digest(secret, struct.pack(">H", length) + b"HPKE-v1" + suite + label + info + b"\1", "sha256")[:length]


def hpke_context(private: bytes, enc: bytes, info: bytes) -> tuple[bytes, bytes]:
    """The key and the base nonce of a context; raises Refused where `enc` gives no secret."""
    shared, own = x25519(private, enc), x25519(private, b"\x09" + bytes(31))
    if shared == NONE:
        raise Refused("body", "a context's key is of small order")
    secret = _expand(KEM, _extract(KEM, b"", b"eae_prk", shared), b"shared_secret", enc + own, 32)
    context = b"\0" + _extract(SUITE, b"", b"psk_id_hash", b"") + _extract(SUITE, b"", b"info_hash", info)
    secret = _extract(SUITE, secret, b"secret", b"")
    return _expand(SUITE, secret, b"key", context, 32), _expand(SUITE, secret, b"base_nonce", context, 12)


# ChaCha20-Poly1305 (RFC 8439). One big number holds the same word of many blocks, 64 bits a block, so that each step of
# the cipher is one operation for all of them: some thirty times as fast as block after block in this language.
ROUND = [[int(at, 16) for at in turn] for turn in ["048c", "159d", "26ae", "37bf", "05af", "16bc", "278d", "349e"]]


def chacha20(key: bytes, places: Sequence[tuple[int, bytes]]) -> bytes:
    """The key stream's blocks at these places (counter, nonce), 64 bytes each, joined."""
    count, inputs = len(places), [struct.pack("<I", counter) + nonce for counter, nonce in places]
    ones = int.from_bytes(b"\1\0\0\0\0\0\0\0" * count, "little")
    start = [word * ones for word in struct.unpack("<12I", b"expand 32-byte k" + key)]
    columns = [b"".join(each[at : at + 4] + bytes(4) for each in inputs) for at in (0, 4, 8, 12)]
    start += [int.from_bytes(column, "little") for column in columns]
    x, mask = list(start), ones * 0xFFFFFFFF
    for a, b, c, d in ROUND * 10:
        for into, plus, turned, left in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[into] = x[into] + x[plus] & mask
            word = x[turned] ^ x[into]
            x[turned] = (word << left | word >> 32 - left) & mask
    words = memoryview(bytearray(64 * count)).cast("I")
    for at in range(16):
        lanes = (x[at] + start[at] & mask).to_bytes(8 * count, "little")
        words[at::16] = memoryview(lanes).cast("I")[::2]
    return words.tobytes()


def key_streams(key: bytes, base_nonce: bytes, sealed: Sequence[bytes]) -> list[bytes]:
    """The key streams of a context's messages in their order, from counter 0 on, each as long as its message needs."""
    found, base = [], int.from_bytes(base_nonce, "big")
    for start in range(0, len(sealed), 512):
        blocks = [1 + (len(each) + 47) // 64 for each in sealed[start : start + 512]]
        nonces = [(base ^ start + at).to_bytes(12, "big") for at in range(len(blocks))]
        stream = chacha20(key, [(at, nonce) for nonce, many in zip(nonces, blocks, strict=True) for at in range(many)])
        ends = [64 * sum(blocks[: at + 1]) for at in range(len(blocks))]
        found += [stream[end - 64 * many : end] for end, many in zip(ends, blocks, strict=True)]
    return found


def poly1305(key: bytes, data: bytes) -> bytes:
    """The authenticator of the data under the one-time key."""
    r, total, modulus = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF, 0, 2**130 - 5
    for at in range(0, len(data), 16):
        total = (total + int.from_bytes(data[at : at + 16] + b"\1", "little")) * r % modulus
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def aead_open(stream: bytes, sealed: bytes, aad: bytes) -> bytes | None:
    """What was sealed, or None where it was not sealed so."""
    text, seal = sealed[:-16], sealed[-16:]
    told = aad + bytes(-len(aad) % 16) + text + bytes(-len(text) % 16) + struct.pack("<QQ", len(aad), len(text))
    if not hmac.compare_digest(poly1305(stream[:32], told), seal):
        return None
    mixed = int.from_bytes(text, "little") ^ int.from_bytes(stream[64 : 64 + len(text)], "little")
    return mixed.to_bytes(len(text), "little")


# Signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature)
def _bytes(text: str, length: int | None, word: str = "format") -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Refused(word, "bytes are not in base64") from None
    if base64.b64encode(data).decode() != text or (length is not None and len(data) != length):
        raise Refused(word, "bytes are not in canonical base64, or are too few or too many")
    return data


def read_vkey(text: str, kind: int) -> tuple[str, bytes, bytes]:
    """The name, id and public key of a verifier key of this kind; raises Refused("format")."""
    form = re.fullmatch(r"([^\s+\x00-\x20\x7f]+)\+([0-9a-f]{8})\+(.+)", text)
    typed = _bytes(form[3] if form else "", 33)
    name, told = (form[1], form[2]) if form else ("", "")
    hashed = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    if typed[0] != kind or hashed.hex() != told:
        raise Refused("format", f"the key of {name} is of another kind, or has another key's id")
    return name, hashed, typed[1:]


def open_checkpoint(note: str, trust: Trust, exact: bool = False) -> tuple[int, bytes]:
    """The log's size and root; raises Refused. `exact`: no lines but of the trusted, in their order, as in a file."""
    keys = [read_vkey(trust.log_key, LOG_SIGNATURE), *(read_vkey(key, COSIGNATURE) for key in trust.witness_keys)]
    form = re.fullmatch(r"(([^\n]+)\n([1-9][0-9]{0,18})\n([^\n]+)\n)\n((?:— [^\s]+ [^\s]+\n)+)", note)
    if not form or form[2] != keys[0][0] or any(each < " " and each != "\n" for each in note):
        raise Refused("checkpoint", "it is not a checkpoint of this log")
    size, root, known = int(form[3]), _bytes(form[4], 32, "checkpoint"), [key[:2] for key in keys]
    split = [line.split(" ") for line in form[5].splitlines()]
    lines = [(name, data[:4], data[4:]) for _, name, text in split for data in [_bytes(text, None, "checkpoint")]]
    signers = [known.index(line[:2]) if line[:2] in known else -1 for line in lines]
    if 0 not in signers or (exact and (signers[0] or signers != sorted(set(signers)))):
        raise Refused("checkpoint", "its lines are not the log's and then the witnesses'")
    for signer, (*_, signature) in zip(signers, lines, strict=True):
        if signer == 0 and not ed25519_verifies(keys[0][2], form[1].encode(), signature):
            raise Refused("checkpoint", "the log's signature is not valid")
    if not 1 <= trust.quorum < len(keys) or len({key for *_, key in keys}) != len(keys):
        raise Refused("quorum", "the quorum is none or more than there are witnesses, or two keys are the same")
    for signer, (name, _, signature) in zip(signers, lines, strict=True):
        told = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{form[1]}".encode()
        if signer > 0 and not ed25519_verifies(keys[signer][2], told, signature[8:]):
            raise Refused("quorum", f"the signature of {name} is not valid")
    if len(set(signers) - {-1, 0}) < trust.quorum:
        raise Refused("quorum", f"fewer than {trust.quorum} witnesses vouch for it")
    return size, root


# The proof file: its shape, where a number is the length of bytes, 0 any, and that of a body
HASHES: Any = [32]
SHAPE = {"format": str, "origin": str, "region": int, "log_key": str, "witness_keys": [str], "quorum": int}
SHAPE |= {"person": str, "tag_key": 32, "private_key": 32, "contexts": [{"enc": 32, "bodies": [0]}], "heads": 55}
SHAPE |= {"heads_proof": HASHES, "map": {"siblings": HASHES, "other": (None, HASHES)}, "checkpoint": str}
TEXT: Any = (str, type(None))
BODY = {"n": int, "at": int, "by": str, "for": str, "of": list, "case": TEXT, "from": TEXT, "count": (int, type(None))}
BY, FOR = r"feed|server|worker|staff:[!-~\xa0-\U0010ffff]+", rf"({'|'.join(PURPOSES)})\.[a-z_]+"


def _compact(data: bytes, word: str) -> Any:
    try:
        told = json.loads(data.decode())
        again = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused(word, "it is not JSON") from None
    if again != data:
        raise Refused(word, "it is not compact JSON, or says a thing twice")
    return told


def _shaped(told: Any, shape: Any) -> Any:
    """What was told, its byte strings decoded; raises Refused("format") unless it has the shape."""
    if isinstance(shape, tuple):
        return None if told is None else _shaped(told, shape[1])
    if isinstance(shape, list) and isinstance(told, list):
        return [_shaped(each, shape[0]) for each in told]
    if isinstance(shape, dict) and isinstance(told, dict) and list(shape) == list(told):
        return {name: _shaped(told[name], inner) for name, inner in shape.items()}
    if isinstance(shape, int) and isinstance(told, str):
        return _bytes(told, shape if shape else None)
    if type(told) is not shape or told == "" or (shape is int and not 0 <= told < 2**31):
        raise Refused("format", "a field is missing, unknown, out of order, or of another type")
    return told


def tag(tag_key: bytes, n: int) -> bytes:
    """The tag of the person's read number n in the log."""
    return hmac.digest(tag_key, b"plainview tag" + struct.pack(">Q", n), "sha256")[:16]


def _body(data: bytes) -> dict[str, Any]:
    told: dict[str, Any] = _compact(data, "body")
    good = isinstance(told, dict) and set(BODY) >= set(told)
    good = good and all(isinstance(told.get(name), kind) for name, kind in BODY.items())
    good = good and not any(value in (None, "", True, False) for name, value in told.items() if name not in {"n", "at"})
    good = good and type(told["n"]) is type(told["at"]) is int and 0 <= told["at"] < 60_000 * 2**32
    good = good and all(type(each) is str and re.fullmatch("[a-z_]+", each) for each in told["of"]) and told["of"] != []
    good = good and sorted(set(told["of"])) == told["of"] and 2 <= told.get("count", 2) < 2**53
    if not good or not re.fullmatch(BY, told["by"]) or not re.fullmatch(FOR, told["for"]):
        raise Refused("body", "a body is not of the form")
    return told


def _open_reads(file: dict[str, Any], epoch: int) -> tuple[list[dict[str, Any]], list[bytes]]:
    reads, entries, aad, before = list[dict[str, Any]](), list[bytes](), NONE, 0
    for context in file["contexts"]:
        info = b"plainview body/1 " + file["origin"].encode()
        streams = key_streams(*hpke_context(file["private_key"], context["enc"], info), context["bodies"])
        for sealed, stream in zip(context["bodies"], streams, strict=True):
            body = aead_open(stream, sealed, aad)
            if body is None:
                raise Refused("body", f"read {len(reads)} does not open, or does not follow the one before")
            told = _body(body)
            if told["n"] != len(reads) or told["at"] < before or told["at"] // 60_000 > epoch:
                raise Refused("chain", f"read {len(reads)} has another number, or a time that cannot be")
            purpose = PURPOSES[told["for"].partition(".")[0]]
            entry = struct.pack(">BBIBB", 1, READ, told["at"] // 60_000, file["region"], purpose)
            entry += tag(file["tag_key"], told["n"]) + hashlib.sha256(sealed).digest()
            aad, before = leaf_hash(entry), told["at"]
            reads.append(told)
            entries.append(entry)
    return reads, entries


def _map_root(label: bytes, reads: int, root: bytes, proof: dict[str, Any]) -> bytes:
    key, other, siblings = hashlib.sha256(label).digest(), proof["other"], proof["siblings"]
    path = f"{int.from_bytes(key, 'big'):0256b}"[: len(siblings)]
    value = hashlib.sha256(b"\2" + label + struct.pack(">Q", reads) + root).digest()
    if reads and other:
        raise Refused("head", "the map is said to show no head, while there are reads")
    if other and (other[0] == key or not f"{int.from_bytes(other[0], 'big'):0256b}".startswith(path)):
        raise Refused("map", "the other pair does not stand in this one's place")
    pair = other or ([key, value] if reads else None)
    found = hashlib.sha256(b"\0" + pair[0] + pair[1]).digest() if pair else NONE
    for bit, sibling in zip(reversed(path), reversed(siblings), strict=True):
        found = hashlib.sha256(b"\1" + (sibling + found if bit == "1" else found + sibling)).digest()
    return found


def verify(data: bytes, trust: Trust | None = None, earlier: bytes | None = None) -> Proven:
    """What the file proves; raises Refused. Without `trust`, its keys are only those that it names itself."""
    if len(data) > FILE_BYTES_MAX:
        raise Refused("format", "it is too large")
    file = _shaped(_compact(data, "format"), SHAPE)
    person = int(file["person"]) if re.fullmatch(r"0|[1-9][0-9]{0,18}", file["person"], re.ASCII) else 2**63
    own = Trust(file["log_key"], tuple(file["witness_keys"]), file["quorum"])
    siblings, other = file["map"].values()
    good = len(file["heads_proof"]) < 64 and len(siblings) <= 256 and (other is None or len(other) == 2)
    good = good and all(context["bodies"] for context in file["contexts"]) and file["private_key"][31] >> 6 == 1
    good = good and not file["private_key"][0] & 7 and file["region"] < 256 and own.quorum <= 64 and person < 2**63
    if file["format"] != "plainview-proof/1" or not good:
        raise Refused("format", "it is of another version, or a number, list or key is not as it must be")
    if trust and trust != own:
        raise Refused("quorum" if trust.log_key == own.log_key else "checkpoint", "its keys are not those given")
    names = [read_vkey(own.log_key, LOG_SIGNATURE)[0], *(read_vkey(key, COSIGNATURE)[0] for key in own.witness_keys)]
    if names[0] != file["origin"]:
        raise Refused("checkpoint", "the log's key is not of this origin")
    size, log_root = open_checkpoint(file["checkpoint"], own, exact=True)
    heads, found = file["heads"], leaf_hash(file["heads"])
    for sibling in file["heads_proof"]:  # To the left of the last leaf stand as many full trees as its index has bits.
        found = hashlib.sha256(b"\1" + sibling + found).digest()
    is_last = found == log_root and len(file["heads_proof"]) == (size - 1).bit_count()
    if not is_last or (heads[0], heads[1], heads[6]) != (1, HEADS, file["region"]):
        raise Refused("heads", "the heads are of another kind or region, or not the last entry under the checkpoint")
    epoch = int.from_bytes(heads[2:6])
    reads, entries = _open_reads(file, epoch)
    root = tree_root(entries)
    label = hmac.digest(file["tag_key"], b"plainview label" + person.to_bytes(8), "sha256")
    if _map_root(label, len(reads), root, file["map"]) != heads[23:]:
        raise Refused("map", "the map does not hold this head: reads are missing, added or changed")
    proven = Proven(person, file["tag_key"], file["region"], own, size, log_root, epoch, root, reads, entries)
    return proven if earlier is None else _following(verify(earlier), proven)


def _following(old: Proven, new: Proven) -> Proven:
    if [old.person, old.tag_key, old.region, old.trust[0]] != [new.person, new.tag_key, new.region, new.trust[0]]:
        raise Refused("history", "the earlier file is of another person or log")
    if old.size > new.size or old.epoch > new.epoch or (old.size == new.size and old.log_root != new.log_root):
        raise Refused("history", "the earlier file is the newer one, or the log showed two histories")
    if len(old.reads) > len(new.reads) or tree_root(new.entries[: len(old.entries)]) != old.root:
        raise Refused("history", "reads that were shown before are missing or changed")
    return new
