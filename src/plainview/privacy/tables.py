"""Declares the rows of the door: each person's wrapped key. Private to privacy."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, Table, text

from plainview.privacy.personal import public, tables

person_keys = Table(
    "person_keys",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("version", Integer, primary_key=True, autoincrement=False, server_default="1")),
    public(Column("wrapped", LargeBinary, nullable=False)),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
)
