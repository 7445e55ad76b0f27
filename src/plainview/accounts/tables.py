"""Declares the rows of people, their ways in and their sessions. Private to accounts."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from plainview.privacy.personal import DataClass, Purpose, Retention, personal, public, tables

TIMED = "The database sets it, and ends or orders rows by it."

persons = Table(
    "persons",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("handle", Text, nullable=False)),
    public(Column("name", Text, nullable=False)),
    public(Column("bio", Text, nullable=False, server_default="")),
    public(Column("picture", Text)),
    public(Column("is_private", Boolean, nullable=False, server_default="false")),
    public(Column("sample", Boolean, nullable=False, server_default="false")),
    public(Column("roles", ARRAY(Text), nullable=False, server_default="{person}")),
    personal(
        Column("age_band", LargeBinary, nullable=False),
        DataClass.AGE_BAND,
        Purpose.MINORS,
        Purpose.OWN_VIEW,
        keep=Retention.ACCOUNT,
        sealed=True,
    ),
    public(Column("followers", Integer, nullable=False, server_default="0")),
    public(Column("following", Integer, nullable=False, server_default="0")),
    public(Column("likes", BigInteger, nullable=False, server_default="0")),
    public(Column("videos", Integer, nullable=False, server_default="0")),
    public(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))),
    Index("uq_persons_handle", text("lower(handle)"), unique=True),
)

passwords = Table(
    "passwords",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    personal(
        Column("hash", LargeBinary, nullable=False),
        DataClass.CREDENTIAL,
        Purpose.SIGN_IN,
        keep=Retention.ACCOUNT,
        sealed=True,
    ),
    personal(
        Column("changed_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        DataClass.CREDENTIAL,
        Purpose.SIGN_IN,
        keep=Retention.ACCOUNT,
        why_open=TIMED,
    ),
)

passkeys = Table(
    "passkeys",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("passkey_id", BigInteger, primary_key=True, autoincrement=False)),
    personal(
        Column("credential_id", LargeBinary, nullable=False, unique=True),
        DataClass.CREDENTIAL,
        Purpose.SIGN_IN,
        keep=Retention.ACCOUNT,
        why_open="A random number by which the passkey is found; it says nothing and opens nothing.",
    ),
    personal(
        Column("public_key", LargeBinary, nullable=False),
        DataClass.CREDENTIAL,
        Purpose.SIGN_IN,
        keep=Retention.ACCOUNT,
        why_open="The public half of a key: it only proves what the other half signed.",
    ),
    personal(
        Column("sign_count", BigInteger, nullable=False),
        DataClass.CREDENTIAL,
        Purpose.SIGN_IN,
        keep=Retention.ACCOUNT,
        why_open="Counted up in the database, so that two uses at once are told apart.",
    ),
    personal(
        Column("name", LargeBinary, nullable=False),
        DataClass.CREDENTIAL,
        Purpose.OWN_VIEW,
        Purpose.EXPORT,
        keep=Retention.ACCOUNT,
        sealed=True,
    ),
    personal(
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        DataClass.CREDENTIAL,
        Purpose.OWN_VIEW,
        keep=Retention.ACCOUNT,
        why_open=TIMED,
    ),
    personal(
        Column("used_at", DateTime(timezone=True)),
        DataClass.CREDENTIAL,
        Purpose.OWN_VIEW,
        keep=Retention.ACCOUNT,
        why_open=TIMED,
    ),
)

ceremonies = Table(
    "ceremonies",
    tables,
    public(Column("ceremony_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("challenge", LargeBinary, nullable=False)),
    public(Column("commitment", LargeBinary, nullable=False)),
    public(Column("expires_at", DateTime(timezone=True), nullable=False, index=True)),
)

sessions = Table(
    "sessions",
    tables,
    public(Column("person_id", BigInteger, primary_key=True, autoincrement=False)),
    public(Column("session_id", BigInteger, primary_key=True, autoincrement=False)),
    personal(
        Column("token_hash", LargeBinary, nullable=False, unique=True),
        DataClass.CREDENTIAL,
        Purpose.SIGN_IN,
        keep=Retention.SESSION,
        why_open="The hash of 256 random bits, by which a session is found; it leads back to nothing.",
    ),
    personal(
        Column("device", LargeBinary, nullable=False),
        DataClass.DEVICE,
        Purpose.OWN_VIEW,
        Purpose.SECURITY,
        keep=Retention.SESSION,
        sealed=True,
    ),
    personal(
        Column("address", LargeBinary, nullable=False),
        DataClass.ADDRESS,
        Purpose.OWN_VIEW,
        Purpose.SECURITY,
        keep=Retention.SESSION,
        sealed=True,
    ),
    personal(
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        DataClass.DEVICE,
        Purpose.OWN_VIEW,
        Purpose.SECURITY,
        keep=Retention.SESSION,
        why_open=TIMED,
    ),
    personal(
        Column("seen_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        DataClass.DEVICE,
        Purpose.OWN_VIEW,
        keep=Retention.SESSION,
        why_open=TIMED,
    ),
    public(Column("expires_at", DateTime(timezone=True), nullable=False, index=True)),
)
