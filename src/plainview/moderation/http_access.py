"""Serves staff access: who approves offers a passkey, requests are asked, approved or refused with one, and opened."""

import base64
from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec
from litestar import Router, get, post
from litestar.handlers import HTTPRouteHandler

from plainview.accounts.ceremonies import begin, take
from plainview.accounts.faces import Face, faces
from plainview.accounts.passkeys import Account, PasskeyRefusedError, Site, creation_options, verified_creation
from plainview.accounts.shapes import CeremonyAnswer, CeremonyShape
from plainview.accounts.viewers import Moderator
from plainview.kernel.errors import NotAllowedError, NotFoundError
from plainview.kernel.ids import IdMaker, PersonId, RegionNumber, region_of
from plainview.kernel.purposes import DataClass
from plainview.kernel.time import now, to_ms
from plainview.moderation.access import (
    ASKS,
    HOURS_MAX,
    LOOKS,
    AccessBench,
    Asking,
    RequestState,
    classes_of,
    opened,
    request_of,
    state_of,
    wish_of,
)
from plainview.ports.approvals import ApproverKey, Decision, OpeningRequest, RequestKind
from plainview.ports.database import Transaction

# Apart from the passkey that the same person may sign in with: an authenticator keeps one for each user id.
_USER = b"approver"
CASE_CHARS_MAX = 200
ApproverState = Literal["none", "offered", "enrolled"]
Handle = Annotated[str, msgspec.Meta(max_length=64)]


class ApproverShape(msgspec.Struct, frozen=True):
    """How the viewer stands: whether they may approve, the fingerprint to tell, and their passkeys' ids (base64url)."""

    state: ApproverState
    fingerprint: str | None
    credentials: list[str]


class AskableShape(msgspec.Struct, frozen=True):
    """What may be asked for in one way, and for how long at most."""

    kind: RequestKind
    classes: list[DataClass]
    hours_max: int


class OpeningRequestShape(msgspec.Struct, frozen=True):
    """A request to open what is sealed of somebody. What a passkey signs stands in base64url."""

    region: str
    number: int
    kind: RequestKind
    state: RequestState
    subject: str | None
    classes: list[DataClass]
    purpose: str
    asked_by: str
    case: str
    hours: float
    asked_at_ms: int
    until_ms: int
    approved_by: list[str]
    refused_by: str | None
    may_decide: bool
    may_open: bool
    challenge: str
    refusal_challenge: str


class StaffAccessReply(msgspec.Struct, frozen=True):
    """Where things stand."""

    approver: ApproverShape
    askable: list[AskableShape]
    requests: list[OpeningRequestShape]


class FingerprintReply(msgspec.Struct, frozen=True):
    """The fingerprint of an offered passkey: the operator lets it in by this."""

    fingerprint: str


class RequestWish(msgspec.Struct, forbid_unknown_fields=True):
    """What somebody asks to open: of whom, which classes, in which case, for how long."""

    handle: Handle
    kind: RequestKind
    classes: Annotated[list[DataClass], msgspec.Meta(max_length=20)]
    case: Annotated[str, msgspec.Meta(min_length=1, max_length=CASE_CHARS_MAX)]
    hours: float


class RequestMade(msgspec.Struct, frozen=True):
    """The request's place."""

    region: str
    number: int


class DecisionWish(msgspec.Struct, forbid_unknown_fields=True):
    """An approval or a refusal, with what the passkey signed."""

    approves: bool
    credential: dict[str, Any]


class OpenedValue(msgspec.Struct, frozen=True):
    """One opened value."""

    column: str
    data_class: DataClass
    text: str


class OpenedReply(msgspec.Struct, frozen=True):
    """What was opened; the person has been told."""

    values: list[OpenedValue]


def access_routes(bench: AccessBench, site: Site, makers: dict[RegionNumber, IdMaker]) -> list[HTTPRouteHandler]:
    """All routes of staff access."""
    return [*_passkey_routes(bench, site, makers), *_request_routes(bench), *_deciding_routes(bench)]


