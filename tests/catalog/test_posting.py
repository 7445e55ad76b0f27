"""The catalog over HTTP: from a draft to a published video, who sees it, and what is left when it is deleted."""

import asyncio
from collections.abc import Iterator

import pytest

from plainview.catalog.card_cache import CARDS
from plainview.catalog.item_facts import item_facts
from plainview.engine.said import said
from plainview.kernel.ids import AssetId, ItemId
from plainview.kernel.time import now, to_ms
from plainview.media.assets import change_asset
from plainview.ports.engine import PageRequest
from plainview.ports.transcoder import CONTENT_NUMBERS
from plainview.wiring import Parts
from tests.server.fixtures import Client, become, sign_up

pytestmark = pytest.mark.anyio
TUS = {"Tus-Resumable": "1.0.0"}
DETAILS = {"caption": "Hello #Été @bob", "visibility": "public", "allow_comments": True, "allow_reuse": False}
SEGMENT = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    CARDS.clear()
    yield
    CARDS.clear()


async def upload(client: Client, content: bytes = b"x" * 100) -> str:
    made = await client.post("/api/uploads", headers={**TUS, "Upload-Length": str(len(content))})
    assert made.status_code == 201, made.text
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    sent = await client.patch(made.headers["location"], content=content, headers=headers)
    assert sent.status_code == 204, sent.text
    return str(made.headers["plainview-item"])


async def make_playable(parts: Parts, item: str) -> AssetId:
    """What the worker would have done."""
    async with parts.database.transaction(parts.region) as tx:
        row = await (await tx.execute("SELECT asset_id FROM assets WHERE item_id = %s", (int(item),))).fetchone()
        assert row is not None
        asset = AssetId(row[0])
        strip = {
            "file": "strip.webp",
            "tile_width": 90,
            "tile_height": 160,
            "columns": 5,
            "count": 9,
            "interval_ms": 1000,
        }
        facts = {"duration_ms": 9000, "width": 1080, "height": 1920, "has_sound": True, "strip": strip}
        await change_asset(tx, asset, state="ready", percent=100, playable=True, placeholder="data:,", **facts)
        await parts.signals.send(tx, "item.changed", item_id=int(item))
    for name, content in {
        "master.m3u8": b"#EXTM3U\nvideo_360/index.m3u8\n",
        "video_360/seg_00000.m4s": SEGMENT,
        "poster.webp": b"RIFF",
    }.items():
        await parts.objects.put(f"media/{asset}/{name}", content)
    await asyncio.sleep(0.05)
    return asset


async def publish(client: Client, parts: Parts, **changes: object) -> tuple[str, AssetId]:
    item = await upload(client)
    asset = await make_playable(parts, item)
    done = await client.post(f"/api/studio/{item}/publish", json={**DETAILS, **changes})
    assert done.status_code == 200, done.text
    return item, asset


async def cards(client: Client, path: str) -> list[str]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return [card["id"] for card in answer.json()["cards"]]


async def test_a_draft_becomes_a_video_that_others_see(client: Client, parts: Parts) -> None:
    bob = await sign_up(client, "bob")
    ann = await sign_up(client, "ann")
    item = await upload(client)
    draft = (await client.get(f"/api/studio/{item}")).json()
    assert (draft["state"], draft["card"], draft["processing"]["state"]) == ("draft", None, "waiting")
    early = await client.post(f"/api/studio/{item}/publish", json=DETAILS)
    assert (early.json()["state"], early.json()["card"]) == ("published", None)
    become(client, bob)
    assert (await client.get(f"/api/videos/{item}")).status_code == 404, "it cannot be played yet"
    asset = await make_playable(parts, item)
    card = (await client.get(f"/api/videos/{item}")).json()["card"]
    assert (card["hashtags"], card["mentions"]) == (["été"], [{"handle": "bob", "id": bob.person_id}])
    assert card["video"]["playlist"] == f"/media/{asset}/master.m3u8"
    assert card["video"]["strip"]["url"] == f"/media/{asset}/strip.webp"
    assert card["you"] == {"liked": False, "saved": False, "follows": "no", "self": False}
    assert card["counts"] == {"views": 0, "likes": 0, "comments": 0, "shares": 0, "saves": 0}
    assert await cards(client, "/api/people/ann/videos") == [item]
    assert await cards(client, "/api/tags/%C3%89t%C3%A9/videos") == [item]
    notices = (await client.get("/api/me/notices")).json()["notices"]
    assert [(each["kind"], each["actor"]["handle"]) for each in notices] == [("mention", "ann")]
    become(client, ann)
    assert (await client.get("/api/people/ann")).json()["videos"] == 1
    assert [each["item_id"] for each in (await client.get("/api/studio")).json()["drafts"]] == [item]


