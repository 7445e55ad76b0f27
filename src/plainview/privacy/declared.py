"""Owns what the declarations say together: which columns are personal, why, how long; and the data map of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Column, MetaData, Table

from plainview.privacy.personal import PERSONAL, DataClass, Personal, Purpose, Retention

# Columns that point to a person, by name. A table with one of these must declare every column.
PERSON_COLUMNS = frozenset({"person_id", "followed_id", "blocked_id", "actor_id"})


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One line of the data map."""

    table: str
    column: str
    data_class: DataClass
    purposes: tuple[Purpose, ...]
    retention: Retention
    sealed: bool
    why_open: str


def _columns(metadata: MetaData) -> Iterator[tuple[Table, "Column[object]"]]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            yield table, column


def declarations(metadata: MetaData) -> dict[str, Personal]:
    """Each personal column's declaration, by `table.column`."""
    return {
        f"{table.name}.{column.name}": column.info[PERSONAL]
        for table, column in _columns(metadata)
        if column.info.get(PERSONAL) is not None
    }


def open_without_reason(declared: Mapping[str, Personal]) -> list[str]:
    """The personal columns that neither lie sealed nor say why not: none, or the house test fails."""
    return sorted(field for field, each in declared.items() if not each.sealed and not each.why_open)


def undeclared(metadata: MetaData) -> list[str]:
    """The columns that say nothing, of tables that hold a person's id: none, or the house test fails."""
    return [
        f"{table.name}.{column.name}"
        for table, column in _columns(metadata)
        if PERSON_COLUMNS & set(table.columns.keys()) and PERSONAL not in column.info
    ]


def data_map(declared: Mapping[str, Personal]) -> list[MappedColumn]:
    """All that is kept about people: one line per personal column, in order of table and column."""
    lines = []
    for field, each in sorted(declared.items()):
        table, _, column = field.partition(".")
        purposes = tuple(sorted(each.purposes))
        lines.append(MappedColumn(table, column, each.data_class, purposes, each.retention, each.sealed, each.why_open))
    return lines