def _passkey_routes(bench: AccessBench, site: Site, makers: dict[RegionNumber, IdMaker]) -> list[HTTPRouteHandler]:
    @post("/passkey/options", status_code=200, summary="Begin to make a passkey for approvals")
    async def options(viewer: Moderator, tx: Transaction) -> CeremonyShape:
        bench.limits.take(ASKS, viewer.person_id)
        ceremony = await begin(tx, makers[viewer.region], _intent(viewer))
        me = (await faces(tx, [viewer.person_id]))[viewer.person_id]
        account = Account(viewer.person_id, f"{me.handle} (approvals)", me.name)
        wanted = creation_options(site, account, ceremony.challenge, [])
        wanted["user"]["id"] = _in_base64(viewer.person_id.to_bytes(8, "big") + _USER)
        wanted["authenticatorSelection"] = {"userVerification": "required", "residentKey": "discouraged"}
        return CeremonyShape(ceremony.name, wanted)

    @post("/passkey", status_code=201, summary="Offer the passkey that was made; the operator lets it in")
    async def offer(viewer: Moderator, tx: Transaction, data: CeremonyAnswer) -> FingerprintReply:
        bench.limits.take(ASKS, viewer.person_id)
        held = await take(tx, data.ceremony)
        if held.intent != _intent(viewer):
            raise PasskeyRefusedError("This ceremony was for something else. Please start again.")
        made = verified_creation(site, data.credential, held.challenge)
        me = (await faces(tx, [viewer.person_id]))[viewer.person_id]
        key = ApproverKey(viewer.person_id, me.handle, made.credential_id, made.public_key)
        return FingerprintReply(fingerprint_of(await bench.approvals.offer(viewer.region, key)))

    return [options, offer]


def _request_routes(bench: AccessBench) -> list[HTTPRouteHandler]:
    @get("/", summary="Who approves, and what was asked")
    async def overview(viewer: Moderator, tx: Transaction) -> StaffAccessReply:
        bench.limits.take(LOOKS, viewer.person_id)
        mine = (await faces(tx, [viewer.person_id]))[viewer.person_id].handle
        keys = [each for each in await bench.approvals.approvers(viewer.region) if each.person == viewer.person_id]
        approver = _approver(keys)
        rows: list[OpeningRequestShape] = []
        for name, region in bench.regions.items():
            found = await bench.approvals.requests(region)
            # Of other regions one sees one's own requests only.
            shown = [each for each in found if region == viewer.region or _asker(each) == mine]
            people = await bench.subjects.faces(region, _people(shown))
            rows += [_Row(bench, people, viewer, approver).shape(name, mine, each) for each in shown]
        rows.sort(key=lambda each: -each.asked_at_ms)
        askable = [
            AskableShape(kind, classes_of(bench.fields, kind), hours)
            for kind, hours in HOURS_MAX.items()
            if kind == "break_glass" or len(bench.regions) > 1
        ]
        return StaffAccessReply(approver, askable, rows)

    @post("/requests", status_code=201, summary="Ask to open what is sealed of somebody")
    async def ask(viewer: Moderator, tx: Transaction, data: RequestWish) -> RequestMade:
        bench.limits.take(ASKS, viewer.person_id)
        subject = await bench.subjects.find(data.handle.strip().removeprefix("@"))
        asking = Asking(data.kind, data.classes, data.case, data.hours)
        wish = wish_of(bench, viewer.person_id, await _principal(tx, viewer), subject.person_id, asking)
        region = region_of(subject.person_id)
        return RequestMade(_name_of(bench, region), await bench.approvals.ask(region, wish))

    return [overview, ask]


