"""Serves what anyone may check: the access logs as static files, data map and policies; and one's own proof file."""

import asyncio
import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from plainview.accounts.viewers import Public, Viewer
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import RegionNumber
from plainview.ports.door import SERVER
from plainview.server.shell import FOLDER
from plainview.warden.protocol import Deeds, Told
from plainview.wiring import Parts, all_declarations

MANIFEST = FOLDER / "manifest.sha256"
# tlog-tiles: the checkpoint, tiles of hashes by level, and bundles of entries; in groups of three digits.
_FILE = re.compile(r"checkpoint|vkey|tile/(?:[0-9]{1,2}|entries)/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?")
# The kinds of acts in the order of their numbers in the specification; each body ends with so many random bytes.
ACTS = range(1, 7)
BLIND_BYTES = 16
_ANYONE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_STAYS = "public, max-age=31536000, immutable"
_CHANGES = "public, max-age=5, must-revalidate"


class MappedColumnShape(msgspec.Struct, frozen=True):
    """One kind of thing that is kept about people."""

    table: str
    column: str
    data_class: str
    purposes: list[str]
    retention: str
    sealed: bool
    why_open: str
    """Why it does not lie sealed, where it does not."""


class PolicyFile(msgspec.Struct, frozen=True):
    """One file of policies, in Cedar."""

    name: str
    text: str


class PoliciesReply(msgspec.Struct, frozen=True):
    """The policies in force; `hash` stands in the log: SHA-256 of all texts, one after another."""

    hash: str
    files: list[PolicyFile]


class LogOfRegion(msgspec.Struct, frozen=True):
    """One region's access log, and with which keys it is checked."""

    name: str
    number: int
    origin: str
    log_key: str
    witness_keys: list[str]
    quorum: int
    checkpoint_url: str


class LogReply(msgspec.Struct, frozen=True):
    """The access logs; and the hash of the web client's manifest, as it stands in them."""

    regions: list[LogOfRegion]
    client_manifest_hash: str | None


class RequestTold(msgspec.Struct, frozen=True):
    """A government request that may be spoken of. SHA-256 of `body` stands in the log, in the act of this number."""

    number: int
    at: str
    asked_by: str
    basis: str
    done: str
    body: str
    """The whole of it, with the random bytes that blind its hash; base64."""


class ActsOfRegion(msgspec.Struct, frozen=True):
    """How many acts of each kind a region's log has, and the newest government requests that are not gagged."""

    name: str
    deletions: int
    takedowns: int
    government_requests: int
    gagged_requests: int
    emergencies: int
    approvals: int
    requests: list[RequestTold]


class ActsReply(msgspec.Struct, frozen=True):
    """Acts by authority and of removal, each in the log before it took effect."""

    regions: list[ActsOfRegion]


def manifest_hash(manifest: Path = MANIFEST) -> bytes | None:
    """SHA-256 of the list of the web client's files; None where it is not built."""
    return hashlib.sha256(manifest.read_bytes()).digest() if manifest.is_file() else None


def log_file(folder: Path, region: str, path: str) -> Path:
    """The file of a region's access log.

    Raises:
        NotFoundError: the log has none of this name.
    """
    if not _FILE.fullmatch(path):
        raise NotFoundError("The access log has no such file.")
    found = folder / region / path
    if not found.is_file():
        raise NotFoundError("The access log has no such file, or not yet.")
    return found


def _data_map() -> list[MappedColumnShape]:
    # What it reads is declared with a library that nothing else here needs.
    from plainview.privacy.declared import data_map

    return [
        MappedColumnShape(
            each.table,
            each.column,
            each.data_class,
            [str(purpose) for purpose in each.purposes],
            each.retention,
            each.sealed,
            each.why_open,
        )
        for each in data_map(all_declarations())
    ]


