"""Owns the words of the tus 1.0 protocol: reading its headers, and the ones that every answer carries. Pure."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import ClassVar

from plainview.kernel.errors import InvalidInputError, PlainviewError
from plainview.media.spool import Checksum, UnknownChecksumError
from plainview.media.uploads import FILENAME_CHARS_MAX, Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
ALGORITHMS = ("sha1", "sha256")
PIECE_TYPE = "application/offset+octet-stream"
METADATA_CHARS_MAX = 4_096


class WrongVersionError(PlainviewError):
    """The client speaks another version of tus, or does not say which."""

    code, status, title = "tus_version", 412, "Speak tus 1.0.0, and say so in Tus-Resumable"


class WrongPieceTypeError(PlainviewError):
    """A piece must name its media type, so that nobody takes a form for one."""

    code: ClassVar[str] = "piece_type"
    status, title = 415, f"Send pieces as {PIECE_TYPE}"


@dataclass(frozen=True, slots=True)
class Creation:
    """What a creation asks for."""

    length: int
    filename: str


def check_version(headers: Mapping[str, str]) -> None:
    """Do nothing when the client speaks our version.

    Raises:
        WrongVersionError: it does not.
    """
    if headers.get("tus-resumable") != VERSION:
        raise WrongVersionError


def check_piece_type(headers: Mapping[str, str]) -> None:
    """Do nothing when the body is a piece.

    Raises:
        WrongPieceTypeError: it is something else.
    """
    if headers.get("content-type", "").split(";")[0].strip().lower() != PIECE_TYPE:
        raise WrongPieceTypeError


def number_of(headers: Mapping[str, str], name: str) -> int:
    """A header's whole number.

    Raises:
        InvalidInputError: it is missing or is not one.
    """
    text = headers.get(name.lower(), "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InvalidInputError(f"{name} must be a whole number.", fields={name: "must be a whole number"})
    return int(text)


def creation_of(headers: Mapping[str, str]) -> Creation:
    """What the headers of a creation ask for.

    Raises:
        InvalidInputError: the length is missing or put off, or the metadata is not well formed.
    """
    if "upload-defer-length" in headers:
        raise InvalidInputError("Say the length of the file at once, in Upload-Length.")
    metadata = metadata_of(headers.get("upload-metadata", ""))
    name = "".join(each for each in metadata.get("filename", "") if each.isprintable())
    return Creation(number_of(headers, "Upload-Length"), name[:FILENAME_CHARS_MAX])


def metadata_of(text: str) -> dict[str, str]:
    """The pairs of an Upload-Metadata header; values that are not UTF-8 lose what is not.

    Raises:
        InvalidInputError: it is not keys with base64 values.
    """
    if len(text) > METADATA_CHARS_MAX:
        raise InvalidInputError("Upload-Metadata is too long.")
    pairs = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        key, _, value = part.partition(" ")
        try:
            pairs[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8", "ignore")
        except (binascii.Error, ValueError) as error:
            raise InvalidInputError("Upload-Metadata must be keys with base64 values.") from error
    return pairs


def checksum_of(headers: Mapping[str, str]) -> Checksum | None:
    """What the piece must add up to; None when it does not say.

    Raises:
        UnknownChecksumError: it is not an algorithm and digest that we know.
    """
    text = headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    try:
        digest = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnknownChecksumError from error
    if algorithm not in ALGORITHMS or len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise UnknownChecksumError
    return Checksum(algorithm, digest)


def capabilities(bytes_max: int) -> dict[str, str]:
    """What an OPTIONS request is told."""
    return {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(bytes_max),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def standing(upload: Upload, offset: int) -> dict[str, str]:
    """The headers that tell where an upload stands."""
    headers = {"Tus-Resumable": VERSION, "Upload-Offset": str(offset), "Cache-Control": "no-store"}
    if offset < upload.length:
        headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    return headers