async def test_the_engine_is_told_what_a_video_looks_and_sounds_like(client: Client, parts: Parts) -> None:
    await sign_up(client, "ada")
    item, asset = await publish(client, parts)
    async with parts.database.transaction(parts.region) as tx:
        before = await item_facts(tx, ItemId(int(item)))
        await change_asset(tx, asset, content=bytes(range(CONTENT_NUMBERS)))
        after = await item_facts(tx, ItemId(int(item)))
    assert before is not None
    assert after is not None
    assert (before.features, after.features) == (None, bytes(range(CONTENT_NUMBERS)))


async def test_edits_show_at_once_and_tell_only_new_people(client: Client, parts: Parts) -> None:
    bob = await sign_up(client, "bob")
    await sign_up(client, "ann")
    item, _ = await publish(client, parts)
    assert (await client.get(f"/api/videos/{item}")).json()["card"]["edited"] is False
    edited = await client.put(
        f"/api/studio/{item}", json={**DETAILS, "caption": "Now #rain with @bob", "language": "en"}
    )
    assert edited.json()["caption"] == "Now #rain with @bob"
    card = (await client.get(f"/api/videos/{item}")).json()["card"]
    assert (card["hashtags"], card["edited"], card["language"]) == (["rain"], True, "en")
    assert await cards(client, "/api/tags/%C3%A9t%C3%A9/videos") == []
    become(client, bob)
    assert len((await client.get("/api/me/notices")).json()["notices"]) == 1


@pytest.mark.parametrize("visibility", ["followers", "only_me"])
async def test_what_is_not_for_everybody_is_hidden_with_its_streams(
    client: Client, parts: Parts, visibility: str
) -> None:
    bob = await sign_up(client, "bob")
    ann = await sign_up(client, "ann")
    item, asset = await publish(client, parts, visibility=visibility)
    mine = await client.get(f"/media/{asset}/poster.webp")
    assert (mine.status_code, mine.headers["cache-control"].split(",")[0]) == (200, "private")
    for viewer in (bob, None):
        become(client, viewer)
        assert (await client.get(f"/api/videos/{item}")).status_code == 404
        assert (await client.get(f"/media/{asset}/poster.webp")).status_code == 404
        assert await cards(client, "/api/people/ann/videos") == []
        assert await cards(client, "/api/tags/%C3%A9t%C3%A9/videos") == []
    become(client, bob)
    await client.put("/api/people/ann/follow")
    expected = 200 if visibility == "followers" else 404
    assert (await client.get(f"/api/videos/{item}")).status_code == expected
    assert (await client.get(f"/media/{asset}/poster.webp")).status_code == expected
    become(client, ann)
    await client.put(f"/api/studio/{item}", json={**DETAILS, "visibility": "public"})
    await asyncio.sleep(0.05)
    become(client, None)
    opened = await client.get(f"/media/{asset}/poster.webp")
    assert (opened.status_code, opened.headers["cache-control"].split(",")[0]) == (200, "public")


