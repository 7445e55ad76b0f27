"""The end of an account: nothing that names the person is left in any table, and nothing that they sealed opens."""

import httpx
import psycopg
import pytest
from litestar import Litestar

from plainview.kernel.ids import PersonId
from plainview.privacy.jobs import DESTROY_KEY, destroy_key_job
from plainview.wiring import Parts
from tests.server.cast import Cast
from tests.server.fixtures import ADULT, PASSWORD, Client, become, browser_at, sign_up

pytestmark = pytest.mark.anyio


def tables_that_name(url: str, number: str) -> list[str]:
    """The tables in whose text this number stands; jobs that are still to delete media excepted."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'procrastinate%'"
        ).fetchall()
        return [
            name
            for (name,) in names
            if connection.execute(
                f"SELECT 1 FROM {name} AS t WHERE t::text ~ %s LIMIT 1", (rf"\y{number}\y",)
            ).fetchone()
        ]


async def the_job_that_destroys_keys(parts: Parts, url: str, person: PersonId) -> None:
    """Do what the worker would do next."""
    with psycopg.connect(url) as connection:
        jobs = connection.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", (DESTROY_KEY,)).fetchall()
    assert jobs == [({"person_id": person},)]
    await destroy_key_job(parts.door, person)


async def test_a_person_who_leaves_is_in_no_table_any_more(
    app: Litestar, parts: Parts, client: Client, database_url: str
) -> None:
    cast = await Cast.assemble(parts)
    things, owner = await cast.things(), cast.people["owner"]
    client.cookies = httpx.Cookies(await cast.cookie("other"))
    for method, path in (
        ("PUT", f"/api/videos/{things['video']}/like"),
        ("PUT", "/api/people/the_owner/follow"),
        ("POST", "/api/people/the_owner/hide"),
    ):
        assert (await client.request(method, path)).status_code < 300
    client.cookies = httpx.Cookies(await cast.cookie("owner"))
    for method, path, body in (
        ("PUT", "/api/people/the_other/follow", None),
        ("PUT", "/api/people/the_moderator/block", None),
        ("PUT", f"/api/videos/{things['video']}/like", None),
        ("PUT", f"/api/videos/{things['video']}/save", None),
        ("POST", f"/api/videos/{things['video']}/comments", {"text": "Mine"}),
        ("POST", "/api/reports", {"kind": "person", "id": str(cast.people["other"]), "reason": "spam"}),
        ("GET", "/api/feed", None),
    ):
        assert (await client.request(method, path, json=body)).status_code < 300, path
    assert "persons" in tables_that_name(database_url, str(owner))
    answer = await client.request("DELETE", "/api/me", json={"handle": "the_owner"})
    assert answer.status_code == 204, answer.text
    assert (await client.get("/api/me")).json() == {"me": None}
    await the_job_that_destroys_keys(parts, database_url, owner)
    assert tables_that_name(database_url, str(owner)) == []
    # What others did is theirs: their own events, and a report that waits for its verdict.
    assert {name.partition("_")[0] for name in tables_that_name(database_url, things["video"])} <= {"events", "reports"}
    client.cookies = httpx.Cookies(await cast.cookie("other"))
    assert (await client.get(f"/api/videos/{things['video']}")).status_code == 404
    assert (await client.get(f"/media/{things['video']}/master.m3u8")).status_code == 404


async def test_a_guest_who_signs_up_keeps_their_id_and_so_what_the_feed_learned(client: Client) -> None:
    assert (await client.get("/api/feed")).status_code == 200
    guest = client.cookies["plainview_guest"]
    body = {"handle": "grown", "birth_date": ADULT, "password": PASSWORD}
    me = (await client.post("/api/sign-up", json=body)).json()["me"]
    assert me["id"] == guest.partition(".")[0]
    assert "plainview_guest" not in client.cookies
    client.cookies.clear()
    client.cookies.set("plainview_guest", guest)
    again = await client.get("/api/feed")
    assert again.cookies["plainview_guest"].partition(".")[0] != me["id"], "the old cookie is nobody's now"


async def test_a_mere_look_makes_nobody_a_guest(client: Client) -> None:
    for path in ("/", "/api/me", "/api/realm", "/api/tags/cats/videos"):
        assert "plainview_guest" not in (await client.get(path)).cookies


async def test_a_picture_is_put_served_and_taken_away(client: Client) -> None:
    from tests.adapters.test_portraits import a_picture

    await sign_up(client, "pictured")
    me = (await client.put("/api/me/picture", content=a_picture("PNG"))).json()["me"]
    served = await client.get(me["picture"])
    assert served.headers["content-type"] == "image/webp"
    assert "immutable" in served.headers["cache-control"]
    assert served.content[8:12] == b"WEBP"
    refused = await client.put("/api/me/picture", content=b"GIF89a not for us")
    assert (refused.status_code, refused.json()["code"]) == (422, "picture_refused")
    too_large = await client.put("/api/me/picture", content=bytes(6 << 20))
    assert too_large.status_code == 413
    become(client, None)
    assert (await client.get("/api/people/pictured")).json()["picture"] == me["picture"]


async def test_sessions_end_with_the_account_in_a_browser_that_did_not_ask(app: Litestar, client: Client) -> None:
    first = await sign_up(client, "twice")
    async with browser_at(app) as second:
        await second.post("/api/sign-in", json={"handle": "twice", "password": PASSWORD})
        assert (await second.get("/api/me")).json()["me"]["id"] == first.person_id
        assert (await client.request("DELETE", "/api/me", json={"handle": "twice"})).status_code == 204
        assert (await second.get("/api/me")).json() == {"me": None}
