"""Owns what staff may ask to open of somebody, and how far a request is. Two passkeys decide; the warden counts."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from plainview.accounts.faces import Face
from plainview.kernel.errors import InvalidInputError, NotAllowedError, NotFoundError
from plainview.kernel.ids import PersonId, RegionNumber, region_of
from plainview.kernel.purposes import DataClass, Purpose, SealedField
from plainview.ports.approvals import Approvals, OpeningRequest, RequestKind, Wish
from plainview.ports.door import By, Door, Sealed
from plainview.ports.limits import Limits, Rule

ASKS: Final = Rule("staff_access", 60, 3_600)
LOOKS: Final = Rule("staff_access_looks", 1_200, 3_600)
HOURS_MAX: Final[dict[RequestKind, int]] = {"break_glass": 1, "cross_region": 24}
SIGN_MS_MAX: Final = 24 * 3_600_000
PURPOSES: Final[dict[RequestKind, Purpose]] = {
    "break_glass": Purpose.EMERGENCY,
    "cross_region": Purpose.MODERATION,
}
# What signs people in is nobody's to see, and what they watched lies in segments that only the engine reads.
NEVER_SHOWN: Final = frozenset({DataClass.CREDENTIAL, DataClass.WATCH_HISTORY, DataClass.INTERESTS})
RequestState = Literal["waiting", "granted", "over", "refused", "lapsed"]


class NotGrantedError(NotAllowedError):
    """Two people have not approved this, or their time is over."""

    code, status, title = "not_granted", 409, "Two people have not approved this"


@dataclass(frozen=True, slots=True)
class AccessSubjects:
    """What the domains above do for it: find people wherever they live, tell them, and bring what lies sealed of them.

    `tell` returns when the notice has been committed.
    """

    find: Callable[[str], Awaitable[Face]]
    faces: Callable[[RegionNumber, Collection[PersonId]], Awaitable[Mapping[PersonId, Face]]]
    tell: Callable[[PersonId], Awaitable[None]]
    sealed: Callable[[PersonId, Sequence[str]], Awaitable[list[Sealed]]]


@dataclass(frozen=True, slots=True)
class AccessBench:
    """What the routes of staff access are given by wiring."""

    door: Door
    approvals: Approvals
    limits: Limits
    subjects: AccessSubjects
    fields: Mapping[str, SealedField]
    """All sealed columns, by `table.column`."""
    regions: Mapping[str, RegionNumber]


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody of staff asks for."""

    kind: RequestKind
    classes: Sequence[DataClass]
    case: str
    hours: float


def classes_of(fields: Mapping[str, SealedField], kind: RequestKind) -> list[DataClass]:
    """The classes of data that a request of this kind may name."""
    return sorted({fields[name].data_class for name in _offered(fields, kind)})


def wish_of(bench: AccessBench, asker: PersonId, principal: str, subject: PersonId, asking: Asking) -> Wish:
    """The request that is brought to the warden of the subject's region.

    Raises:
        InvalidInputError: a class is not to be had so, the case cannot be written down, or it asks for too long.
    """
    offered = _offered(bench.fields, asking.kind)
    wanted = tuple(name for name in offered if bench.fields[name].data_class in asking.classes)
    if not wanted or not set(asking.classes) <= {bench.fields[name].data_class for name in offered}:
        raise InvalidInputError("Name what is to be opened.", fields={"classes": "Choose from the list."})
    case = asking.case.strip()
    if not case or not case.isprintable():
        raise InvalidInputError("Name the case.", fields={"case": "Name the case in plain characters."})
    longest = HOURS_MAX[asking.kind]
    if not 0 < asking.hours <= longest:
        raise InvalidInputError("That is too long.", fields={"hours": f"At most {longest}."})
    home, here = region_of(subject), region_of(asker)
    if asking.kind == "cross_region" and home == here:
        raise InvalidInputError(
            "They live in your own region: open their report, or ask for an emergency.",
            fields={"kind": "Only for people of other regions."},
        )
    by = By(principal, case, None if home == here else int(here))
    return Wish(asking.kind, subject, wanted, PURPOSES[asking.kind], by, asking.hours)


def state_of(request: OpeningRequest, now_ms: int) -> RequestState:
    """How far a request is."""
    if request.refused_by is not None:
        return "refused"
    if request.until_ms:
        return "granted" if now_ms < request.until_ms else "over"
    return "waiting" if now_ms <= request.asked_at_ms + SIGN_MS_MAX else "lapsed"


async def request_of(bench: AccessBench, region: RegionNumber, number: int) -> OpeningRequest:
    """One request.

    Raises:
        NotFoundError: there is none.
    """
    for each in await bench.approvals.requests(region):
        if each.number == number:
            return each
    raise NotFoundError("There is no such request.")


async def opened(bench: AccessBench, request: OpeningRequest, now_ms: int) -> list[tuple[str, str]]:
    """What was asked for, as (`table.column`, text). The person has been told, and each read booked, before.

    Raises:
        NotGrantedError: two people have not approved it, or the time is over.
    """
    if state_of(request, now_ms) != "granted":
        raise NotGrantedError("Two approvers must have signed this request, and its time must not be over.")
    wish = request.wish
    await bench.subjects.tell(wish.person)
    sealed = await bench.subjects.sealed(wish.person, wish.fields)
    by = By(wish.by.principal, wish.by.case, wish.by.origin_region, request.number)
    plain = await bench.door.open(sealed, wish.purpose, by)
    return [(each.field, _text(value)) for each, value in zip(sealed, plain, strict=True) if value is not None]


def _offered(fields: Mapping[str, SealedField], kind: RequestKind) -> list[str]:
    return [
        name
        for name, each in sorted(fields.items())
        if each.data_class not in NEVER_SHOWN and (kind == "break_glass" or PURPOSES[kind] in each.purposes)
    ]


def _text(value: bytes) -> str:
    return value.decode(errors="replace")
