"""Declares the rows of the event log and of the served pages. Private to feed and to the log's adapter."""

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from plainview.privacy.personal import DataClass, Purpose, Retention, personal, public, tables


def _watched(column: "Column[object]") -> "Column[object]":
    return personal(column, DataClass.WATCH_HISTORY, Purpose.FEED_LEARN, Purpose.FEED_RANK, keep=Retention.EVENTS)


# Partitioned by hash of the person, as JetStream's subjects are: one person's events stay in order, in one place.
events = Table(
    "events",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("event_id", UUID(as_uuid=True), primary_key=True)),
    public(Column("sequence", BigInteger, Identity(always=True), nullable=False)),
    _watched(Column("kind", SmallInteger, nullable=False)),
    _watched(Column("item_id", BigInteger, nullable=False)),
    _watched(Column("other_id", BigInteger)),  # the creator followed or hidden, where the event is about one
    _watched(Column("at_ms", BigInteger, nullable=False)),
    _watched(Column("page_id", BigInteger)),
    _watched(Column("position", SmallInteger)),
    _watched(Column("watched_ms", Integer)),
    _watched(Column("loops", SmallInteger)),
    public(Column("received_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
    Index("ix_events_sequence", "sequence"),
    postgresql_partition_by="HASH (person_id)",
)

# One row per served page: the receipt. Arrays run in order of position.
pages = Table(
    "pages",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("page_id", BigInteger, primary_key=True, autoincrement=False)),
    _watched(Column("mode", Text, nullable=False)),
    _watched(Column("model", Text, nullable=False)),
    _watched(Column("item_ids", ARRAY(BigInteger), nullable=False)),
    _watched(Column("scores", ARRAY(REAL), nullable=False)),
    _watched(Column("propensities", ARRAY(REAL), nullable=False)),
    _watched(Column("sources", ARRAY(Integer), nullable=False)),
    _watched(Column("reasons", JSONB, nullable=False)),
    postgresql_partition_by="HASH (person_id)",
)

hidden = Table(
    "hidden",
    tables,
    personal(
        Column("person_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.INTERESTS,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
    ),
    personal(Column("kind", Text, primary_key=True), DataClass.INTERESTS, Purpose.FEED_RANK, keep=Retention.ACCOUNT),
    personal(
        Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.INTERESTS,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
    ),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
)
