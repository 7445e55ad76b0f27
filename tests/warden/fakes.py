"""A log of a test: persons whose keys follow from their ids, a clock that is set, witnesses in this process."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from plainview.warden import hpke
from plainview.warden.access_log import AccessLog
from plainview.warden.entries import Read, body_info
from plainview.warden.notes import COSIGNATURE, LOG_KEY, Signer
from plainview.warden.proofs import proof_file
from plainview.warden.publishing import Publisher, Terms
from plainview.warden.sealing import Numbered
from plainview.warden.store import ONE, TWO, Store, Txn, rows
from plainview.warden.witness import WitnessBook
from plainview.warden.witnesses import Witness, Witnesses

ORIGIN = "plainview.example/log/test"
REGION = 7
STARTED_MS = 1_795_305_600_000


def drawn(*what: object) -> bytes:
    """32 bytes that follow from what they are for."""
    return sha256(" ".join(map(str, what)).encode()).digest()


def clamped(key: bytes) -> bytes:
    """An X25519 private key as RFC 7748 stores it."""
    return bytes([key[0] & 248, *key[1:31], key[31] & 127 | 64])


class KnownPersons:
    """Subjects whose secrets follow from their ids; a person's HPKE contexts are numbered in the store."""

    def __init__(self, store: Store, origin: str = ORIGIN) -> None:
        self._store = store
        self._info = body_info(origin)
        self._open: dict[int, tuple[int, Numbered]] = {}

    def tag_key(self, txn: Txn, person: int) -> bytes:
        return drawn("tag key", person)

    def private_key(self, person: int) -> bytes:
        return clamped(drawn("private key", person))

    def seal_body(self, txn: Txn, person: int, aad: bytes, plain: bytes) -> tuple[int, bytes]:
        if person not in self._open:
            number = len(list(rows(txn, self._store.contexts, ONE.pack(person))))
            public = hpke.public_of(self.private_key(person))
            enc, context = hpke.sender(public, self._info, clamped(drawn("ephemeral", person, number)))
            txn.put(TWO.pack(person, number), enc, db=self._store.contexts)
            self._open[person] = number, context
        number, context = self._open[person]
        return number, context.seal(aad, plain)

    def forget(self) -> None:
        self._open.clear()


@dataclass
class Clock:
    """A clock that stands where it is set."""

    ms: int = STARTED_MS

    def __call__(self) -> int:
        return self.ms


@dataclass
class TestLog:
    """A whole log in a folder, with three witnesses of which two must cosign."""

    __test__ = False

    folder: Path
    quorum: int = 2
    witness_count: int = 3
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.signer = Signer(ORIGIN, LOG_KEY, drawn("log key"))
        self.books = [
            WitnessBook(
                self.folder / f"witness-{number}",
                Signer(f"witness.example/{number}", COSIGNATURE, drawn("witness", number)),
                [self.signer.verifier],
                lambda: self.clock.ms // 1000,
            )
            for number in range(self.witness_count)
        ]
        self.open()

    def open(self) -> None:
        """Start on what is in the folder, as after a stop at any instant."""
        self.store = Store(self.folder / "store")
        self.persons = KnownPersons(self.store)
        self.log = AccessLog(self.store, self.persons, REGION, self.clock)
        witnesses = [witness_of(book) for book in self.books]
        terms = Terms(ORIGIN, self.signer, self.quorum)
        self.publisher = Publisher(self.log, terms, self.folder / "public", Witnesses(witnesses))

    def reopen(self) -> None:
        """Stop and start."""
        self.store.close()
        self.open()

    def close(self) -> None:
        """Give everything back."""
        self.store.close()
        for each in self.books:
            each.close()

    def book(self, *reads: Read) -> None:
        """Book these reads in one transaction."""
        with self.log.writing() as txn:
            self.log.append(txn, reads)

    def publish(self) -> str:
        """Publish at the moment where the clock stands."""
        return self.publisher.publish(self.clock.ms)

    def proof_file(self, person: int) -> bytes:
        """A person's proof file."""
        secrets = drawn("tag key", person), self.persons.private_key(person)
        return proof_file(self.log, self.publisher, person, secrets)

    def read(self, person: int, purpose: str = "feed.rank", by: str = "feed", count: int = 1) -> Read:
        """A read of now."""
        return Read(person, purpose, by, ("watch_history", "interests"), self.clock.ms, count=count)


def witness_of(book: WitnessBook) -> Witness:
    """The witness with this book, asked without a network."""

    def post(body: bytes) -> tuple[int, bytes]:
        answer = book.add(body)
        return answer.status, answer.body.encode()

    return Witness(book.signer.verifier, post)
