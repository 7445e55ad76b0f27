"""Declares the rows of items, sounds, hashtags and mentions. Private to catalog."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, Index, LargeBinary, Table, Text, text

from plainview.privacy.personal import DataClass, Purpose, Retention, personal, public, tables

UNSEALED = "caption <> '' AND (state <> 'published' OR visibility = 'only_me')"

items = Table(
    "items",
    tables,
    public(Column("item_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("kind", Text, nullable=False, server_default="video")),
    public(Column("person_id", BigInteger, nullable=False)),
    public(Column("asset_id", BigInteger, nullable=False)),
    public(Column("sound_id", BigInteger, nullable=False)),
    # draft, published, removed (by a verdict). What the feed may show is state = published and the asset playable.
    public(Column("state", Text, nullable=False, server_default="draft")),
    public(Column("visibility", Text, nullable=False, server_default="public")),
    # What others may read. The words of a draft, of what was removed and of a video for "only me" lie sealed.
    public(Column("caption", Text, nullable=False, server_default="")),
    personal(
        Column("sealed_caption", LargeBinary),
        DataClass.DRAFTS,
        Purpose.OWN_VIEW,
        Purpose.MODERATION,
        Purpose.EXPORT,
        keep=Retention.ACCOUNT,
        sealed=True,
    ),
    public(Column("language", Text)),
    public(Column("allow_comments", Boolean, nullable=False, server_default="true")),
    public(Column("allow_reuse", Boolean, nullable=False, server_default="true")),
    # By a verdict: nobody sees it of whom it is not known that they are grown up.
    public(Column("adults_only", Boolean, nullable=False, server_default="false")),
    public(Column("sample", Boolean, nullable=False, server_default="false")),
    public(Column("edited", Boolean, nullable=False, server_default="false")),
    public(Column("views", BigInteger, nullable=False, server_default="0")),
    public(Column("likes", BigInteger, nullable=False, server_default="0")),
    public(Column("comments", BigInteger, nullable=False, server_default="0")),
    public(Column("shares", BigInteger, nullable=False, server_default="0")),
    public(Column("saves", BigInteger, nullable=False, server_default="0")),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
    public(Column("published_at", DateTime(timezone=True))),
    Index("ix_items_person_id_item_id", "person_id", "item_id"),
    Index("ix_items_asset_id", "asset_id"),
    # The database itself refuses such words in the open.
    CheckConstraint("caption = '' OR (state = 'published' AND visibility <> 'only_me')", name="owners_words_sealed"),
    # Those that an older version wrote, until they are sealed: none, soon.
    Index("ix_items_unsealed", "item_id", postgresql_where=text(UNSEALED)),
)

sounds = Table(
    "sounds",
    tables,
    public(Column("sound_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("person_id", BigInteger, nullable=False, index=True)),
    public(Column("title", Text, nullable=False)),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
)

item_tags = Table(
    "item_tags",
    tables,
    Column("tag", Text, primary_key=True),
    Column("item_id", BigInteger, primary_key=True, autoincrement=False, index=True),
)

item_mentions = Table(
    "item_mentions",
    tables,
    public(Column("item_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False, index=True)),
    public(Column("handle", Text, nullable=False)),
)
