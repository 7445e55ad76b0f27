"""Reports and verdicts over HTTP: sealed, judged once, in effect at once."""

import pytest

from plainview.catalog.card_cache import CARDS
from plainview.catalog.wording import Pen, Worded, Wording
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.event_log import EventKind
from plainview.wiring import Parts
from tests.server.fixtures import Client, SignedUp, become, moderator, sign_up
from tests.social.conftest import World

pytestmark = pytest.mark.anyio


async def _posted(client: Client, parts: Parts) -> tuple[SignedUp, ItemId]:
    owner = await sign_up(client, "olga")
    async with parts.database.transaction(parts.region) as tx:
        return owner, await World(parts.ids).item(tx, PersonId(int(owner.person_id)))


async def test_a_report_waits_sealed_and_is_judged_once_for_all(client: Client, parts: Parts) -> None:
    owner, item = await _posted(client, parts)
    wish = {"kind": "video", "id": str(item), "reason": "violence", "text": "It shows a fight."}
    reporters = [await sign_up(client, name) for name in ("ada", "bob")]
    for reporter in reporters:
        become(client, reporter)
        first = await client.post("/api/reports", json=wish)
        assert first.status_code == 201, first.text
        assert (await client.post("/api/reports", json=wish)).json() == first.json()
    assert (await client.get("/api/moderation/reports")).status_code == 403
    async with parts.database.transaction(parts.region) as tx:
        rows = await (await tx.execute("SELECT text FROM reports")).fetchall()
    assert len(rows) == 2
    assert all(b"fight" not in row[0] for row in rows)

    judge = await moderator(client, parts)
    queue = (await client.get("/api/moderation/reports")).json()["reports"]
    assert [(row["count"], row["text"], row["reason"]) for row in queue] == [(2, "It shows a fight.", "violence")]
    assert queue[0]["card"]["id"] == str(item)
    path = f"/api/moderation/reports/{queue[0]['id']}/verdict"
    assert (await client.post(path, json={"decision": "remove", "note": "Rule 3"})).status_code == 204
    assert (await client.post(path, json={"decision": "keep", "note": ""})).status_code == 409
    assert (await client.get("/api/moderation/reports")).json()["reports"] == []
    assert len((await client.get("/api/moderation/reports?state=closed")).json()["reports"]) == 1
    for person in (owner, judge, reporters[0], None):
        become(client, person)
        assert (await client.get(f"/api/videos/{item}")).status_code == 404


async def test_what_was_decided_stands_with_its_reason_and_its_moderator(client: Client, parts: Parts) -> None:
    _, item = await _posted(client, parts)
    await sign_up(client, "ada")
    wish = {"kind": "video", "id": str(item), "reason": "spam"}
    assert (await client.post("/api/reports", json=wish)).status_code == 201
    judge = await moderator(client, parts)
    [row] = (await client.get("/api/moderation/reports")).json()["reports"]
    assert row["verdict"] is None
    path = f"/api/moderation/reports/{row['id']}/verdict"
    assert (await client.post(path, json={"decision": "keep", "note": "An advert, marked as one."})).status_code == 204

    [decided] = (await client.get("/api/moderation/reports?state=closed")).json()["reports"]
    said = decided["verdict"]
    assert (said["decision"], said["note"], said["by"]) == ("keep", "An advert, marked as one.", judge.handle)
    assert said["at_ms"] >= decided["created_at_ms"]
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("UPDATE verdicts SET person_id = 0")
    [decided] = (await client.get("/api/moderation/reports?state=closed")).json()["reports"]
    assert decided["verdict"]["by"] is None, "who decided is forgotten with their account"


async def test_nobody_judges_what_they_reported_themselves(client: Client, parts: Parts) -> None:
    _, item = await _posted(client, parts)
    await sign_up(client, "ada")
    wish = {"kind": "video", "id": str(item), "reason": "spam"}
    assert (await client.post("/api/reports", json=wish)).status_code == 201
    await moderator(client, parts)
    [row] = (await client.get("/api/moderation/reports")).json()["reports"]
    assert not row["is_own"]
    assert (await client.post("/api/reports", json=wish)).status_code == 201
    [row] = (await client.get("/api/moderation/reports")).json()["reports"]
    assert row["is_own"], "so that the screen offers no decision that would be refused"
    refused = await client.post(f"/api/moderation/reports/{row['id']}/verdict", json={"decision": "remove"})
    assert (refused.status_code, refused.json()["code"]) == (409, "own_report")
    assert len((await client.get("/api/moderation/reports")).json()["reports"]) == 1


async def test_a_removed_comment_is_gone(client: Client, parts: Parts) -> None:
    _, item = await _posted(client, parts)
    await sign_up(client, "troll")
    said = (await client.post(f"/api/videos/{item}/comments", json={"text": "Something vile"})).json()
    become(client, None)
    wish = {"kind": "comment", "id": said["id"], "reason": "hate"}
    assert (await client.post("/api/reports", json=wish)).status_code == 201, "guests may report"
    await moderator(client, parts)
    queue = (await client.get("/api/moderation/reports")).json()["reports"]
    assert queue[0]["comment"]["text"] == "Something vile"
    verdict = await client.post(f"/api/moderation/reports/{queue[0]['id']}/verdict", json={"decision": "remove"})
    assert verdict.status_code == 204
    assert (await client.get(f"/api/videos/{item}/comments")).json()["comments"] == []


async def test_what_is_not_there_cannot_be_reported(client: Client) -> None:
    await sign_up(client, "ada")
    for kind in ("video", "comment", "person"):
        assert (await client.post("/api/reports", json={"kind": kind, "id": "12", "reason": "spam"})).status_code == 404
    assert (await client.post("/api/reports", json={"kind": "planet", "id": "1", "reason": "spam"})).status_code == 400


