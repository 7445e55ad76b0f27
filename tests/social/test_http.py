"""Social over HTTP: what people see when they like, comment, follow and block."""

import pytest

from plainview.kernel.ids import ItemId, PersonId
from plainview.wiring import Parts
from tests.server.fixtures import Client, SignedUp, become, sign_up
from tests.social.conftest import World

pytestmark = pytest.mark.anyio


async def _post(parts: Parts, owner: SignedUp, visibility: str = "public") -> ItemId:
    async with parts.database.transaction(parts.region) as tx:
        return await World(parts.ids).item(tx, PersonId(int(owner.person_id)), visibility)


async def test_a_like_is_counted_and_told(client: Client, parts: Parts) -> None:
    owner = await sign_up(client, "olga")
    item = await _post(parts, owner)
    await sign_up(client, "fan")
    assert (await client.put(f"/api/videos/{item}/like")).json() == {"liked": True, "likes": 1}
    assert (await client.put(f"/api/videos/{item}/save")).json() == {"saved": True, "saves": 1}
    liked = (await client.get("/api/me/liked")).json()
    assert [card["id"] for card in liked["cards"]] == [str(item)]
    assert liked["cards"][0]["you"] == {"liked": True, "saved": True, "follows": "no", "self": False}
    become(client, owner)
    notices = (await client.get("/api/me/notices")).json()
    assert notices["unread"] == 1
    assert notices["notices"][0]["actor"]["handle"] == "fan"
    assert notices["notices"][0]["poster"].endswith("poster.webp")
    assert (await client.post("/api/me/notices/read")).status_code == 204
    assert (await client.get("/api/me/notices")).json()["unread"] == 0


async def test_a_talk_under_a_video(client: Client, parts: Parts) -> None:
    owner = await sign_up(client, "olga")
    item = await _post(parts, owner)
    fan = await sign_up(client, "fan")
    first = await client.post(f"/api/videos/{item}/comments", json={"text": " Lovely, @olga! "})
    assert first.status_code == 201, first.text
    assert first.json()["text"] == "Lovely, @olga!"
    assert first.json()["you"] == {"liked": False, "own": True, "may_delete": True}
    become(client, owner)
    reply = await client.post(f"/api/videos/{item}/comments", json={"text": "Thanks", "parent_id": first.json()["id"]})
    assert reply.json()["parent_id"] == first.json()["id"]
    deeper = await client.post(
        f"/api/videos/{item}/comments", json={"text": "And more", "parent_id": reply.json()["id"]}
    )
    assert deeper.json()["parent_id"] == first.json()["id"], "there is one level of replies"
    kinds = [notice["kind"] for notice in (await client.get("/api/me/notices")).json()["notices"]]
    assert kinds == ["comment"], "a mention of the owner is told once, as a comment"
    assert (await client.patch(f"/api/comments/{first.json()['id']}", json={"text": "x"})).status_code == 403
    become(client, fan)
    assert [n["kind"] for n in (await client.get("/api/me/notices")).json()["notices"]] == ["reply"]
    edited = await client.patch(f"/api/comments/{first.json()['id']}", json={"text": "Better"})
    assert (edited.json()["text"], edited.json()["edited"]) == ("Better", True)
    become(client, None)
    page = (await client.get(f"/api/videos/{item}/comments")).json()
    assert [comment["replies"] for comment in page["comments"]] == [2]
    replies = (await client.get(f"/api/comments/{first.json()['id']}/replies")).json()
    assert [comment["text"] for comment in replies["comments"]] == ["Thanks", "And more"]
    assert (await client.delete(f"/api/comments/{first.json()['id']}")).status_code == 401
    become(client, owner)
    assert (await client.delete(f"/api/comments/{first.json()['id']}")).status_code == 204
    assert (await client.get(f"/api/videos/{item}/comments")).json() == {"comments": [], "next": None}


async def test_a_comment_whose_answer_was_lost_is_said_once(client: Client, parts: Parts) -> None:
    item = await _post(parts, await sign_up(client, "olga"))
    fan = await sign_up(client, "fan")
    path, words = f"/api/videos/{item}/comments", {"text": "Lovely"}
    first = (await client.post(path, json=words)).json()["id"]
    again = {**words, "text": " Lovely ", "again": True}
    assert [(await client.post(path, json=again)).json()["id"] for _ in range(2)] == [first, first]
    reply = (await client.post(path, json={**again, "parent_id": first})).json()
    assert reply["id"] != first, "the same words as an answer to something are others"
    assert (await client.post(path, json=words)).json()["id"] != first, "who says it twice says it twice"
    await sign_up(client, "other")
    assert (await client.post(path, json=again)).json()["you"]["own"], "and another's words are not theirs"
    become(client, fan)
    assert len((await client.get(path)).json()["comments"]) == 3


