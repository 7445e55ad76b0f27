"""Serves reports to everybody, and the queue with its verdicts to moderators."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

import msgspec
from litestar import Router, get, post
from litestar.di import Provide
from litestar.params import QueryParameter

from plainview.accounts.faces import PersonShape, faces
from plainview.accounts.viewers import Moderator, Viewer
from plainview.kernel.ids import IdMaker, ReportId
from plainview.kernel.purposes import Purpose
from plainview.kernel.time import to_ms
from plainview.kernel.wire import Encoded, WireId, found_id
from plainview.moderation import reports as reported
from plainview.moderation.reports import REASON, TEXT, NewReport, Queued, Report, ReportReason, ReportState, sealed_of
from plainview.moderation.subjects import Shown, Subject, SubjectKind, Subjects
from plainview.moderation.verdicts import Court, Decision, Judgement, judge, last_verdicts
from plainview.ports.database import Transaction
from plainview.ports.door import By, Door
from plainview.ports.limits import Limits, Rule
from plainview.privacy.door import open_texts, seal_texts

REPORTS = Rule("reports", 30, 3_600)
TEXT_CHARS_MAX = 2_000
Text = Annotated[str, msgspec.Meta(max_length=TEXT_CHARS_MAX, pattern="^[^\\x00]*$")]


class ReportWish(msgspec.Struct, forbid_unknown_fields=True):
    """What somebody thinks is wrong with what."""

    kind: SubjectKind
    id: str
    reason: ReportReason
    text: Text = ""


class Reported(msgspec.Struct, frozen=True):
    """The report's id."""

    id: str


class VerdictWish(msgspec.Struct, forbid_unknown_fields=True):
    """What a moderator decides."""

    decision: Decision
    note: Text = ""


class VerdictShape(msgspec.Struct, frozen=True):
    """What was decided, why, when, and by whom; `by` is null once that account is gone."""

    decision: Decision
    note: str
    at_ms: int
    by: str | None


class ReportRow(msgspec.Struct, frozen=True):
    """A reported subject (contract: ReportRow). `card` and `comment` are encoded already.

    `is_own`: the asker is among those who reported it, so somebody else decides.
    """

    id: str
    kind: SubjectKind
    subject_id: str
    reason: ReportReason
    text: str
    created_at_ms: int
    state: ReportState
    count: int
    is_own: bool
    card: Annotated[msgspec.Raw, Encoded("Card")] | None
    comment: Annotated[msgspec.Raw, Encoded("CommentShape")] | None
    person: PersonShape | None
    verdict: VerdictShape | None


class ReportPage(msgspec.Struct, frozen=True):
    """Some of the queue."""

    reports: list[ReportRow]
    next: str | None


@dataclass(frozen=True, slots=True)
class Bench:
    """What moderation is given by wiring."""

    ids: IdMaker
    door: Door
    limits: Limits
    subjects: Subjects


@post("/reports", status_code=201)
async def report(viewer: Viewer, tx: Transaction, bench: Bench, data: ReportWish) -> Reported:
    """Report a video, comment or person; the feed does not show it to the reporter again."""
    bench.limits.take(REPORTS, viewer.person_id)
    subject: Subject = (data.kind, found_id(data.id))
    await bench.subjects.find(tx, viewer.person_id, subject)
    report_id = await reported.open_report(tx, viewer.person_id, *subject)
    if report_id is None:
        report_id = ReportId(bench.ids.next())
        text, reason = await seal_texts(bench.door, viewer.person_id, {TEXT: data.text, REASON: data.reason})
        await reported.add_report(tx, NewReport(viewer.person_id, report_id, *subject, reason, text))
        await bench.subjects.reported(tx, viewer.person_id, subject)
    return Reported(str(report_id))


@get("/moderation/reports")
async def reports(
    viewer: Moderator,
    tx: Transaction,
    bench: Bench,
    state_wished: Annotated[ReportState, QueryParameter(name="state")] = "open",
    cursor: Annotated[str | None, QueryParameter(max_length=64)] = None,
) -> ReportPage:
    """What was reported, the longest waiting first."""
    page = await reported.queue(tx, viewer.person_id, state_wished, cursor)
    name = await _name(tx, viewer)
    subjects: dict[Subject, By] = {(row.kind, row.subject_id): By(name, str(row.report_id)) for row in page.rows}
    shown = await bench.subjects.show(tx, viewer.person_id, subjects, deciding=state_wished == "open")
    words = await _words(bench.door, page.rows, name)
    decided = {} if state_wished == "open" else await _decided(tx, subjects)
    rows = [
        _row(row, said, shown.get((row.kind, row.subject_id), Shown()), decided.get((row.kind, row.subject_id)))
        for row, said in zip(page.rows, words, strict=True)
    ]
    return ReportPage(rows, page.next)


@post("/moderation/reports/{report_id:str}/verdict", status_code=204)
async def verdict(viewer: Moderator, tx: Transaction, bench: Bench, report_id: WireId, data: VerdictWish) -> None:
    """Decide about a reported subject; it takes effect at once."""
    found = await reported.report(tx, ReportId(found_id(report_id)))
    court = Court(bench.ids, bench.door, bench.subjects)
    await judge(tx, court, found, Judgement(viewer.person_id, data.decision, data.note))


async def _name(tx: Transaction, viewer: Moderator) -> str:
    return f"staff:{(await faces(tx, [viewer.person_id]))[viewer.person_id].handle}"


async def _words(door: Door, rows: Sequence[Report], principal: str) -> list[tuple[str, ReportReason]]:
    """What each report says. Each is a case of its own, and is in its author's log with the moderator's name."""
    opened = await asyncio.gather(
        *(open_texts(door, sealed_of(row), Purpose.MODERATION, By(principal, str(row.report_id))) for row in rows)
    )
    return [(text or "", cast("ReportReason", reason or "other")) for text, reason in opened]


async def _decided(tx: Transaction, subjects: Collection[Subject]) -> dict[Subject, VerdictShape]:
    """The last word on each of these subjects, with the handle of who spoke it."""
    found = await last_verdicts(tx, subjects)
    known = await faces(tx, [each.moderator for each in found.values()])
    return {
        subject: VerdictShape(
            each.decision,
            each.note,
            to_ms(each.created_at),
            known[each.moderator].handle if each.moderator in known else None,
        )
        for subject, each in found.items()
    }


def _row(row: Queued, said: tuple[str, ReportReason], shown: Shown, verdict: VerdictShape | None) -> ReportRow:
    return ReportRow(
        id=str(row.report_id),
        kind=row.kind,
        subject_id=str(row.subject_id),
        reason=said[1],
        text=said[0],
        created_at_ms=to_ms(row.created_at),
        state=row.state,
        count=row.count,
        is_own=row.is_own,
        card=shown.card,
        comment=shown.comment,
        person=shown.person,
        verdict=verdict,
    )


HANDLERS: list[Any] = [report, reports, verdict]


def router(bench: Bench) -> Router:
    """Everything of moderation under /api."""
    return Router(
        path="/api",
        route_handlers=HANDLERS,
        dependencies={"bench": Provide(lambda: bench, sync_to_thread=False)},
        tags=["moderation"],
    )
