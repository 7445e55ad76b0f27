"""Declares the rows of uploads, assets and their transcodes. Private to media."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from plainview.privacy.personal import public, tables

uploads = Table(
    "uploads",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("upload_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("asset_id", BigInteger, nullable=False, unique=True)),
    public(Column("item_id", BigInteger, nullable=False)),
    public(Column("length", BigInteger, nullable=False)),
    public(Column("complete", Boolean, nullable=False, server_default="false")),
    public(Column("expires_at", DateTime(timezone=True), nullable=False, index=True)),
    Index("ix_uploads_upload_id", "upload_id"),
)

assets = Table(
    "assets",
    tables,
    public(Column("asset_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("person_id", BigInteger, nullable=False, index=True)),
    public(Column("item_id", BigInteger, nullable=False, unique=True)),
    # waiting, probing, first, encoding, ready, failed, quarantined (the wire's Processing.state, but for uploading)
    public(Column("state", Text, nullable=False, server_default="waiting")),
    public(Column("percent", SmallInteger, nullable=False, server_default="0")),
    public(Column("eta_s", Integer)),
    public(Column("playable", Boolean, nullable=False, server_default="false")),
    public(Column("second_wave", Boolean, nullable=False, server_default="false")),
    public(Column("attempts", SmallInteger, nullable=False, server_default="0")),
    public(Column("code", Text)),
    public(Column("cause", Text)),
    public(Column("original", Text)),
    public(Column("bytes", BigInteger, nullable=False, server_default="0")),
    public(Column("probe", JSONB)),
    public(Column("duration_ms", Integer)),
    public(Column("width", Integer)),
    public(Column("height", Integer)),
    public(Column("has_sound", Boolean, nullable=False, server_default="false")),
    public(Column("placeholder", Text, nullable=False, server_default="")),
    public(Column("strip", JSONB)),
    public(Column("renditions", JSONB, nullable=False, server_default="[]")),
    public(Column("captions", JSONB, nullable=False, server_default="[]")),
    # What it looks and sounds like: signed bytes, see `Transcoder.content`.
    public(Column("content", LargeBinary)),
    # All has been said of it that can be; see `media.describing`.
    public(Column("described", Boolean, nullable=False, server_default="false")),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
    public(Column("changed_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
    Index("ix_assets_undescribed", "asset_id", postgresql_where=text("NOT described")),
)
