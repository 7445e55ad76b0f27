"""Words that are their owner's alone: sealed wherever they lie, opened for the owner with an entry, else for nobody."""

import asyncio
from pathlib import Path
from typing import Any

import psycopg
import pytest

from plainview.catalog.removing import restore
from plainview.catalog.wording import Pen, seal_what_lies_open
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.door import SERVER, By
from plainview.wiring import Parts
from plainview.worker import all_tasks, workshop_of
from plainview_verifier import verify
from tests.catalog.test_posting import DETAILS, make_playable, publish, upload
from tests.guarding import publish as checkpoint
from tests.server.fixtures import Client, SignedUp, become, moderator, sign_up

pytestmark = pytest.mark.anyio
SECRET = "Nobody shall read of #zanzibar but @bob"
WORDS = (b"zanzibar", b"Nobody shall")


async def _lies(parts: Parts, item: str) -> dict[str, Any]:
    """All that the database holds about an item's words."""
    async with parts.database.transaction(parts.region) as tx:
        row = await (
            await tx.execute("SELECT caption, sealed_caption FROM items WHERE item_id = %s", (int(item),))
        ).fetchone()
        assert row is not None
        tags = await (await tx.execute("SELECT tag FROM item_tags WHERE item_id = %s", (int(item),))).fetchall()
        named = await (await tx.execute("SELECT handle FROM item_mentions WHERE item_id = %s", (int(item),))).fetchall()
    return {"open": row[0], "sealed": row[1], "tags": [each[0] for each in tags], "named": [each[0] for each in named]}


def _is_sealed(lies: dict[str, Any]) -> bool:
    assert lies["sealed"] is not None
    assert not any(word in lies["sealed"] for word in WORDS)
    return (lies["open"], lies["tags"], lies["named"]) == ("", [], [])


async def _drafts_opened(parts: Parts, warden: Path, person: str) -> list[str]:
    """For what the person's own words were opened so far, as their verified access log tells it."""
    await asyncio.to_thread(checkpoint, warden)
    reads = verify(await parts.door.proof(PersonId(int(person)), SERVER)).reads
    return [str(read["for"]) for read in reads if "drafts" in read["of"]]


async def test_a_drafts_words_lie_sealed_until_they_are_published_and_again_when_they_are_put_away(
    client: Client, parts: Parts
) -> None:
    bob, ann = await sign_up(client, "bob"), await sign_up(client, "ann")
    item = await upload(client)
    await make_playable(parts, item)
    draft = {**DETAILS, "caption": SECRET}
    saved = await client.put(f"/api/studio/{item}", json=draft)
    assert (saved.json()["caption"], saved.json()["state"]) == (SECRET, "draft")
    assert _is_sealed(await _lies(parts, item))

    assert (await client.post(f"/api/studio/{item}/publish", json=draft)).status_code == 200
    assert await _lies(parts, item) == {"open": SECRET, "sealed": None, "tags": ["zanzibar"], "named": ["bob"]}
    become(client, bob)
    card = (await client.get(f"/api/videos/{item}")).json()["card"]
    assert (card["caption"], card["edited"]) == (SECRET, False)

    become(client, ann)
    for visibility, sealed in (("only_me", True), ("followers", False), ("only_me", True), ("public", False)):
        changed = await client.put(f"/api/studio/{item}", json={**draft, "visibility": visibility})
        assert changed.json()["card"]["caption"] == SECRET, "its owner reads it however it lies"
        assert (await _lies(parts, item))["sealed"] is not None or not sealed
        assert not sealed or _is_sealed(await _lies(parts, item))
    assert (await _lies(parts, item))["tags"] == ["zanzibar"]
    become(client, bob)
    assert len((await client.get("/api/me/notices")).json()["notices"]) == 1, "told once, however often it is put away"


