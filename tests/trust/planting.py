"""Plants canaries: values that stand nowhere else, in every sealed column, through the product's own functions."""

import secrets
from dataclasses import dataclass, field
from uuid import uuid4

from plainview.accounts.ages import AgeBand
from plainview.accounts.passkeys import Credential, NewPasskey, add_passkey
from plainview.accounts.passwords import keep_hash
from plainview.accounts.persons import NewPerson, open_account
from plainview.accounts.sessions import NewSession, Place, open_session
from plainview.catalog.items import ItemDrafts
from plainview.catalog.wording import FIELD, Pen, Worded, Wording
from plainview.feed.receipts import Receipt
from plainview.feed.steering import Steering, steer
from plainview.kernel.ids import AssetId, ItemId, PageId, PersonId, ReportId, SessionId
from plainview.moderation.reports import NewReport, add_report
from plainview.ports.event_log import Event, EventKind
from plainview.privacy.door import seal_texts
from plainview.wiring import Parts

# Every sealed column but the age band, which is one of a few words and so no canary.
COLUMNS = (
    "sessions.device",
    "sessions.address",
    "passwords.hash",
    "passkeys.name",
    "reports.text",
    "reports.reason",
    "event_segments.body",
    "pages.body",
    "items.sealed_caption",
    "steering.body",
)


@dataclass
class Planted:
    """Who holds which canaries: their bytes, as they would be seen in the open."""

    people: list[PersonId] = field(default_factory=list)
    canaries: dict[bytes, tuple[PersonId, str]] = field(default_factory=dict)

    def word(self, person: PersonId, column: str) -> str:
        """A fresh canary of letters."""
        made = f"canary-{secrets.token_hex(12)}"
        self.canaries[made.encode()] = (person, column)
        return made

    def number(self, person: PersonId, column: str) -> int:
        """A fresh canary among numbers; it is known by its bytes, and by its digits."""
        made = secrets.randbits(62) | 1 << 61
        self.canaries[made.to_bytes(8, "big")] = self.canaries[str(made).encode()] = (person, column)
        return made

    def seen_in(self, content: bytes) -> set[bytes]:
        """The canaries that stand in the open in this."""
        return {each for each in self.canaries if each in content}


async def plant(parts: Parts, people: int) -> Planted:
    """So many people, each with a canary in every sealed column."""
    planted = Planted()
    for number in range(people):
        person = PersonId(parts.ids.next())
        planted.people.append(person)
        await _plant_account(parts, planted, person, number)
        shown = planted.number(person, "event_segments.body")
        event = Event(person, uuid4(), EventKind.SHOWN, shown, 1_800_000_000_000)
        assert await parts.living.log.append(parts.region, [event]) == [True]
        model = planted.word(person, "pages.body")
        parts.living.receipts.keep(parts.region, Receipt(person, PageId(parts.ids.next()), "for_you", model, ()))
    await parts.living.receipts.flush()
    return planted


async def _plant_account(parts: Parts, planted: Planted, person: PersonId, number: int) -> None:
    place = Place(planted.word(person, "sessions.device"), planted.word(person, "sessions.address"))
    said = {name: planted.word(person, name) for name in ("reports.text", "reports.reason")}
    async with parts.database.transaction(parts.region) as tx:
        await open_account(tx, parts.door, NewPerson(person, f"bird{number}", "Bird", AgeBand.ADULT))
        await open_session(tx, parts.door, NewSession(person, SessionId(parts.ids.next()), parts.region, place, 1))
        await steer(tx, parts.door, person, Steering(off=(planted.word(person, "steering.body"),)))
        await keep_hash(tx, parts.door, person, planted.word(person, "passwords.hash"))
        key = NewPasskey(
            parts.ids.next(), Credential(secrets.token_bytes(16), b"-", 0), planted.word(person, COLUMNS[3])
        )
        await add_passkey(tx, parts.door, person, key)
        item = ItemId(parts.ids.next())
        await ItemDrafts().open(tx, person, item, AssetId(item))
        wording = Wording(planted.word(person, FIELD), "public", allow_comments=True, allow_reuse=True, language=None)
        await Pen(parts.signals, parts.door).save(tx, Worded(item, person, published=False, shown=None), wording)
        text, reason = await seal_texts(parts.door, person, said)
        await add_report(tx, NewReport(person, ReportId(parts.ids.next()), "person", person, reason, text))
