"""Owns one decoding of a hostile picture: this process loads its decoders, gives up all rights, then reads and decodes.

Started by path as `python -I portrait_child.py PLAN`, with the picture on its standard input. It writes a WebP to its
standard output, or ends with code 2 and one word on its standard error: format, pixels or broken.
"""

import io
import json
import sys
from pathlib import Path

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError, WebPImagePlugin

FORMATS = ("JPEG", "PNG", "WEBP")
SIDE = 256
PIXELS_MAX = 50_000_000
# Named, so that their modules are loaded while files may still be opened.
PLUGINS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)


def main() -> None:
    """Confine, decode, answer."""
    sys.path.insert(0, str(Path(__file__).parent))
    import sandbox_child  # type: ignore[import-not-found, unused-ignore]

    Image.preinit()
    for form in FORMATS:
        portrait(_sample(form))  # Loads what the libraries load only at their first use.
    sandbox_child.confine(json.loads(sys.argv[1]))
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    try:
        answer = portrait(sys.stdin.buffer.read())
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        _refuse("pixels")
    except UnidentifiedImageError:
        _refuse("format")
    except Exception:  # noqa: BLE001 - A hostile picture may make its decoder raise anything.
        _refuse("broken")
    sys.stdout.buffer.write(answer)


def _refuse(word: str) -> None:
    sys.stderr.write(word)
    sys.stderr.flush()
    sys.exit(2)


def _sample(form: str) -> bytes:
    target, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (8, 8)).save(target, form, exif=exif)
    return target.getvalue()


def portrait(picture: bytes) -> bytes:
    """The middle square of a picture, upright, 256 pixels wide, without anything but pixels."""
    with Image.open(io.BytesIO(picture), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS_MAX:
            raise Image.DecompressionBombError
        if opened.format == "JPEG":
            opened.draft("RGB", (2 * SIDE, 2 * SIDE))
        upright = ImageOps.exif_transpose(opened)
        has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
        square = ImageOps.fit(upright.convert("RGBA" if has_alpha else "RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    clean = Image.new(square.mode, square.size)
    clean.paste(square)
    target = io.BytesIO()
    clean.save(target, "WEBP", quality=82, method=4)
    return target.getvalue()


if __name__ == "__main__":
    main()