async def test_a_private_account_hides_at_once_what_it_posted_in_public(client: Client, parts: Parts) -> None:
    ann, fan = await sign_up(client, "ann"), await sign_up(client, "fan")
    await client.put("/api/people/ann/follow")
    become(client, ann)
    item, asset = await publish(client, parts, caption="Hello #rain")
    await asyncio.sleep(0.1)
    ranker = parts.living.learner.ranker

    async def seen() -> set[bool]:
        return {
            (await client.get(f"/media/{asset}/poster.webp")).status_code == 200,
            (await client.get(f"/api/videos/{item}")).status_code == 200,
            await cards(client, "/api/people/ann/videos") == [item],
            await cards(client, "/api/tags/rain/videos") == [item],
        }

    async def offered() -> bool:
        page = await ranker.page(PageRequest(now_ms=to_ms(now()), size=20))
        return int(item) in [place.item for place in page.items]

    for is_private in (False, True, False, True):
        become(client, ann)
        assert (await client.patch("/api/me", json={"is_private": is_private})).status_code == 200
        # No moment lies between: whoever made an account private may rely on it once that is answered.
        assert await offered() is not is_private
        assert await seen() == {True}
        become(client, fan)
        assert await seen() == {True}, "who was accepted goes on seeing it"
        become(client, None)
        assert await seen() == {not is_private}
        entries = (await client.get("/api/feed?size=20")).json()["entries"]
        assert [entry["card"]["id"] for entry in entries] == ([] if is_private else [item])


async def test_a_deleted_video_is_gone_at_once(client: Client, parts: Parts) -> None:
    await sign_up(client, "bob")
    await sign_up(client, "ann")
    item, asset = await publish(client, parts)
    assert (await client.get(f"/media/{asset}/video_360/seg_00000.m4s")).status_code == 200
    assert (await client.delete(f"/api/videos/{item}")).status_code == 204
    for path in (f"/media/{asset}/video_360/seg_00000.m4s", f"/api/videos/{item}", f"/api/studio/{item}"):
        assert (await client.get(path)).status_code == 404
    assert (await client.get("/api/people/ann")).json()["videos"] == 0
    async with parts.database.transaction(parts.region) as tx:
        jobs = await (
            await tx.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'media.erase'")
        ).fetchall()
        assert jobs == [({"asset_id": str(asset)},)]
        for table in ("items", "assets", "uploads", "item_tags", "item_mentions", "sounds"):
            assert await (await tx.execute(f"SELECT 1 FROM {table}")).fetchall() == []


async def test_only_its_owner_or_a_moderator_deletes_a_video(client: Client, parts: Parts) -> None:
    bob = await sign_up(client, "bob")
    await sign_up(client, "ann")
    item, _ = await publish(client, parts)
    become(client, bob)
    assert (await client.delete(f"/api/videos/{item}")).status_code == 404
    for call in (client.put, client.post):
        path = f"/api/studio/{item}" + ("" if call == client.put else "/publish")
        assert (await call(path, json=DETAILS)).status_code == 404
    assert (await client.post(f"/api/studio/{item}/retry")).status_code == 404
    assert (await client.put(f"/api/videos/{item}/captions/en", content=b"WEBVTT")).status_code == 404


async def test_a_wording_that_cannot_be_is_refused_in_words(client: Client, parts: Parts) -> None:
    await sign_up(client, "ann")
    item = await upload(client)
    long = await client.put(f"/api/studio/{item}", json={**DETAILS, "caption": "x" * 2_201})
    assert (long.status_code, list(long.json()["fields"])) == (422, ["caption"])
    for wrong in ({"visibility": "friends"}, {"language": "no such"}, {"caption": None}):
        assert (await client.put(f"/api/studio/{item}", json={**DETAILS, **wrong})).status_code in {400, 422}


async def test_captions_come_and_go(client: Client, parts: Parts) -> None:
    await sign_up(client, "ann")
    item, _ = await publish(client, parts)
    vtt = b"WEBVTT\n\nSTYLE\n::cue { color: red }\n\n1\n00:01.000 --> 00:02.000 align:start\n<b>Hi</b> <script>x\n"
    answer = await client.put(f"/api/videos/{item}/captions/en", content=vtt)
    [captions] = answer.json()["card"]["video"]["captions"]
    assert (captions["language"], captions["label"]) == ("en", "English")
    file = await client.get(captions["url"])
    assert file.text == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHi &lt;script>x\n"
    assert file.headers["content-type"].startswith("text/vtt")
    assert (await client.put(f"/api/videos/{item}/captions/en", content=b"1\n00:00")).status_code == 422
    gone = await client.delete(f"/api/videos/{item}/captions/en")
    assert gone.json()["card"]["video"]["captions"] == []
    assert (await client.get(captions["url"])).status_code == 404