async def test_each_opening_of_own_words_is_an_entry_and_nobody_else_is_shown_them(
    client: Client, parts: Parts, warden: Path
) -> None:
    bob, ann = await sign_up(client, "bob"), await sign_up(client, "ann")
    item, _ = await publish(client, parts, caption=SECRET, visibility="only_me")
    before = len(await _drafts_opened(parts, warden, ann.person_id))
    shown = [
        (await client.get(f"/api/videos/{item}")).json()["card"],
        (await client.get("/api/people/ann/videos")).json()["cards"][0],
        (await client.get("/api/studio")).json()["drafts"][0]["card"],
    ]
    assert (await client.put(f"/api/videos/{item}/like")).status_code == 200
    shown += (await client.get("/api/me/liked")).json()["cards"]
    for card in shown:
        assert (card["caption"], card["hashtags"]) == (SECRET, ["zanzibar"])
        assert card["mentions"] == [{"handle": "bob", "id": bob.person_id}]
    opened = await _drafts_opened(parts, warden, ann.person_id)
    assert opened[before:] == ["account.own_view"] * 4
    exported = (await client.get("/api/me/export")).json()
    assert [each["caption"] for each in exported["videos"]] == [SECRET]
    assert (await _drafts_opened(parts, warden, ann.person_id))[before + 4 :] == ["subject.export"]
    for viewer in (bob, None):
        become(client, viewer)
        for path in (
            f"/api/videos/{item}",
            "/api/people/ann/videos",
            "/api/tags/zanzibar/videos",
            f"/@ann/video/{item}",
        ):
            answer = (await client.get(path)).content
            assert not any(word in answer for word in WORDS), path


async def test_the_media_of_a_draft_are_its_owners_whoever_knows_their_address(client: Client, parts: Parts) -> None:
    bob, ann = await sign_up(client, "bob"), await sign_up(client, "ann")
    item = await upload(client)
    asset = await make_playable(parts, item)
    vtt = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n"
    assert (await client.put(f"/api/videos/{item}/captions/en", content=vtt)).status_code == 200
    [captions] = [each for each in await parts.objects.keys(f"media/{asset}") if each.endswith(".vtt")]
    for path in ("master.m3u8", "video_360/seg_00000.m4s", "poster.webp", captions.partition(f"{asset}/")[2]):
        for viewer, status in ((ann, 200), (bob, 404), (None, 404)):
            become(client, viewer)
            answer = await client.get(f"/media/{asset}/{path}")
            assert answer.status_code == status, (path, viewer)
            assert status == 404 or answer.headers["cache-control"].startswith("private")


async def test_a_public_video_opens_nothing(client: Client, parts: Parts, warden: Path) -> None:
    await sign_up(client, "bob")
    ann = await sign_up(client, "ann")
    item, _ = await publish(client, parts)
    for path in (f"/api/videos/{item}", "/api/people/ann/videos", "/api/studio", f"/api/studio/{item}"):
        assert (await client.get(path)).status_code == 200
    assert await _drafts_opened(parts, warden, ann.person_id) == []


async def test_the_database_itself_refuses_a_drafts_words_in_the_open(client: Client, parts: Parts) -> None:
    await sign_up(client, "ann")
    item = await upload(client)
    for change in ("caption = 'open'", "caption = 'open', state = 'published', visibility = 'only_me'"):
        with pytest.raises(psycopg.errors.CheckViolation):
            async with parts.database.transaction(parts.region) as tx:
                await tx.execute(f"UPDATE items SET {change} WHERE item_id = %s".encode(), (int(item),))


@pytest.mark.parametrize("state", ["draft", "removed"])
async def test_what_an_older_version_left_open_is_sealed(client: Client, parts: Parts, state: str) -> None:
    await sign_up(client, "bob")
    await sign_up(client, "ann")
    item = await upload(client)
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("ALTER TABLE items DROP CONSTRAINT ck_items_owners_words_sealed")
        await tx.execute("UPDATE items SET caption = %s, state = %s WHERE item_id = %s", (SECRET, state, int(item)))
        await tx.execute("INSERT INTO item_tags (tag, item_id) VALUES ('zanzibar', %s)", (int(item),))
        assert await seal_what_lies_open(tx, parts.door) == 1
        assert await seal_what_lies_open(tx, parts.door) == 0
    assert _is_sealed(await _lies(parts, item))
    assert [each["caption"] for each in (await client.get("/api/me/export")).json()["videos"]] == [SECRET]


async def _verdict(client: Client, parts: Parts, subject: dict[str, str], reporter: SignedUp) -> list[dict[str, Any]]:
    """Remove what is reported by this person now; the reports that are open after it, as the moderator sees them."""
    become(client, reporter)
    reported = (await client.post("/api/reports", json={**subject, "reason": "hate", "text": ""})).json()["id"]
    become(client, await moderator(client, parts))
    wish = {"decision": "remove", "note": "Rule 3"}
    assert (await client.post(f"/api/moderation/reports/{reported}/verdict", json=wish)).status_code == 204
    return list((await client.get("/api/moderation/reports")).json()["reports"])


