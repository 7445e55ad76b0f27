"""Owns how the feed, social and moderation are put together from the parts of the server."""

from collections.abc import Mapping

import msgspec

from plainview.accounts.faces import faces
from plainview.accounts.viewers import Viewer
from plainview.catalog.cards import cards_of, cards_to_judge
from plainview.catalog.items import items_of_person
from plainview.catalog.removing import admit, remove, restrict
from plainview.catalog.visibility import seen_item
from plainview.catalog.wording import Pen, with_words_in_case
from plainview.feed.desk import FeedDesk
from plainview.feed.hiding import hide
from plainview.feed.ingest import Ingest
from plainview.feed.pages import Pages
from plainview.feed.profiles import Profiles
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import CommentId, ItemId, PersonId
from plainview.kernel.time import now, to_ms
from plainview.moderation.http import Bench
from plainview.moderation.subjects import Shown, Subject, Subjects
from plainview.ports.database import Transaction
from plainview.ports.door import By
from plainview.ports.event_log import EventKind
from plainview.privacy.wiping import enqueue_wipe
from plainview.server.pages import PageDesk
from plainview.server.shell import Shell
from plainview.social.comments import comment, comments_by_ids, delete_comment
from plainview.social.dealings import Dealings
from plainview.social.notices import Notices
from plainview.social.relations import RelationsSocial
from plainview.social.shapes import comment_shapes
from plainview.social.telling import Telling
from plainview.wiring import Parts

DAY_MS = 86_400_000


def relations_of(parts: Parts) -> RelationsSocial:
    """How people stand to items and to each other."""
    return RelationsSocial(parts.adults.of_age)


def ingest_of(parts: Parts) -> Ingest:
    """The way of every event into the log and the engine."""
    living, is_unprofiled = parts.living, profiles_of(parts).is_unprofiled
    return Ingest(living.log, living.learner, living.views, parts.limits, is_unprofiled)


def profiles_of(parts: Parts) -> Profiles:
    """Whose profile may be used."""
    return Profiles(parts.door, parts.adults.is_minor, parts.living.choices)


def telling_of(parts: Parts) -> Telling:
    """How social tells others."""
    return Telling(parts.ids, parts.signals, ingest_of(parts).record)


def dealings_of(parts: Parts) -> Dealings:
    """What social's routes need."""
    notices = Notices(parts.ids, parts.signals)
    return Dealings(telling_of(parts), notices, relations_of(parts), parts.limits, parts.door)


def feed_desk_of(parts: Parts) -> FeedDesk:
    """What the feed's routes need."""
    living = parts.living
    relations = relations_of(parts)
    profiles = profiles_of(parts)
    pages = Pages(
        parts.database, parts.ids, living.learner, living.circles, living.receipts, relations, profiles,
        living.steerings, living.fits,
    )  # fmt: skip

    async def see(tx: Transaction, person: PersonId, item: ItemId) -> None:
        await seen_item(tx, relations, person, item)

    return FeedDesk(pages, ingest_of(parts), parts.signals, see, parts.settings.feed_page_size, profiles)


def page_desk_of(parts: Parts) -> PageDesk:
    """What the pages need."""
    return PageDesk(Shell(), parts.database, relations_of(parts), parts.settings.realm, parts.settings.address())


def replay_since_ms(parts: Parts) -> int:
    """From when on the engine replays the log."""
    return to_ms(now()) - parts.settings.engine_days * DAY_MS


def bench_of(parts: Parts) -> Bench:
    """What moderation's routes need; it knows nothing of videos, comments and people, which are handed to it here."""
    return Bench(parts.ids, parts.door, parts.limits, _Judged(parts).subjects())


class _Judged:
    """What the domains above moderation do for it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._telling = telling_of(parts)
        self._relations = relations_of(parts)
        self._pen = Pen(parts.signals, parts.door)

    def subjects(self) -> Subjects:
        return Subjects(self.find, self.show, self.remove, self.restrict, self.admit, self.reported)

    async def find(self, tx: Transaction, person: PersonId, subject: Subject) -> None:
        kind, number = subject
        if kind == "video":
            await seen_item(tx, self._relations, person, ItemId(number))
        elif kind == "comment":
            row = await comment(tx, person, CommentId(number))
            await seen_item(tx, self._relations, person, row.item_id)
        elif not await faces(tx, [PersonId(number)]):
            raise NotFoundError("That person is not there.")

    async def show(
        self, tx: Transaction, moderator: PersonId, subjects: Mapping[Subject, By], *, deciding: bool
    ) -> Mapping[Subject, Shown]:
        found: dict[Subject, Shown] = {}
        read = cards_to_judge if deciding else cards_of
        videos = [ItemId(number) for kind, number in subjects if kind == "video"]
        for seen in await read(tx, moderator, videos, self._relations):
            subject: Subject = ("video", seen[0].item_id)
            card = await with_words_in_case(tx, self._parts.door, subjects[subject], seen) if deciding else seen[1]
            found[subject] = Shown(card=msgspec.Raw(msgspec.json.encode(card)))
        for person, face in (await faces(tx, [PersonId(n) for kind, n in subjects if kind == "person"])).items():
            found["person", person] = Shown(person=face.shape())
        # Read as nobody, so that nobody escapes a moderator by blocking them.
        rows = await comments_by_ids(tx, PersonId(0), [CommentId(n) for kind, n in subjects if kind == "comment"])
        people = await faces(tx, [row.person_id for row in rows])
        reader = Viewer(moderator, self._parts.region, "")
        for shape in comment_shapes(rows, people, reader, moderator):
            found["comment", int(shape.id)] = Shown(comment=msgspec.Raw(msgspec.json.encode(shape)))
        return found

    async def remove(self, tx: Transaction, subject: Subject) -> None:
        kind, number = subject
        if kind == "video":
            await remove(tx, self._pen, ItemId(number))
        elif kind == "comment":
            rows = await comments_by_ids(tx, PersonId(0), [CommentId(number)])
            for row in rows:
                await delete_comment(tx, row)
        else:
            await self._remove_all(tx, PersonId(number))
        await enqueue_wipe(tx, self._parts.jobs)

    async def restrict(self, tx: Transaction, subject: Subject) -> None:
        await restrict(tx, self._parts.signals, ItemId(subject[1]))

    async def admit(self, tx: Transaction, subject: Subject) -> None:
        await admit(tx, self._parts.signals, ItemId(subject[1]))

    async def _remove_all(self, tx: Transaction, person: PersonId) -> None:
        # Each turn takes a page of what is published; what is removed is on no later page.
        while rows := (await items_of_person(tx, person, None)).rows:
            for item in rows:
                await remove(tx, self._pen, item)

    async def reported(self, tx: Transaction, person: PersonId, subject: Subject) -> None:
        kind, number = subject
        if kind == "video":
            await hide(tx, person, "item", number)
            await self._telling.event(person, EventKind.REPORTED, number)
        elif kind == "person":
            await hide(tx, person, "person", number)
            await self._telling.event(person, EventKind.HID_CREATOR, other=PersonId(number))
        else:
            # A comment tells the engine nothing; lists leave out what their reader reported.
            return
        await self._telling.relation_changed(tx, person)
