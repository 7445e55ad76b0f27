"""Owns how ids travel over HTTP: decimal strings in paths and bodies; what is not one of ours stands for nothing.

Also how a domain names a shape of the floors above that travels through it as bytes.
"""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import parse_id

# No pattern is enforced at the edge: a malformed id is answered like an unknown one, with 404.
WireId = Annotated[str, Meta(description="An id: a decimal number of at most 63 bits, as a string.")]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Says of an `Annotated[msgspec.Raw, ...]` which shape its bytes hold: for the API's description only."""

    name: str


def found_id(text: str) -> int:
    """The id that a path names.

    Raises:
        NotFoundError: it is not an id, so there is nothing under it.
    """
    try:
        return parse_id(text)
    except ValueError as error:
        raise NotFoundError from error
