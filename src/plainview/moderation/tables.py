"""Declares the rows of reports and verdicts. Private to moderation; it speaks of (kind, id) only."""

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, Table, Text, text

from plainview.privacy.personal import DataClass, Purpose, Retention, personal, public, tables

reports = Table(
    "reports",
    tables,
    personal(
        Column("person_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.REPORTS,
        Purpose.MODERATION,
        keep=Retention.CASE,
    ),
    public(Column("report_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("kind", Text, nullable=False)),
    public(Column("subject_id", BigInteger, nullable=False)),
    personal(Column("reason", Text, nullable=False), DataClass.REPORTS, Purpose.MODERATION, keep=Retention.CASE),
    personal(
        Column("text", LargeBinary, nullable=False),
        DataClass.REPORTS,
        Purpose.MODERATION,
        keep=Retention.CASE,
        sealed=True,
    ),
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
        Column("person_id", BigInteger, nullable=False), DataClass.REPORTS, Purpose.MODERATION, keep=Retention.CASE
    ),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
    Index("ix_verdicts_subject", "kind", "subject_id"),
)
