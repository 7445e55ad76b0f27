"""Fills an instance with the samples, through the same functions as everybody's posts; all say that they are samples.

Doing it again goes on where it stopped: accounts are known by handle, clips by caption.
"""

import asyncio
import shutil
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anyio.to_thread import run_sync

from plainview.accounts.ages import AgeBand
from plainview.accounts.faces import Face, faces_of_handles
from plainview.accounts.persons import Edit, NewPerson, edit_profile, open_account
from plainview.accounts.pictures import change_picture
from plainview.catalog.items import own_item, publish
from plainview.catalog.samples import mark_sample, sample_captions
from plainview.catalog.wording import Pen, Wording
from plainview.demo.catalogue import Catalogue, SampleAccount, SampleClip, catalogue
from plainview.demo.portrait import portrait
from plainview.demo.render import call_off, render_many
from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import AssetId, CommentId, ItemId, PersonId, UploadId
from plainview.media.assets import assets_of_items
from plainview.media.captions import put_captions
from plainview.media.uploads import Upload, expiry, open_upload
from plainview.ports.database import Transaction
from plainview.ports.event_log import Event
from plainview.server.posting import uploads_of
from plainview.server.routes import desk_of
from plainview.settings import Settings
from plainview.social.comments import NewComment, add_comment
from plainview.social.follows import follow
from plainview.social.notices import Notices
from plainview.social.telling import Telling
from plainview.wiring import Parts, wire

NODE = 63
RENDERERS = 2
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What an instance holds of the samples afterwards."""

    clips: int
    accounts: int


def fill(settings: Settings, count: int | None, progress: Progress) -> Made:
    """Make the samples, at most `count` clips of them, and post each as soon as it is drawn.

    Raises:
        CalledOffError: SIGTERM or SIGINT came, and what was drawn has ended.
        UnavailableError: the database or a warden went away.
    """
    try:
        return asyncio.run(_fill(settings, count, progress))
    except UnavailableError as error:
        fault = f"{error.detail} Once it answers again, `plainview demo` goes on where it stopped."
        raise UnavailableError(fault) from error


async def _fill(settings: Settings, count: int | None, progress: Progress) -> Made:
    samples = catalogue()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, call_off)
    async with wire(settings, settings.database_urls(), NODE) as parts:
        seeder = Seeder(parts, samples)
        people = await seeder.add_accounts()
        posted = await seeder.add_clips(people, samples.clips[:count], progress)
        return Made(posted, len(people))


class Seeder:
    """Posts the samples into one instance."""

    def __init__(self, parts: Parts, samples: Catalogue) -> None:
        self._parts = parts
        self._samples = samples
        self._uploads = uploads_of(parts)
        self._drawn = parts.settings.data / "samples"

    async def add_accounts(self) -> dict[str, Face]:
        """Open the accounts that are missing, with pictures and follows; all of them by handle."""
        handles = [account.handle for account in self._samples.accounts]
        async with self._parts.database.transaction(self._parts.region) as tx:
            known = await faces_of_handles(tx, handles)
            new = [account for account in self._samples.accounts if account.handle.lower() not in known]
            for account in new:
                await self._open(tx, account)
            people = await faces_of_handles(tx, handles)
            notices = Notices(self._parts.ids, self._parts.signals)
            telling = Telling(self._parts.ids, self._parts.signals, self._log)
            for account in new:
                for other in account.follows:
                    await follow(tx, telling, notices, people[account.handle.lower()].person_id, people[other.lower()])
        return people

    async def _log(self, events: Sequence[Event]) -> None:
        await self._parts.living.log.append(self._parts.region, events)

    async def _open(self, tx: Transaction, account: SampleAccount) -> None:
        person = PersonId(self._parts.ids.next())
        new = NewPerson(person, account.handle, account.name, AgeBand.ADULT, sample=True)
        await open_account(tx, self._parts.door, new)
        await edit_profile(tx, person, Edit(bio=account.bio))
        picture = await run_sync(portrait, account.handle, account.palette)
        await change_picture(desk_of(self._parts), tx, person, await self._parts.portraits.make(picture))

    async def add_clips(self, people: dict[str, Face], clips: Sequence[SampleClip], progress: Progress) -> int:
        """Draw and post the clips that are missing; how many there are in all."""
        self._drawn.mkdir(parents=True, exist_ok=True)
        missing = await self._missing(people, clips)
        done = len(clips) - len(missing)
        progress("drawing", done, len(clips))
        drawing = render_many([(clip.recipe, self._drawn / clip.name) for clip in missing], RENDERERS)
        try:
            while (drawn := await run_sync(next, drawing, None)) is not None:
                place, path = drawn
                await self._post(people, missing[place], path)
                path.unlink()
                done += 1
                progress(missing[place].recipe.kind, done, len(clips))
        finally:
            await run_sync(drawing.close)
        shutil.rmtree(self._drawn, ignore_errors=True)
        return done

    async def _missing(self, people: dict[str, Face], clips: Sequence[SampleClip]) -> list[SampleClip]:
        async with self._parts.database.transaction(self._parts.region) as tx:
            known = {handle: await sample_captions(tx, face.person_id) for handle, face in people.items()}
        return [clip for clip in clips if clip.post not in known[clip.handle.lower()]]

    async def _post(self, people: dict[str, Face], clip: SampleClip, path: Path) -> None:
        """Post one clip as its account would: upload, caption, publish; then what others say of it."""
        new, person = self._parts.ids.next, people[clip.handle.lower()].person_id
        length = (await run_sync(path.stat)).st_size
        place = (person, UploadId(new()), AssetId(new()), ItemId(new()))
        upload = Upload(*place, length, complete=False, expires_at=expiry(1))
        spool = self._uploads.desk.spool
        async with self._parts.database.transaction(self._parts.region) as tx:
            await open_upload(tx, upload, len(self._samples.clips))
            await self._uploads.drafts.open(tx, person, upload.item_id, upload.asset_id)
            await run_sync(spool.create, upload.upload_id)
            await run_sync(shutil.copyfile, path, spool.path(upload.upload_id))
            await self._uploads.desk.take_in(tx, upload)
            item = await own_item(tx, person, upload.item_id)
            wording = Wording(clip.post, "public", allow_comments=True, allow_reuse=True, language=clip.language)
            await mark_sample(tx, upload.item_id)
            await publish(tx, self._parts.signals, item)
            await Pen(self._parts.signals, self._parts.door).save(tx, replace(item.worded(), published=True), wording)
            await self._add_captions(tx, clip, upload.item_id)
            await self._comment(tx, people, clip, upload.item_id)
        await self._uploads.desk.clear(upload)

    async def _add_captions(self, tx: Transaction, clip: SampleClip, item: ItemId) -> None:
        """Give one clip its caption files, as its owner's studio would."""
        for language, file in clip.caption_files.items():
            asset = (await assets_of_items(tx, [item]))[item]
            await put_captions(tx, self._parts.objects, asset, language, await run_sync(file.read_bytes))

    async def _comment(self, tx: Transaction, people: dict[str, Face], clip: SampleClip, item: ItemId) -> None:
        for remark in self._samples.comments:
            if self._samples.clips[remark.clip] is clip:
                author = people[remark.handle.lower()].person_id
                number = CommentId(self._parts.ids.next())
                await add_comment(tx, NewComment(number, item, author, None, remark.text, sample=True))
