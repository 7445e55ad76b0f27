"""People who use a running product over HTTP, and leave canaries in every sealed column as they do.

What the product itself writes in a column (a device's few words, a report's kind, a receipt's model) is sealed by its
warden on our behalf, and put into the rows that are there.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import msgspec
import psycopg

from plainview.feed.steering import Steering
from plainview.kernel.ids import IdMaker, RegionNumber
from tests.server.authenticator import Authenticator
from tests.server.fixtures import ADULT
from tests.warden.living import Caller

# How many canaries somebody leaves in each column. A password's hash is made by the product, and is a canary once it
# was seen on its way into the warden.
PLANTED = {
    "sessions.address": 1,
    "sessions.device": 1,
    "passkeys.name": 3,
    "reports.text": 8,
    "reports.reason": 8,
    "items.sealed_caption": 5,
    "event_segments.body": 10,
    "pages.body": 3,
    "passwords.hash": 1,
    "steering.body": 1,
}
EVENTS_AT_ONCE = 5


def a_word() -> str:
    """A canary of letters."""
    return f"canary-{secrets.token_hex(12)}"


def an_address() -> tuple[str, str]:
    """A network nobody else has: the address that a request comes from, and what of it is known and kept."""
    groups = [f"{0x1000 + secrets.randbelow(0xE000):x}" for _ in range(3)]
    kept = ":".join(["fd5a", *groups])
    return f"{kept}:1:2:3:4", kept


@dataclass
class Answered:
    """An answer to somebody: what was asked, and all that came."""

    person: int
    path: str
    content: bytes


@dataclass
class Somebody:
    """Somebody who uses the product: their canaries and the column of each, and those that are kept nowhere at all."""

    number: int
    client: httpx.Client
    answers: list[Answered]
    person: int = 0
    canaries: dict[bytes, str] = field(default_factory=dict)
    nowhere: list[bytes] = field(default_factory=list)

    @property
    def handle(self) -> str:
        """What they are called."""
        return f"bird{self.number}"

    def planted(self, column: str) -> str:
        """A fresh canary for this column."""
        word = a_word()
        self.canaries[word.encode()] = column
        return word

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        """Ask, and keep the answer for the search."""
        answer = self.client.request(method, path, **more)  # type: ignore[arg-type]
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name != "set-cookie")
        self.answers.append(Answered(self.person, path, head.encode() + answer.content))
        return answer

    def come(self) -> None:
        """Sign up, from an address and with a program that are canaries; so is the password."""
        address, kept = an_address()
        agent, password = a_word(), a_word()
        self.client.headers.update({"X-Forwarded-For": address, "User-Agent": f"{agent} Firefox Linux"})
        body = {"handle": self.handle, "birth_date": ADULT, "password": password}
        self.person = int(self.ask("POST", "/api/sign-up", json=body).json()["me"]["id"])
        self.canaries[kept.encode()] = "sessions.address"
        self.nowhere += [agent.encode(), password.encode()]

    def make_passkey(self) -> None:
        """Add a passkey whose name is a canary."""
        begun = self.ask("POST", "/api/me/passkeys/options").json()
        key = Authenticator(str(self.client.base_url), "localhost")
        name = self.planted("passkeys.name")
        made = {"ceremony": begun["ceremony"], "credential": key.make(begun["options"]), "name": name}
        self.ask("POST", "/api/me/passkeys", json=made)

    def post(self) -> None:
        """Begin to upload a video; its draft's caption is a canary."""
        made = self.ask("POST", "/api/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5000"})
        caption = self.planted("items.sealed_caption")
        details = {"caption": caption, "visibility": "public", "allow_comments": True, "allow_reuse": True}
        self.ask("PUT", "/api/studio/" + made.headers["plainview-item"], json=details)

    def watch(self, items: Sequence[int]) -> None:
        """Watch some videos, on pages whose numbers are canaries."""
        events = []
        for item in items:
            page = str(secrets.randbits(61) | 1 << 61)
            self.canaries[page.encode()] = "event_segments.body"
            events.append({"id": str(uuid4()), "kind": "shown", "item_id": str(item), "at_ms": 1, "page_id": page})
        self.ask("POST", "/api/events", json={"events": events})

    def report(self, item: int) -> None:
        """Report a video, in words that are a canary."""
        body = {"kind": "video", "id": str(item), "reason": "other", "text": self.planted("reports.text")}
        self.ask("POST", "/api/reports", json=body)

    def plant(self, items: Sequence[int]) -> None:
        """Leave canaries in every column that people write."""
        for _ in range(PLANTED["passkeys.name"]):
            self.make_passkey()
        for _ in range(PLANTED["items.sealed_caption"]):
            self.post()
        for start in range(0, PLANTED["event_segments.body"], EVENTS_AT_ONCE):
            self.watch([items[(self.number + start + each) % len(items)] for each in range(EVENTS_AT_ONCE)])
        for each in range(PLANTED["reports.text"]):
            self.report(items[(self.number + each) % len(items)])

    def look(self) -> None:
        """Look at all that is about oneself, and at the feed."""
        for path in (
            "/api/feed",
            "/api/me/sessions",
            "/api/me/passkeys",
            "/api/me/taste",
            "/api/me/steering",
            "/api/studio",
            "/api/me/export",
            "/api/feed",
            "/api/me",
        ):
            self.ask("GET", path)

    def sign_in_again(self) -> None:
        """Sign out, and in with the password."""
        self.ask("POST", "/api/sign-out")
        body = {"handle": self.handle, "password": self.nowhere[1].decode()}
        self.ask("POST", "/api/sign-in", json=body)


def plant_by_the_warden(people: Sequence[Somebody], caller: Caller, url: str) -> None:
    """Put canaries, sealed by the warden, where the product's own words stand: device, kind of report, receipt."""
    ids = IdMaker(RegionNumber(0), 61)

    def sealed(somebody: Somebody, column: str) -> bytes:
        word = somebody.planted(column)
        return caller.seal(somebody.person, column, plain_with(word, column)).value

    with psycopg.connect(url, autocommit=True) as connection:
        for each in people:
            person = (each.person,)
            connection.execute(
                "UPDATE sessions SET device = %s WHERE person_id = %s", (sealed(each, "sessions.device"), *person)
            )
            reports = connection.execute("SELECT report_id FROM reports WHERE person_id = %s", person).fetchall()
            for (report,) in reports:
                change = "UPDATE reports SET reason = %s WHERE report_id = %s"
                connection.execute(change, (sealed(each, "reports.reason"), report))
            steering = (*person, sealed(each, "steering.body"))
            connection.execute("INSERT INTO steering (person_id, body) VALUES (%s, %s)", steering)
            for _ in range(PLANTED["pages.body"]):
                row = (*person, ids.next(), sealed(each, "pages.body"))
                connection.execute("INSERT INTO pages (person_id, page_id, body) VALUES (%s, %s, %s)", row)


def plain_with(word: str, column: str) -> bytes:
    """What stands in a column, of which this word is a part."""
    if column == "pages.body":
        return receipt_with(word)
    return Steering(off=(word,)).body() if column == "steering.body" else word.encode()


def receipt_with(model: str) -> bytes:
    """A receipt of a page without items, made by a model of this name."""
    lists = {name: list[int]() for name in ("item_ids", "scores", "propensities", "sources", "reasons")}
    return msgspec.msgpack.encode({"mode": "for_you", "model": model, **lists})
