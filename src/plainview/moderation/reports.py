"""Owns reports: what people say is wrong. Their words are sealed; many reports of one subject are judged once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg.rows import class_row

from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId, ReportId
from plainview.kernel.pages import Page, after, page_of
from plainview.moderation.subjects import SubjectKind
from plainview.ports.database import Transaction
from plainview.ports.door import Sealed

ReportReason = Literal["spam", "hate", "violence", "sexual", "minor", "self_harm", "illegal", "other"]
ReportState = Literal["open", "closed"]
PAGE_SIZE = 20
TEXT, REASON = "reports.text", "reports.reason"


@dataclass(frozen=True, slots=True)
class Report:
    """A report; `reason` and `text` are sealed."""

    person_id: PersonId
    report_id: ReportId
    kind: SubjectKind
    subject_id: int
    reason: bytes
    text: bytes
    state: ReportState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Queued(Report):
    """The first report of a subject; `count` are all of the same state about it, `is_own` that the asker made one."""

    count: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class NewReport:
    """What somebody reports; `reason` and `text` are sealed already."""

    person_id: PersonId
    report_id: ReportId
    kind: SubjectKind
    subject_id: int
    reason: bytes
    text: bytes


# For a statement that lists comments `c` to the person %(me)s: those that they reported are left out, whatever came of
# it. Their own they may report too, and go on seeing.
NOT_REPORTED = """NOT EXISTS (SELECT FROM reports r WHERE r.person_id = %(me)s AND r.kind = 'comment'
    AND r.subject_id = c.comment_id AND c.person_id <> %(me)s)"""
_OPEN_ALREADY = """
SELECT report_id FROM reports WHERE person_id = %s AND kind = %s AND subject_id = %s AND state = 'open'
"""
_ADD = "INSERT INTO reports (person_id, report_id, kind, subject_id, reason, text) VALUES (%s, %s, %s, %s, %s, %s)"
_COLUMNS = "person_id, report_id, kind, subject_id, reason, text, state, created_at"
# One row per subject: its first report, with the number of all. The oldest waits longest and comes first.
_QUEUE = f"""
SELECT * FROM (
  SELECT DISTINCT ON (kind, subject_id) {_COLUMNS}, count(*) OVER alike AS count,
    bool_or(person_id = %s) OVER alike AS is_own
  FROM reports WHERE state = %s WINDOW alike AS (PARTITION BY kind, subject_id) ORDER BY kind, subject_id, report_id
) AS first WHERE report_id > %s ORDER BY report_id LIMIT %s
"""
_ONE = f"SELECT {_COLUMNS} FROM reports WHERE report_id = %s"
_IS_OPEN = "SELECT 1 FROM reports WHERE kind = %s AND subject_id = %s AND state = 'open' LIMIT 1"
_CLOSE = "UPDATE reports SET state = 'closed' WHERE kind = %s AND subject_id = %s AND state = 'open'"


def sealed_of(row: Report) -> list[Sealed]:
    """What is sealed of a report: its words, and its reason."""
    return [Sealed(row.person_id, TEXT, row.text), Sealed(row.person_id, REASON, row.reason)]


async def open_report(tx: Transaction, person: PersonId, kind: SubjectKind, subject: int) -> ReportId | None:
    """The report that this person has open about a subject."""
    row = await (await tx.execute(_OPEN_ALREADY, (person, kind, subject))).fetchone()
    return None if row is None else ReportId(row[0])


async def add_report(tx: Transaction, new: NewReport) -> None:
    """Keep a report."""
    await tx.execute(_ADD, (new.person_id, new.report_id, new.kind, new.subject_id, new.reason, new.text))


async def queue(tx: Transaction, asker: PersonId, state: ReportState, cursor: str | None) -> Page[Queued]:
    """A page of the subjects that were reported, the longest waiting first."""
    start = after(cursor) if cursor else 0
    async with tx.cursor(row_factory=class_row(Queued)) as reader:
        rows = await (await reader.execute(_QUEUE, (asker, state, start, PAGE_SIZE + 1))).fetchall()
    return page_of(rows, PAGE_SIZE, [row.report_id for row in rows])


async def report(tx: Transaction, report_id: ReportId) -> Report:
    """One report.

    Raises:
        NotFoundError: there is none.
    """
    async with tx.cursor(row_factory=class_row(Report)) as reader:
        found = await (await reader.execute(_ONE, (report_id,))).fetchone()
    if found is None:
        raise NotFoundError("That report is not there.")
    return found


async def is_reported(tx: Transaction, kind: SubjectKind, subject: int) -> bool:
    """Whether a subject waits to be judged."""
    return await (await tx.execute(_IS_OPEN, (kind, subject))).fetchone() is not None


async def close_reports(tx: Transaction, kind: SubjectKind, subject: int) -> int:
    """All open reports of a subject are closed; how many there were."""
    return (await tx.execute(_CLOSE, (kind, subject))).rowcount
