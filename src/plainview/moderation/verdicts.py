"""Owns verdicts: who decided what about a subject, with a note; they take effect in the same transaction.

One that removes or restricts stands in the access log before it does.
"""

from dataclasses import dataclass
from typing import Literal

from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import IdMaker, PersonId
from plainview.moderation.reports import Report, close_reports
from plainview.moderation.subjects import Subjects
from plainview.moderation.takedowns import book_takedown
from plainview.ports.database import Transaction
from plainview.ports.door import Door

Decision = Literal["keep", "remove", "age_restrict"]
_ADD = """
INSERT INTO verdicts (verdict_id, kind, subject_id, decision, note, person_id) VALUES (%s, %s, %s, %s, %s, %s)
"""


class AlreadyJudgedError(PlainviewError):
    """Somebody else has judged this meanwhile."""

    code, status, title = "already_judged", 409, "This was judged already"


class DecisionNotPossibleError(PlainviewError):
    """This decision has no effect that the service can enforce, so it is not taken."""

    code, status, title = "decision_not_possible", 409, "This cannot be decided here"


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
        AlreadyJudgedError: the subject has no open report any more.
        DecisionNotPossibleError: an age limit was asked for something other than a video.
        UnavailableError: the access log does not answer, so nothing is removed.
    """
    if judgement.decision == "age_restrict" and report.kind != "video":
        raise DecisionNotPossibleError("Only a video can be kept for adults. Remove this, or keep it.")
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
