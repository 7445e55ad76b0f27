"""Owns verdicts: who decided what about a subject, with a note; they take effect in the same transaction.

One that removes or restricts stands in the access log before it does.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg.rows import class_row

from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import IdMaker, PersonId
from plainview.moderation.reports import Report, close_reports, open_report
from plainview.moderation.subjects import Subject, SubjectKind, Subjects
from plainview.moderation.takedowns import book_takedown
from plainview.ports.database import Transaction
from plainview.ports.door import Door

Decision = Literal["keep", "remove", "age_restrict"]
_ADD = """
INSERT INTO verdicts (verdict_id, kind, subject_id, decision, note, person_id) VALUES (%s, %s, %s, %s, %s, %s)
"""
# Of a subject that was judged more than once, the last word counts.
_LAST = """
SELECT DISTINCT ON (kind, subject_id) kind, subject_id, decision, note, person_id AS moderator, created_at
FROM verdicts JOIN unnest(%s::text[], %s::bigint[]) AS asked (kind, subject_id) USING (kind, subject_id)
ORDER BY kind, subject_id, verdict_id DESC
"""


class AlreadyJudgedError(PlainviewError):
    """Somebody else has judged this meanwhile."""

    code, status, title = "already_judged", 409, "This was judged already"


class DecisionNotPossibleError(PlainviewError):
    """This decision has no effect that the service can enforce, so it is not taken."""

    code, status, title = "decision_not_possible", 409, "This cannot be decided here"


class OwnReportError(PlainviewError):
    """Who reports something does not judge it too."""

    code, status, title = "own_report", 409, "You reported this yourself"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about a subject, why, by whom (0: the account is gone) and when."""

    kind: SubjectKind
    subject_id: int
    decision: Decision
    note: str
    moderator: PersonId
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a moderator decides, and why."""

    moderator: PersonId
    decision: Decision
    note: str


@dataclass(frozen=True, slots=True)
class Court:
    """What a verdict needs: ids, the door to the access log, and what it does to subjects."""

    ids: IdMaker
    door: Door
    subjects: Subjects


async def judge(tx: Transaction, court: Court, report: Report, judgement: Judgement) -> None:
    """Decide about a report's subject; all its open reports are closed by it.

    To keep a video is to keep it for everybody: an earlier verdict that kept it for adults ends with it.

    Raises:
        OwnReportError: the moderator is among those who reported it.
        AlreadyJudgedError: the subject has no open report any more.
        DecisionNotPossibleError: an age limit was asked for something other than a video.
        UnavailableError: the access log does not answer, so nothing is removed.
    """
    if judgement.decision == "age_restrict" and report.kind != "video":
        raise DecisionNotPossibleError("Only a video can be kept for adults. Remove this, or keep it.")
    if await open_report(tx, judgement.moderator, report.kind, report.subject_id) is not None:
        raise OwnReportError("Another moderator decides about what you reported.")
    if not await close_reports(tx, report.kind, report.subject_id):
        raise AlreadyJudgedError("Another moderator was faster; load the list again.")
    verdict, subject = court.ids.next(), (report.kind, report.subject_id)
    await tx.execute(_ADD, (verdict, *subject, judgement.decision, judgement.note, judgement.moderator))
    if judgement.decision != "keep":
        await book_takedown(court.door, subject, judgement.decision, verdict)
    if judgement.decision == "remove":
        await court.subjects.remove(tx, subject)
    elif judgement.decision == "age_restrict":
        await court.subjects.restrict(tx, subject)
    elif report.kind == "video":
        await court.subjects.admit(tx, subject)


async def last_verdicts(tx: Transaction, subjects: Collection[Subject]) -> dict[Subject, Verdict]:
    """The last verdict on each of these subjects that was judged."""
    kinds, ids = [kind for kind, _ in subjects], [subject for _, subject in subjects]
    async with tx.cursor(row_factory=class_row(Verdict)) as reader:
        found = await (await reader.execute(_LAST, (kinds, ids))).fetchall()
    return {(each.kind, each.subject_id): each for each in found}