async def test_the_engine_is_told_what_is_said_in_the_videos_own_language_while_captions_say_it(
    client: Client, parts: Parts
) -> None:
    await sign_up(client, "ann")
    item, _ = await publish(client, parts, language="de-CH")

    async def told(language: str, *words: str) -> bytes | None:
        """What the engine is told once these are the captions in that language."""
        cues = "".join(f"00:0{at}.000 --> 00:0{at + 1}.000\n{each}\n\n" for at, each in enumerate(words))
        place = f"/api/videos/{item}/captions/{language}"
        done = await (client.put(place, content=f"WEBVTT\n\n{cues}".encode()) if words else client.delete(place))
        assert done.status_code == 200
        async with parts.database.transaction(parts.region) as tx:
            facts = await item_facts(tx, ItemId(int(item)))
        assert facts is not None
        return facts.spoken

    assert await told("en", "The dough", "rests") == said("The dough rests")
    assert await told("de", "Der Teig ruht") == said("Der Teig ruht")
    assert await told("de", "Der Teig <b>geht</b>") == said("Der Teig geht")
    assert await told("de") == said("The dough rests")
    assert await told("en") is None


async def test_streams_are_served_in_parts_and_with_tags(client: Client, parts: Parts) -> None:
    await sign_up(client, "ann")
    _, asset = await publish(client, parts)
    become(client, None)
    place = f"/media/{asset}/video_360/seg_00000.m4s"
    whole = await client.get(place)
    assert (whole.content, whole.headers["content-type"]) == (SEGMENT, "video/iso.segment")
    assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
    part = await client.get(place, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, SEGMENT[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(SEGMENT)}"
    last = await client.get(place, headers={"Range": "bytes=-5"})
    assert last.content == SEGMENT[-5:]
    beyond = await client.get(place, headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(SEGMENT)}")
    assert (await client.get(place, headers={"If-None-Match": whole.headers["etag"]})).status_code == 304
    changed = await client.get(place, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert changed.status_code == 200
    head = await client.head(place)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(SEGMENT)))
    assert (await client.get(f"/media/{asset}/master.m3u8")).headers["cache-control"] == "public, no-cache"
    for wrong in ("../originals", "video_360/%2e%2e/x.m4s", "none.webp", "seg.exe", ".hidden.webp", "a/b/c.webp"):
        assert (await client.get(f"/media/{asset}/{wrong}")).status_code == 404
    assert (await client.get("/media/1/poster.webp")).status_code == 404


async def test_an_unfinished_upload_shows_in_the_studio_and_goes_with_its_draft(client: Client, parts: Parts) -> None:
    await sign_up(client, "ann")
    made = await client.post("/api/uploads", headers={**TUS, "Upload-Length": "100"})
    item = made.headers["plainview-item"]
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    await client.patch(made.headers["location"], content=b"x" * 40, headers=headers)
    draft = (await client.get(f"/api/studio/{item}")).json()
    assert (draft["processing"]["state"], draft["processing"]["percent"]) == ("uploading", 40)
    assert made.headers["location"].endswith(draft["upload_id"])
    assert (await client.delete(f"/api/videos/{item}")).status_code == 204
    assert (await client.head(made.headers["location"], headers=TUS)).status_code == 404


async def test_an_erased_account_leaves_no_video(client: Client, parts: Parts) -> None:
    await sign_up(client, "bob")
    await sign_up(client, "ann")
    _, asset = await publish(client, parts)
    assert (await client.request("DELETE", "/api/me", json={"handle": "ann"})).status_code == 204
    await asyncio.sleep(0.05)
    become(client, None)
    assert (await client.get(f"/media/{asset}/poster.webp")).status_code == 404
    async with parts.database.transaction(parts.region) as tx:
        for table in ("items", "assets", "uploads", "item_tags", "item_mentions", "sounds"):
            assert await (await tx.execute(f"SELECT 1 FROM {table}")).fetchall() == []
        jobs = await (await tx.execute("SELECT 1 FROM procrastinate_jobs WHERE task_name = 'media.erase'")).fetchall()
        assert len(jobs) == 1
