"""What the site says of itself at fixed addresses: that it honours a wish for privacy, and which files the app is."""

import hashlib
from pathlib import Path

import pytest

from plainview.server.shell import Shell
from tests.server.fixtures import Client

pytestmark = pytest.mark.anyio


async def test_the_site_says_that_it_honours_global_privacy_control(client: Client) -> None:
    answer = await client.get("/.well-known/gpc.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["gpc"] is True


async def test_the_transparency_pages_are_pages(client: Client) -> None:
    for page in ("", "/data", "/policies", "/log", "/verify"):
        assert (await client.get(f"/transparency{page}")).status_code in {200, 503}


def test_the_manifest_names_every_file_of_the_app_with_its_hash(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<title></title>")
    (tmp_path / "manifest.sha256").write_text(f"{hashlib.sha256(b'<title></title>').hexdigest()}  index.html\n")
    sent = Shell(tmp_path).file("manifest.sha256")
    assert sent.media_type.startswith("text/plain")
    written = hashlib.sha256((tmp_path / "index.html").read_bytes()).hexdigest()
    assert sent.content.decode().split() == [written, "index.html"]
