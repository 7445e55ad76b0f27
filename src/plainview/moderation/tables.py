"""Declares the rows of reports and verdicts. Private to moderation; it speaks of (kind, id) only."""

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, Table, Text, text

from plainview.privacy.personal import DataClass, Purpose, Retention, personal, public, tables


def _said(column: "Column[object]") -> "Column[object]":
    return personal(column, DataClass.REPORTS, Purpose.MODERATION, Purpose.EXPORT, keep=Retention.CASE, sealed=True)


reports = Table(
    "reports",
    tables,
    personal(
        Column("person_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.REPORTS,
        Purpose.MODERATION,
        keep=Retention.CASE,
        why_open="What somebody reported is left out of their own lists by the database.",
    ),
    public(Column("report_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("kind", Text, nullable=False)),
    public(Column("subject_id", BigInteger, nullable=False)),
    _said(Column("reason", LargeBinary, nullable=False)),
    _said(Column("text", LargeBinary, nullable=False)),
    public(Column("state", Text, nullable=False, server_default="open")),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
    Index("ix_reports_open", "state", "report_id"),
    Index("ix_reports_subject", "kind", "subject_id"),
)

verdicts = Table(
    "verdicts",
    tables,
    public(Column("verdict_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("kind", Text, nullable=False)),
    public(Column("subject_id", BigInteger, nullable=False)),
    public(Column("decision", Text, nullable=False)),
    public(Column("note", Text, nullable=False, server_default="")),
    personal(
        Column("person_id", BigInteger, nullable=False),
        DataClass.REPORTS,
        Purpose.MODERATION,
        keep=Retention.CASE,
        why_open="Who decided must be told from the verdict, whoever reads it; it is staff, at work.",
    ),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
    Index("ix_verdicts_subject", "kind", "subject_id"),
)