@pytest.mark.parametrize("hidden", ["followers", "only_me", "private", "blocked"])
async def test_a_moderator_sees_a_hidden_video_while_they_must_decide_and_no_longer(
    client: Client, parts: Parts, hidden: str
) -> None:
    owner, item = await _posted(client, parts)
    await sign_up(client, "ada")
    wish = {"kind": "video", "id": str(item), "reason": "illegal"}
    assert (await client.post("/api/reports", json=wish)).status_code == 201
    judge = await moderator(client, parts)
    async with parts.database.transaction(parts.region) as tx:
        if hidden == "private":
            await tx.execute("UPDATE persons SET is_private = true WHERE handle = 'olga'")
        elif hidden == "blocked":
            await tx.execute("INSERT INTO blocks VALUES (%s, %s)", (int(owner.person_id), int(judge.person_id)))
        else:
            own = Worded(item, PersonId(int(owner.person_id)), published=True, shown="")
            wording = Wording("Of #roses", hidden, allow_comments=True, allow_reuse=True, language=None)  # type: ignore[arg-type]
            await Pen(parts.signals, parts.door).save(tx, own, wording)
        row = await (await tx.execute("SELECT asset_id FROM items")).fetchone()
    assert row is not None
    CARDS.clear()
    await parts.objects.put(f"media/{row[0]}/poster.webp", b"RIFF")
    [waiting] = (await client.get("/api/moderation/reports")).json()["reports"]
    assert waiting["card"]["id"] == str(item)
    assert (waiting["card"]["caption"], hidden) in {("", "private"), ("", "blocked"), ("Of #roses", hidden)}
    poster = waiting["card"]["video"]["poster"]
    is_open = hidden == "blocked"  # Streams of what is for everybody are for everybody.
    assert (await client.get(poster)).status_code == 200
    assert (await client.get(f"/api/videos/{item}")).status_code == 404, "the report opens no other door"
    become(client, None)
    assert (await client.get(poster)).status_code == (200 if is_open else 404)
    become(client, judge)
    path = f"/api/moderation/reports/{waiting['id']}/verdict"
    assert (await client.post(path, json={"decision": "keep"})).status_code == 204
    assert (await client.get(poster)).status_code == (200 if is_open else 404)
    [closed] = (await client.get("/api/moderation/reports?state=closed")).json()["reports"]
    assert closed["card"] is None


async def test_nobody_escapes_a_moderator_by_blocking_them(client: Client, parts: Parts) -> None:
    _, item = await _posted(client, parts)
    troll = await sign_up(client, "troll")
    said = (await client.post(f"/api/videos/{item}/comments", json={"text": "Something vile"})).json()
    await sign_up(client, "ada")
    assert (
        await client.post("/api/reports", json={"kind": "comment", "id": said["id"], "reason": "hate"})
    ).status_code == 201
    judge = await moderator(client, parts)
    become(client, troll)
    assert (await client.put("/api/people/judge/block")).status_code == 204
    become(client, judge)
    [row] = (await client.get("/api/moderation/reports")).json()["reports"]
    assert row["comment"]["text"] == "Something vile"


async def test_a_comment_is_not_shown_any_more_to_who_reported_it(client: Client, parts: Parts) -> None:
    _, item = await _posted(client, parts)
    troll = await sign_up(client, "troll")
    path = f"/api/videos/{item}/comments"
    vile = (await client.post(path, json={"text": "Something vile"})).json()
    reply = (await client.post(path, json={"text": "And more", "parent_id": vile["id"]})).json()
    ada = await sign_up(client, "ada")
    kind = (await client.post(path, json={"text": "Something kind"})).json()

    async def shown() -> list[str]:
        replies = (await client.get(f"/api/comments/{vile['id']}/replies")).json()["comments"]
        return [each["id"] for each in [*(await client.get(path)).json()["comments"], *replies]]

    assert await shown() == [kind["id"], vile["id"], reply["id"]]
    for comment, left in ((reply, [kind, vile]), (vile, [kind]), (kind, [kind])):
        wish = {"kind": "comment", "id": comment["id"], "reason": "hate"}
        first = await client.post("/api/reports", json=wish)
        assert first.status_code == 201, "one's own comment stays in one's sight, even reported"
        assert (await client.post("/api/reports", json=wish)).json() == first.json()
        assert await shown() == [each["id"] for each in left]
    for other in (troll, None):
        become(client, other)
        assert len(await shown()) == 3, "for others nothing changed yet"
    await moderator(client, parts)
    for row in (await client.get("/api/moderation/reports")).json()["reports"]:
        answer = await client.post(f"/api/moderation/reports/{row['id']}/verdict", json={"decision": "keep"})
        assert answer.status_code == 204
    become(client, ada)
    assert await shown() == [kind["id"]], "it was right to stay, and yet she asked not to read it"


async def test_the_engine_hears_of_reports_of_videos_only(client: Client, parts: Parts) -> None:
    _, item = await _posted(client, parts)
    said = (await client.post(f"/api/videos/{item}/comments", json={"text": "Well"})).json()
    await sign_up(client, "ada")
    for kind, number in (("comment", said["id"]), ("video", str(item))):
        wish = {"kind": kind, "id": number, "reason": "spam"}
        assert (await client.post("/api/reports", json=wish)).status_code == 201
    events = [each.event async for each in parts.living.log.read(parts.region)]
    assert [each.item_id for each in events if each.kind is EventKind.REPORTED] == [item]
