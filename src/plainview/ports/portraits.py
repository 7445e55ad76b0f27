"""The port of portraits: hostile picture bytes in, a small clean picture out."""

from typing import Protocol

from plainview.kernel.errors import PlainviewError


class PictureRefusedError(PlainviewError):
    """The bytes are not a picture that we take, or too large a one."""

    code, status, title = "picture_refused", 422, "This picture cannot be used"


class Portraits(Protocol):
    """Decodes where a fault of the decoder can do no harm."""

    async def make(self, picture: bytes) -> bytes:
        """A square WebP of 256 pixels, upright, without metadata.

        Raises:
            PictureRefusedError: it is no JPEG, PNG or WebP, is broken, or has too many pixels.
        """
