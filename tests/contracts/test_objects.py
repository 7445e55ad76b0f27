"""The contract of the object store, held against every adapter of it."""

from pathlib import Path

import pytest

from plainview.adapters.objects_obstore import ObjectsObstore
from plainview.kernel.errors import NotFoundError
from plainview.ports.objects import Objects

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["file", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    # obstore's memory store stands for the remote ones: it takes the same path through the adapter as S3 does.
    return ObjectsObstore(f"file://{tmp_path / 'objects'}" if request.param == "file" else "memory:///")


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
