"""Makes small logs and proof files by hand, slowly and obviously, from docs/trust/specification.md alone.

It shares no code with the warden or the verifier, so that what both believe is not believed here by inheritance.
"""

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

PURPOSES = ["account", "feed", "social", "media", "moderation", "safety", "subject"]
MINUTE = 60_000
START_MS = 29_500_000 * MINUTE


def h(*parts: bytes) -> bytes:
    """SHA-256 of the parts, joined."""
    return hashlib.sha256(b"".join(parts)).digest()


def b64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode()


def mac(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA-256."""
    return hmac.digest(key, b"".join(parts), "sha256")


def tree(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962's MTH over leaf hashes, as its recursion says."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return h(b"\1", tree(leaves[:k]), tree(leaves[k:]))


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 6962's PATH, leaf upwards."""
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return [*path(index, leaves[:k]), tree(leaves[k:])]
    return [*path(index - k, leaves[k:]), tree(leaves[:k])]


def bit(key: bytes, depth: int) -> int:
    """The key's bit at this depth, most significant first."""
    return key[depth // 8] >> (7 - depth % 8) & 1


def map_hash(pairs: dict[bytes, bytes], depth: int = 0) -> bytes:
    """The hash of the sparse map's subtree with these pairs."""
    if not pairs:
        return bytes(32)
    if len(pairs) == 1:
        ((key, value),) = pairs.items()
        return h(b"\0", key, value)
    halves = [{k: v for k, v in pairs.items() if bit(k, depth) == side} for side in (0, 1)]
    return h(b"\1", map_hash(halves[0], depth + 1), map_hash(halves[1], depth + 1))


def map_proof(pairs: dict[bytes, bytes], key: bytes) -> dict[str, Any]:
    """The specification's proof for the key, of presence or absence."""
    siblings, depth = [], 0
    while len(pairs) > 1:
        away = {k: v for k, v in pairs.items() if bit(k, depth) != bit(key, depth)}
        pairs = {k: v for k, v in pairs.items() if k not in away}
        siblings.append(b64(map_hash(away, depth + 1)))
        depth += 1
    other = next(([b64(k), b64(v)] for k, v in pairs.items() if k != key), None)
    return {"siblings": siblings, "other": other}


def vkey(name: str, kind: int, public: bytes) -> str:
    """The verifier key in C2SP's form."""
    typed = bytes([kind]) + public
    hashed = h(name.encode(), b"\n", typed)[:4].hex()
    return f"{name}+{hashed}+{b64(typed)}"


@dataclass
class Signer:
    """A log's or witness's key."""

    name: str
    kind: int
    seed: bytes

    @property
    def private(self) -> Ed25519PrivateKey:
        """The private key."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def vkey(self) -> str:
        """The verifier key."""
        return vkey(self.name, self.kind, self.private.public_key().public_bytes_raw())

    def line(self, text: str, at: int = 1_770_000_000) -> str:
        """The signature line below this text, ended."""
        hashed, stamp = bytes.fromhex(self.vkey.split("+")[1]), at.to_bytes(8, "big")
        if self.kind == 1:
            data = hashed + self.private.sign(text.encode())
        else:
            data = hashed + stamp + self.private.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        return f"— {self.name} {b64(data)}\n"


class Hpke:
    """RFC 9180's base mode, sender's side, for many messages."""

    def __init__(self, public: bytes, info: bytes, ephemeral: bytes) -> None:
        own = X25519PrivateKey.from_private_bytes(ephemeral)
        self.enc = own.public_key().public_bytes_raw()
        kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"
        dh = own.exchange(X25519PublicKey.from_public_bytes(public))
        secret = mac(bytes(32), b"HPKE-v1", kem, b"eae_prk", dh)
        shared = self._expand(kem, secret, b"shared_secret", self.enc + public, 32)
        context = b"\0" + mac(bytes(32), b"HPKE-v1", suite, b"psk_id_hash")
        context += mac(bytes(32), b"HPKE-v1", suite, b"info_hash", info)
        secret = mac(shared, b"HPKE-v1", suite, b"secret")
        self._key = ChaCha20Poly1305(self._expand(suite, secret, b"key", context, 32))
        self._nonce = int.from_bytes(self._expand(suite, secret, b"base_nonce", context, 12), "big")
        self._sequence = 0

    @staticmethod
    def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
        return mac(secret, length.to_bytes(2, "big"), b"HPKE-v1", suite, label, info, b"\1")[:length]

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """The next message."""
        nonce = (self._nonce ^ self._sequence).to_bytes(12, "big")
        self._sequence += 1
        return self._key.encrypt(nonce, plain, aad)


@dataclass
class Person:
    """A person with secrets, and what was read of them."""

    id: int
    tag_key: bytes
    private_key: bytes
    contexts: list[tuple[Hpke, list[bytes]]] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)

    @property
    def label(self) -> bytes:
        """The person's label in the map."""
        return mac(self.tag_key, b"plainview label", self.id.to_bytes(8, "big"))


class Log:
    """A log of one region, in memory, with its three witnesses."""

    def __init__(self, seed: int, people: int = 4, messages_per_context: int = 5) -> None:
        self.random = random.Random(seed)
        self.origin, self.region = "example.org/log/eu", 1
        self.signer = Signer(self.origin, 1, self.random.randbytes(32))
        self.witnesses = [Signer(f"witness{at}.example", 4, self.random.randbytes(32)) for at in range(3)]
        self.quorum, self.now_ms = 2, START_MS
        self.entries: list[bytes] = []
        self.pairs: dict[bytes, bytes] = {}
        self.people = [self._person(at + 1) for at in range(people)]
        self.reads, self._per_context = 0, messages_per_context

    def _person(self, number: int) -> Person:
        raw = bytearray(self.random.randbytes(32))
        raw[0], raw[31] = raw[0] & 248, raw[31] & 63 | 64
        return Person(number, self.random.randbytes(32), bytes(raw))

    def head(self, kind: int) -> bytes:
        """The first seven bytes of an entry made now."""
        return bytes([1, kind]) + (self.now_ms // MINUTE).to_bytes(4, "big") + bytes([self.region])

    def read(self, person: Person, **changes: Any) -> None:
        """Book one read; `changes` are fields of the body that differ."""
        purpose = self.random.choice(PURPOSES)
        body = {"n": len(person.entries), "at": self.now_ms, "by": "feed", "for": f"{purpose}.rank", "of": ["watch"]}
        body |= changes
        self.read_body(person, json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode(), str(body["for"]))

    def read_body(self, person: Person, body: bytes, purpose: str = "feed.rank") -> None:
        """Book a read with this body, whatever it says."""
        if not person.contexts or len(person.contexts[-1][1]) >= self._per_context:
            public = X25519PrivateKey.from_private_bytes(person.private_key).public_key().public_bytes_raw()
            context = Hpke(public, b"plainview body/1 " + self.origin.encode(), self.random.randbytes(32))
            person.contexts.append((context, []))
        context, bodies = person.contexts[-1]
        number = len(person.entries)
        sealed = context.seal(body, h(b"\0", person.entries[-1]) if number else bytes(32))
        bodies.append(sealed)
        tag = mac(person.tag_key, b"plainview tag", number.to_bytes(8, "big"))[:16]
        first = purpose.partition(".")[0]
        coarse = PURPOSES.index(first) + 1 if first in PURPOSES else 0
        entry = self.head(1) + bytes([coarse]) + tag + h(sealed)
        person.entries.append(entry)
        self.entries.append(entry)
        self.reads += 1

    def publish(self) -> str:
        """Book the heads, and sign and cosign the checkpoint; its note."""
        self.pairs = {}
        for each in self.people:
            if each.entries:
                root = tree([h(b"\0", entry) for entry in each.entries])
                value = h(b"\2", each.label, len(each.entries).to_bytes(8, "big"), root)
                self.pairs[h(each.label)] = value
        counts = len(self.pairs).to_bytes(8, "big") + self.reads.to_bytes(8, "big")
        self.entries.append(self.head(2) + counts + map_hash(self.pairs))
        return self.note()

    def note(self, signing: Sequence[Signer] | None = None) -> str:
        """The checkpoint over what is booked, signed by the log and these witnesses, by default all."""
        root = tree([h(b"\0", entry) for entry in self.entries])
        text = f"{self.origin}\n{len(self.entries)}\n{b64(root)}\n"
        lines = [each.line(text) for each in (self.signer, *(self.witnesses if signing is None else signing))]
        return text + "\n" + "".join(lines)

    def file(self, person: Person, note: str) -> dict[str, Any]:
        """The person's proof file under the checkpoint made last."""
        leaves = [h(b"\0", entry) for entry in self.entries]
        return {
            "format": "plainview-proof/1",
            "origin": self.origin,
            "region": self.region,
            "log_key": self.signer.vkey,
            "witness_keys": [each.vkey for each in self.witnesses],
            "quorum": self.quorum,
            "person": str(person.id),
            "tag_key": b64(person.tag_key),
            "private_key": b64(person.private_key),
            "contexts": [
                {"enc": b64(each.enc), "bodies": [b64(body) for body in bodies]} for each, bodies in person.contexts
            ],
            "heads": b64(self.entries[-1]),
            "heads_proof": [b64(each) for each in path(len(leaves) - 1, leaves)],
            "map": map_proof(self.pairs, h(person.label)),
            "checkpoint": note,
        }


def written(file: dict[str, Any]) -> bytes:
    """The file's bytes, in the one form that it may have."""
    return json.dumps(file, separators=(",", ":"), ensure_ascii=False).encode()


def filled(seed: int, reads: int = 30, people: int = 4) -> tuple[Log, str]:
    """A log with reads of its people over some minutes, and its newest checkpoint's note."""
    log = Log(seed, people)
    for _ in range(reads):
        log.read(log.random.choice(log.people))
        log.now_ms += log.random.randrange(9_000)
    return log, log.publish()
