"""Who may ask, and where the service listens."""

import subprocess
import sys
from pathlib import Path

import pytest

from plainview.alone.gate import KeyUnfitError, check_open, read_key
from tests.alone.serving import asking

pytestmark = pytest.mark.anyio
KEY = b"0123456789abcdef"


async def test_with_a_key_nobody_asks_without_it(tmp_path: Path) -> None:
    async with asking(tmp_path, key=KEY) as service:
        for key in (b"", b"wrong", b"0123456789abcdeF", "ü".encode()):
            answer = await service.client.get("/api/users", headers={b"X-API-Key": key})
            assert (answer.status_code, answer.json()["code"]) == (401, "key_needed")
        assert (await service.client.get("/metrics")).status_code == 401
        service.client.headers["X-API-Key"] = KEY.decode()
        assert (await service.client.get("/api/users")).status_code == 200
        assert b"plainview_items 0.0" in (await service.client.get("/metrics")).content


async def test_whether_it_lives_is_told_to_everybody(tmp_path: Path) -> None:
    async with asking(tmp_path, key=KEY) as service:
        for path in ("/healthz", "/readyz", "/api/health/live", "/api/health/ready"):
            assert (await service.client.get(path)).json() == {"Ready": True}


async def test_without_a_key_no_page_in_a_browser_speaks_to_it(tmp_path: Path) -> None:
    async with asking(tmp_path) as service:
        for headers in (
            {"Host": "evil.example"},
            {"Origin": "https://evil.example"},
            {"Host": "127.0.0.1.evil.example"},
        ):
            assert (await service.client.get("/api/users", headers=headers)).status_code == 403
        for host in ("localhost:8087", "[::1]:8087", "127.0.0.1"):
            assert (await service.client.get("/api/users", headers={"Host": host})).status_code == 200


def test_it_listens_to_others_only_with_a_key(tmp_path: Path) -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        check_open(host, None)
    for host in ("0.0.0.0", "::", "192.168.1.5", "engine.example"):
        check_open(host, KEY)
        with pytest.raises(KeyUnfitError, match="--key-file"):
            check_open(host, None)


def test_a_key_is_a_file_of_sixteen_characters_at_least(tmp_path: Path) -> None:
    file = tmp_path / "key"
    assert read_key(None) is None
    with pytest.raises(KeyUnfitError, match="cannot be read"):
        read_key(file)
    file.write_bytes(KEY[1:] + b"\n")
    with pytest.raises(KeyUnfitError, match="fewer"):
        read_key(file)
    file.write_bytes(KEY + b"\n")
    assert read_key(file) == KEY


def test_it_stands_on_nothing_but_the_engine() -> None:
    """Neither a database, nor a warden, media, or torch is even loaded."""
    heavy = ("psycopg", "sqlalchemy", "torch", "faiss", "obstore", "procrastinate", "cryptography", "imageio_ffmpeg")
    parts = ("accounts", "adapters.database_postgres", "catalog", "feed", "media", "social", "warden", "wiring")
    code = (
        "import sys, plainview.wiring_alone\n"
        f"names = {[*heavy, *(f'plainview.{each}' for each in parts)]!r}\n"
        "print([each for each in names if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
