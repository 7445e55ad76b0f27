"""Portraits: honest pictures become small clean ones; hostile ones harm nobody."""

import asyncio
import io
import json
import struct
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from plainview.adapters import portraits_pillow
from plainview.adapters.portraits_pillow import CONFINEMENT, PortraitsPillow
from plainview.ports.portraits import PictureRefusedError

pytestmark = pytest.mark.anyio


def a_picture(form: str, size: tuple[int, int] = (640, 400), mode: str = "RGB", **options: object) -> bytes:
    target = io.BytesIO()
    picture = Image.new(mode, size)
    if mode == "RGB":
        picture.paste((200, 30, 40), (0, 0, size[0] // 2, size[1]))
        picture.paste((20, 60, 200), (size[0] // 2, 0, size[0], size[1]))
    picture.save(target, form, **options)
    return target.getvalue()


def opened(webp: bytes) -> Image.Image:
    return Image.open(io.BytesIO(webp))


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("JPEG", "RGB"),
        ("PNG", "RGB"),
        ("WEBP", "RGB"),
        ("JPEG", "CMYK"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "I;16"),
        ("JPEG", "L"),
    ],
)
async def test_a_picture_becomes_a_square_webp(form: str, mode: str) -> None:
    made = opened(await PortraitsPillow().make(a_picture(form, mode=mode)))
    assert (made.format, made.size) == ("WEBP", (256, 256))


async def test_metadata_is_gone_and_the_picture_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Rotated by 90 degrees: what was left is up.
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    raw = a_picture("JPEG", (400, 400), exif=exif)
    assert b"SecretCamera" in raw
    webp = await PortraitsPillow().make(raw)
    assert b"SecretCamera" not in webp
    assert not opened(webp).getexif()
    red, _, blue = opened(webp).convert("RGB").getpixel((128, 20))  # type: ignore[misc]
    assert red > 150 > blue


def bomb() -> bytes:
    """A PNG of 60,000 × 60,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1 << 20)))
        + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + bytes(40),
        SVG,
        a_picture("BMP"),
        a_picture("TIFF"),
        a_picture("JPEG")[:200],
        a_picture("PNG")[:60],
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        b"\xff\xd8\xff" + bytes(range(256)) * 40,
        bomb(),
    ],
    ids=["empty", "gif", "svg", "bmp", "tiff", "cut jpeg", "cut png", "postscript", "noise", "bomb"],
)
async def test_what_is_no_picture_of_ours_is_refused(content: bytes) -> None:
    with pytest.raises(PictureRefusedError):
        await PortraitsPillow().make(content)


async def test_the_decoder_may_open_no_file_and_no_socket() -> None:
    trial = (
        f"import sys, json; sys.path.insert(0, {str(Path(portraits_pillow.__file__).parent)!r})\n"
        "import sandbox_child, socket\n"
        "missing = sandbox_child.confine(json.loads(sys.argv[1]))\n"
        "went = []\n"
        "for name, act in (('open', lambda: open('/etc/passwd')), ('socket', socket.socket)):\n"
        "    try: act(); went.append(name)\n"
        "    except OSError: pass\n"
        "print(json.dumps([missing, went]))\n"
    )
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", trial, CONFINEMENT.plan(Path(sys.executable))),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, complaint = await child.communicate()
    assert output, complaint.decode()
    missing, went = json.loads(output)
    # A layer that this kernel does not give cannot hold; the others must.
    assert not went or {"landlock", "seccomp"} & set(missing)