async def test_a_notice_leads_to_the_comment_that_it_tells_of(client: Client, parts: Parts) -> None:
    owner = await sign_up(client, "olga")
    item = await _post(parts, owner)
    fan = await sign_up(client, "fan")
    said = (await client.post(f"/api/videos/{item}/comments", json={"text": "Lovely"})).json()
    become(client, owner)
    [notice] = (await client.get("/api/me/notices")).json()["notices"]
    assert (notice["kind"], notice["comment_id"], notice["comment"]) == ("comment", said["id"], "Lovely")
    assert (await client.get(f"/api/comments/{notice['comment_id']}")).json()["author"]["handle"] == "fan"
    become(client, fan)
    assert (await client.delete(f"/api/comments/{said['id']}")).status_code == 204
    become(client, owner)
    assert (await client.get(f"/api/comments/{said['id']}")).status_code == 404


async def test_what_cannot_be_said(client: Client, parts: Parts) -> None:
    owner = await sign_up(client, "olga")
    item = await _post(parts, owner)
    for text in ("", "   ", "x" * 501, "nul \x00 inside"):
        assert (await client.post(f"/api/videos/{item}/comments", json={"text": text})).status_code in {400, 422}
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("UPDATE items SET allow_comments = false")
    off = await client.post(f"/api/videos/{item}/comments", json={"text": "Hello"})
    assert (off.status_code, off.json()["code"]) == (403, "comments_off")
    for path in ("/api/videos/1/like", "/api/videos/banana/like", f"/api/videos/{'9' * 30}/like"):
        assert (await client.put(path)).status_code == 404


async def test_a_private_account_shows_itself_to_accepted_followers_only(client: Client, parts: Parts) -> None:
    shy = await sign_up(client, "shy")
    assert (await client.patch("/api/me", json={"is_private": True})).status_code == 200
    item = await _post(parts, shy)
    fan = await sign_up(client, "fan")
    assert (await client.put(f"/api/videos/{item}/like")).status_code == 404
    assert (await client.put("/api/people/shy/follow")).json() == {"follows": "requested"}
    assert (await client.get("/api/people/shy/followers")).status_code == 403
    become(client, shy)
    assert [p["handle"] for p in (await client.get("/api/me/follow-requests")).json()["people"]] == ["fan"]
    assert (await client.put("/api/me/follow-requests/fan")).status_code == 204
    become(client, fan)
    assert (await client.put(f"/api/videos/{item}/like")).status_code == 200
    assert [p["handle"] for p in (await client.get("/api/people/shy/followers")).json()["people"]] == ["fan"]
    assert (await client.get("/api/people/shy")).json()["you"]["follows"] == "yes"


async def test_a_block_hides_each_from_the_other(client: Client, parts: Parts) -> None:
    owner = await sign_up(client, "olga")
    item = await _post(parts, owner)
    pest = await sign_up(client, "pest")
    assert (await client.put("/api/people/OLGA/follow")).json() == {"follows": "yes"}
    become(client, owner)
    assert (await client.put("/api/people/pest/block")).status_code == 204
    assert [p["handle"] for p in (await client.get("/api/me/blocked")).json()["people"]] == ["pest"]
    become(client, pest)
    assert (await client.put(f"/api/videos/{item}/like")).status_code == 404
    assert (await client.put("/api/people/olga/follow")).status_code == 404
    assert (await client.get("/api/people/olga/followers")).status_code == 404


async def test_shares_are_counted_for_guests_too(client: Client, parts: Parts) -> None:
    owner = await sign_up(client, "olga")
    item = await _post(parts, owner)
    become(client, None)
    assert (await client.post(f"/api/videos/{item}/share", json={"via": "link"})).json() == {"shares": 1}
    assert (await client.post(f"/api/videos/{item}/share", json={"via": "pigeon"})).status_code == 400
    assert (await client.put(f"/api/videos/{item}/like")).status_code == 401
