"""Pages: the client's shell with a head of its own for each address, previews for other sites, the source offer."""

import io
import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.di import Provide

from plainview.accounts.viewers import Public
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import ItemId, PersonId, RegionNumber
from plainview.server.pages import PageDesk, page_router
from plainview.server.previews import short, video_of_url
from plainview.server.shell import Head, Shell, head_html
from plainview.settings import Settings
from plainview.wiring import Parts
from tests.server.fixtures import ADDRESS, Client, SignedUp, become, browser_at, sign_up
from tests.social.conftest import World

pytestmark = pytest.mark.anyio
WEB = Path(__file__).parents[2] / "web"
NASTY = '"><script>alert(1)</script> \\1 & #cats'


async def _posted(client: Client, parts: Parts, visibility: str = "public") -> tuple[SignedUp, ItemId]:
    owner = await sign_up(client, "olga")
    async with parts.database.transaction(parts.region) as tx:
        item = await World(parts.ids).item(tx, PersonId(int(owner.person_id)), visibility)
        await tx.execute("UPDATE items SET caption = %s WHERE item_id = %s AND visibility <> 'only_me'", (NASTY, item))
    return owner, item


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A client as a build leaves it, in small."""
    folder = tmp_path / "web_assets"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><head><title>Plainview</title>'
        '<meta name="description" content="Short videos in plain view." /></head>'
        '<body><div id="app"></div><noscript><p>Needs scripts.</p></noscript></body></html>'
    )
    (folder / "assets" / "app-1.js").write_text("console.log(1);\n" * 200)
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@given(st.text(), st.text())
def test_no_text_breaks_out_of_the_head(title: str, about: str) -> None:
    head = head_html(Head(title, about, (("og:title", title),), title, about))
    assert head.count("<title>") == 1
    assert "<script" not in head.lower()


def test_files_outside_the_folder_are_not_served(built: Path) -> None:
    shell = Shell(built)
    assert shell.file("assets/app-1.js").squeezed is not None
    for name in ("../secret.txt", "assets/../../secret.txt", "/etc/passwd", "assets", "nothing.js", "a\x00b"):
        with pytest.raises((NotFoundError, ValueError)):
            shell.file(name)


def test_a_new_build_is_served_at_once(built: Path) -> None:
    shell = Shell(built)
    assert b"Needs scripts" in shell.page(Head("One"))
    (built / "index.html").write_text("<title>x</title><p>Second build</p>")
    assert b"Second build" in shell.page(Head("Two"))


def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    assert b"make setup" in Shell(tmp_path).page(Head("Any"))


async def test_a_video_page_carries_a_preview_that_is_escaped(client: Client, parts: Parts) -> None:
    _, item = await _posted(client, parts)
    become(client, None)
    page = await client.get(f"/@olga/video/{item}")
    if page.status_code == 503:  # The client was not built here; then there is no head to look at.
        return
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert f'<meta property="og:url" content="{ADDRESS}/@olga/video/{item}">' in page.text
    assert 'type="application/json+oembed"' in page.text
    assert "&lt;script&gt;" in page.text


async def test_head_says_of_every_page_what_get_would(client: Client, parts: Parts) -> None:
    _, item = await _posted(client, parts)
    become(client, None)
    for path in ("/", "/about", "/@olga", f"/@olga/video/{item}", f"/embed/{item}", "/@nobody", "/sw.js", "/nothing/x"):
        got, head = await client.get(path), await client.head(path)
        assert head.content == b""
        assert (head.status_code, head.headers) == (got.status_code, got.headers), path


async def test_oembed_describes_public_videos_only(client: Client, parts: Parts) -> None:
    _, item = await _posted(client, parts)
    url = f"{ADDRESS}/@olga/video/{item}"
    found = await client.get("/oembed", params={"url": url, "maxwidth": 180})
    assert found.status_code == 200, found.text
    assert (found.json()["type"], found.json()["width"], found.json()["height"]) == ("video", 180, 320)
    assert f'src="{ADDRESS}/embed/{item}"' in found.json()["html"]
    async with parts.database.transaction(parts.region) as tx:
        await tx.execute("UPDATE items SET visibility = 'only_me', caption = ''")
        await parts.signals.send(tx, "item.changed", item_id=item)
    for url in (f"{ADDRESS}/@olga/video/1", "https://elsewhere.example/@olga/video/1", "nonsense", "http://[::1"):
        assert (await client.get("/oembed", params={"url": url})).status_code == 404


async def test_pages_that_are_not_there_are_404_and_apis_stay_apart(client: Client, parts: Parts) -> None:
    addresses = re.findall(r'pattern: "(/[^":]*)"', WEB.joinpath("src/app/routes.ts").read_text())
    assert len(addresses) > 12
    for address in addresses:
        assert (await client.get(address.removesuffix("/*"))).status_code == 200, f"{address} is one of the client's"
    _, item = await _posted(client, parts, "only_me")
    wanted = {"/": 200, "/about": 200, "/settings/security": 200, "/t/cats": 200, "/@olga": 200}
    wanted |= {f"/@olga/video/{item}": 200, "/@nobody": 404, "/nothing": 404, "/@olga/video/x": 404, "/about/x": 404}
    for path, status in wanted.items():
        assert (await client.get(path)).status_code in {status, 503}, path
    become(client, None)
    assert (await client.get(f"/@olga/video/{item}")).status_code in {404, 503}
    for path in ("/api/nothing", "/media/nothing", "/assets/nothing.js", "/embed/12"):
        assert (await client.get(path)).status_code == 404, path
    assert (await client.get("/api/nothing")).headers["content-type"] == "application/problem+json"
    assert "plainview_guest" not in client.cookies, "a mere look makes nobody known"


async def test_the_service_offers_its_own_source(client: Client) -> None:
    found = await client.get("/source")
    with tarfile.open(fileobj=io.BytesIO(found.content)) as archive:
        names = archive.getnames()
    assert "plainview/src/plainview/server/source.py" in names
    assert not any("node_modules" in name or "__pycache__" in name for name in names)


def test_a_preview_is_short_and_on_one_line() -> None:
    assert short("a\n b") == "a b"
    assert len(short("word " * 100)) <= 200
    assert video_of_url("http://x/@a/video/12", "http://x") == "12"
    assert video_of_url("ftp://x/@a/video/12", "http://x") is None


async def test_only_files_named_by_their_content_are_kept_forever(settings: Settings, built: Path) -> None:
    (built / "assets" / "built").mkdir()
    (built / "assets" / "built" / "app-1a2b3c4d.js").write_text("console.log(1);")
    (built / "assets" / "mark.svg").write_text("<svg/>")
    desk = PageDesk(Shell(built), None, None, settings.realm, ADDRESS)  # type: ignore[arg-type]  # Files need neither.
    viewer = Provide(lambda: Public(RegionNumber(1), ""), sync_to_thread=False)
    files = browser_at(
        Litestar(
            [page_router(desk)], dependencies={"viewer": viewer, "tx": Provide(lambda: None, sync_to_thread=False)}
        )
    )
    hashed, kept = await files.get("/assets/built/app-1a2b3c4d.js"), await files.get("/assets/mark.svg")
    assert "immutable" in hashed.headers["cache-control"]
    assert kept.headers["cache-control"] == "no-cache"
    assert hashed.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_the_page_for_no_connection_stands_alone(client: Client, parts: Parts) -> None:
    page = await client.get("/offline")
    assert page.status_code == 200
    assert "No connection" in page.text
    asked = set(re.findall(r'(?:src|href)="(/[^"]*)"', page.text)) - {"/"}
    kept = set(re.findall(r'"(/assets/[^"]*)"', (WEB / "src" / "pwa" / "sw.ts").read_text()))
    assert asked <= kept, "it has only what the service worker keeps for it"