@pytest.mark.parametrize("visibility", ["public", "only_me"])
async def test_the_words_of_a_removed_video_lie_sealed_until_it_is_given_back(
    client: Client, parts: Parts, warden: Path, visibility: str
) -> None:
    bob, ann = await sign_up(client, "bob"), await sign_up(client, "ann")
    item, _ = await publish(client, parts, caption=SECRET)
    subject = {"kind": "video", "id": item}
    become(client, bob)
    assert (await client.post("/api/reports", json={**subject, "reason": "spam", "text": ""})).status_code == 201
    become(client, ann)
    await client.put(f"/api/studio/{item}", json={**DETAILS, "caption": SECRET, "visibility": visibility})
    await _verdict(client, parts, subject, ann)
    assert _is_sealed(await _lies(parts, item))
    become(client, ann)
    assert [each["caption"] for each in (await client.get("/api/me/export")).json()["videos"]] == [SECRET]
    before = await _drafts_opened(parts, warden, ann.person_id)
    assert before[-1] == "subject.export"

    pen = Pen(parts.signals, parts.door)
    async with parts.database.transaction(parts.region) as tx:
        assert await restore(tx, pen, ItemId(int(item)), By("staff:judge", "7"))
        assert not await restore(tx, pen, ItemId(int(item)), By("staff:judge", "7"))
    if visibility == "public":
        assert await _lies(parts, item) == {"open": SECRET, "sealed": None, "tags": ["zanzibar"], "named": ["bob"]}
        assert (await _drafts_opened(parts, warden, ann.person_id))[len(before) :] == ["moderation.case"]
    else:
        assert _is_sealed(await _lies(parts, item)), "they were its owner's alone before"
    assert (await client.get(f"/api/videos/{item}")).json()["card"]["caption"] == SECRET


async def test_a_moderator_who_must_decide_about_a_removed_video_reads_its_words_with_an_entry(
    client: Client, parts: Parts, warden: Path
) -> None:
    bob, ann = await sign_up(client, "bob"), await sign_up(client, "ann")
    item, asset = await publish(client, parts, caption=SECRET)
    become(client, bob)
    video = {"kind": "video", "id": item, "reason": "spam", "text": ""}
    assert (await client.post("/api/reports", json=video)).status_code == 201
    still_open = await _verdict(client, parts, {"kind": "person", "id": ann.person_id}, bob)
    assert _is_sealed(await _lies(parts, item))
    assert [each["card"]["caption"] for each in still_open] == [SECRET]
    assert await _drafts_opened(parts, warden, ann.person_id) == ["moderation.case"]
    assert (await client.get(f"/media/{asset}/poster.webp")).status_code == 200
    become(client, bob)
    assert (await client.get(f"/media/{asset}/poster.webp")).status_code == 404


async def test_nothing_is_left_of_the_words_of_a_deleted_video(client: Client, parts: Parts) -> None:
    await sign_up(client, "bob")
    await sign_up(client, "ann")
    item, asset = await publish(client, parts, caption=SECRET)
    vtt = b"WEBVTT\n\n00:01.000 --> 00:02.000\nzanzibar\n"
    assert (await client.put(f"/api/videos/{item}/captions/en", content=vtt)).status_code == 200
    assert (await client.delete(f"/api/videos/{item}")).status_code == 204
    async with parts.database.transaction(parts.region) as tx:
        for table in ("items", "item_tags", "item_mentions", "assets", "sounds"):
            number = "sound_id" if table == "sounds" else "item_id"
            rows = await tx.execute(f"SELECT 1 FROM {table} WHERE {number} = %s".encode(), (int(item),))
            assert await rows.fetchone() is None, table
        jobs = await tx.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'")
        names = {row[0] for row in await jobs.fetchall()}
    assert names >= {"media.erase", "privacy.wipe"}, "its files go, and what PostgreSQL leaves of deleted rows"
    await all_tasks(workshop_of(parts, parts.region), parts)["media.erase"](asset_id=str(asset))
    assert await parts.objects.keys(f"media/{asset}") == []
