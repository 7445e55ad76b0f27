"""Declares the rows of the event log and of the served pages. Private to feed and to the log's adapter."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import UUID

from plainview.privacy.personal import DataClass, Purpose, Retention, personal, public, tables


def _watched(column: "Column[object]") -> "Column[object]":
    return personal(
        column,
        DataClass.WATCH_HISTORY,
        Purpose.FEED_LEARN,
        Purpose.FEED_RANK,
        Purpose.OWN_VIEW,
        Purpose.EXPORT,
        keep=Retention.EVENTS,
        sealed=True,
    )


# The ids of the events in the log, by which one that comes again is known.
events = Table(
    "events",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("event_id", UUID(as_uuid=True), primary_key=True)),
    postgresql_partition_by="HASH (person_id)",
)

# What happened, some of one person's in a row. Partitioned by hash of the person, as JetStream's subjects are: one
# person's events stay in order, in one place.
event_segments = Table(
    "event_segments",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("sequence", BigInteger, Identity(always=True), primary_key=True)),
    _watched(Column("body", LargeBinary, nullable=False)),
    public(Column("received_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
    Index("ix_event_segments_sequence", "sequence"),
    postgresql_partition_by="HASH (person_id)",
)

# One row per served page: the receipt.
pages = Table(
    "pages",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("page_id", BigInteger, primary_key=True, autoincrement=False)),
    _watched(Column("body", LargeBinary, nullable=False)),
    postgresql_partition_by="HASH (person_id)",
)

CHOSEN = "A setting that every feed obeys, the one without a profile too; read together with follows and blocks."
hidden = Table(
    "hidden",
    tables,
    personal(
        Column("person_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.INTERESTS,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=CHOSEN,
    ),
    personal(
        Column("kind", Text, primary_key=True),
        DataClass.INTERESTS,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=CHOSEN,
    ),
    personal(
        Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.INTERESTS,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=CHOSEN,
    ),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
)

# A row: this person is not profiled.
unprofiled = Table(
    "unprofiled",
    tables,
    personal(
        Column("person_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.ACCOUNT,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open="Says only: do not profile. It is obeyed without asking the warden, so obeying it reads nothing.",
    ),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
)

# A row: this person moved a slider or switched a source off.
steering = Table(
    "steering",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    personal(
        Column("body", LargeBinary, nullable=False),
        DataClass.ACCOUNT,
        Purpose.FEED_RANK,
        Purpose.OWN_VIEW,
        Purpose.EXPORT,
        keep=Retention.ACCOUNT,
        sealed=True,
    ),
)