def _deciding_routes(bench: AccessBench) -> list[HTTPRouteHandler]:
    @post("/requests/{region:str}/{number:int}/decision", status_code=204, summary="Approve or refuse, with a passkey")
    async def decide(viewer: Moderator, region: str, number: int, data: DecisionWish) -> None:
        bench.limits.take(ASKS, viewer.person_id)
        place = _region(bench, region)
        if place != viewer.region:
            raise NotAllowedError("Only people of that region may approve for it.")
        signed = Decision(number, viewer.person_id, msgspec.json.encode(data.credential), data.approves)
        await bench.approvals.decide(place, signed)

    @post("/requests/{region:str}/{number:int}/open", status_code=200, summary="Open what two people approved")
    async def open_(viewer: Moderator, tx: Transaction, region: str, number: int) -> OpenedReply:
        bench.limits.take(ASKS, viewer.person_id)
        request = await request_of(bench, _region(bench, region), number)
        if request.wish.by.principal != await _principal(tx, viewer):
            raise NotAllowedError("Only who asked opens it.")
        values = await opened(bench, request, to_ms(now()))
        return OpenedReply([OpenedValue(field, bench.fields[field].data_class, text) for field, text in values])

    return [decide, open_]


class _Row:
    """Shows requests to one viewer."""

    def __init__(self, bench: AccessBench, people: Any, viewer: Moderator, approver: ApproverShape) -> None:
        self._fields = bench.fields
        self._people: dict[PersonId, Face] = people
        self._viewer = viewer
        self._enrolled = approver.state == "enrolled"

    def shape(self, region: str, mine: str, request: OpeningRequest) -> OpeningRequestShape:
        wish, state = request.wish, state_of(request, to_ms(now()))
        is_home = request.region == self._viewer.region
        is_mine = _asker(request) == mine
        undecided = state == "waiting" and self._viewer.person_id not in request.approvers
        return OpeningRequestShape(
            region=region,
            number=request.number,
            kind=wish.kind,
            state=state,
            subject=self._handle(wish.person),
            classes=sorted({self._fields[name].data_class for name in wish.fields if name in self._fields}),
            purpose=wish.purpose,
            asked_by=_asker(request),
            case=wish.by.case or "",
            hours=wish.hours,
            asked_at_ms=request.asked_at_ms,
            until_ms=request.until_ms,
            approved_by=[self._handle(each) or "" for each in request.approvers],
            refused_by=None if request.refused_by is None else self._handle(request.refused_by),
            may_decide=self._enrolled and is_home and undecided and not is_mine,
            may_open=is_mine and state == "granted",
            challenge=_in_base64(request.challenge),
            refusal_challenge=_in_base64(request.refusal_challenge),
        )

    def _handle(self, person: PersonId) -> str | None:
        face = self._people.get(person)
        return face.handle if face else None


def fingerprint_of(digest: bytes) -> str:
    """A passkey's fingerprint as people compare it: the first 64 bits of its hash, in groups of four."""
    digits = digest.hex()[:16]
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))


def _approver(keys: list[ApproverKey]) -> ApproverShape:
    enrolled = [each for each in keys if each.enrolled]
    newest = (enrolled or keys)[-1:]
    state: ApproverState = "enrolled" if enrolled else "offered" if keys else "none"
    fingerprint = fingerprint_of(sha256(newest[0].public_key).digest()) if newest else None
    return ApproverShape(state, fingerprint, [_in_base64(each.credential_id) for each in enrolled])


def _people(requests: list[OpeningRequest]) -> set[PersonId]:
    named = {each.wish.person for each in requests} | {person for each in requests for person in each.approvers}
    return named | {each.refused_by for each in requests if each.refused_by is not None}


def _asker(request: OpeningRequest) -> str:
    return request.wish.by.principal.partition(":")[2]


async def _principal(tx: Transaction, viewer: Moderator) -> str:
    return f"staff:{(await faces(tx, [viewer.person_id]))[viewer.person_id].handle}"


def _intent(viewer: Moderator) -> bytes:
    return _USER + viewer.person_id.to_bytes(8, "big")


def _region(bench: AccessBench, name: str) -> RegionNumber:
    if name not in bench.regions:
        raise NotFoundError("There is no such request.")
    return bench.regions[name]


def _name_of(bench: AccessBench, region: RegionNumber) -> str:
    return next(name for name, number in bench.regions.items() if number == region)


def _in_base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def access_router(bench: AccessBench, site: Site, makers: dict[RegionNumber, IdMaker]) -> Router:
    """Everything of staff access under /api/staff/access."""
    return Router(path="/api/staff/access", route_handlers=access_routes(bench, site, makers), tags=["staff"])