def transparency_routes(parts: Parts) -> list[HTTPRouteHandler]:
    """The routes of what is to be checked."""
    folder = parts.settings.data.absolute() / "log"
    regions = parts.settings.region_numbers()

    @get("/log/{region:str}/{path:path}", summary="A file of a region's access log (C2SP tlog-tiles)")
    async def log(viewer: Public, region: str, path: str) -> Response[bytes]:  # noqa: ARG001 - Anyone.
        if region not in regions:
            raise NotFoundError("There is no such region here.")
        path = path.lstrip("/")
        content = await asyncio.to_thread(log_file(folder, region, path).read_bytes)
        is_text = path in {"checkpoint", "vkey"}
        headers = {**_ANYONE, "Cache-Control": _CHANGES if is_text else _STAYS}
        kind = "text/plain; charset=utf-8" if is_text else "application/octet-stream"
        return Response(content, media_type=kind, headers=headers)

    @get("/api/me/access-log", tags=["transparency"], summary="Who read one's own data, with the proof")
    async def access_log(viewer: Viewer) -> Response[bytes]:
        proof = await parts.door.proof(viewer.person_id, SERVER)
        return Response(proof, media_type="application/json", headers={"Cache-Control": "no-store"})

    @get("/api/transparency/data", tags=["transparency"], summary="All that is kept about people, and why")
    async def data(viewer: Public) -> list[MappedColumnShape]:  # noqa: ARG001 - Anyone.
        return _data_map()

    @get(
        "/api/transparency/policies", tags=["transparency"], summary="Who may open what, and why: the policies in force"
    )
    async def policies(viewer: Public) -> PoliciesReply:
        found = await parts.door.policies(viewer.region)
        return PoliciesReply(found.hash, [PolicyFile(name, text) for name, text in found.texts.items()])

    @get(
        "/api/transparency/log",
        tags=["transparency"],
        summary="The access logs, and the keys that they are checked with",
    )
    async def logs(viewer: Public) -> LogReply:  # noqa: ARG001 - Anyone.
        found = [await _log_of(parts, name, RegionNumber(number)) for name, number in regions.items()]
        digest = await asyncio.to_thread(manifest_hash)
        return LogReply(found, digest.hex() if digest else None)

    @get("/api/transparency/acts", tags=["transparency"], summary="Removals, emergencies and government requests")
    async def acts(viewer: Public) -> ActsReply:  # noqa: ARG001 - Anyone.
        found = [_acts_of(name, await parts.door.deeds(RegionNumber(number))) for name, number in regions.items()]
        return ActsReply(found)

    return [log, access_log, data, policies, logs, acts]


async def say_what_is_served(parts: Parts) -> None:
    """Have every access log say which web client is served from here on. The wardens say their policies themselves."""
    digest = await asyncio.to_thread(manifest_hash)
    if digest is not None:
        await parts.door.serve_client(digest)


def _acts_of(name: str, deeds: Deeds) -> ActsOfRegion:
    deletions, takedowns, requests, gagged, emergencies, approvals = (deeds.counts.get(n, 0) for n in ACTS)
    told = [_told(each) for each in reversed(deeds.government_requests)]
    return ActsOfRegion(name, deletions, takedowns, requests, gagged, emergencies, approvals, told)


def _told(act: Told) -> RequestTold:
    said = json.loads(act.body[:-BLIND_BYTES])
    at, asked_by, basis, done = (str(said.get(each, "")) for each in ("at", "asked_by", "basis", "done"))
    return RequestTold(act.number, at, asked_by, basis, done, base64.b64encode(act.body).decode())


async def _log_of(parts: Parts, name: str, number: RegionNumber) -> LogOfRegion:
    status: Any = await parts.door.status(number)
    keys = [each.split()[1] for each in parts.settings.witnesses.split(",") if each.strip()]
    where = f"{parts.settings.address()}/log/{name}/checkpoint"
    return LogOfRegion(name, number, status.origin, status.log_key, keys, status.quorum, where)
