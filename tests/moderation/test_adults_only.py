"""What a verdict keeps for adults: who sees it, at each door through which a video can be reached."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from plainview.kernel.ids import ItemId, PersonId
from plainview.wiring import Parts
from tests.server.fixtures import Client, SignedUp, become, sign_up
from tests.social.conftest import World

pytestmark = pytest.mark.anyio
MINOR = "2011-01-01"


async def _posted(client: Client, parts: Parts) -> tuple[SignedUp, ItemId]:
    owner = await sign_up(client, "olga")
    async with parts.database.transaction(parts.region) as tx:
        item = await World(parts.ids).item(tx, PersonId(int(owner.person_id)))
        await tx.execute("UPDATE items SET caption = 'Of #roses' WHERE item_id = %s", (item,))
        await tx.execute("INSERT INTO item_tags (tag, item_id) VALUES ('roses', %s)", (item,))
        asset = await (await tx.execute("SELECT asset_id FROM items WHERE item_id = %s", (item,))).fetchone()
        await parts.signals.send(tx, "item.changed", item_id=item)
    assert asset is not None
    await parts.objects.put(f"media/{asset[0]}/master.m3u8", b"#EXTM3U\n")
    return owner, item


async def _moderator(client: Client, parts: Parts, *, birth_date: str = "1990-05-17") -> SignedUp:
    person = await sign_up(client, "judge", birth_date=birth_date)
    number = PersonId(int(person.person_id))
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("UPDATE persons SET roles = '{person,moderator}' WHERE person_id = %s", (number,))
    parts.book.drop_person(number)
    return person


async def _restrict(client: Client, parts: Parts, item: ItemId) -> SignedUp:
    await sign_up(client, "reporter")
    wish = {"kind": "video", "id": str(item), "reason": "sexual"}
    assert (await client.post("/api/reports", json=wish)).status_code == 201
    judge = await _moderator(client, parts)
    await _decide(client, "age_restrict")
    return judge


async def _decide(client: Client, decision: str) -> None:
    [row] = (await client.get("/api/moderation/reports")).json()["reports"]
    path = f"/api/moderation/reports/{row['id']}/verdict"
    assert (await client.post(path, json={"decision": decision})).status_code == 204


async def _soon(is_so: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(100):
        if await is_so():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come about within two seconds")


async def _doors(client: Client, item: ItemId, media: str) -> dict[str, bool]:
    """By each way to a video, whether it leads there."""
    return {
        "video": (await client.get(f"/api/videos/{item}")).status_code == 200,
        "media": (await client.get(media)).status_code == 200,
        "comments": (await client.get(f"/api/videos/{item}/comments")).status_code == 200,
        "profile": bool((await client.get("/api/people/olga/videos")).json()["cards"]),
        "tag": bool((await client.get("/api/tags/roses/videos")).json()["cards"]),
    }


async def test_every_door_opens_for_adults_the_owner_and_moderators_only(client: Client, parts: Parts) -> None:
    owner, item = await _posted(client, parts)
    media = (await client.get(f"/api/videos/{item}")).json()["card"]["video"]["playlist"]
    become(client, None)
    assert set((await _doors(client, item, media)).values()) == {True}
    assert (await client.get(f"/embed/{item}")).status_code in {200, 503}
    judge = await _restrict(client, parts, item)
    adult, minor = await sign_up(client, "grown"), await sign_up(client, "young", birth_date=MINOR)

    async def is_shut() -> bool:
        become(client, None)
        return not any((await _doors(client, item, media)).values())

    await _soon(is_shut)
    assert (await client.get(f"/embed/{item}")).status_code == 404
    for person, opens in ((minor, False), (owner, True), (judge, True), (adult, True), (minor, False), (None, False)):
        become(client, person)
        assert set((await _doors(client, item, media)).values()) == {opens}, person
    become(client, adult)
    assert (await client.get(f"/api/videos/{item}")).json()["card"]["adults_only"]
    assert (await client.put(f"/api/videos/{item}/like")).status_code == 200
    assert "private" in (await client.get(media)).headers["cache-control"]
    become(client, minor)
    assert (await client.put(f"/api/videos/{item}/like")).status_code == 404


async def test_the_feed_offers_it_to_nobody_and_following_to_adults_only(client: Client, parts: Parts) -> None:
    owner, item = await _posted(client, parts)
    await _restrict(client, parts, item)
    async with parts.database.transaction(parts.region) as tx:
        mild = await World(parts.ids).item(tx, PersonId(int(owner.person_id)))
        await parts.signals.send(tx, "item.changed", item_id=mild)
    people = {"grown": "1990-05-17", "young": MINOR}

    async def feed(mode: str) -> set[str]:
        page = (await client.get(f"/api/feed?mode={mode}&size=20")).json()
        return {entry["card"]["id"] for entry in page["entries"]}

    for handle, birth_date in people.items():
        await sign_up(client, handle, birth_date=birth_date)
        assert (await client.put("/api/people/olga/follow")).status_code == 200

        async def is_offered() -> bool:
            return await feed("for_you") == {str(mild)}

        await _soon(is_offered)
        expected = {str(mild), str(item)} if handle == "grown" else {str(mild)}

        async def is_followed(expected: set[str] = expected) -> bool:
            return await feed("following") == expected

        await _soon(is_followed)


async def test_a_page_of_following_is_not_filled_with_what_may_not_be_seen(client: Client, parts: Parts) -> None:
    owner = await sign_up(client, "olga")
    async with parts.database.transaction(parts.region) as tx:
        world, number = World(parts.ids), PersonId(int(owner.person_id))
        mild = await world.item(tx, number)
        for _ in range(5):
            await world.item(tx, number)
        await tx.execute("UPDATE items SET adults_only = true WHERE item_id <> %s", (mild,))
    await sign_up(client, "young", birth_date=MINOR)
    assert (await client.put("/api/people/olga/follow")).status_code == 200

    async def is_shown() -> bool:
        entries = (await client.get("/api/feed?mode=following&size=2")).json()["entries"]
        return [entry["card"]["id"] for entry in entries] == [str(mild)]

    await _soon(is_shown)


async def test_an_age_is_opened_only_where_it_matters_and_forgotten_when_the_person_changes(
    client: Client, parts: Parts
) -> None:
    _, item = await _posted(client, parts)
    grown = await sign_up(client, "grown")
    person = PersonId(int(grown.person_id))
    assert (await client.get(f"/api/videos/{item}")).status_code == 200
    assert person not in parts.adults._held, "no age was asked for a video that is for all"
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("UPDATE items SET adults_only = true")
        await parts.signals.send(tx, "item.changed", item_id=item)

    async def is_asked() -> bool:
        await client.get(f"/api/videos/{item}")
        return parts.adults._held.get(person) is True

    await _soon(is_asked)
    assert (await client.patch("/api/me", json={"bio": "Hello"})).status_code == 200

    async def is_forgotten() -> bool:
        return person not in parts.adults._held

    await _soon(is_forgotten)
    async with parts.database.transaction(parts.region) as tx:
        await parts.door.destroy(person)
        assert not await parts.adults.of_age(tx, person), "without the key, nobody knows"


async def test_a_later_verdict_to_keep_it_shows_it_to_everybody_again(client: Client, parts: Parts) -> None:
    owner, item = await _posted(client, parts)
    media = (await client.get(f"/api/videos/{item}")).json()["card"]["video"]["playlist"]
    judge = await _restrict(client, parts, item)
    become(client, owner)
    wish = {"kind": "video", "id": str(item), "reason": "other", "text": "There is nothing in it but roses."}
    assert (await client.post("/api/reports", json=wish)).status_code == 201
    become(client, judge)
    await _decide(client, "keep")
    await sign_up(client, "young", birth_date=MINOR)

    async def is_open() -> bool:
        return all((await _doors(client, item, media)).values())

    await _soon(is_open)
    assert not (await client.get(f"/api/videos/{item}")).json()["card"]["adults_only"]

    async def is_offered() -> bool:
        entries = (await client.get("/api/feed?mode=for_you")).json()["entries"]
        return [entry["card"]["id"] for entry in entries] == [str(item)]

    await _soon(is_offered)


async def test_only_a_video_can_be_kept_for_adults(client: Client, parts: Parts) -> None:
    owner, _ = await _posted(client, parts)
    await sign_up(client, "reporter")
    wish = {"kind": "person", "id": owner.person_id, "reason": "sexual"}
    assert (await client.post("/api/reports", json=wish)).status_code == 201
    await _moderator(client, parts)
    [row] = (await client.get("/api/moderation/reports")).json()["reports"]
    answer = await client.post(f"/api/moderation/reports/{row['id']}/verdict", json={"decision": "age_restrict"})
    assert (answer.status_code, answer.json()["code"]) == (409, "decision_not_possible")
    assert len((await client.get("/api/moderation/reports")).json()["reports"]) == 1, "nothing was decided"


async def test_a_moderator_sees_it_whatever_their_age(client: Client, parts: Parts) -> None:
    _, item = await _posted(client, parts)
    await _restrict(client, parts, item)
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("UPDATE persons SET handle = 'elder' WHERE handle = 'judge'")
    await _moderator(client, parts, birth_date=MINOR)
    assert (await client.get(f"/api/videos/{item}")).status_code == 200
