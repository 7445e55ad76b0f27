"""The contract of the object store, held against every adapter of it."""

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from plainview.adapters.objects_obstore import ObjectsObstore
from plainview.kernel.errors import NotFoundError
from plainview.ports.objects import Objects
from tests.listening import wait_until_it_listens

pytestmark = pytest.mark.anyio
KEY, SECRET = "plainview", "a-secret-of-the-test"


@pytest.fixture(scope="session")
def s3() -> Iterator[dict[str, str]]:
    """A real store that speaks S3's protocol and checks its signatures (SeaweedFS); the settings that lead to it."""
    with tempfile.TemporaryDirectory(prefix="plainview-s3-", ignore_cleanup_errors=True) as folder:
        ports = _free_ports(9)
        allowed = {"name": KEY, "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
        Path(folder, "s3.json").write_text(json.dumps({"identities": [allowed]}))
        names = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc"]
        names += ["s3.port.grpc", "metricsPort", "s3.port"]
        program = Path(sys.executable).parent / "weed"
        command = [f"{program}", f"-logdir={folder}", "server", "-filer", "-s3", f"-dir={folder}"]
        command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.config={folder}/s3.json", "-master.telemetry=false"]
        # Two more listeners, at fixed ports: a second store on this machine would die of them.
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
        command += [f"-filer.localSocket={folder}/filer.sock", f"-s3.localSocket={folder}/s3.sock"]
        command += ["-volume.max=20", "-master.volumeSizeLimitMB=64"]
        command += [f"-{name}={port}" for name, port in zip(names, ports, strict=True)]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until_it_listens(ports[-1], process)
            yield {
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports[-1]}",
                "AWS_ALLOW_HTTP": "true",
                "AWS_ACCESS_KEY_ID": KEY,
                "AWS_SECRET_ACCESS_KEY": SECRET,
                "AWS_REGION": "us-east-1",
            }
        finally:
            process.kill()  # Asked to end, it waits half a minute for its own parts.
            process.wait()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


@pytest.fixture(params=["file", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Objects:
    if request.param == "file":
        return ObjectsObstore(f"file://{tmp_path / 'objects'}")
    # The address of an S3 store is told to any program by these names; there is no other way in.
    for name, value in request.getfixturevalue("s3").items():
        monkeypatch.setenv(name, value)
    # This store makes a bucket when something is first put into it.
    asyncio.run(ObjectsObstore("s3://plainview").put("bucket", b"made"))
    return ObjectsObstore(f"s3://plainview/{uuid4()}")


def test_a_wrong_secret_is_refused(s3: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (s3 | {"AWS_SECRET_ACCESS_KEY": "wrong"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Exception, match=r"SignatureDoesNotMatch|403"):
        asyncio.run(ObjectsObstore("s3://plainview/x").put("a", b"x"))


async def test_what_was_put_comes_back(objects: Objects) -> None:
    await objects.put("media/1/seg.m4s", b"0123456789")
    assert await objects.get("media/1/seg.m4s") == b"0123456789"
    assert await objects.get("media/1/seg.m4s", 3) == b"3456789"
    assert await objects.get("media/1/seg.m4s", 3, 6) == b"345"


async def test_what_is_not_there_is_none(objects: Objects) -> None:
    assert await objects.get("media/1/none") is None
    assert await objects.head("media/1/none") is None
    assert await objects.delete_below("media/1") == 0
    assert await objects.keys("media/1") == []


async def test_a_put_replaces_and_changes_the_tag(objects: Objects) -> None:
    await objects.put("a/b", b"one")
    before = await objects.head("a/b")
    await objects.put("a/b", b"three")
    after = await objects.head("a/b")
    assert before is not None
    assert after is not None
    assert after.bytes == 5
    assert before.etag != after.etag


async def test_a_file_is_stored_whole_and_survives_its_source(objects: Objects, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 3_000_000)
    await objects.put_file("originals/7", source)
    source.unlink()
    facts = await objects.head("originals/7")
    assert facts is not None
    assert facts.bytes == 3_000_000
    pieces = [piece async for piece in objects.stream("originals/7", 10, 2_500_000)]
    assert sum(map(len, pieces)) == 2_499_990
    assert max(map(len, pieces)) <= 1024 * 1024


async def test_a_second_file_replaces_the_first_under_its_key(objects: Objects, tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        (tmp_path / "file").unlink(missing_ok=True)
        (tmp_path / "file").write_bytes(content)
        await objects.put_file("k/1", tmp_path / "file")
    assert await objects.get("k/1") == b"two"
    assert await objects.keys("k") == ["k/1"]


async def test_an_object_is_fetched_into_a_file(objects: Objects, tmp_path: Path) -> None:
    await objects.put("originals/9", b"abc")
    await objects.fetch("originals/9", tmp_path / "into")
    assert (tmp_path / "into").read_bytes() == b"abc"
    with pytest.raises(NotFoundError):
        await objects.fetch("originals/10", tmp_path / "into")


async def test_only_what_lies_below_the_prefix_is_deleted(objects: Objects) -> None:
    for key in ("media/1/a", "media/1/b/c", "media/10/a", "originals/1", "originals/10"):
        await objects.put(key, b"x")
    assert await objects.keys("media/1") == ["media/1/a", "media/1/b/c"]
    assert await objects.delete_below("media/1") == 2
    assert await objects.delete_below("originals/1") == 1
    assert await objects.keys("media") == ["media/10/a"]
    assert await objects.get("originals/10") == b"x"
