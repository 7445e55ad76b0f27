"""Declares the rows of follows, likes, saves, comments, blocks and notices. Private to social."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, SmallInteger, Table, Text, text

from plainview.privacy.personal import DataClass, Purpose, Retention, personal, public, tables

JOINED = "Lists and counters are joined over it in the database, which could not find sealed rows."
MERGED = "Notices of one kind are merged and counted in the database; they name ids, and hold no words."


def _at() -> "Column[object]":
    return public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")))


follows = Table(
    "follows",
    tables,
    personal(
        Column("person_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.CONTACTS,
        Purpose.SOCIAL,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=JOINED,
    ),
    personal(
        Column("followed_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.CONTACTS,
        Purpose.SOCIAL,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=JOINED,
    ),
    public(Column("accepted", Boolean, nullable=False)),
    _at(),
    Index("ix_follows_followed_id", "followed_id", "accepted", "person_id"),
)

likes = Table(
    "likes",
    tables,
    personal(
        Column("person_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.INTERESTS,
        Purpose.SOCIAL,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=JOINED,
    ),
    personal(
        Column("item_id", BigInteger, primary_key=True, autoincrement=False, index=True),
        DataClass.INTERESTS,
        Purpose.SOCIAL,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=JOINED,
    ),
    _at(),
)

saves = Table(
    "saves",
    tables,
    personal(
        Column("person_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.INTERESTS,
        Purpose.OWN_VIEW,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=JOINED,
    ),
    personal(
        Column("item_id", BigInteger, primary_key=True, autoincrement=False, index=True),
        DataClass.INTERESTS,
        Purpose.OWN_VIEW,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=JOINED,
    ),
    _at(),
)

blocks = Table(
    "blocks",
    tables,
    personal(
        Column("person_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.CONTACTS,
        Purpose.SOCIAL,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=JOINED,
    ),
    personal(
        Column("blocked_id", BigInteger, primary_key=True, autoincrement=False, index=True),
        DataClass.CONTACTS,
        Purpose.SOCIAL,
        Purpose.FEED_RANK,
        keep=Retention.ACCOUNT,
        why_open=JOINED,
    ),
    _at(),
)

comments = Table(
    "comments",
    tables,
    public(Column("comment_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("item_id", BigInteger, nullable=False)),
    public(Column("person_id", BigInteger, nullable=False, index=True)),
    public(Column("parent_id", BigInteger)),
    public(Column("text", Text, nullable=False)),
    public(Column("likes", Integer, nullable=False, server_default="0")),
    public(Column("replies", Integer, nullable=False, server_default="0")),
    public(Column("edited", Boolean, nullable=False, server_default="false")),
    public(Column("sample", Boolean, nullable=False, server_default="false")),
    _at(),
    Index("ix_comments_item_id", "item_id", "parent_id", "comment_id"),
)

comment_likes = Table(
    "comment_likes",
    tables,
    personal(
        Column("person_id", BigInteger, primary_key=True, autoincrement=False),
        DataClass.INTERESTS,
        Purpose.SOCIAL,
        keep=Retention.ACCOUNT,
        why_open=JOINED,
    ),
    personal(
        Column("comment_id", BigInteger, primary_key=True, autoincrement=False, index=True),
        DataClass.INTERESTS,
        Purpose.SOCIAL,
        keep=Retention.ACCOUNT,
        why_open=JOINED,
    ),
    _at(),
)

notices = Table(
    "notices",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("notice_id", BigInteger, primary_key=True, autoincrement=False)),
    personal(
        Column("kind", Text, nullable=False),
        DataClass.NOTICES,
        Purpose.OWN_VIEW,
        keep=Retention.EVENTS,
        why_open=MERGED,
    ),
    personal(
        Column("actor_id", BigInteger), DataClass.NOTICES, Purpose.OWN_VIEW, keep=Retention.EVENTS, why_open=MERGED
    ),
    personal(
        Column("item_id", BigInteger), DataClass.NOTICES, Purpose.OWN_VIEW, keep=Retention.EVENTS, why_open=MERGED
    ),
    personal(
        Column("comment_id", BigInteger), DataClass.NOTICES, Purpose.OWN_VIEW, keep=Retention.EVENTS, why_open=MERGED
    ),
    personal(
        Column("count", SmallInteger, nullable=False, server_default="1"),
        DataClass.NOTICES,
        Purpose.OWN_VIEW,
        keep=Retention.EVENTS,
        why_open=MERGED,
    ),
    public(Column("read", Boolean, nullable=False, server_default="false")),
    _at(),
)
