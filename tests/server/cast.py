"""The people and things of the authorisation matrix: one of each audience; the owner's things anew for each call."""

from dataclasses import dataclass

from plainview.accounts.ages import AgeBand
from plainview.accounts.passkeys import Credential, NewPasskey, add_passkey
from plainview.accounts.passwords import keep_hash
from plainview.accounts.persons import NewPerson, open_account
from plainview.accounts.sessions import NewSession, Place, open_session
from plainview.accounts.viewers import Role
from plainview.kernel.ids import PersonId, SessionId, UploadId
from plainview.ports.database import Transaction
from plainview.privacy.door import seal_texts
from plainview.server.posting import spool_of
from plainview.wiring import Parts

AUDIENCES = ("stranger", "guest", "other", "owner", "moderator", "operator")
ROLES = {"other": (), "owner": (), "moderator": (Role.MODERATOR,), "operator": (Role.OPERATOR,)}
_ITEM = """
INSERT INTO items (item_id, person_id, asset_id, sound_id, state, visibility, caption, published_at)
VALUES (%(item)s, %(person)s, %(item)s, %(item)s, %(state)s, %(visibility)s, %(caption)s, now())
"""
_ASSET = """
INSERT INTO assets (asset_id, person_id, item_id, state, playable, duration_ms, width, height)
VALUES (%(item)s, %(person)s, %(item)s, %(processing)s, %(playable)s, 9000, 1080, 1920)
"""
_COMMENT = "INSERT INTO comments (comment_id, item_id, person_id, text) VALUES (%s, %s, %s, 'Well said')"
_UPLOAD = """
INSERT INTO uploads (person_id, upload_id, asset_id, item_id, length, expires_at)
VALUES (%s, %s, %s, %s, 1000, now() + interval '1 day')
"""
_REPORT = """
INSERT INTO reports (person_id, report_id, kind, subject_id, reason, text) VALUES (%s, %s, 'video', %s, %s, %s)
"""
_ASKS = "INSERT INTO follows (person_id, followed_id, accepted) VALUES (%s, %s, false) ON CONFLICT DO NOTHING"


@dataclass
class Cast:
    """Makes people once, and things anew for each call."""

    parts: Parts
    people: dict[str, PersonId]

    @classmethod
    async def assemble(cls, parts: Parts) -> "Cast":
        """One account of each audience that has one, and somebody who asks the owner to follow."""
        people = {name: PersonId(parts.ids.next()) for name in (*ROLES, "asker")}
        async with parts.database.transaction(parts.region) as tx:
            for name, person in people.items():
                roles = (Role.PERSON, *ROLES.get(name, ()))
                await open_account(tx, parts.door, NewPerson(person, f"the_{name}", name, AgeBand.ADULT, roles))
        return cls(parts, people)

    async def cookie(self, audience: str) -> dict[str, str]:
        """A fresh cookie of this audience."""
        if audience == "stranger":
            return {}
        if audience == "guest":
            return {"plainview_guest": self.parts.guests.sign(PersonId(self.parts.ids.next()))}
        async with self.parts.database.transaction(self.parts.region) as tx:
            return {"plainview": (await self._session(tx, self.people[audience]))[1]}

    async def _session(self, tx: Transaction, person: PersonId) -> tuple[SessionId, str]:
        session = SessionId(self.parts.ids.next())
        new = NewSession(person, session, self.parts.region, Place("Test", "203.0.113.1"), days=1)
        return session, await open_session(tx, self.parts.door, new)

    async def things(self) -> dict[str, str]:
        """Fresh things of the owner's, by the name under which the matrix speaks of them."""
        new, owner = self.parts.ids.next, self.people["owner"]
        names = ("video", "secret", "mature", "failed", "comment", "upload", "draft", "report", "passkey")
        made = {name: new() for name in names}
        async with self.parts.database.transaction(self.parts.region) as tx:
            for name, state, visibility in (
                ("video", "published", "public"),
                ("secret", "published", "only_me"),
                ("mature", "published", "public"),
                ("failed", "draft", "public"),
                ("draft", "draft", "public"),
            ):
                is_whole = name in {"video", "secret", "mature"}
                facts = {"item": made[name], "person": owner, "state": state, "visibility": visibility}
                await tx.execute(_ITEM, {**facts, "caption": "Of cats #cats" if name in {"video", "mature"} else ""})
                processing = "ready" if is_whole else "failed"
                if name != "draft":
                    await tx.execute(_ASSET, {**facts, "processing": processing, "playable": is_whole})
            await tx.execute("UPDATE items SET adults_only = true WHERE item_id = %s", (made["mature"],))
            await tx.execute(_COMMENT, (made["comment"], made["video"], owner))
            await tx.execute("DELETE FROM uploads WHERE person_id = %s", (owner,))
            await tx.execute(_UPLOAD, (owner, made["upload"], made["draft"], made["draft"]))
            reason, text = await seal_texts(
                self.parts.door, self.people["asker"], {"reports.reason": "spam", "reports.text": ""}
            )
            await tx.execute(_REPORT, (self.people["asker"], made["report"], made["video"], reason, text))
            await tx.execute(_ASKS, (self.people["asker"], owner))
            session, _ = await self._session(tx, owner)
            credential = Credential(made["passkey"].to_bytes(8, "big"), b"-", 0)
            for known in ("DELETE FROM passkeys WHERE person_id = %s", "DELETE FROM passwords WHERE person_id = %s"):
                await tx.execute(known, (owner,))
            await keep_hash(tx, self.parts.door, owner, "-")
            await add_passkey(tx, self.parts.door, owner, NewPasskey(made["passkey"], credential))
        for name in ("video", "secret", "mature"):
            await self.parts.objects.put(f"media/{made[name]}/master.m3u8", b"#EXTM3U\n")
        spool_of(self.parts).create(UploadId(made["upload"]))
        made |= {"session": session, "asker": self.people["asker"]}
        return {name: str(number) for name, number in made.items()}
