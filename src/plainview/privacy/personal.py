"""Owns how a column is declared: either public, or personal with its class, purposes and retention.

Every table that holds a person's id declares every column with `public` or `personal`; a house test walks the tables
and fails on one that says nothing. The data map, the export and the erasure follow from the same declarations.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, MetaData

from plainview.kernel.purposes import DataClass, Purpose

__all__ = ["PERSONAL", "DataClass", "Personal", "Purpose", "Retention", "personal", "public", "tables"]
PERSONAL = "plainview.personal"
tables = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Retention(StrEnum):
    """How long a column's values are kept."""

    ACCOUNT = "until the account is deleted"
    SESSION = "until the session ends, at most 90 days"
    EVENTS = "13 months"
    CASE = "until the case is closed, then 6 months"
    UPLOAD = "until the upload ends, at most 7 days"


@dataclass(frozen=True, slots=True)
class Personal:
    """The declaration of a personal column."""

    data_class: DataClass
    purposes: frozenset[Purpose]
    retention: Retention
    sealed: bool
    why_open: str = ""


def personal(
    column: Column[Any],
    data_class: DataClass,
    *purposes: Purpose,
    keep: Retention,
    sealed: bool = False,
    why_open: str = "",
) -> Column[Any]:
    """The column, declared personal. `sealed`: its bytes are ciphertext that only the door opens; else `why_open`."""
    if not purposes:
        raise ValueError(f"{column.name}: a personal column needs a purpose")
    column.info[PERSONAL] = Personal(data_class, frozenset(purposes), keep, sealed, why_open)
    return column


def public(column: Column[Any]) -> Column[Any]:
    """The column, declared as not personal or public by nature (a handle, a published caption, a counter)."""
    column.info[PERSONAL] = None
    return column
